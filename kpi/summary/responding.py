"""How each side answers: against the other, against what it did before, and what still waits."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graph.interactions import THEM, US, Bool, Float64, Int64, Interactions
from graph.model import SIDES
from kpi.answers import answers, asks
from kpi.columns import count, total
from kpi.response_time import HOUR
from kpi.summary.comparing import inverse, log_ratio, telling
from kpi.summary.history import History
from kpi.summary.insight import Finding, InsightCode
from kpi.window import Window

NOW, BEFORE = range(2)
# Differences that are worth a sentence: six minutes, and one email in twenty.
LEAST_HOURS = 0.1
LEAST_RATE = 0.05
# Fewer answers make no habit.
FEWEST_ANSWERS = 3

TRENDS = {US: InsightCode.OUR_RESPONSE_TREND, THEM: InsightCode.THEIR_RESPONSE_TREND}
WAITING = {US: InsightCode.WAITING_FOR_US, THEM: InsightCode.WAITING_FOR_THEM}


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """
    How long each side took to answer.

    Attributes
    ----------
    answers : float64[size, side, period]
        How many answers each side gave in the window and before it.
    hours : float64[size, side, period]
        Their mean wait; 0 without any.
    variance : float64[size, side]
        That of the logarithm of all waits, as if one more had been off by a factor of e.
    """

    answers: Float64
    hours: Float64
    variance: Float64


def waits_of(interactions: Interactions, history: History, asked: Int64, answer: Int64) -> Waits:
    """Measure the waits of pairs of emails (rows); an answer lies in the window or before it, whenever it was asked."""
    hours = (interactions.at[answer] - interactions.at[asked]) / HOUR
    side = interactions.initiator[answer].astype(np.int64)
    codes = (history.record[answer], side, np.where(history.now[answer], NOW, BEFORE))
    shape = (history.size, len(SIDES), 2)
    number = count(shape, *codes).astype(np.float64)
    mean = total(shape, hours, *codes) * inverse(number)
    logs, both = np.log(hours), number.sum(axis=2)
    centre = total(shape[:2], logs, *codes[:2]) * inverse(both)
    deviations = total(shape[:2], (logs - centre[codes[:2]]) ** 2, *codes[:2])
    return Waits(number, mean, (deviations + 1) / (both + 1))


def responding(interactions: Interactions, window: Window, history: History) -> Iterator[Finding]:
    """Yield what there is to say about answers."""
    asked, answer = answers(interactions, window.until)
    waits = waits_of(interactions, history, asked, answer)
    yield response_time(waits)
    for side in (US, THEM):
        yield response_trend(waits, side)
    asking = asks(interactions, window.until)
    answered = np.zeros(len(interactions), dtype=np.bool_)
    answered[asked] = True
    yield response_rate(interactions, history, asking, answered)
    open_ = asking & ~answered & history.now & ~_continued(interactions, asking)
    for side in (US, THEM):
        yield waiting(interactions, window, waits, open_, side)


def response_time(waits: Waits) -> Finding:
    r"""
    Compare our mean wait with theirs.

    .. math:: distance = \frac{|\ln (w_o / w_t) - \ln (W_o / W_t)|}{\sqrt{\sum_{side} s^2 (1 / a + 1 / A)}}

    over :math:`a` answers in the window and :math:`A` before it (:math:`w`, :math:`W` their mean waits, :math:`s^2` the
    variance of the logarithms); where a side gave none before, equal waits are taken for usual, without :math:`1 / A`.
    """
    ours, theirs = waits.hours[:, US, NOW], waits.hours[:, THEM, NOW]
    given = inverse(waits.answers)
    known = np.all(waits.answers[:, :, BEFORE] > 0, axis=1, keepdims=True)
    usual = np.where(known[:, 0], log_ratio(waits.hours[:, US, BEFORE], waits.hours[:, THEM, BEFORE]), 0.0)
    scatter = given[:, :, NOW] + given[:, :, BEFORE] * known
    both = np.all(waits.answers[:, :, NOW] > 0, axis=1)
    distance = np.abs(log_ratio(ours, theirs) - usual) / _root((waits.variance * scatter).sum(axis=1))
    return Finding(InsightCode.RESPONSE_TIME, ours, theirs, distance, both & _longer(ours, theirs))


def response_trend(waits: Waits, side: int) -> Finding:
    r"""
    Compare the mean wait for a side's answers in the window with that before it.

    .. math:: distance = \frac{|\ln (w / W)|}{\sqrt{s^2 (1 / a + 1 / A)}}
    """
    now, before = waits.hours[:, side, NOW], waits.hours[:, side, BEFORE]
    number = waits.answers[:, side]
    distance = np.abs(log_ratio(now, before)) / _root(waits.variance[:, side] * inverse(number).sum(axis=1))
    shown = (number[:, NOW] > 0) & (number[:, BEFORE] >= FEWEST_ANSWERS) & _longer(now, before)
    return Finding(TRENDS[side], now, before, distance, shown)


def response_rate(interactions: Interactions, history: History, asking: Bool, answered: Bool) -> Finding:
    r"""
    Compare the shares of the other's emails that the sides answered.

    .. math:: distance = \frac{|(r_o - r_t) - (R_o - R_t)|}{\sqrt{\sum_{side} (v / n + V / N)}},
        \qquad v = p (1 - p), \quad p = \frac{answered + 1}{n + 2}

    over :math:`n` emails in the window and :math:`N` before it; where a side was asked nothing before, equal shares are
    taken for usual, without :math:`V / N`.
    """
    codes = (history.record, 1 - interactions.initiator.astype(np.int64), np.where(history.now, NOW, BEFORE))
    shape = (history.size, len(SIDES), 2)
    asked, done = (
        count(shape, *(code[rows] for code in codes)).astype(np.float64) for rows in (asking, asking & answered)
    )
    rate, likely = done * inverse(asked), (done + 1) / (asked + 2)
    known = np.all(asked[:, :, BEFORE] > 0, axis=1, keepdims=True)
    scatter = likely * (1 - likely) * inverse(asked)
    scatter[:, :, BEFORE] *= known
    lead = rate[:, US] - rate[:, THEM]
    usual = np.where(known[:, 0], lead[:, BEFORE], 0.0)
    both = np.all(asked[:, :, NOW] > 0, axis=1)
    distance = np.abs(lead[:, NOW] - usual) / _root(scatter.sum(axis=(1, 2)))
    shown = both & (np.abs(lead[:, NOW]) >= LEAST_RATE)
    return Finding(InsightCode.RESPONSE_RATE, rate[:, US, NOW], rate[:, THEM, NOW], distance, shown)


def waiting(interactions: Interactions, window: Window, waits: Waits, open_: Bool, side: int) -> Finding:
    r"""
    Compare how long the oldest email that a side has not answered waits with that side's usual time.

    .. math:: distance = \frac{|\ln (w / W)|}{\sqrt{s^2 (1 + 1 / A)}}

    over its :math:`A` answers so far, :math:`W` their mean wait. Shown where it waits longer than that.
    """
    rows = np.flatnonzero(open_ & (interactions.initiator == 1 - side))
    size = len(interactions.records)
    record = interactions.record[rows]
    hours = np.zeros(size)
    np.maximum.at(hours, record, (window.until - interactions.at[rows]) / HOUR)
    given = waits.answers[:, side].sum(axis=1)
    usual = (waits.hours[:, side] * waits.answers[:, side]).sum(axis=1) * inverse(given)
    distance = np.abs(log_ratio(hours, usual)) / _root(waits.variance[:, side] * (1 + inverse(given)))
    shown = (given >= FEWEST_ANSWERS) & (hours > usual) & _longer(hours, usual)
    return Finding(WAITING[side], hours, usual, distance, shown, count((size,), record))


def _continued(interactions: Interactions, asking: Bool) -> Bool:
    """Return bool[n], whether the other side wrote later in the thread, so that an email waits for nothing."""
    continued = np.zeros(len(interactions), dtype=np.bool_)
    rows = np.flatnonzero(asking & (interactions.thread >= 0))
    width = int(interactions.thread.max(initial=0)) + 1
    thread = interactions.record[rows].astype(np.int64) * width + interactions.thread[rows]
    code = np.unique(thread, return_inverse=True)[1]
    side, at = interactions.initiator[rows].astype(np.int64), interactions.at[rows]
    last = np.full((len(rows), len(SIDES)), np.iinfo(np.int64).min)
    np.maximum.at(last, (code, side), at)
    continued[rows] = last[code, 1 - side] > at
    return continued


def _longer(a: Float64, b: Float64) -> Bool:
    return telling(a, b) & (np.abs(a - b) >= LEAST_HOURS)


def _root(variance: Float64) -> Float64:
    """Return the standard deviation; 1 where there is none, so that nothing is divided by 0."""
    return np.asarray(np.sqrt(np.where(variance > 0, variance, 1.0)))
