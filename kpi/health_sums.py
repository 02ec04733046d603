"""What relationship health adds up of many interactions at several instants, in few passes over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.interactions import Float64, Int64
from kpi.health_weights import Weighed

# After so many expected intervals an interaction counts for half, after twice as many for a third, and so on.
HALVING = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """
    What is seen of each record.

    Attributes
    ----------
    amount, ours, theirs : float64[records]
        A, U and V of :func:`kpi.health_score.signals`.
    least_age : float64[records]
        The least age over weight in expected intervals; infinity where there is nothing.
    """

    amount: Float64
    ours: Float64
    theirs: Float64
    least_age: Float64


@dataclass(frozen=True, slots=True, eq=False)
class _Stretches:
    """The k records of which something is seen, for each the first row and the one behind the last, and its totals."""

    records: Int64
    bounds: Int64
    totals: Float64


def sums(weighed: Weighed, looks: Mapping[int, Sequence[Int64]]) -> list[list[Sums]]:
    """
    Add up each record's interactions as they count at some instants, those later than the instant left out.

    Parameters
    ----------
    weighed : Weighed
    looks : mapping of int to sequence of int64[records]
        For each instant (microseconds since 1970) once or several times the first row of each record that is seen.

    Returns
    -------
    list of list of Sums
        One for each time, by instant.
    """
    seen = {at / weighed.interval: _stretches(weighed, at, firsts) for at, firsts in looks.items()}
    room = np.empty((3, weighed.most_rows))
    # What is later than an instant is in no stretch, whatever comes out.
    with np.errstate(all="ignore"):
        for first, stop in weighed.parts():
            begin, end = weighed.starts[[first, stop]].tolist()
            for now, stretches in seen.items():
                columns = _faded(weighed, now, slice(begin, end), room[:, : end - begin])
                for each in stretches:
                    low, high = np.searchsorted(each.records, [first, stop])
                    _add(columns, each.bounds[2 * low : 2 * high] - begin, each.totals[:, low:high])
    return [[_sums(weighed, now, each) for each in stretches] for now, stretches in seen.items()]


def _stretches(weighed: Weighed, as_of: int, firsts: Sequence[Int64]) -> list[_Stretches]:
    behind, found = weighed.first_after(as_of), []
    for first in firsts:
        records = np.flatnonzero(first < behind)
        bounds = np.stack([first[records], behind[records]], axis=1).ravel()
        found.append(_Stretches(records, bounds, np.empty((3, len(records)))))
    return found


def _faded(weighed: Weighed, now: float, rows: slice, room: Float64) -> Float64:
    """Return float64[3, rows], what each adds to A, U and V, in ``room``, which stays in cache from part to part."""
    amount, ours, theirs = room
    np.subtract(now, weighed.when[rows], out=amount)
    amount += HALVING
    np.divide(HALVING, amount, out=amount)
    np.multiply(amount, amount, out=theirs)
    np.multiply(weighed.ours[rows], theirs, out=ours)
    theirs *= weighed.theirs[rows]
    amount *= weighed.weight[rows]
    return room


def _add(columns: Float64, bounds: Int64, totals: Float64) -> None:
    """Add up float64[columns, n] over k stretches, which begin and end at these bounds in turn."""
    if not len(bounds):
        return
    # Every other sum is of what lies between the stretches; behind the end of all there is nothing to be added up.
    bounds = bounds[: -1 if bounds[-1] == columns.shape[1] else None]
    for column, total in zip(columns, totals, strict=True):
        total[:] = np.add.reduceat(column, bounds)[::2]


def _sums(weighed: Weighed, now: float, rows: _Stretches) -> Sums:
    whole = np.zeros((4, weighed.size))
    whole[:3, rows.records] = rows.totals
    whole[3] = np.inf
    # Of the rows of one weight the last is the youngest.
    for weight, latest in weighed.latest.items():
        last = latest[rows.bounds[1::2] - 1]
        ages = np.where(last >= rows.bounds[::2], (now - weighed.when[last]) / weight, np.inf)
        whole[3, rows.records] = np.minimum(whole[3, rows.records], ages)
    return Sums(*whole)
