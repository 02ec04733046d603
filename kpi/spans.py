"""Spans: for each record an instant to count from and one to count until."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.interactions import Bool, Int64, Interactions

EVER = int(np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """
    From one instant to another, both included, and *as of* the latter: a period of its own for each record.

    It belongs to the rows of the interactions it was made for.

    Attributes
    ----------
    since, until : int64[n]
        Microseconds since 1970, for each row.

    Examples
    --------
    >>> from graph.model import to_micros
    >>> from kpi.customer_interactions import customer_interactions
    >>> from tests.situations import ago, call, columns
    >>> read = columns(call("c1", ago(3), "ann", "bob"), call("c2", ago(2), "ann", "bob"))
    >>> [counts] = customer_interactions(read, spans(read, [EVER], [to_micros(ago(3))]))
    >>> counts.total.calls
    1
    """

    since: Int64
    until: Int64

    def contains(self, at: Int64) -> Bool:
        """Return bool[n], whether each row, whose instant is given, lies in the span of its record."""
        return np.asarray((self.since <= at) & (at <= self.until), dtype=np.bool_)


def spans(interactions: Interactions, since: Sequence[int], until: Sequence[int]) -> Spans:
    """Return the spans of these rows, given one for each of ``interactions.records``; EVER is from the beginning."""
    begin, end = (np.array(instants, dtype=np.int64) for instants in (since, until))
    return Spans(begin[interactions.record], end[interactions.record])
