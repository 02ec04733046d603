"""A listing in the order of its numbers: who comes where at an instant, and where a page begins."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import gt, lt
from typing import Any

from graph.model import to_micros
from graph.store import Listing
from kpi.health import grade_of
from kpi.health_trend import trend_of
from kpi.ranking import Measure
from kpi.window import DAY, Window
from resolvers.ordering import OF_RECORDS, Conditions, Direction, Order, OrderField
from resolvers.sheet import Lines

# What a record is ranked by; None comes last. Of one ranking all are of one type.
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    A ranking that is asked for.

    Where it is ``lately``, that of a moment ago will do as long as nothing was written since.
    """

    listing: Listing
    order: Order
    conditions: Conditions
    as_of: datetime
    lately: bool = False

    @property
    def of_records(self) -> bool:
        """Whether the records themselves tell, without a look at their interactions."""
        return self.order.field in OF_RECORDS and not self.conditions

    @property
    def window(self) -> Window:
        """The window of the numbers that have one."""
        return Window(self.as_of, self.order.days, self.order.zone or "UTC")


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The keys of a listing in order, what each is ranked by, and how many of these are not None."""

    as_of: datetime
    keys: Sequence[str]
    values: Sequence[Value]
    known: int
    direction: Direction

    def after(self, value: Value, key: str) -> int:
        """Return the position of the first record behind a place, whether or not anything stands there still."""
        return bisect_right(self.keys, key, *self._equal_to(value))

    def _equal_to(self, value: Value) -> tuple[int, int]:
        """Return where those with a value begin and end."""
        if value is None:
            return self.known, len(self.keys)
        comes_before: Callable[[Any, Any], bool] = lt if self.direction is Direction.ASC else gt
        places = range(self.known)
        first = bisect_left(places, True, key=lambda i: not comes_before(self.values[i], value))
        return first, bisect_left(places, True, first, key=lambda i: comes_before(value, self.values[i]))


def rank(wanted: Wanted, lines: Lines) -> Ranking:
    """Put the records of a listing in order."""
    values = _values(wanted, lines)
    places = _meeting(wanted, lines)
    known = [i for i in places if values[i] is not None]
    # Outlines are in order of key, which both directions leave to equals: a sort is stable, a reversed one too.
    known.sort(key=values.__getitem__, reverse=wanted.order.direction is Direction.DESC)
    order = [*known, *(i for i in places if values[i] is None)]
    return Ranking(
        as_of=wanted.as_of,
        keys=[lines.outlines[i].id for i in order],
        values=[values[i] for i in order],
        known=len(known),
        direction=wanted.order.direction,
    )


def _values(wanted: Wanted, lines: Lines) -> Sequence[Any]:
    """Return what each record is ranked by."""
    match wanted.order.field:
        case OrderField.KEY:
            return [outline.id for outline in lines.outlines]
        case OrderField.CLOSE_DATE:
            return [outline.closes for outline in lines.outlines]
        case OrderField.REVENUE:
            return [outline.revenue for outline in lines.outlines]
        case OrderField.HEALTH:
            return lines.health()
        case OrderField.TREND:
            return lines.trend()
        case field:
            return lines.measure(Measure(field), wanted.window)


def _meeting(wanted: Wanted, lines: Lines) -> Sequence[int]:
    """Return the places of the records that meet the conditions."""
    places: Sequence[int] = range(len(lines.outlines))
    conditions, settings = wanted.conditions, lines.sheet.settings
    if conditions.grades or conditions.trends:
        scores = lines.health()
        places = [i for i in places if scores[i] is not None]
        if conditions.grades:
            places = [i for i in places if grade_of(scores[i], settings) in conditions.grades]
    if conditions.trends:
        deltas = lines.trend()
        places = [i for i in places if trend_of(deltas[i]) in conditions.trends]
    if conditions.silent_days is not None:
        last = lines.measure(Measure.LAST_INTERACTION, wanted.window)
        since = to_micros(wanted.as_of) - conditions.silent_days * DAY
        places = [i for i in places if last[i] is None or last[i] <= since]
    return places
