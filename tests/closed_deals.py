"""A record of won and lost deals for tests: gold ones are mostly won, tin ones mostly lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from graph.model import Opportunity, OpportunityState
from tests.builders import NOON, an_opportunity

WON, LOST, OPEN = OpportunityState.WON, OpportunityState.LOST, OpportunityState.OPEN


def a_closed_deal(id: str, state: OpportunityState, closed_at: datetime = NOON, **fields: Any) -> Opportunity:
    return an_opportunity(id, state=state, closed_at=closed_at, **fields)


def of_metal(metal: str) -> tuple[tuple[str, str], ...]:
    return (("metal", metal),)


def record(won: int = 30, lost: int = 30, *, last: datetime = NOON, prefix: str = "", luck: str = "gold") -> list[Any]:
    """
    Return so many deals of each end, each closed an hour before the one that goes before it.

    Nine of ten won deals are of the lucky metal, nine of ten lost ones of the other.
    """
    return [*_closed(f"{prefix}won", WON, won, last, luck), *_closed(f"{prefix}lost", LOST, lost, last, _other(luck))]


def _closed(prefix: str, state: OpportunityState, count: int, last: datetime, metal: str) -> Iterator[Opportunity]:
    for n in range(count):
        attributes = of_metal(_other(metal) if n % 10 == 9 else metal)
        yield a_closed_deal(f"{prefix}{n:03}", state, last - n * timedelta(hours=1), attributes=attributes)


def _other(metal: str) -> str:
    return "tin" if metal == "gold" else "gold"
