"""Closed deals for tests of similarity."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from graph.model import Opportunity, OpportunityState
from kpi.similarity.deals import Deals, deals_of

LAST_CLOSE = datetime(2026, 11, 1, tzinfo=UTC)


def record(won: Mapping[str, int] | None = None, lost: Mapping[str, int] | None = None) -> Deals:
    """Return so many won and lost deals of each metal, the first one closed last."""
    outcomes = [
        (state, metal)
        for state, metals in ((OpportunityState.WON, won), (OpportunityState.LOST, lost))
        for metal, times in (metals or {}).items()
        for _ in range(times)
    ]
    return deals_of([a_deal(n, state, metal=metal) for n, (state, metal) in enumerate(outcomes)])


def a_deal(n: int, state: OpportunityState, **attributes: str | float | bool) -> Opportunity:
    """Return the deal that was closed n hours before the last one."""
    return Opportunity(
        id=f"d{n:04}",
        name=f"D{n}",
        state=state,
        closed_at=LAST_CLOSE - timedelta(hours=n),
        attributes=tuple(sorted(attributes.items())),
    )
