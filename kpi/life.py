"""The numbers of a deal over its whole life."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.interactions import Int64, Interactions
from kpi.customer_interactions import CustomerInteractions, customer_interactions
from kpi.email_ratio import EmailRatio, email_ratio
from kpi.hourly_investment import HourlyInvestment, hourly_investment
from kpi.response_time import ResponseTime, response_time
from kpi.spans import EVER, Spans, spans
from kpi.window import local_days


@dataclass(frozen=True, slots=True)
class DailyActivities:
    """The mean of each series of relationship activities over the days of a life; None where it has no day."""

    emails_sent: float | None = None
    emails_received: float | None = None
    meetings_sent: float | None = None
    meetings_received: float | None = None
    calls_made: float | None = None
    calls_received: float | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """What the widgets of a deal tell over its whole life."""

    customer_interactions: CustomerInteractions
    hourly_investment: HourlyInvestment
    email_ratio: EmailRatio
    response_time: ResponseTime
    activities: DailyActivities


def lives(interactions: Interactions, since: Sequence[int], until: Sequence[int], zone: str = "UTC") -> list[Life]:
    """
    Measure each record from one instant to another, both included, *as of* the latter.

    Parameters
    ----------
    interactions : Interactions
        All there are of the records up to the latest ``until``.
    since, until : sequence of int
        Microseconds since 1970, one for each of ``interactions.records``; :data:`kpi.spans.EVER` is all time.
    zone : str
        IANA name; local days are those of activities, from that of ``since``, or for all time that of the first
        interaction.

    Returns
    -------
    list of Life
        One for each of ``interactions.records``, in order.

    Examples
    --------
    >>> from graph.model import to_micros
    >>> from tests.situations import ago, call, columns
    >>> read = columns(*(call(f"c{n}", ago(n), "ann", "bob") for n in range(5)))
    >>> [life] = lives(read, [to_micros(ago(3))], [to_micros(ago(2))])
    >>> life.customer_interactions.by_us.calls, life.activities.calls_made
    (2, 1.0)
    """
    period = spans(interactions, since, until)
    counts = customer_interactions(interactions, period)
    days = _days(interactions, period, since, until, zone)
    return [
        Life(*parts)
        for parts in zip(
            counts,
            hourly_investment(interactions, period),
            email_ratio(interactions, period),
            response_time(interactions, period),
            map(_daily, counts, days),
            strict=True,
        )
    ]


def _days(
    interactions: Interactions, period: Spans, since: Sequence[int], until: Sequence[int], zone: str
) -> list[int]:
    """Return how many local days each life has; 0 for all time without an interaction."""
    begin, end = np.array(since, dtype=np.int64), np.array(until, dtype=np.int64)
    begin = np.where(begin == EVER, _firsts(interactions, period, end + 1), begin)
    # Where a clock goes back over midnight, a life may seem to end on the day before it began.
    days = np.maximum(local_days(end, zone) - local_days(begin, zone), 0) + 1
    return [int(count) for count in np.where(begin > end, 0, days)]


def _firsts(interactions: Interactions, period: Spans, otherwise: Int64) -> Int64:
    """Return the instant of the first interaction of each record in its span."""
    rows = np.flatnonzero(period.contains(interactions.at))
    records, first = np.unique(interactions.record[rows], return_index=True)
    instants = otherwise.copy()
    instants[records] = interactions.at[rows[first]]
    return instants


def _daily(counts: CustomerInteractions, days: int) -> DailyActivities:
    if not days:
        return DailyActivities()
    ours, theirs = counts.by_us, counts.by_them
    series = (ours.emails, theirs.emails, ours.meetings, theirs.meetings, ours.calls, theirs.calls)
    return DailyActivities(*(count / days for count in series))
