"""A deal's numbers beside the mean of those of other deals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TypeVar, cast

import numpy as np

from kpi.life import Life

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    A number, the mean of the same over the ``deals`` that have one, and by how much the number is above it.

    The mean is None where no deal has one, the difference where the number or the mean is.
    """

    value: float | None
    mean: float | None
    difference: float | None
    deals: int


@dataclass(frozen=True, slots=True)
class KindsCompared:
    """All kinds of interactions together, and each."""

    total: Comparison
    emails: Comparison
    meetings: Comparison
    calls: Comparison
    others: Comparison


@dataclass(frozen=True, slots=True)
class InteractionsCompared:
    """Counts of interactions: all, those by us and those by them."""

    total: KindsCompared
    by_us: KindsCompared
    by_them: KindsCompared


@dataclass(frozen=True, slots=True)
class InvestmentCompared:
    """Minutes of each side."""

    our_minutes: KindsCompared
    their_minutes: KindsCompared


@dataclass(frozen=True, slots=True)
class RatioCompared:
    """Emails each way and their ratios."""

    sent: Comparison
    received: Comparison
    by_us: Comparison
    by_them: Comparison


@dataclass(frozen=True, slots=True)
class SideCompared:
    """How one side answers."""

    mean_hours: Comparison
    median_hours: Comparison
    p90_hours: Comparison
    answers: Comparison
    asked: Comparison
    rate: Comparison


@dataclass(frozen=True, slots=True)
class ResponseCompared:
    """How each side answers."""

    ours: SideCompared
    theirs: SideCompared


@dataclass(frozen=True, slots=True)
class ActivitiesCompared:
    """Activities a day."""

    emails_sent: Comparison
    emails_received: Comparison
    meetings_sent: Comparison
    meetings_received: Comparison
    calls_made: Comparison
    calls_received: Comparison


@dataclass(frozen=True, slots=True)
class LifeCompared:
    """Everything a :class:`kpi.life.Life` holds."""

    customer_interactions: InteractionsCompared
    hourly_investment: InvestmentCompared
    email_ratio: RatioCompared
    response_time: ResponseCompared
    activities: ActivitiesCompared


def compared(own: Life | None, others: Sequence[Life]) -> LifeCompared:
    r"""
    Compare the life of a deal with those of others.

    .. math:: difference = value - \frac{1}{n} \sum_i value_i

    over the n others for which the number is defined.

    Parameters
    ----------
    own : Life or None
        None where the deal had not begun.
    others : sequence of Life

    Returns
    -------
    LifeCompared

    Examples
    --------
    >>> from graph.model import to_micros
    >>> from kpi.life import lives
    >>> from kpi.spans import EVER
    >>> from tests.situations import AS_OF, ago, call, columns
    >>> end = to_micros(AS_OF)
    >>> [one], [two] = [lives(columns(*calls), [EVER], [end]) for calls in (
    ...     [call("c1", ago(1), "ann", "bob")], [call("c1", ago(1), "ann", "bob"), call("c2", ago(2), "ann", "bob")])]
    >>> compared(one, [one, two]).customer_interactions.by_us.calls
    Comparison(value=1, mean=1.5, difference=-0.5, deals=2)
    """
    mine = [None] * len(NUMBERS) if own is None else _numbers(own)
    theirs = np.array([_numbers(other) for other in others], dtype=np.float64).reshape(-1, len(NUMBERS))
    known = ~np.isnan(theirs)
    counts = known.sum(axis=0)
    means = np.where(known, theirs, 0.0).sum(axis=0) / np.maximum(counts, 1)
    return _shaped(LifeCompared, map(_comparison, mine, means.tolist(), counts.tolist()))


def _comparison(value: float | None, mean: float, deals: int) -> Comparison:
    if not deals:
        return Comparison(value, None, None, 0)
    return Comparison(value, mean, None if value is None else value - mean, deals)


def _leaves(shape: type[object]) -> Iterator[str]:
    """Yield the path of each number, in the order of :func:`_shaped`."""
    for part in fields(shape):  # type: ignore[arg-type]
        if part.type is Comparison:
            yield part.name
        else:
            yield from (f"{part.name}.{path}" for path in _leaves(cast("type[object]", part.type)))


def _shaped(shape: type[T], comparisons: Iterator[Comparison]) -> T:
    """Return comparisons, one for each number, in the shape of the things compared."""
    kinds = (cast("type[object]", part.type) for part in fields(shape))  # type: ignore[arg-type]
    return shape(*(next(comparisons) if kind is Comparison else _shaped(kind, comparisons) for kind in kinds))


NUMBERS = tuple(_leaves(LifeCompared))
_numbers = attrgetter(*NUMBERS)
