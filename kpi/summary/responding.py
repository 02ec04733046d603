"""How each side answers: against the other, and against what it did before."""

import numpy as np

from graph.interactions import THEM, US
from kpi.summary.comparing import inverse, log_ratio, root
from kpi.summary.correspondence import BEFORE, FEWEST_ANSWERS, NOW, Correspondence, Waits, worth_telling
from kpi.summary.insight import Finding, InsightCode

# A difference of one email in twenty is worth a sentence.
LEAST_RATE = 0.05

TRENDS = {US: InsightCode.OUR_RESPONSE_TREND, THEM: InsightCode.THEIR_RESPONSE_TREND}


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
    distance = np.abs(log_ratio(ours, theirs) - usual) / root((waits.variance * scatter).sum(axis=1))
    return Finding(InsightCode.RESPONSE_TIME, ours, theirs, distance, both & worth_telling(ours, theirs))


def response_trend(waits: Waits, side: int) -> Finding:
    r"""
    Compare the mean wait for a side's answers in the window with that before it.

    .. math:: distance = \frac{|\ln (w / W)|}{\sqrt{s^2 (1 / a + 1 / A)}}
    """
    now, before = waits.hours[:, side, NOW], waits.hours[:, side, BEFORE]
    number = waits.answers[:, side]
    distance = np.abs(log_ratio(now, before)) / root(waits.variance[:, side] * inverse(number).sum(axis=1))
    shown = (number[:, NOW] > 0) & (number[:, BEFORE] >= FEWEST_ANSWERS) & worth_telling(now, before)
    return Finding(TRENDS[side], now, before, distance, shown)


def response_rate(mail: Correspondence) -> Finding:
    r"""
    Compare the shares of the other's emails that the sides answered.

    .. math:: distance = \frac{|(r_o - r_t) - (R_o - R_t)|}{\sqrt{\sum_{side} (v / n + V / N)}},
        \qquad v = p (1 - p), \quad p = \frac{answered + 1}{n + 2}

    over :math:`n` emails in the window and :math:`N` before it; where a side was asked nothing before, equal shares are
    taken for usual, without :math:`V / N`.
    """
    asked, done = mail.numbers(mail.asks), mail.numbers(mail.asks & mail.answered)
    rate, likely = done / np.maximum(asked, 1), (done + 1) / (asked + 2)
    known = np.all(asked[:, :, BEFORE] > 0, axis=1, keepdims=True)
    scatter = likely * (1 - likely) * inverse(asked)
    scatter[:, :, BEFORE] *= known
    lead = rate[:, US] - rate[:, THEM]
    usual = np.where(known[:, 0], lead[:, BEFORE], 0.0)
    both = np.all(asked[:, :, NOW] > 0, axis=1)
    distance = np.abs(lead[:, NOW] - usual) / root(scatter.sum(axis=(1, 2)))
    shown = both & (np.abs(lead[:, NOW]) >= LEAST_RATE)
    return Finding(InsightCode.RESPONSE_RATE, rate[:, US, NOW], rate[:, THEM, NOW], distance, shown)
