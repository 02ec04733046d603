"""Relationship activities: a point for each day, and the quiet periods."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple, overload

import numpy as np

from graph.interactions import CALL, NOBODY, Int64, Interactions
from graph.model import SIDES
from kpi.columns import count, groups
from kpi.window import Window

SERIES = (CALL + 1) * len(SIDES)
NOTHING = (0,) * SERIES


class ActivityPoint(NamedTuple):
    """What happened on one local calendar day; a tuple, since a year of days of fifty deals is made at once."""

    date: date
    emails_sent: int
    emails_received: int
    meetings_sent: int
    meetings_received: int
    calls_made: int
    calls_received: int


@dataclass(frozen=True, slots=True, eq=False)
class Points(Sequence[ActivityPoint]):
    """
    A point for each day from ``first_day`` to ``last_day``, made when it is asked for.

    Only days on which something is counted are kept: ``days`` int64[k], in order, and ``counts`` int64[k, 6].
    """

    first_day: int
    last_day: int
    days: Int64
    counts: Int64

    def __len__(self) -> int:
        return self.last_day - self.first_day + 1

    @overload
    def __getitem__(self, index: int) -> ActivityPoint: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequence[ActivityPoint]": ...
    def __getitem__(self, index: int | slice) -> "ActivityPoint | Sequence[ActivityPoint]":
        days = range(self.first_day, self.last_day + 1)[index]
        return self._point(days) if isinstance(days, int) else [self._point(day) for day in days]

    def __iter__(self) -> Iterator[ActivityPoint]:
        counts = np.zeros((SERIES, len(self)), dtype=np.int64)
        counts[:, self.days - self.first_day] = self.counts.T
        dates = map(Window.date, range(self.first_day, self.last_day + 1))
        return map(ActivityPoint._make, zip(dates, *counts.tolist(), strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Points):
            return NotImplemented
        same_days = (self.first_day, self.last_day) == (other.first_day, other.last_day)
        return same_days and np.array_equal(self.days, other.days) and np.array_equal(self.counts, other.counts)

    def _point(self, day: int) -> ActivityPoint:
        at = int(np.searchsorted(self.days, day))
        found = at < len(self.days) and self.days[at] == day
        return ActivityPoint(Window.date(day), *(self.counts[at].tolist() if found else NOTHING))


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """A run of days without a counted interaction of any kind; the dates are None where it has no day."""

    days: int
    first_date: date | None
    last_date: date | None


@dataclass(frozen=True, slots=True)
class Activities:
    """A point for each day, the longest quiet period (the earliest of equals) and the one open at *as of*."""

    points: Sequence[ActivityPoint]
    longest_quiet: QuietPeriod
    open_quiet: QuietPeriod


def activities(interactions: Interactions, window: Window) -> list[Activities]:
    """
    Count the emails, meetings and calls each way on every day of the window, for each record.

    Parameters
    ----------
    interactions : Interactions
    window : Window
        For all time the series begins on the day of the first interaction; without one it is empty.

    Returns
    -------
    list of Activities
        One for each of ``interactions.records``, in order. Days without an interaction have a point of zeros, those
        that the time zone skipped too.

    Notes
    -----
    Quiet periods lie inside the window and end where any kind of interaction took place, by whomever it was begun.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": relationship activities.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, call, columns
    >>> [result] = activities(columns(call("c1", ago(2), "ann", "bob")), Window(AS_OF, days=4))
    >>> [point.calls_made for point in result.points]
    [0, 1, 0, 0]
    >>> result.open_quiet
    QuietPeriod(days=2, first_date=datetime.date(2026, 11, 21), last_date=datetime.date(2026, 11, 22))
    """
    inside = np.flatnonzero(window.contains(interactions.at))
    record, day, code = _active_days(interactions, window, inside)
    counts = _series(interactions, inside, len(day), code)
    shown = counts.any(axis=1)
    shown_day, shown_counts = day[shown], counts[shown]
    rows_of = (groups(codes, len(interactions.records)) for codes in (record, record[shown]))
    return [
        _activities(window, day[active].tolist(), shown_day[points], shown_counts[points])
        for active, points in zip(*rows_of, strict=True)
    ]


def _active_days(interactions: Interactions, window: Window, inside: Int64) -> tuple[Int64, Int64, Int64]:
    """Return record and day of each (record, day) with an interaction, in order, and which of them each row is on."""
    day = window.local_days(interactions.at[inside])
    first = day.min(initial=window.last_day)
    width = window.last_day + 1 - first
    record = interactions.record[inside].astype(np.int64)
    keys, code = np.unique(record * width + (day - first), return_inverse=True)
    record, offset = np.divmod(keys, width)
    return record, offset + first, code


def _series(interactions: Interactions, inside: Int64, days: int, code: Int64) -> Int64:
    """Return int64[days, 6], the counts in the order of the fields of a point."""
    kind, initiator = interactions.kind[inside], interactions.initiator[inside]
    shown = (kind <= CALL) & (initiator != NOBODY)
    counts = count((days, CALL + 1, len(SIDES)), code[shown], kind[shown], initiator[shown])
    return counts.reshape(days, SERIES)


def _activities(window: Window, active: Sequence[int], shown: Int64, counts: Int64) -> Activities:
    """Return the activities of a record, given the days with any interaction and those with a count to show."""
    first, last = window.first_day, window.last_day
    if first is None:
        first = active[0] if active else last + 1
    edges = [first - 1, *active, last + 1]
    gaps = [after - before - 1 for before, after in pairwise(edges)]
    longest = gaps.index(max(gaps))
    return Activities(
        points=Points(first, last, shown, counts),
        longest_quiet=_quiet(edges[longest] + 1, gaps[longest]),
        open_quiet=_quiet(edges[-2] + 1, gaps[-1]),
    )


def _quiet(first: int, days: int) -> QuietPeriod:
    return QuietPeriod(days, Window.date(first), Window.date(first + days - 1)) if days else QuietPeriod(0, None, None)
