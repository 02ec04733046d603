"""What several KPIs do with columns: count over codes, and name the counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.interactions import Int64

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class ByKind(Generic[Number]):
    """A number for each kind of interaction, and their sum."""

    emails: Number
    meetings: Number
    calls: Number
    others: Number

    @property
    def total(self) -> Number:
        """All kinds together."""
        return self.emails + self.meetings + self.calls + self.others


def count(shape: Sequence[int], *codes: NDArray[np.integer[Any]]) -> Int64:
    """
    Count how often each combination of codes occurs.

    Parameters
    ----------
    shape : sequence of int
        How many codes there are of each sort.
    *codes : int[n]
        One column for each axis of ``shape``, from 0.

    Returns
    -------
    int64 array of that shape

    Examples
    --------
    >>> count((2, 3), np.array([0, 1, 1]), np.array([2, 0, 0]))
    array([[0, 0, 1],
           [2, 0, 0]])
    """
    return np.bincount(_flat(shape, codes), minlength=prod(shape)).reshape(shape)


def total(shape: Sequence[int], values: NDArray[np.float64], *codes: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Add up float64[n] values over each combination of codes; see :func:`count`."""
    # Without any value bincount forgets that they are not whole numbers.
    return np.bincount(_flat(shape, codes), values, minlength=prod(shape)).reshape(shape).astype(np.float64)


def _flat(shape: Sequence[int], codes: Sequence[NDArray[np.integer[Any]]]) -> Int64:
    """Return one number for each combination of codes; numpy's own way takes ten times as long for a few rows."""
    flat = codes[0].astype(np.int64)
    for size, code in zip(shape[1:], codes[1:], strict=True):
        flat = flat * size + code
    return flat


def groups(sorted_codes: NDArray[np.integer[Any]], size: int) -> Iterator[slice]:
    """Yield for each code from 0 to ``size`` the slice in which it stands."""
    bounds = np.searchsorted(sorted_codes, np.arange(size + 1)).tolist()
    return (slice(start, stop) for start, stop in pairwise(bounds))


def first_after(at: Int64, starts: Int64, instant: int | Int64) -> Int64:
    """
    Find in each group of rows, which are in order of time, the first one after an instant.

    Parameters
    ----------
    at : int64[n]
        Instants, in order within each group.
    starts : int64[groups + 1]
        The first row of each group, and n.
    instant : int or int64[groups]

    Returns
    -------
    int64[groups]
        The end of the group where none is later.

    Examples
    --------
    >>> first_after(np.array([1, 5, 5, 9, 2, 3]), np.array([0, 4, 4, 6]), 5)
    array([3, 4, 6])
    """
    each = instant if isinstance(instant, int) else np.repeat(instant, np.diff(starts))
    later = np.searchsorted(np.flatnonzero(at > each), starts)
    return starts[1:] - np.diff(later)
