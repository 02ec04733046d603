"""How often there is something: activity, silence and meetings against the record's own rhythm."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import EMAIL, MEETING, THEM, US, Bool, Float64, Int64, Interactions
from kpi.columns import count, total
from kpi.summary.comparing import differ, inverse, log_ratio, telling
from kpi.summary.history import History
from kpi.summary.insight import Finding, Insight, InsightCode
from kpi.window import MIN_DAY, Window

# A rhythm is that of the last so many gaps, and there is none below so many.
MOST_GAPS = 20
FEWEST_GAPS = 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The day something last happened, and the mean and standard deviation of the days between two such days."""

    last_day: int
    gap: float
    spread: float

    def distance(self, days: float) -> float:
        """Return how many standard deviations a gap is away from the mean one."""
        return abs(days - self.gap) / self.spread


@dataclass(frozen=True, slots=True, eq=False)
class Rhythms:
    """The rhythm of each record, as columns of equal length; ``known`` where there is one."""

    last_day: Int64
    gap: Float64
    spread: Float64
    known: Bool

    def __getitem__(self, record: int) -> Rhythm | None:
        if not self.known[record]:
            return None
        return Rhythm(int(self.last_day[record]), float(self.gap[record]), float(self.spread[record]))


def rhythms(interactions: Interactions, rows: Bool, window: Window) -> Rhythms:
    r"""
    Find how many days lie between the days on which something happened, for each record.

    .. math:: \bar g = \frac{1}{n} \sum g_i, \qquad s = \sqrt{\frac{\sum (g_i - \bar g)^2 + \bar g^2}{n + 1}}

    over the last 20 gaps :math:`g_i`; the spread is as if one gap more had been twice as long or none.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, call, columns
    >>> read = columns(*(call(f"c{n}", ago(n), "ann", "bob") for n in (1, 3, 3.1, 7)))
    >>> rhythm = rhythms(read, read.at >= 0, Window(AS_OF))[0]
    >>> rhythm.gap, round(rhythm.spread, 3)
    (3.0, 1.915)
    """
    size = len(interactions.records)
    rows = rows & (interactions.at <= window.until)
    width = window.last_day + 1 - MIN_DAY
    days = interactions.record[rows] * width + (window.local_days(interactions.at[rows]) - MIN_DAY)
    record, offset = np.divmod(np.unique(days), width)
    last_day = np.full(size, MIN_DAY, dtype=np.int64)
    np.maximum.at(last_day, record, offset + MIN_DAY)
    of_gap, gap = _last_gaps(record, offset, size)
    number = count((size,), of_gap)
    mean = total((size,), gap, of_gap) / np.maximum(number, 1)
    deviations = total((size,), (gap - mean[of_gap]) ** 2, of_gap)
    spread = np.sqrt((deviations + mean**2) / (number + 1))
    return Rhythms(last_day, mean, spread, number >= FEWEST_GAPS)


def _last_gaps(record: Int64, day: Int64, size: int) -> tuple[Int64, Float64]:
    """Return the record and the length of each of the last gaps."""
    follows = np.flatnonzero(record[1:] == record[:-1])
    stops = np.cumsum(count((size,), record))
    recent = follows[stops[record[follows]] - follows <= MOST_GAPS + 1]
    return record[recent], (day[recent + 1] - day[recent]).astype(np.float64)


def silence(interactions: Interactions, window: Window) -> Finding:
    """Compare the days since the last interaction with the usual gap; shown where they are more."""
    usual = rhythms(interactions, np.ones(len(interactions), dtype=np.bool_), window)
    silent = (window.last_day - usual.last_day).astype(np.float64)
    distance = np.abs(silent - usual.gap) / np.where(usual.known, usual.spread, 1.0)
    shown = usual.known & (silent > usual.gap) & telling(silent, usual.gap)
    return Finding(InsightCode.SILENCE, silent, usual.gap, distance, shown)


def meeting_insight(usual: Rhythm | None, next_day: int | None, today: int) -> Insight | None:
    """
    Compare the days between the last and the next meeting with the usual gap, or those since the last one.

    Where no meeting is planned that is an insight once the usual gap is over.

    Examples
    --------
    >>> meeting_insight(Rhythm(last_day=90, gap=7.0, spread=2.0), next_day=104, today=101)
    Insight(code=<InsightCode.MEETING_PLANNED: 'MEETING_PLANNED'>, ours=14.0, theirs=7.0, distance=3.5, detail=3)
    """
    if usual is None:
        return None
    days = (today if next_day is None else next_day) - usual.last_day
    if not differ(days, usual.gap) or (next_day is None and days < usual.gap):
        return None
    code = InsightCode.NO_MEETING_PLANNED if next_day is None else InsightCode.MEETING_PLANNED
    return Insight(code, float(days), usual.gap, usual.distance(days), 0 if next_day is None else next_day - today)


def next_meeting_day(interactions: Interactions, window: Window) -> list[int | None]:
    """Return the number of the local day of each record's earliest meeting after *as of*; None without one."""
    rows = np.flatnonzero((interactions.kind == MEETING) & (interactions.at > window.until))
    record, first = np.unique(interactions.record[rows], return_index=True)
    days: list[int | None] = [None] * len(interactions.records)
    for place, row in zip(record.tolist(), rows[first].tolist(), strict=True):
        days[place] = window.day_of(int(interactions.at[row]))
    return days


def activity(history: History) -> Finding:
    r"""
    Compare the interactions of the window with their mean in the earlier windows.

    .. math:: distance = \frac{|n_0 - \bar n|}{\sqrt{(\sum_k (n_k - \bar n)^2 + \max(\bar n, 1)) / (K + 1)}}

    Shown where there are any now and at least one earlier window.
    """
    numbers = history.counts(history.number >= 0)
    usual, deviations = history.usual(numbers)
    distance = np.abs(numbers[:, 0] - usual) / np.sqrt((deviations + np.maximum(usual, 1.0)) / (history.earlier + 1))
    shown = (history.earlier > 0) & (numbers[:, 0] > 0) & telling(numbers[:, 0], usual)
    return Finding(InsightCode.ACTIVITY, numbers[:, 0], usual, distance, shown)


def ratio_trend(interactions: Interactions, history: History) -> Finding:
    r"""
    Compare the emails sent for each one received in the window with those before it.

    .. math:: distance = \frac{|\ln (s / r) - \ln (S / R)|}{\sqrt{1 / s + 1 / r + 1 / S + 1 / R}}

    Shown where none of the four numbers is 0.
    """
    email = (interactions.kind == EMAIL) & interactions.both_sides
    numbers = [
        count((history.size,), history.record[rows & email & (interactions.initiator == side)]).astype(np.float64)
        for rows in (history.now, history.before)
        for side in (US, THEM)
    ]
    sent, received, sent_before, received_before = numbers
    known = np.all(np.array(numbers) > 0, axis=0)
    ours, theirs = sent / np.maximum(received, 1), sent_before / np.maximum(received_before, 1)
    variance = np.where(known, sum(map(inverse, numbers)), 1.0)
    distance = np.abs(log_ratio(ours, theirs)) / np.sqrt(variance)
    return Finding(InsightCode.EMAIL_RATIO, ours, theirs, distance, known & telling(ours, theirs))
