"""A listing in the order of its numbers: who comes where at an instant, and where a page begins."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import gt, lt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.interactions import Bool, Int64
from graph.model import to_micros
from graph.store import Listing
from kpi.health import Grade, grades_of
from kpi.health_trend import Trend, trends_of
from kpi.ranking import Column, Measure
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
    """The keys of a listing in order, and what those that have a value are ranked by; those without come last."""

    as_of: datetime
    keys: NDArray[np.object_]
    values: NDArray[Any]
    direction: Direction

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, rows: slice) -> list[tuple[str, Value]]:
        """Return some of the keys, each with what it is ranked by."""
        keys, values = self.keys[rows].tolist(), self.values[rows].tolist()
        return list(zip(keys, values + [None] * (len(keys) - len(values)), strict=True))

    def after(self, value: Value, key: str) -> int:
        """Return the position of the first record behind a place, whether or not anything stands there still."""
        return bisect_right(self.keys, key, *self._equal_to(value))

    def _equal_to(self, value: Value) -> tuple[int, int]:
        """Return where those with a value begin and end."""
        if value is None:
            return len(self.values), len(self.keys)
        comes_before: Callable[[Any, Any], bool] = lt if self.direction is Direction.ASC else gt
        places = range(len(self.values))
        first = bisect_left(places, True, key=lambda i: not comes_before(self.values.item(i), value))
        return first, bisect_left(places, True, first, key=lambda i: comes_before(value, self.values.item(i)))


def rank(wanted: Wanted, lines: Lines) -> Ranking:
    """Put the records of a listing in order."""
    column = _column(wanted, lines)
    meeting = _meeting(wanted, lines)
    known = np.flatnonzero(meeting & column.known)
    known = known[_in_order(column.values[known], wanted.order.direction)]
    return Ranking(
        as_of=wanted.as_of,
        keys=lines.listed.ids[np.concatenate([known, np.flatnonzero(meeting & ~column.known)])],
        values=column.values[known],
        direction=wanted.order.direction,
    )


def _in_order(values: NDArray[Any], direction: Direction) -> Int64:
    """Return the places of values in order, equals in that in which they are."""
    if direction is Direction.ASC:
        return values.argsort(kind="stable")
    return len(values) - 1 - values[::-1].argsort(kind="stable")[::-1]


def _column(wanted: Wanted, lines: Lines) -> Column:
    """Return what each record is ranked by."""
    listed = lines.listed
    match wanted.order.field:
        case OrderField.KEY:
            return Column(listed.ids, np.ones(len(listed), dtype=np.bool_))
        case OrderField.NAME:
            return Column(listed.names, np.ones(len(listed), dtype=np.bool_))
        case OrderField.CLOSE_DATE:
            return Column(listed.closes, listed.closes != "")
        case OrderField.REVENUE:
            return Column(listed.revenue, ~np.isnan(listed.revenue))
        case OrderField.HEALTH:
            return lines.health()
        case OrderField.TREND:
            return lines.trend()
        case field:
            return lines.measure(Measure(field), wanted.window)


def _meeting(wanted: Wanted, lines: Lines) -> Bool:
    """Tell which records meet the conditions."""
    conditions, settings = wanted.conditions, lines.sheet.settings
    meeting = np.ones(len(lines.listed), dtype=np.bool_)
    if conditions.grades or conditions.trends:
        health = lines.health()
        meeting &= health.known
        if conditions.grades:
            places = [place for place, grade in enumerate(Grade) if grade in conditions.grades]
            meeting &= np.isin(grades_of(health.values, settings), places)
    if conditions.trends:
        places = [place for place, trend in enumerate(Trend) if trend in conditions.trends]
        meeting &= np.isin(trends_of(lines.trend().values), places)
    if conditions.silent_days is not None:
        last = lines.measure(Measure.LAST_INTERACTION, wanted.window)
        meeting &= ~last.known | (last.values <= to_micros(wanted.as_of) - conditions.silent_days * DAY)
    return meeting
