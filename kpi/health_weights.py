"""Interactions as relationship health sees them: when they were, what they weigh, and who talked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from graph.interactions import Bool, Float64, Int8, Int32, Int64, Interactions
from graph.model import KINDS
from graph.settings import OrganizationSettings
from kpi.facts import FOREVER, Facts, who_talks
from kpi.window import DAY

# So many rows at a time stay in the processor's cache, which is several times as quick.
ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """
    Interactions of some records as columns of equal length n, ordered by record, then instant.

    Attributes
    ----------
    interval : float
        The expected time between two interactions, in microseconds.
    starts : int64[records + 1]
        The first row of each record, and n.
    at : int64[n]
        Microseconds since 1970.
    when : float64[n]
        The same in expected intervals.
    weight : float64[n]
        That of the kind.
    ours, theirs : float64[n]
        The weight where we talk, and where they do; else 0.
    """

    interval: float
    starts: Int64
    at: Int64
    when: Float64
    weight: Float64
    ours: Float64
    theirs: Float64

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.starts) - 1

    def total(self, column: Float64) -> Float64:
        """Return float64[records], the sum of a column over each record."""
        return self._reduced(np.add, column, 0.0)

    def least(self, column: Float64) -> Float64:
        """Return float64[records], the least value of each record; infinity where it has none."""
        return self._reduced(np.minimum, column, np.inf)

    def count(self, rows: Bool) -> Int64:
        """Return int64[records], how many rows of each record are so."""
        return self._reduced(np.add, rows.astype(np.float64), 0.0).astype(np.int64)

    def nth(self, n: int) -> Int64:
        """Return int64[records], the instant of the nth interaction of each record, counted from 1; or FOREVER."""
        instants = np.full(self.size, FOREVER)
        there = np.flatnonzero(np.diff(self.starts) >= n)
        instants[there] = self.at[self.starts[there] + n - 1]
        return instants

    def _reduced(self, how: np.ufunc, column: Float64, empty: float) -> Float64:
        filled = np.flatnonzero(np.diff(self.starts))
        reduced = np.full(self.size, empty)
        if len(filled):
            reduced[filled] = how.reduceat(column, self.starts[filled])
        return reduced

    def until(self, as_of: int) -> "Weighed":
        """Return what is known at an instant: the last digit of a sum may tell of zeros at its end."""
        known = self.at <= as_of
        return self._taken(np.concatenate([[0], np.cumsum(self.count(known))]), known)

    def parts(self) -> Iterator["Weighed"]:
        """Yield the same in parts, each of some whole records."""
        cuts = np.searchsorted(self.starts, np.arange(ROWS_AT_ONCE, len(self.at), ROWS_AT_ONCE))
        for first, stop in pairwise([*sorted({0, *cuts.tolist()}), self.size]):
            starts = self.starts[first : stop + 1]
            yield self._taken(starts - starts[0], slice(starts[0], starts[-1]))

    def _taken(self, starts: Int64, rows: Bool | slice) -> "Weighed":
        columns = (self.weight[rows], self.ours[rows], self.theirs[rows])
        return Weighed(self.interval, starts, self.at[rows], self.when[rows], *columns)


class _Rows(Protocol):
    @property
    def records(self) -> tuple[str, ...]: ...
    @property
    def record(self) -> Int32: ...
    @property
    def at(self) -> Int64: ...
    @property
    def kind(self) -> Int8: ...


def weighed(facts: Facts, settings: OrganizationSettings) -> Weighed:
    """Return what facts weigh by the settings."""
    return _weighed(facts, facts.we_talk, facts.they_talk, settings)


def weighed_interactions(interactions: Interactions, settings: OrganizationSettings) -> Weighed:
    """Return what interactions weigh by the settings, as their facts would."""
    return _weighed(interactions, *who_talks(interactions), settings)


def _weighed(rows: _Rows, we_talk: Bool, they_talk: Bool, settings: OrganizationSettings) -> Weighed:
    weight = np.array([settings.weight(kind) for kind in KINDS])[rows.kind]
    interval = settings.interval_days * DAY
    return Weighed(
        interval=interval,
        starts=np.searchsorted(rows.record, np.arange(len(rows.records) + 1)),
        at=rows.at,
        when=rows.at / interval,
        weight=weight,
        ours=weight * we_talk,
        theirs=weight * they_talk,
    )
