"""The numbers that records are ranked by, for many records at once, from facts alone: those that the widgets show."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.interactions import EMAIL, THEM, US, Bool, Float64, Int64
from graph.model import KINDS
from kpi.columns import count, total
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
    bounds, passed = _positions(facts, window)
    return _at(facts, passed - 1, passed > bounds[:-1])


def _next(facts: Facts, window: Window) -> Column:
    bounds, passed = _positions(facts, window)
    return _at(facts, passed, passed < bounds[1:])


def _positions(facts: Facts, window: Window) -> tuple[Int64, Int64]:
    """Return the first row of each record, and its first row after *as of*."""
    bounds = starts(facts)
    taken_place = facts.record[facts.at <= window.until]
    return bounds, bounds[:-1] + count((len(facts.records),), taken_place)


def _at(facts: Facts, rows: Int64, known: Bool) -> Column:
    values = np.zeros(len(rows), dtype=np.int64)
    values[known] = facts.at[rows[known]]
    return Column(values, known)


def _counted(facts: Facts, rows: Bool) -> Int64:
    return count((len(facts.records),), facts.record[rows])


def _interactions(side: int | None) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        inside = window.contains(facts.at)
        counts = _counted(facts, inside if side is None else inside & (facts.initiator == side))
        return Column(counts, np.ones(len(counts), dtype=np.bool_))

    return column


def _response_time(side: int) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        rows = (facts.wait > 0) & (facts.initiator == side) & window.contains(facts.at)
        waits = total((len(facts.records),), facts.wait[rows].astype(np.float64), facts.record[rows])
        answers = _counted(facts, rows)
        return Column(waits / HOUR / np.maximum(answers, 1), answers > 0)

    return column


def _minutes(minutes: Callable[[Facts], Float64]) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        inside = window.contains(facts.at)
        # By kind first, as the widget adds up, so that rounding is the same too.
        by_kind = total(
            (len(facts.records), len(KINDS)), minutes(facts)[inside], facts.record[inside], facts.kind[inside]
        )
        emails, meetings, calls, others = by_kind.T
        return Column(emails + meetings + calls + others, np.ones(len(by_kind), dtype=np.bool_))

    return column


def _email_ratio(side: int) -> Callable[[Facts, Window], Column]:
    def column(facts: Facts, window: Window) -> Column:
        emails = window.contains(facts.at) & (facts.kind == EMAIL) & facts.both_sides
        theirs, others = (_counted(facts, emails & (facts.initiator == s)) for s in (side, 1 - side))
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
