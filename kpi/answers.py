"""Which email answers which."""

import numpy as np

from graph.interactions import EMAIL, NOT_STORED, Bool, Int64, Interactions

NO_ROW = -1


def answers(interactions: Interactions, asking: Bool) -> tuple[Int64, Int64]:
    """
    Find the emails that were answered, each with its earliest answer.

    Parameters
    ----------
    interactions : Interactions
    asking : bool[n]
        The emails of :func:`asks`; others are not seen.

    Returns
    -------
    asked, answer : int64[k]
        Rows of ``interactions``: an email, and the earliest (then lowest id) of :func:`replies` to it.
    """
    asked, answer = replies(interactions, asking)
    earliest = np.full(len(interactions), NO_ROW)
    # Answers are in order of time. Of several values for one place numpy keeps the last, so here the earliest.
    earliest[asked[::-1]] = answer[::-1]
    answered = np.flatnonzero(earliest != NO_ROW)
    return answered, earliest[answered]


def replies(interactions: Interactions, asking: Bool) -> tuple[Int64, Int64]:
    """
    Find every email that answers another, the later answers to the same one included.

    ``r`` answers ``p`` when ``p`` is by the other side and earlier, and either ``r`` names ``p`` as what it replies
    to, or it names nothing stored and ``p`` is the latest of the other side's emails before it in the same thread.

    Parameters
    ----------
    interactions : Interactions
    asking : bool[n]
        The emails of :func:`asks`; others are not seen.

    Returns
    -------
    asked, answer : int64[k]
        Rows of ``interactions``: an email, and one that answers it; the answers are in order of rows.
    """
    rows = np.flatnonzero(asking)
    asked = np.where(
        interactions.reply_to[rows] == NOT_STORED, _latest_in_thread(interactions, rows), _named(interactions, rows)
    )
    answering = np.flatnonzero(asked >= 0)
    return rows[asked[answering]], rows[answering]


def asks(interactions: Interactions, until: int | Int64) -> Bool:
    """
    Return bool[n], the emails between the two sides that a person wrote.

    ``until`` is in microseconds since 1970, for all rows or for each; emails after it are not seen.
    """
    email = (interactions.kind == EMAIL) & interactions.both_sides & ~interactions.automatic
    return np.asarray(email & (interactions.at <= until), dtype=np.bool_)


def _named(interactions: Interactions, rows: Int64) -> Int64:
    """Return for each row the position in ``rows`` of the earlier email by the other side that it names, else -1."""
    record, reply_to = interactions.record[rows].astype(np.int64), interactions.reply_to[rows]
    width = max(interactions.interaction.max(initial=0), reply_to.max(initial=0)) + 1
    # Rows are in order of record, and then of interaction.
    keys = record * width + interactions.interaction[rows]
    wanted = record * width + reply_to
    found = np.minimum(np.searchsorted(keys, wanted), len(rows) - 1)
    side, at = interactions.initiator[rows], interactions.at[rows]
    valid = (reply_to >= 0) & (keys[found] == wanted) & (side[found] != side) & (at[found] < at)
    return np.where(valid, found, -1)


def _latest_in_thread(interactions: Interactions, rows: Int64) -> Int64:
    """Return for each row the position in ``rows`` of the other side's latest earlier email in its thread, else -1."""
    columns = (interactions.record, interactions.thread, interactions.initiator, interactions.at)
    record, thread, side, at = (column[rows].astype(np.int64) for column in columns)
    # Threads count from -1, so two more than the highest keep those of different records apart.
    group = 2 * (record * (thread.max(initial=0) + 2) + thread)
    # Instants as ranks, so that (thread, side, instant) fits into one number that can be searched for.
    rank = np.zeros(len(rows), dtype=np.int64)
    np.cumsum(at[1:] != at[:-1], out=rank[1:])
    keys = (group + side) * len(rows) + rank
    order = np.argsort(keys, kind="stable")
    other = group + 1 - side
    before = np.searchsorted(keys[order], other * len(rows) + rank) - 1
    found = order[np.maximum(before, 0)]
    valid = (thread >= 0) & (before >= 0) & (keys[found] // max(len(rows), 1) == other)
    return np.where(valid, found, -1)
