"""Emails that still wait for an answer."""

import numpy as np

from graph.interactions import THEM, US
from kpi.summary.correspondence import BEFORE, FEWEST_ANSWERS, NOW, Correspondence, worth_telling
from kpi.summary.insight import Finding, InsightCode

CODES = {US: InsightCode.WAITING_FOR_US, THEM: InsightCode.WAITING_FOR_THEM}


def waiting(mail: Correspondence, side: int) -> Finding:
    r"""
    Compare how long the oldest email of the window that a side has not answered waits with its usual time to answer.

    .. math:: distance = \frac{\max(w - u n, 0)}{\sqrt{u (1 - u) n}}, \qquad u = \frac{W + 1}{N + 2}

    where :math:`w` of :math:`n` emails in the window wait for longer than usual, and :math:`W` of :math:`N` before it
    were never answered: where many never are, more of them are no news.

    What was written in a thread after the email of the one side by the other makes that wait no longer.
    """
    history, size = mail.history, mail.history.size
    given = mail.waits.answers[:, side]
    usual = (mail.waits.hours[:, side] * given).sum(axis=1) / np.maximum(given.sum(axis=1), 1)
    left = mail.asks & ~mail.answered & ~mail.continued & (mail.side == side)
    late = left & history.now & (mail.age > usual[history.record])
    oldest = np.zeros(size)
    np.maximum.at(oldest, history.record[late], mail.age[late])
    asked, number, never = (mail.numbers(rows)[:, side] for rows in (mail.asks, late, left))
    share = (never[:, BEFORE] + 1) / (asked[:, BEFORE] + 2)
    scatter = np.sqrt(share * (1 - share) * np.maximum(asked[:, NOW], 1))
    distance = np.maximum(number[:, NOW] - share * asked[:, NOW], 0.0) / scatter
    shown = (given.sum(axis=1) >= FEWEST_ANSWERS) & (number[:, NOW] > 0) & worth_telling(oldest, usual)
    return Finding(CODES[side], oldest, usual, distance, shown, number[:, NOW].astype(np.int64))
