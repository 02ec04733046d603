"""The formula of relationship health: what an interaction still counts for, three signals of it, and their terms."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import Float64
from graph.settings import OrganizationSettings
from kpi.health_sums import HALVING, Sums, sums
from kpi.health_weights import Weighed

# Points of the score that each signal can bring.
ACTIVITY_POINTS = 45.0
RECENCY_POINTS = 15.0
RECIPROCITY_POINTS = 40.0
# The amounts at which activity and reciprocity bring half their points.
HALF_ACTIVITY = 1.0
HALF_RECIPROCITY = 0.2
# How far one side alone stays below GOOD: the last digit of a score that is shown.
STEP_SHOWN = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """
    What is known of each record at an instant.

    Attributes
    ----------
    activity, recency, reciprocity : float64[records]
        From 0 to 1.
    """

    activity: Float64
    recency: Float64
    reciprocity: Float64


def signals(weighed: Weighed, as_of: int) -> Signals:
    r"""
    Compute the three signals of each record at an instant.

    An interaction that is :math:`x` expected intervals old still counts for :math:`K(x) = 1 / (1 + x / 5)`. With the
    weight :math:`w` of its kind,

    .. math:: A = \sum_i w_i K(x_i), \qquad U = \sum_{i: we\ talk} w_i K(x_i)^2, \qquad
              V = \sum_{i: they\ talk} w_i K(x_i)^2

    .. math:: activity = \frac{A}{A + 1}, \qquad recency = \max_i K(x_i / w_i), \qquad
              reciprocity = \frac{(UV)^2}{(UV)^2 + 1/5}

    Parameters
    ----------
    weighed : Weighed
    as_of : int
        Microseconds since 1970; what comes later is not known.

    Returns
    -------
    Signals
    """
    [[found]] = sums(weighed, {as_of: [weighed.starts[:-1]]})
    return signals_of(found)


def signals_of(found: Sums) -> Signals:
    """Return the signals that these sums make."""
    both = found.ours * found.theirs
    both *= both
    return Signals(
        activity=found.amount / (found.amount + HALF_ACTIVITY),
        recency=HALVING / (HALVING + found.least_age),
        reciprocity=both / (both + HALF_RECIPROCITY),
    )


def terms(signals: Signals, settings: OrganizationSettings) -> Float64:
    """
    Return float64[4, records], the points of activity, recency, reciprocity and the cap; they add up to the score.

    The cap takes away what activity and recency would bring from GOOD on, so that it takes both sides to be GOOD.
    """
    activity = ACTIVITY_POINTS * signals.activity
    recency = RECENCY_POINTS * signals.recency
    alone = activity + recency
    most = max(settings.good_from - STEP_SHOWN, 0.0)
    return np.stack([activity, recency, RECIPROCITY_POINTS * signals.reciprocity, np.minimum(alone, most) - alone])


def raw_scores(signals: Signals, settings: OrganizationSettings) -> Float64:
    """Return float64[records], 0 to 100: the sum of the terms, however few interactions there were."""
    activity, recency, reciprocity, cap = terms(signals, settings)
    # In this order a cap leaves exactly what it allows.
    return np.asarray(activity + recency + cap + reciprocity, dtype=np.float64)
