"""The formula of relationship health: what an interaction still weighs, three signals of it, and their terms."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from graph.interactions import Bool, Float64, Int8, Int32, Int64, Interactions
from graph.model import KINDS
from graph.settings import OrganizationSettings
from kpi.facts import Facts, who_talks
from kpi.window import DAY

# Points of the score that each signal can bring.
ACTIVITY_POINTS = 40.0
RECENCY_POINTS = 20.0
RECIPROCITY_POINTS = 40.0
# After so many expected intervals an interaction has half its weight, after twice as many a third, and so on.
HALVING = 6.0
# The amounts at which activity and reciprocity bring half their points.
HALF_ACTIVITY = 1.0
HALF_RECIPROCITY = 0.5
# How far one side alone stays below GOOD: the last digit of a score that is shown.
STEP_SHOWN = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """
    Interactions as health sees them, as columns of equal length n, ordered by record, then instant.

    Attributes
    ----------
    size : int
        How many records there are.
    interval : float
        The expected time between two interactions, in microseconds.
    record, at : int64[n]
    weight : float64[n]
        That of the kind.
    ours, theirs : float64[n]
        The weight where we talk, and where they do; else 0.
    """

    size: int
    interval: float
    record: Int64
    at: Int64
    weight: Float64
    ours: Float64
    theirs: Float64


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """
    What is known of each record at an instant.

    Attributes
    ----------
    activity, recency, reciprocity : float64[records]
        From 0 to 1.
    interactions : int64[records]
        How many there were, ever.
    last : int64[records]
        The instant of the last one; undefined where there was none.
    """

    activity: Float64
    recency: Float64
    reciprocity: Float64
    interactions: Int64
    last: Int64


class _Rows(Protocol):
    @property
    def records(self) -> tuple[str, ...]: ...
    @property
    def record(self) -> Int32: ...
    @property
    def at(self) -> Int64: ...
    @property
    def kind(self) -> Int8: ...


def weighed(facts: Facts, settings: OrganizationSettings) -> Weighed:
    """Return what facts weigh by the settings."""
    return _weighed(facts, facts.we_talk, facts.they_talk, settings)


def weighed_interactions(interactions: Interactions, settings: OrganizationSettings) -> Weighed:
    """Return what interactions weigh by the settings, as their facts would."""
    return _weighed(interactions, *who_talks(interactions), settings)


def _weighed(rows: _Rows, we_talk: Bool, they_talk: Bool, settings: OrganizationSettings) -> Weighed:
    weight = np.array([settings.weight(kind) for kind in KINDS])[rows.kind]
    return Weighed(
        size=len(rows.records),
        interval=settings.interval_days * DAY,
        record=rows.record.astype(np.int64),
        at=rows.at,
        weight=weight,
        ours=weight * we_talk,
        theirs=weight * they_talk,
    )


def signals(weighed: Weighed, as_of: int) -> Signals:
    r"""
    Compute the three signals of each record at an instant.

    An interaction that is :math:`x` expected intervals old still counts :math:`K(x) = 1 / (1 + x / 6)`. With the weight
    :math:`w` of its kind,

    .. math:: A = \sum_i w_i K(x_i), \qquad U = \sum_{i: we\ talk} w_i K(x_i)^2, \qquad
              V = \sum_{i: they\ talk} w_i K(x_i)^2

    .. math:: activity = \frac{A}{A + 1}, \qquad recency = \max_i K(x_i / w_i), \qquad
              reciprocity = \frac{(UV)^2}{(UV)^2 + 1/2}

    Parameters
    ----------
    weighed : Weighed
    as_of : int
        Microseconds since 1970; what comes later is not known.

    Returns
    -------
    Signals
    """
    known = weighed.at <= as_of
    # What is to come is infinitely old, and so counts for nothing.
    age = np.where(known, (as_of - weighed.at) / (HALVING * weighed.interval), np.inf)
    fading = 1 / (1 + age)
    amount = _total(weighed, weighed.weight * fading)
    squared = fading * fading
    both = _total(weighed, weighed.ours * squared) * _total(weighed, weighed.theirs * squared)
    both *= both
    interactions = np.bincount(weighed.record[known], minlength=weighed.size)
    return Signals(
        activity=amount / (amount + HALF_ACTIVITY),
        recency=_largest(weighed, weighed.weight / (weighed.weight + age)),
        reciprocity=both / (both + HALF_RECIPROCITY),
        interactions=interactions,
        last=_last(weighed, interactions),
    )


def terms(signals: Signals, settings: OrganizationSettings) -> Float64:
    """
    Return float64[records, 4], the points of activity, recency, reciprocity and the cap; they add up to the score.

    The cap takes away what activity and recency would bring from GOOD on, so that it takes both sides to be GOOD.
    """
    activity = ACTIVITY_POINTS * signals.activity
    recency = RECENCY_POINTS * signals.recency
    alone = activity + recency
    most = max(settings.good_from - STEP_SHOWN, 0.0)
    return np.stack([activity, recency, RECIPROCITY_POINTS * signals.reciprocity, np.minimum(alone, most) - alone], 1)


def raw_scores(signals: Signals, settings: OrganizationSettings) -> Float64:
    """Return float64[records], 0 to 100: the sum of the terms, however few interactions there were."""
    activity, recency, reciprocity, cap = terms(signals, settings).T
    return np.asarray(activity + recency + cap + reciprocity, dtype=np.float64)


def _total(weighed: Weighed, amounts: Float64) -> Float64:
    return np.bincount(weighed.record, amounts, minlength=weighed.size).astype(np.float64)


def _largest(weighed: Weighed, amounts: Float64) -> Float64:
    """Return the largest amount of each record, 0 where it has none."""
    largest = np.zeros(weighed.size)
    begins = np.flatnonzero(np.diff(weighed.record, prepend=-1))
    if len(begins):
        largest[weighed.record[begins]] = np.maximum.reduceat(amounts, begins)
    return largest


def _last(weighed: Weighed, interactions: Int64) -> Int64:
    """Return the instant of the last of the first so many interactions of each record."""
    last = np.searchsorted(weighed.record, np.arange(weighed.size)) + interactions - 1
    return weighed.at[np.clip(last, 0, None)] if len(weighed.at) else np.zeros(weighed.size, dtype=np.int64)
