"""A deal's numbers beside the mean of those of other deals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from statistics import fmean
from typing import TypeVar, cast

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
    return _compared(LifeCompared, own, others)


def _compared(shape: type[T], own: object, others: Sequence[object]) -> T:
    """Return a comparison for each number of a shape, which is that of the things compared."""
    parts: dict[str, object] = {}
    for part in fields(shape):  # type: ignore[arg-type]
        mine = getattr(own, part.name, None)
        theirs = [getattr(other, part.name) for other in others if other is not None]
        kind = cast("type[object]", part.type)
        parts[part.name] = _comparison(mine, theirs) if kind is Comparison else _compared(kind, mine, theirs)
    return shape(**parts)


def _comparison(value: float | None, others: Iterable[float | None]) -> Comparison:
    defined = [other for other in others if other is not None]
    mean = fmean(defined) if defined else None
    difference = None if value is None or mean is None else value - mean
    return Comparison(value, mean, difference, len(defined))
