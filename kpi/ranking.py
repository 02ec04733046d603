"""The numbers that records are ranked by, for many records at once, from facts alone: those that the widgets show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.interactions import EMAIL, THEM, US, Bool, Float64, Int64
from graph.model import KINDS
from kpi.columns import count, first_after, total
from kpi.facts import Facts
from kpi.ledger import starts
from kpi.response_time import HOUR
from kpi.window import Window


class Measure(StrEnum):
    """A number that a widget shows of a record, and that facts alone tell."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A number for each record: ``values`` (int64 or float64) where ``known`` (bool), nothing elsewhere."""

    values: NDArray[Any]
    known: Bool


def end_to_end(columns: Sequence[Column]) -> Column:
    """Return the numbers of several lots of records as those of one."""
    return Column(
        np.concatenate([column.values for column in columns]), np.concatenate([column.known for column in columns])
    )


def measured(facts: Facts, measure: Measure, window: Window) -> Column:
    """
    Compute a measure of each record.

    Parameters
    ----------
    facts : Facts
    measure : Measure
    window : Window
        Instants of the last and the next interaction look at *as of* alone.

    Returns
    -------
    Column
        One value for each of ``facts.records``, in order, equal to what the widget shows: instants in microseconds
        since 1970, hours, minutes, counts, ratios.

    See Also
    --------
    kpi.last_interaction, kpi.customer_interactions, kpi.response_time, kpi.hourly_investment, kpi.email_ratio

    Examples
    --------
    >>> from kpi.facts import facts_of
    >>> from tests.situations import AS_OF, ago, columns, email
    >>> facts = facts_of(columns(email("m1", ago(2), "ann", "bob"), email("m2", ago(1), "ann", "bob")))
    >>> measured(facts, Measure.INTERACTIONS, Window(AS_OF)).values
    array([2])
    >>> measured(facts, Measure.EMAIL_RATIO_BY_US, Window(AS_OF)).known
    array([False])
    """
    return _MEASURES[measure](facts, window)


def _last(facts: Facts, window: Window) -> Column:
    bounds, behind = _bounds(facts, window)
    return _at(facts, behind - 1, behind > bounds[:-1])


def _next(facts: Facts, window: Window) -> Column:
    bounds, behind = _bounds(facts, window)
    return _at(facts, behind, behind < bounds[1:])


def _bounds(facts: Facts, window: Window) -> tuple[Int64, Int64]:
    """Return the first row of each record, and its first row after *as of*."""
    bounds = starts(facts)
    return bounds, first_after(facts.at, bounds, window.until)


def _at(facts: Facts, rows: Int64, known: Bool) -> Column:
    values = np.zeros(len(rows), dtype=np.int64)
    values[known] = facts.at[rows[known]]
    return Column(values, known)


def _inside(facts: Facts, window: Window, side: int | None = None) -> Int64:
    """Return the rows in a window, all or those that a side began: few of them, so that the rest is soon done."""
    rows = np.flatnonzero(window.contains(facts.at))
    return rows if side is None else rows[facts.initiator[rows] == side]


def _counted(facts: Facts, rows: Int64) -> Int64:
    return count((len(facts.records),), facts.record[rows])


def _interactions(side: int | None) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        counts = _counted(facts, _inside(facts, window, side))
        return Column(counts, np.ones(len(counts), dtype=np.bool_))

    return column


def _response_time(side: int) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        rows = _inside(facts, window, side)
        rows = rows[facts.wait[rows] > 0]
        waits = total((len(facts.records),), facts.wait[rows].astype(np.float64), facts.record[rows])
        answers = _counted(facts, rows)
        return Column(waits / HOUR / np.maximum(answers, 1), answers > 0)

    return column


def _minutes(minutes: Callable[[Facts], Float64]) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        rows = _inside(facts, window)
        # By kind first, as the widget adds up, so that rounding is the same too.
        by_kind = total((len(facts.records), len(KINDS)), minutes(facts)[rows], facts.record[rows], facts.kind[rows])
        emails, meetings, calls, others = by_kind.T
        return Column(emails + meetings + calls + others, np.ones(len(by_kind), dtype=np.bool_))

    return column


def _email_ratio(side: int) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        rows = _inside(facts, window)
        rows = rows[(facts.kind[rows] == EMAIL) & facts.both_sides[rows]]
        began = facts.initiator[rows]
        theirs, others = (_counted(facts, rows[began == s]) for s in (side, 1 - side))
        return Column(theirs / np.maximum(others, 1), others > 0)

    return column


_MEASURES: dict[Measure, Callable[[Facts, Window], Column]] = {
    Measure.LAST_INTERACTION: _last,
    Measure.NEXT_INTERACTION: _next,
    Measure.INTERACTIONS: _interactions(None),
    Measure.INTERACTIONS_BY_US: _interactions(US),
    Measure.INTERACTIONS_BY_THEM: _interactions(THEM),
    Measure.OUR_RESPONSE_TIME: _response_time(US),
    Measure.THEIR_RESPONSE_TIME: _response_time(THEM),
    Measure.OUR_MINUTES: _minutes(lambda facts: facts.our_minutes),
    Measure.THEIR_MINUTES: _minutes(lambda facts: facts.their_minutes),
    Measure.EMAIL_RATIO_BY_US: _email_ratio(US),
    Measure.EMAIL_RATIO_BY_THEM: _email_ratio(THEM),
}
