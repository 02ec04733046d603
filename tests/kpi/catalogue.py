"""Every KPI as a function of columns and a window, beside its reference of the same name, and how to compare them."""

import math
from collections.abc import Callable
from dataclasses import astuple, is_dataclass
from typing import Any

from graph.interactions import Interactions
from graph.model import Engagement, EngagementEvent, Side
from graph.settings import OrganizationSettings
from kpi.activities import Activities, activities
from kpi.customer_interactions import customer_interactions
from kpi.email_engagement import email_engagement
from kpi.email_ratio import email_ratio
from kpi.health import health
from kpi.health_history import HistoryStep, health_history
from kpi.hourly_investment import hourly_investment
from kpi.last_interaction import last_interaction, next_interaction
from kpi.most_contacted import most_contacted, most_contacted_by
from kpi.response_time import response_time
from kpi.summary.summary import summary
from kpi.window import Window
from tests.kpi import reference, reference_health
from tests.kpi.summary import reference as summary_reference
from tests.situations import CUSTOMERS, at

# Of customers and of a seller, long before, about and long after the instants that situations and books are read at.
MOMENTS = (
    "1980-01-01 00:00",
    "2010-11-07 02:30",
    "2011-12-31 09:00",
    "2026-10-26 07:00",
    "2026-11-22 12:00",
    "2060-01-01",
)
ENGAGEMENT = [
    Engagement(f"{letter}{n}", (*CUSTOMERS, "ann")[(n + k) % 5], event, at(MOMENTS[(n * k) % len(MOMENTS)]))
    for letter in "im"
    for n in range(24)
    for k, event in enumerate([*EngagementEvent, EngagementEvent.OPEN] * 3)
]
EVENTS = {e.interaction_id: [f for f in ENGAGEMENT if f.interaction_id == e.interaction_id] for e in ENGAGEMENT}

Kpi = Callable[[Interactions, Window], list[Any]]

KPIS: dict[str, Kpi] = {
    "customer_interactions": customer_interactions,
    "activities": activities,
    "most_contacted": most_contacted,
    "most_contacted_by": most_contacted_by,
    "response_time": response_time,
    "hourly_investment": hourly_investment,
    "email_ratio": email_ratio,
    "summary": summary,
    "email_engagement": lambda interactions, window: email_engagement(interactions, window, EVENTS),
    "health": lambda interactions, window: health(interactions, window, OrganizationSettings()),
    "health_history": lambda interactions, window: health_history(
        interactions, window, OrganizationSettings(), 5, HistoryStep.WEEK
    ),
    "last_interaction": lambda interactions, window: last_interaction(interactions, window.as_of),
    "next_interaction": lambda interactions, window: next_interaction(interactions, window.as_of),
}

PARTICULAR = ("summary", "most_contacted", "most_contacted_by", "email_engagement", "health", "health_history")
REFERENCES: dict[str, Callable[[reference.View], Any]] = {
    **{name: getattr(reference, name) for name in KPIS if name not in PARTICULAR},
    "most_contacted": lambda view: reference.most_contacted(view, Side.THEM),
    "most_contacted_by": lambda view: reference.most_contacted(view, Side.US),
    "summary": summary_reference.summary,
    "email_engagement": lambda view: reference.email_engagement(view, ENGAGEMENT),
    "health": reference_health.health,
    "health_history": reference_health.health_history,
}


def plain(result: Any) -> Any:
    """Return a result as nested tuples of values."""
    if isinstance(result, Activities):
        return tuple(result.points), astuple(result.longest_quiet), astuple(result.open_quiet)
    if isinstance(result, list | tuple):
        return tuple(map(plain, result))
    return astuple(result) if is_dataclass(result) and not isinstance(result, type) else result


def same(actual: Any, expected: Any) -> bool:
    """Tell whether two plain results are equal, numbers but for rounding."""
    if isinstance(actual, tuple) and isinstance(expected, tuple):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(actual, float) and isinstance(expected, float):
        return math.isclose(actual, expected, abs_tol=1e-9)
    return bool(actual == expected)
