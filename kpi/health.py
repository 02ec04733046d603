"""Relationship health: how well we and a customer keep in touch, as a score from 0 to 100."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from graph.interactions import Bool, Float64, Int8, Int64, Interactions
from graph.model import LeadState, OpportunityState, RecordKind
from graph.settings import OrganizationSettings
from kpi.health_score import (
    ACTIVITY_POINTS,
    RECENCY_POINTS,
    RECIPROCITY_POINTS,
    Signals,
    raw_scores,
    signals,
    terms,
)
from kpi.health_trend import ENOUGH, Trend, trend_deltas, trend_of
from kpi.health_weights import Weighed, weighed_interactions
from kpi.window import DAY, Window

DECIMALS = 1


class HealthState(StrEnum):
    """Whether there is a score, or why there is none; the first reason that holds."""

    AVAILABLE = "AVAILABLE"
    TURNED_OFF = "TURNED_OFF"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_ENOUGH_INFORMATION = "NOT_ENOUGH_INFORMATION"


class Grade(StrEnum):
    """A score in a word."""

    GOOD = "GOOD"
    FAIR = "FAIR"
    POOR = "POOR"


class TermName(StrEnum):
    """What a score is made of."""

    ACTIVITY = "ACTIVITY"
    RECENCY = "RECENCY"
    RECIPROCITY = "RECIPROCITY"
    CAP = "CAP"


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a score: ``contribution`` is ``value`` times ``weight``, in points."""

    name: TermName
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """
    The health of a relationship.

    Where the state is not AVAILABLE there is neither score nor grade nor trend, and no terms. ``trend_delta`` is None
    also where there was no score lately to compare with. The terms, not rounded, add up to the score but for rounding.
    """

    state: HealthState
    expected_interval_days: float
    score: float | None = None
    grade: Grade | None = None
    trend: Trend | None = None
    trend_delta: float | None = None
    terms: tuple[Term, ...] = ()
    last_interaction_days: float | None = None


def exemption(
    kind: RecordKind,
    state: str | None,
    created: int | None,
    closed: int | None,
    as_of: int,
    settings: OrganizationSettings,
) -> HealthState | None:
    """
    Tell why a record has no health whatever its interactions; None where they decide.

    Parameters
    ----------
    kind : RecordKind
    state : str or None
        As it is recorded now; that of a lead counts at every instant.
    created, closed : int or None
        When a deal began and ended, in microseconds since 1970.
    as_of : int
        Microseconds since 1970.
    settings : OrganizationSettings

    Returns
    -------
    HealthState or None
    """
    if not settings.health:
        return HealthState.TURNED_OFF
    if kind is RecordKind.LEAD and state != LeadState.OPEN:
        return HealthState.NOT_APPLICABLE
    if kind is not RecordKind.OPPORTUNITY:
        return None
    if state != OpportunityState.OPEN and closed is not None and closed <= as_of:
        return HealthState.NOT_APPLICABLE
    return HealthState.NOT_ENOUGH_INFORMATION if created is not None and as_of < created else None


def exempt(
    kind: RecordKind, is_open: Bool, created: Int64, closed: Int64, as_of: int, settings: OrganizationSettings
) -> Bool:
    """
    Tell which of many records of a kind have a reason to have no health, as :func:`exemption` does of one.

    Parameters
    ----------
    kind : RecordKind
    is_open : bool[records]
        Whether each is open as recorded now.
    created, closed : int64[records]
        Microseconds since 1970; a deal without the former began before all, one without the latter ends after all.
    as_of : int
        Microseconds since 1970.
    settings : OrganizationSettings

    Returns
    -------
    bool[records]
    """
    if not settings.health:
        return np.ones(len(is_open), dtype=np.bool_)
    if kind is RecordKind.LEAD:
        return ~is_open
    if kind is RecordKind.OPPORTUNITY:
        return (created > as_of) | (~is_open & (closed <= as_of))
    return np.zeros(len(is_open), dtype=np.bool_)


