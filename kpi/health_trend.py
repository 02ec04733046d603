"""The trend of relationship health: the score now against what it was lately."""

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum

import numpy as np

from graph.interactions import Float64, Int8
from graph.settings import OrganizationSettings
from kpi.facts import FOREVER
from kpi.health_score import raw_scores, signals_of
from kpi.health_sums import sums
from kpi.health_weights import Weighed
from kpi.window import DAY

# The score at so many instants is compared with the score as many steps earlier; a step takes at least a week.
STEPS = 4
LEAST_STEP_DAYS = 7
# Points up or down that make a trend.
STEADY_BELOW = 5.0
# Interactions without which there is no score.
ENOUGH = 3


class Trend(StrEnum):
    """Where the health of a relationship is going."""

    IMPROVING = "IMPROVING"
    STEADY = "STEADY"
    DECLINING = "DECLINING"


def trend_deltas(weighed: Weighed, as_of: int, settings: OrganizationSettings) -> Float64:
    """
    Return how far the scores of late lie above those before, in the mean.

    The scores now and one, two and three steps ago are compared, in the mean, with those four steps before each, where
    there were three interactions by then. A step is the smallest number of expected intervals that takes a week, so
    that a rhythm is met at the same beat.

    A relationship that began lately rises merely because there is more of it. So it only counts as a rise what remains
    of it where the scores of late leave out the first four steps of history: then all look back as far.

    Parameters
    ----------
    weighed : Weighed
    as_of : int
        Microseconds since 1970.
    settings : OrganizationSettings

    Returns
    -------
    float64[records]
        Points, NaN where there is nothing to compare with.
    """
    step = math.ceil(LEAST_STEP_DAYS * DAY / weighed.interval) * int(weighed.interval)
    enough = weighed.nth(ENOUGH)
    change, rise, compared = np.zeros((3, weighed.size))
    lates = range(as_of, as_of - STEPS * step, -step)
    for late, (now, without_begin, before) in zip(lates, _compared(weighed, lates, step, settings), strict=True):
        comparable = enough <= late - STEPS * step
        change += comparable * (now - before)
        rise += comparable * (without_begin - before)
        compared += comparable
    return np.maximum(np.minimum(change, 0.0), rise) / np.where(compared > 0, compared, np.nan)


def _compared(
    weighed: Weighed, lates: Sequence[int], step: int, settings: OrganizationSettings
) -> Iterator[tuple[Float64, Float64, Float64]]:
    """Yield for each late instant the scores then, those without the begin of each record, and those steps before."""
    first, span = weighed.starts[:-1], STEPS * step
    behind_begin = weighed.first_after(np.minimum(weighed.nth(1), FOREVER - span) + span - 1)
    seen = sums(weighed, {at: [first, behind_begin] for at in lates} | {at - span: [first] for at in lates})
    scores = [[raw_scores(signals_of(one), settings) for one in each] for each in seen]
    for (now, without_begin), [before] in zip(scores[: len(lates)], scores[len(lates) :], strict=True):
        yield now, without_begin, before


def trend_of(delta: float | None) -> Trend:
    """Return the trend of a relationship whose score has changed by so many points; STEADY where nothing is known."""
    if delta is None or abs(delta) < STEADY_BELOW:
        return Trend.STEADY
    return Trend.IMPROVING if delta > 0 else Trend.DECLINING


def trends_of(deltas: Float64) -> Int8:
    """Return int8[n], the place in :class:`Trend` of the trend of each change in points; NaN where nothing is known."""
    return np.where(deltas >= STEADY_BELOW, 0, np.where(deltas <= -STEADY_BELOW, 2, 1)).astype(np.int8)
