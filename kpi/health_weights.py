"""Interactions as relationship health sees them: when they were, what they weigh, and who talked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from graph.interactions import Bool, Float64, Int8, Int32, Int64, Interactions
from graph.model import KINDS
from graph.settings import OrganizationSettings
from kpi.columns import first_after
from kpi.facts import FOREVER, Facts, who_talks
from kpi.window import DAY

# So many rows at a time stay in the processor's cache, which is several times as quick.
ROWS_AT_ONCE = 32_768


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
    latest : dict of float to int32[n]
        For each weight there is, the last row of this weight up to each row; -1 before the first.
    """

    interval: float
    starts: Int64
    at: Int64
    when: Float64
    weight: Float64
    ours: Float64
    theirs: Float64
    latest: dict[float, Int32]

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.starts) - 1

    def first_after(self, instant: int | Int64) -> Int64:
        """Return int64[records], the first row of each record after an instant, or after one of its own; or its end."""
        return first_after(self.at, self.starts, instant)

    def nth(self, n: int) -> Int64:
        """Return int64[records], the instant of the nth interaction of each record, counted from 1; or FOREVER."""
        instants = np.full(self.size, FOREVER)
        there = np.flatnonzero(np.diff(self.starts) >= n)
        instants[there] = self.at[self.starts[there] + n - 1]
        return instants

    @property
    def most_rows(self) -> int:
        """The rows of the largest part."""
        return max((self.starts[stop] - self.starts[first] for first, stop in self.parts()), default=0)

    def parts(self) -> Iterator[tuple[int, int]]:
        """Yield the first record of each part of some whole records, and the one behind its last."""
        cuts = np.searchsorted(self.starts, np.arange(ROWS_AT_ONCE, len(self.at), ROWS_AT_ONCE)).tolist()
        return pairwise(sorted({0, *cuts, self.size}))


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
    weights = np.array([settings.weight(kind) for kind in KINDS])
    weight = weights[rows.kind]
    interval = settings.interval_days * DAY
    return Weighed(
        interval=interval,
        starts=np.searchsorted(rows.record, np.arange(len(rows.records) + 1, dtype=np.int32)),
        at=rows.at,
        when=rows.at / interval,
        weight=weight,
        ours=weight * we_talk,
        theirs=weight * they_talk,
        latest={one: _latest(weight == one) for one in set(weights.tolist())},
    )


def _latest(rows: Bool) -> Int32:
    return np.maximum.accumulate(np.where(rows, np.arange(len(rows), dtype=np.int32), np.int32(-1)))
