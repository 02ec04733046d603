"""Hourly investment: the minutes each side spent."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import EMAIL, THEM, US, Float64, Interactions
from graph.model import KINDS
from kpi.columns import ByKind, count, total
from kpi.window import Period

WRITING_MINUTES = 5.0
READING_MINUTES = 2.5


@dataclass(frozen=True, slots=True)
class HourlyInvestment:
    """Minutes by kind, ours and theirs, and how many meetings, calls and others tell no duration (they add 0)."""

    our_minutes: ByKind[float]
    their_minutes: ByKind[float]
    missing_durations: int


def hourly_investment(interactions: Interactions, window: Period) -> list[HourlyInvestment]:
    r"""
    Add up the minutes that each side invested in each record.

    .. math:: ours = \sum_i s_i d_i, \qquad theirs = \sum_{i: c_i > 0} d_i

    over interactions with :math:`s` sellers, :math:`c` customers and a duration of :math:`d` minutes. An email costs
    its writer 5 minutes and each reader 2.5, whatever its own duration; the customer's side counts once for each
    interaction, 5 if they wrote the email, else 2.5.

    Parameters
    ----------
    interactions : Interactions
    window : Window or Spans

    Returns
    -------
    list of HourlyInvestment
        One for each of ``interactions.records``, in order.

    Notes
    -----
    Everyone present counts, whether or not they are the record's. A meeting under way costs its full length.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": time spent by the team and by the customer.

    Examples
    --------
    >>> from kpi.window import Window
    >>> from tests.situations import AS_OF, ago, columns, meeting
    >>> read = columns(meeting("n1", ago(1), "ann", "max", "sue", "bob", "cat", duration_minutes=30.0))
    >>> [minutes] = hourly_investment(read, Window(AS_OF))
    >>> minutes.our_minutes.total, minutes.their_minutes.total
    (90.0, 30.0)
    """
    where = window.contains(interactions.at)
    record, kind = interactions.record[where], interactions.kind[where]
    shape = (len(interactions.records), len(KINDS))
    ours, theirs = (total(shape, minutes[where], record, kind).tolist() for minutes in minutes_of_each(interactions))
    silent = where & (interactions.kind != EMAIL) & np.isnan(interactions.minutes)
    missing = count(shape[:1], interactions.record[silent]).tolist()
    return [HourlyInvestment(ByKind(*o), ByKind(*t), m) for o, t, m in zip(ours, theirs, missing, strict=True)]


def minutes_of_each(interactions: Interactions) -> tuple[Float64, Float64]:
    """Return float64[n] twice, what each row cost us and what it cost them."""
    email = interactions.kind == EMAIL
    lasting = np.where(np.isnan(interactions.minutes), 0.0, interactions.minutes)
    each = np.where(email, READING_MINUTES, lasting)
    ours = each * interactions.sellers + _for_writing(interactions, US)
    theirs = each * (interactions.customers > 0) + _for_writing(interactions, THEM)
    return ours, theirs


def _for_writing(interactions: Interactions, side: int) -> Float64:
    """Return float64[n], what the writer's side pays beyond reading."""
    written = (interactions.kind == EMAIL) & (interactions.initiator == side)
    return np.where(written, WRITING_MINUTES - READING_MINUTES, 0.0)
