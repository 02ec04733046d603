"""In what order a list is asked for, and which of its records by their numbers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import strawberry

from graph.errors import InputError
from graph.model import RecordKind
from kpi.health import Grade
from kpi.health_trend import Trend
from kpi.window import DEFAULT_DAYS, MAX_DAYS, check_days


class OrderField(StrEnum):
    """What the records of a list are ordered by."""

    KEY = "KEY"
    NAME = "NAME"
    HEALTH = "HEALTH"
    TREND = "TREND"
    LAST_INTERACTION = "LAST_INTERACTION"
    NEXT_INTERACTION = "NEXT_INTERACTION"
    INTERACTIONS = "INTERACTIONS"
    INTERACTIONS_BY_US = "INTERACTIONS_BY_US"
    INTERACTIONS_BY_THEM = "INTERACTIONS_BY_THEM"
    OUR_RESPONSE_TIME = "OUR_RESPONSE_TIME"
    THEIR_RESPONSE_TIME = "THEIR_RESPONSE_TIME"
    OUR_MINUTES = "OUR_MINUTES"
    THEIR_MINUTES = "THEIR_MINUTES"
    EMAIL_RATIO_BY_US = "EMAIL_RATIO_BY_US"
    EMAIL_RATIO_BY_THEM = "EMAIL_RATIO_BY_THEM"
    CLOSE_DATE = "CLOSE_DATE"
    REVENUE = "REVENUE"


class Direction(StrEnum):
    """Which end of an order comes first."""

    ASC = "ASC"
    DESC = "DESC"


DEALS_ONLY = frozenset({OrderField.CLOSE_DATE, OrderField.REVENUE})
OF_RECORDS = DEALS_ONLY | {OrderField.KEY, OrderField.NAME}
# Those that a time zone and a number of days make no difference to.
WITHOUT_WINDOW = OF_RECORDS | {
    OrderField.HEALTH,
    OrderField.TREND,
    OrderField.LAST_INTERACTION,
    OrderField.NEXT_INTERACTION,
}


@strawberry.input(
    description="What a list is ordered by. Equals follow each other in the order of their keys, and what has no value "
    "comes last in either direction."
)
class ListOrder:
    """An order as clients give it."""

    field: Annotated[OrderField, strawberry.field(description="What to order by.")]
    direction: Annotated[Direction, strawberry.field(description="Whether the least comes first or the greatest.")] = (
        Direction.ASC
    )
    days: Annotated[
        int | None,
        strawberry.field(
            description=f"For numbers over a window: its calendar days, 1 to {MAX_DAYS}, {DEFAULT_DAYS} where it is "
            "left out. Null is all time. To other orders days make no difference: key, name, health, trend, last and "
            "next interaction, close date and revenue."
        ),
    ] = DEFAULT_DAYS


@strawberry.input(description="Which records a list shows by their numbers at `asOf`; all that is given must hold.")
class NumberFilter:
    """Conditions as clients give them."""

    grades: Annotated[
        list[Grade] | None,
        strawberry.field(
            description="Only those whose health has one of these grades; null or an empty list means all."
        ),
    ] = None
    trends: Annotated[
        list[Trend] | None,
        strawberry.field(
            description="Only those that have a health score, going one of these ways; null or an empty list means all."
        ),
    ] = None
    silent_for_days: Annotated[
        int | None,
        strawberry.field(
            description=f"Only those without any interaction in the last so many times 24 hours, 1 to {MAX_DAYS}; "
            "those that never had one are among them. Null means all."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by; ``days`` and ``zone`` are None where they make no difference."""

    field: OrderField = OrderField.KEY
    direction: Direction = Direction.ASC
    days: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which records a list shows by their numbers; what is empty or None asks for nothing."""

    grades: frozenset[Grade] = frozenset()
    trends: frozenset[Trend] = frozenset()
    silent_days: int | None = None

    def __bool__(self) -> bool:
        return bool(self.grades or self.trends or self.silent_days is not None)


OrderBy = Annotated[
    ListOrder | None,
    strawberry.argument(description="What to order the list by; null is by key."),
]
Filter = Annotated[
    NumberFilter | None,
    strawberry.argument(description="Only those whose numbers at `asOf` are so."),
]


def order_of(given: ListOrder | None, kind: RecordKind, zone: str) -> Order:
    """Return the order that a list of records of a kind is asked for in."""
    if given is None:
        return Order()
    if given.field in DEALS_ONLY and kind is not RecordKind.OPPORTUNITY:
        raise InputError(f"Only opportunities can be ordered by {given.field}; leave orderBy out or name another.")
    check_days(given.days)
    if given.field in WITHOUT_WINDOW:
        return Order(given.field, given.direction)
    return Order(given.field, given.direction, given.days, zone)


def conditions_of(given: NumberFilter | None) -> Conditions:
    """Return the conditions of a filter; an empty list and null ask for nothing."""
    if given is None:
        return Conditions()
    days = given.silent_for_days
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise InputError(f"silentForDays is {days}; it must be from 1 to {MAX_DAYS}.")
    return Conditions(frozenset(given.grades or ()), frozenset(given.trends or ()), days)
