"""Who does more: meetings, emails and calls begun, and the time invested."""

from collections.abc import Iterator

import numpy as np

from graph.interactions import CALL, EMAIL, MEETING, THEM, US, Interactions
from kpi.columns import total
from kpi.hourly_investment import minutes_of_each
from kpi.summary.comparing import LEAST_MINUTES, log_ratio, telling
from kpi.summary.history import History
from kpi.summary.insight import Finding, InsightCode

BEGUN = {
    InsightCode.MEETINGS_INITIATED: MEETING,
    InsightCode.EMAILS_SENT: EMAIL,
    InsightCode.CALLS_MADE: CALL,
}


def initiative(interactions: Interactions, history: History) -> Iterator[Finding]:
    r"""
    Compare how much each side began, kind by kind.

    .. math:: distance = \frac{|d_0 - \bar d|}{\sqrt{(\sum_k (d_k - \bar d)^2 + n_0) / (K + 1)}}

    where :math:`d_0` is ours less theirs in the window, :math:`d_1 \dots d_K` the same in the earlier windows,
    :math:`\bar d` their mean (0 without any) and :math:`n_0` ours and theirs together: what :math:`n_0` events
    scatter, as if it were one window more.
    """
    for code, kind in BEGUN.items():
        ours, theirs = (history.counts((interactions.kind == kind) & (interactions.initiator == s)) for s in (US, THEM))
        lead = ours - theirs
        mean, deviations = history.usual(lead)
        scatter = np.maximum(ours[:, 0] + theirs[:, 0], 1.0)
        distance = np.abs(lead[:, 0] - mean) / np.sqrt((deviations + scatter) / (history.earlier + 1))
        yield Finding(code, ours[:, 0], theirs[:, 0], distance, lead[:, 0] != 0)


def time_invested(interactions: Interactions, history: History) -> Finding:
    r"""
    Compare the minutes that each side invested.

    .. math:: distance = \frac{|\ln (o / t) - \ln (O / T)|}{\sqrt{1 / n + 1 / N}}

    for :math:`o` minutes of ours and :math:`t` of theirs over :math:`n` interactions in the window, and :math:`O`,
    :math:`T`, :math:`N` before it; where one of these is 0, equal times are taken for usual, without :math:`1 / N`.
    """
    size, record = (history.size,), history.record
    minutes = minutes_of_each(interactions)
    (ours, before_us), (theirs, before_them) = (
        [total(size, of_each[rows], record[rows]) for rows in (history.now, history.before)] for of_each in minutes
    )
    number, numbers = (np.bincount(record[rows], minlength=history.size) for rows in (history.now, history.before))
    both, known = (ours > 0) & (theirs > 0), (before_us > 0) & (before_them > 0)
    usual = np.where(known, log_ratio(before_us, before_them), 0.0)
    variance = 1 / np.maximum(number, 1) + np.where(known, 1 / np.maximum(numbers, 1), 0.0)
    distance = np.abs(log_ratio(ours, theirs) - usual) / np.sqrt(variance)
    shown = both & telling(ours, theirs) & (np.abs(ours - theirs) >= LEAST_MINUTES)
    return Finding(InsightCode.TIME_INVESTED, ours, theirs, distance, shown)
