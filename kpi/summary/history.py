"""The history of records as windows: the one that is asked about, and those before it."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import Bool, Float64, Int64, Interactions
from kpi.columns import count
from kpi.window import Window

# What is usual is what was so in this many windows of the same length before; more would be another time.
EARLIER = 12


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """
    In which window each row lies.

    Attributes
    ----------
    size : int
        The number of records.
    record : int64[n]
    number : int64[n]
        0 in the window asked about, 1 in the one before it, up to :data:`EARLIER`; -1 before and after all these.
    now, before : bool[n]
        Whether it lies in the window asked about, or anywhere before it.
    earlier : int64[size]
        How many earlier windows lie wholly in the history of a record, at most :data:`EARLIER`.
    """

    size: int
    record: Int64
    number: Int64
    now: Bool
    before: Bool
    earlier: Int64

    def counts(self, rows: Bool) -> Float64:
        """Return float64[size, 1 + EARLIER], how many of the rows there are in each window."""
        chosen = rows & (self.number >= 0)
        shape = (self.size, 1 + EARLIER)
        return count(shape, self.record[chosen], self.number[chosen]).astype(np.float64)

    def usual(self, values: Float64) -> tuple[Float64, Float64]:
        """Return float64[size] twice: the mean over the earlier windows (else 0), and squared deviations from it."""
        lived = np.arange(1, 1 + EARLIER) <= self.earlier[:, None]
        earlier = values[:, 1:]
        mean = np.where(lived, earlier, 0.0).sum(axis=1) / np.maximum(self.earlier, 1)
        return mean, np.where(lived, (earlier - mean[:, None]) ** 2, 0.0).sum(axis=1)


def history_of(interactions: Interactions, window: Window) -> History:
    """
    Place each row in a window.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, call, columns
    >>> history = history_of(columns(*(call(f"c{n}", ago(n), "ann", "bob") for n in (0, 6, 7, 20))), Window(AS_OF, 7))
    >>> history.number, history.earlier
    (array([2, 1, 0, 0]), array([2]))
    """
    record = interactions.record.astype(np.int64)
    passed = interactions.at <= window.until
    age = window.last_day - window.local_days(interactions.at)
    number = np.zeros(len(record), dtype=np.int64) if window.days is None else age // window.days
    number = np.where(passed & (number <= EARLIER), number, -1)
    lived = np.zeros(len(interactions.records), dtype=np.int64)
    np.maximum.at(lived, record[passed], age[passed] + 1)
    earlier = np.zeros_like(lived) if window.days is None else np.clip(lived // window.days - 1, 0, EARLIER)
    now = number == 0
    return History(len(lived), record, number, now, passed & ~now, earlier)
