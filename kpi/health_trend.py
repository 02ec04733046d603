"""The trend of relationship health: the score now against what it was lately."""

import math
from enum import StrEnum

import numpy as np

from graph.interactions import Float64
from graph.settings import OrganizationSettings
from kpi.health_score import Weighed, raw_scores, signals
from kpi.window import DAY

# Instants that the score is compared with, at least a week apart.
STEPS = 4
LEAST_STEP_DAYS = 7
# Points up or down that make a trend.
STEADY_BELOW = 5.0
ENOUGH = 3


class Trend(StrEnum):
    """Where the health of a relationship is going."""

    IMPROVING = "IMPROVING"
    STEADY = "STEADY"
    DECLINING = "DECLINING"


def trend_deltas(weighed: Weighed, as_of: int, settings: OrganizationSettings, scores: Float64) -> Float64:
    """
    Return how far each score lies above the mean of what it was lately.

    Parameters
    ----------
    weighed : Weighed
    as_of : int
        Microseconds since 1970.
    settings : OrganizationSettings
    scores : float64[records]
        The scores at ``as_of``.

    Returns
    -------
    float64[records]
        Points, NaN where there was no score to compare with. Compared are the instants 1, 2, 3 and 4 steps earlier at
        which there were three interactions already. A step is the smallest number of expected intervals that takes a
        week, so that a rhythm is always met at the same beat.
    """
    interval = settings.interval_days
    step = int(interval * math.ceil(LEAST_STEP_DAYS / interval) * DAY)
    total, compared = np.zeros(weighed.size), np.zeros(weighed.size)
    for n in range(1, STEPS + 1):
        then = signals(weighed, as_of - n * step)
        enough = then.interactions >= ENOUGH
        total += np.where(enough, raw_scores(then, settings), 0.0)
        compared += enough
    mean = total / np.where(compared > 0, compared, np.nan)
    return scores - mean


def trend_of(delta: float | None) -> Trend:
    """Return the trend of a relationship whose score has changed by so many points; STEADY where nothing is known."""
    if delta is None or abs(delta) < STEADY_BELOW:
        return Trend.STEADY
    return Trend.IMPROVING if delta > 0 else Trend.DECLINING
