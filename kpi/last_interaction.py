"""Next and last interaction."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from graph.interactions import Int64, Interactions
from graph.model import KINDS, SIDES, InteractionKind, Side, from_micros, to_micros
from kpi.columns import count


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One interaction and who began it; the person is None where nobody did, or where they opted out."""

    id: str
    at: datetime
    kind: InteractionKind
    initiator: str | None
    initiator_side: Side | None


def last_interaction(interactions: Interactions, as_of: datetime) -> list[Touchpoint | None]:
    """
    Find the latest interaction of each record up to an instant.

    Parameters
    ----------
    interactions : Interactions
    as_of : datetime
        Aware.

    Returns
    -------
    list of Touchpoint or None
        One for each of ``interactions.records``, in order; None where there was none. Of several at the same instant
        it is the one with the highest id.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, call, columns
    >>> [last] = last_interaction(columns(call("c1", ago(2), "ann", "bob")), AS_OF)
    >>> last.id, last.initiator
    ('c1', 'ann')
    """
    starts, passed, _ = _positions(interactions, as_of)
    found = np.where(passed > starts, passed - 1, -1)
    return [_touchpoint(interactions, row) for row in found.tolist()]


def next_interaction(interactions: Interactions, as_of: datetime) -> list[Touchpoint | None]:
    """
    Find the earliest interaction of each record after an instant.

    Parameters
    ----------
    interactions : Interactions
        Those after ``as_of`` included.
    as_of : datetime
        Aware.

    Returns
    -------
    list of Touchpoint or None
        One for each of ``interactions.records``, in order; None where nothing is planned. Of several at the same
        instant it is the one with the lowest id.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, call, columns
    >>> next_interaction(columns(call("c1", ago(2), "ann", "bob")), AS_OF)
    [None]
    """
    _, passed, stops = _positions(interactions, as_of)
    found = np.where(passed < stops, passed, -1)
    return [_touchpoint(interactions, row) for row in found.tolist()]


def _positions(interactions: Interactions, as_of: datetime) -> tuple[Int64, Int64, Int64]:
    """Return for each record its first row, its first row after an instant, and the row after its last."""
    size = len(interactions.records)
    bounds = np.searchsorted(interactions.record, np.arange(size + 1))
    taken_place = interactions.record[interactions.at <= to_micros(as_of)]
    return bounds[:-1], bounds[:-1] + count((size,), taken_place), bounds[1:]


def _touchpoint(interactions: Interactions, row: int) -> Touchpoint | None:
    if row < 0:
        return None
    person, side = int(interactions.initiator_person[row]), int(interactions.initiator[row])
    named = person >= 0 and not interactions.opted_out[person]
    return Touchpoint(
        id=interactions.id[row],
        at=from_micros(interactions.at[row]),
        kind=KINDS[interactions.kind[row]],
        initiator=interactions.people[person] if named else None,
        initiator_side=SIDES[side] if side >= 0 else None,
    )
