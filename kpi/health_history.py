"""Relationship health at past instants, for a line chart."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from graph.errors import InputError
from graph.interactions import Interactions
from graph.model import to_micros
from graph.settings import OrganizationSettings
from kpi.health import Grade, HealthState, grade_of, scores_at
from kpi.health_weights import weighed_interactions
from kpi.window import Window

DEFAULT_POINTS = 26
MAX_POINTS = 120
MONTHS = 12


class HistoryStep(StrEnum):
    """How far apart the points of a history are."""

    WEEK = "WEEK"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class HealthPoint:
    """The health at an instant; score and grade are None where the state is not AVAILABLE."""

    at: datetime
    state: HealthState
    score: float | None = None
    grade: Grade | None = None


def health_history(
    interactions: Interactions, window: Window, settings: OrganizationSettings, points: int, every: HistoryStep
) -> list[tuple[HealthPoint, ...]]:
    """
    Compute the health of each record at *as of* and at instants before.

    Parameters
    ----------
    interactions : Interactions
    window : Window
        Its *as of* and its zone; days do not matter.
    settings : OrganizationSettings
    points : int
        1 to 120.
    every : HistoryStep

    Returns
    -------
    list of tuple of HealthPoint
        One for each of ``interactions.records``, in order: the oldest point first, the last at *as of*. Each is what
        :func:`kpi.health.health` says at that instant.

    Raises
    ------
    InputError
        If there are too few or too many points.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, columns, meeting
    >>> read = columns(*(meeting(f"n{n}", ago(7 * n), "ann", "bob") for n in range(3)))
    >>> [points] = health_history(read, Window(AS_OF), OrganizationSettings(), 3, HistoryStep.WEEK)
    >>> [point.score for point in points]
    [None, None, 87.0]
    """
    instants = instants_of(window, points, every)
    book = weighed_interactions(interactions, settings)
    scores = np.stack([scores_at(book, to_micros(at), settings) for at in instants], axis=1).tolist()
    return [tuple(_point(at, score, settings) for at, score in zip(instants, row, strict=True)) for row in scores]


def instants_of(window: Window, points: int, every: HistoryStep) -> list[datetime]:
    """
    Return the instants of a history, oldest first.

    Weeks are seven times 24 hours. Months go back on the local calendar, at the same time of the day and on the same
    day of the month, or the last where the month is shorter.

    Examples
    --------
    >>> window = Window(datetime(2026, 3, 31, 12, tzinfo=UTC))
    >>> [at.day for at in instants_of(window, 3, HistoryStep.MONTH)]
    [31, 28, 31]
    """
    if not 1 <= points <= MAX_POINTS:
        raise InputError(f"points is {points}; it must be from 1 to {MAX_POINTS}.")
    back = range(points - 1, -1, -1)
    if every is HistoryStep.WEEK:
        return [window.as_of - timedelta(weeks=n) for n in back]
    return [_months_before(window.as_of, n, window.zone) for n in back]


def _months_before(as_of: datetime, months: int, zone: str) -> datetime:
    if not months:
        return as_of
    local = as_of.astimezone(ZoneInfo(zone))
    year, month = divmod(local.year * MONTHS + local.month - 1 - months, MONTHS)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day, fold=0).astimezone(UTC)


def _point(at: datetime, score: float, settings: OrganizationSettings) -> HealthPoint:
    if score != score:
        return HealthPoint(at, HealthState.NOT_ENOUGH_INFORMATION)
    return HealthPoint(at, HealthState.AVAILABLE, score, grade_of(score, settings))