def health(interactions: Interactions, window: Window, settings: OrganizationSettings) -> list[Health]:
    r"""
    Compute the health of each record from all its interactions up to *as of*.

    .. math:: score = \min(45\,activity + 15\,recency,\; good - 0.1) + 40\,reciprocity

    Parameters
    ----------
    interactions : Interactions
    window : Window
        Its *as of*; days do not matter.
    settings : OrganizationSettings

    Returns
    -------
    list of Health
        One for each of ``interactions.records``, in order: AVAILABLE or, with fewer than three interactions,
        NOT_ENOUGH_INFORMATION. What :func:`exemption` says is not looked at.

    See Also
    --------
    kpi.health_score.signals : what activity, recency and reciprocity are.
    kpi.health_trend.trend_deltas : what the score is compared with.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": relationship health and trend.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, columns, email
    >>> sides = ("ann", "bob"), ("bob", "ann"), ("ann", "bob")
    >>> mails = [email(f"m{n}", ago(7 * n), *sides[n]) for n in range(3)]
    >>> [result] = health(columns(*mails), Window(AS_OF), OrganizationSettings())
    >>> result.score, result.grade.value
    (81.2, 'GOOD')
    >>> [round(term.contribution, 2) for term in result.terms]
    [32.32, 15.0, 33.85, 0.0]
    """
    as_of = window.until
    book = weighed_interactions(interactions, settings)
    now = signals(book, as_of)
    shares = np.stack([now.activity, now.recency, now.reciprocity], axis=1)
    rows = zip(
        _values(_scored(book, now, as_of, settings)),
        _values(deltas_at(book, as_of, settings)),
        _values(_days_since_last(book, as_of)),
        shares.tolist(),
        terms(now, settings).T.tolist(),
        strict=True,
    )
    return [_health(settings, *row) for row in rows]


def grade_of(score: float, settings: OrganizationSettings) -> Grade:
    """Return the grade of a score as it is shown."""
    if score >= settings.good_from:
        return Grade.GOOD
    return Grade.FAIR if score >= settings.fair_from else Grade.POOR


def grades_of(scores: Float64, settings: OrganizationSettings) -> Int8:
    """Return int8[n], the place in :class:`Grade` of the grade of each score as it is shown."""
    return np.where(scores >= settings.good_from, 0, np.where(scores >= settings.fair_from, 1, 2)).astype(np.int8)


def scores_at(book: Weighed, as_of: int, settings: OrganizationSettings) -> Float64:
    """
    Compute the score of each record: the numbers that :func:`health` shows, for many at once.

    Parameters
    ----------
    book : Weighed
        Facts or interactions by the same settings.
    as_of : int
        Microseconds since 1970.
    settings : OrganizationSettings

    Returns
    -------
    float64[records]
        As they are shown, to one decimal; NaN where there were too few interactions.
    """
    return _scored(book, signals(book, as_of), as_of, settings)


def deltas_at(book: Weighed, as_of: int, settings: OrganizationSettings) -> Float64:
    """Return float64[records], how far each score has moved as it is shown; NaN where there is nothing to compare."""
    return _shown(trend_deltas(book, as_of, settings))


def _scored(book: Weighed, now: Signals, as_of: int, settings: OrganizationSettings) -> Float64:
    return _shown(np.where(book.nth(ENOUGH) <= as_of, raw_scores(now, settings), np.nan))


def _shown(points: Float64) -> Float64:
    # Nothing is added so that there is no -0.
    return np.round(points, DECIMALS).astype(np.float64) + 0.0


def _values(column: Float64) -> list[float | None]:
    return [None if value != value else value for value in column.tolist()]


def _days_since_last(book: Weighed, as_of: int) -> Float64:
    """Return float64[records], how long ago the last of all interactions was; NaN where there is none."""
    behind = book.first_after(as_of)
    there = behind > book.starts[:-1]
    days = np.full(book.size, np.nan)
    days[there] = (as_of - book.at[behind[there] - 1]) / DAY
    return days


def _health(
    settings: OrganizationSettings,
    score: float | None,
    delta: float | None,
    last: float | None,
    shares: list[float],
    points: list[float],
) -> Health:
    if score is None:
        return Health(
            state=HealthState.NOT_ENOUGH_INFORMATION,
            expected_interval_days=settings.interval_days,
            last_interaction_days=last,
        )
    return Health(
        state=HealthState.AVAILABLE,
        expected_interval_days=settings.interval_days,
        score=score,
        grade=grade_of(score, settings),
        trend=trend_of(delta),
        trend_delta=delta,
        terms=_terms(shares, points),
        last_interaction_days=last,
    )


def _terms(shares: list[float], points: list[float]) -> tuple[Term, ...]:
    """Return the terms; the cap takes away points as they are, so each of its own weighs 1."""
    weights = (ACTIVITY_POINTS, RECENCY_POINTS, RECIPROCITY_POINTS, 1.0)
    values = (*shares, points[-1])
    return tuple(Term(*row) for row in zip(TermName, values, weights, points, strict=True))
