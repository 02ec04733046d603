"""Response time: how long each side waits for the other, and how often it is answered."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import Float64, Int64, Interactions
from graph.model import SIDES
from kpi.answers import answers, asks
from kpi.columns import count, total
from kpi.window import Period

HOUR = 3_600_000_000
# Of the median and the 90th percentile.
SHARES = (0.5, 0.9)


@dataclass(frozen=True, slots=True)
class SideResponse:
    """
    How one side answers.

    Hours are None without an answer; ``rate`` is the share of the ``asked`` emails that were answered, None where
    nothing was asked.
    """

    mean_hours: float | None
    median_hours: float | None
    p90_hours: float | None
    answers: int
    asked: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """``ours``: how we answer them; ``theirs``: how they answer us."""

    ours: SideResponse
    theirs: SideResponse


def response_time(interactions: Interactions, window: Period) -> list[ResponseTime]:
    r"""
    Measure how long each side takes to answer the other's emails, for each record.

    .. math:: \bar w = \frac{1}{|A|} \sum_{(p, r) \in A} (t_r - t_p), \qquad rate = \frac{|P'|}{|P|}

    over the answers :math:`A` that lie in the window, whenever their email was written; :math:`P` are the other side's
    emails in the window, :math:`P'` those of them answered by *as of*.

    Parameters
    ----------
    interactions : Interactions
    window : Window or Spans

    Returns
    -------
    list of ResponseTime
        One for each of ``interactions.records``, in order. Hours; percentiles are interpolated linearly.

    See Also
    --------
    kpi.answers.answers : what an answer is.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": average response time.

    Examples
    --------
    >>> from kpi.window import Window
    >>> from tests.situations import AS_OF, ago, columns, email
    >>> asked = email("m1", ago(hours=9), "bob", "ann")
    >>> answer = email("m2", ago(hours=7), "ann", "bob", in_reply_to_id="m1")
    >>> [hours] = response_time(columns(asked, answer), Window(AS_OF))
    >>> hours.ours.mean_hours, hours.ours.rate, hours.theirs.rate
    (2.0, 1.0, 0.0)
    """
    size = len(interactions.records)
    inside = window.contains(interactions.at)
    asking = asks(interactions, window.until)
    asked, answer = answers(interactions, asking)
    counted = inside[answer]
    waits = _waits(
        (interactions.at[answer] - interactions.at[asked])[counted], _codes(interactions, asked[counted]), size
    )
    all_asked = count((size, len(SIDES)), *_codes(interactions, np.flatnonzero(asking & inside))).tolist()
    answered = count((size, len(SIDES)), *_codes(interactions, asked[inside[asked]])).tolist()
    return [
        ResponseTime(*(_side(*side) for side in zip(*record, strict=True)))
        for record in zip(*waits, all_asked, answered, strict=True)
    ]


def _codes(interactions: Interactions, asked: Int64) -> tuple[Int64, Int64]:
    """Return the record of each email and the side that has to answer it."""
    return interactions.record[asked].astype(np.int64), 1 - interactions.initiator[asked].astype(np.int64)


def _waits(waits: Int64, codes: tuple[Int64, Int64], size: int) -> list[list[list[float]]]:
    """Return lists [record][side] of the number of answers and the mean, median and 90th percentile of their hours."""
    shape = (size, len(SIDES))
    counts = count(shape, *codes)
    # Whole microseconds add up without rounding, so that equal waits have equal means in whatever order.
    means = total(shape, waits.astype(np.float64), *codes) / HOUR / np.maximum(counts, 1)
    hours = waits[np.lexsort((waits, *reversed(codes)))] / HOUR
    starts = np.cumsum(counts).reshape(shape) - counts
    return [column.tolist() for column in (counts, means, *_quantiles(hours, starts, counts))]


def _quantiles(hours: Float64, starts: Int64, counts: Int64) -> Float64:
    """Return the median and the 90th percentile of each run of sorted hours, both linear; 0 for an empty one."""
    if not len(hours):
        return np.zeros((len(SHARES), *counts.shape))
    last = np.maximum(counts - 1, 0)
    position = np.multiply.outer(SHARES, last)
    below = position.astype(np.int64)
    low, high = (hours[np.minimum(starts + at, len(hours) - 1)] for at in (below, np.minimum(below + 1, last)))
    return np.asarray(low + (high - low) * (position - below))


def _side(answers: int, mean: float, median: float, p90: float, asked: int, answered: int) -> SideResponse:
    rate = answered / asked if asked else None
    if not answers:
        return SideResponse(None, None, None, 0, asked, rate)
    return SideResponse(mean, median, p90, answers, asked, rate)
