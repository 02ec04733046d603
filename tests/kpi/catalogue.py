"""Every KPI as a function of columns and a window, beside its reference of the same name, and how to compare them."""

import math
from collections.abc import Callable
from dataclasses import astuple, is_dataclass
from typing import Any

from graph.interactions import Interactions
from graph.model import Side
from kpi.activities import Activities, activities
from kpi.customer_interactions import customer_interactions
from kpi.email_ratio import email_ratio
from kpi.hourly_investment import hourly_investment
from kpi.last_interaction import last_interaction, next_interaction
from kpi.most_contacted import most_contacted, most_contacted_by
from kpi.response_time import response_time
from kpi.window import Window
from tests.kpi import reference

Kpi = Callable[[Interactions, Window], list[Any]]

KPIS: dict[str, Kpi] = {
    "customer_interactions": customer_interactions,
    "activities": activities,
    "most_contacted": most_contacted,
    "most_contacted_by": most_contacted_by,
    "response_time": response_time,
    "hourly_investment": hourly_investment,
    "email_ratio": email_ratio,
    "last_interaction": lambda interactions, window: last_interaction(interactions, window.as_of),
    "next_interaction": lambda interactions, window: next_interaction(interactions, window.as_of),
}

REFERENCES: dict[str, Callable[[reference.View], Any]] = {
    **{name: getattr(reference, name) for name in KPIS if not name.startswith("most_contacted")},
    "most_contacted": lambda view: reference.most_contacted(view, Side.THEM),
    "most_contacted_by": lambda view: reference.most_contacted(view, Side.US),
}


def plain(result: Any) -> Any:
    """Return a result as nested tuples of values."""
    if isinstance(result, Activities):
        return tuple(map(astuple, result.points)), astuple(result.longest_quiet), astuple(result.open_quiet)
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
