"""The records of a listing as columns, so that thousands are filtered and put in order at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.interactions import Bool, Float64, Int8, Int64
from graph.model import LeadState, OpportunityState
from graph.store import Outline
from kpi.facts import FOREVER
from kpi.spans import EVER

# All states there are by code; who has none has the code NO_STATE.
STATES: tuple[str, ...] = tuple(dict.fromkeys([*LeadState, *OpportunityState]))
NO_STATE = -1
_CODES: dict[str | None, int] = {None: NO_STATE} | {state: code for code, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """
    Outlines as columns of equal length, in code-point order of the ids.

    What has no creation was created at EVER, what is not closed will be FOREVER; without a close date it is "", without
    revenue NaN.
    """

    ids: NDArray[np.object_]
    names: NDArray[np.object_]
    states: Int8
    created: Int64
    closed: Int64
    closes: NDArray[np.str_]
    revenue: Float64

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def open(self) -> Bool:
        """Whether each is open as recorded."""
        return self.in_states([OpportunityState.OPEN])

    def in_states(self, states: Collection[str]) -> Bool:
        """Tell whether each is in one of these states as recorded."""
        return np.isin(self.states, [_CODES[state] for state in states])

    def taken(self, rows: Bool | Int64) -> "Listed":
        """Return some of them."""
        return Listed(*(column[rows] for column in self._columns()))

    def replaced(self, ids: Collection[str], by: "Listed") -> "Listed":
        """Return these without those of some ids, and with others."""
        left = self.taken(~self._has(np.array(sorted(ids), dtype=np.object_)))
        places = np.searchsorted(left.ids, by.ids)
        pairs = zip(left._columns(), by._columns(), strict=True)
        return Listed(*(np.insert(column, places, new) for column, new in pairs))

    def _has(self, ids: NDArray[np.object_]) -> Bool:
        """Tell which of these have one of some ids."""
        places = np.searchsorted(self.ids, ids)
        there = np.flatnonzero(places < len(self))
        found = np.zeros(len(self), dtype=np.bool_)
        found[places[there][self.ids[places[there]] == ids[there]]] = True
        return found

    def _columns(self) -> list[NDArray[Any]]:
        return [getattr(self, field.name) for field in fields(self)]


def listed(outlines: Sequence[Outline]) -> Listed:
    """Return outlines as columns."""
    ids, names, states, created, closed, closes, revenue = zip(*outlines, strict=True) if outlines else [()] * 7
    return Listed(
        np.array(ids, dtype=np.object_),
        np.array(names, dtype=np.object_),
        np.array([_CODES[state] for state in states], dtype=np.int8),
        np.array([EVER if at is None else at for at in created], dtype=np.int64),
        np.array([FOREVER if at is None else at for at in closed], dtype=np.int64),
        np.array([day or "" for day in closes], dtype="U10"),
        np.array(revenue, dtype=np.float64),
    )
