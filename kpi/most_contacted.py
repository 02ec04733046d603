"""Most contacted and most contacted by: the people with the most interactions."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from graph.interactions import THEM, US, Int64, Interactions
from graph.model import KINDS, InteractionKind, from_micros
from kpi.columns import ByKind, count, groups
from kpi.window import Window

FIRST = 3


@dataclass(frozen=True, slots=True)
class ContactedPerson:
    """A person, how many interactions they took part in by kind, and the last of them."""

    person: str
    interactions: ByKind[int]
    last_at: datetime
    last_kind: InteractionKind


def most_contacted(
    interactions: Interactions, window: Window, *, first: int = FIRST
) -> list[tuple[ContactedPerson, ...]]:
    """
    Rank the customers by the interactions of each record that they took part in.

    Parameters
    ----------
    interactions : Interactions
    window : Window
    first : int
        How many to return at most.

    Returns
    -------
    list of tuple of ContactedPerson
        One for each of ``interactions.records``, in order, most interactions first. Equal ones are ordered by their
        last interaction, the later one first, then by id.

    Notes
    -----
    Everyone who took part is ranked, whether or not they are the record's. People who opted out are left out and the
    next one moves up.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": most contacted.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, columns, meeting
    >>> read = columns(meeting("n1", ago(2), "ann", "bob", "dan"), meeting("n2", ago(1), "ann", "bob"))
    >>> [[first, second]] = most_contacted(read, Window(AS_OF))
    >>> first.person, first.interactions.total, second.person
    ('bob', 2, 'dan')
    """
    return _ranked(interactions, window, THEM, first)


def most_contacted_by(
    interactions: Interactions, window: Window, *, first: int = FIRST
) -> list[tuple[ContactedPerson, ...]]:
    """
    Rank the sellers by the interactions of each record that they took part in.

    Parameters
    ----------
    interactions : Interactions
    window : Window
    first : int
        How many to return at most.

    Returns
    -------
    list of tuple of ContactedPerson
        As :func:`most_contacted` does.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": most contacted by.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, columns, meeting
    >>> [[first]] = most_contacted_by(columns(meeting("n1", ago(1), "ann", "bob", "dan")), Window(AS_OF))
    >>> first.person, first.last_kind.value
    ('ann', 'MEETING')
    """
    return _ranked(interactions, window, US, first)


def _ranked(interactions: Interactions, window: Window, side: int, first: int) -> list[tuple[ContactedPerson, ...]]:
    record, person, kinds, last = _by_person(interactions, window, side)
    # Rows of a record are in order of time, so the row of the last interaction ranks as its instant and id do.
    order = np.lexsort((person, -last, -kinds.sum(axis=1), record))
    record, person, kinds, last = record[order], person[order], kinds[order], last[order]
    return [
        tuple(
            _contacted(interactions, *row)
            for row in zip(person[rows][:first], kinds[rows][:first], last[rows][:first], strict=True)
        )
        for rows in groups(record, len(interactions.records))
    ]


def _by_person(interactions: Interactions, window: Window, side: int) -> tuple[Int64, Int64, Int64, Int64]:
    """Return record, person, int64[pairs, kind] counts and last row of each (record, person) on a side."""
    where = window.contains(interactions.at)[interactions.present_row] & (interactions.present_side == side)
    where &= ~interactions.opted_out[interactions.present_person]
    row = interactions.present_row[where].astype(np.int64)
    people = max(len(interactions.people), 1)
    pairs = interactions.record[row].astype(np.int64) * people + interactions.present_person[where]
    pair, code = np.unique(pairs, return_inverse=True)
    last = np.zeros(len(pair), dtype=np.int64)
    # Rows are in order, and of several values for one place numpy keeps the last.
    last[code] = row
    record, person = np.divmod(pair, people)
    return record, person, count((len(pair), len(KINDS)), code, interactions.kind[row]), last


def _contacted(interactions: Interactions, person: int, kinds: Int64, last: int) -> ContactedPerson:
    return ContactedPerson(
        person=interactions.people[person],
        interactions=ByKind(*kinds.tolist()),
        last_at=from_micros(interactions.at[last]),
        last_kind=KINDS[interactions.kind[last]],
    )
