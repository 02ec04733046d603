"""Who takes part, and what became of the emails that are followed."""

from math import sqrt

import numpy as np

from graph.interactions import THEM, US, Float64, Interactions
from graph.model import SIDES
from kpi.columns import count
from kpi.email_engagement import EmailEngagement
from kpi.summary.history import History
from kpi.summary.insight import Finding, Insight, InsightCode

# Fewer interactions tell little about who keeps a relationship up.
FEWEST_INTERACTIONS = 3


def people_involved(interactions: Interactions, history: History) -> Finding:
    r"""
    Compare the sellers with the customers who took part in the window, where one side has one person alone.

    .. math:: distance = \frac{|s - c|}{\sqrt{s + c}}

    Not shown for several sellers of one customer where that is whom the record is about.
    """
    here = history.now[interactions.present_row]
    row = interactions.present_row[here]
    width = max(len(interactions.people), 1)
    keys = (history.record[row] * len(SIDES) + interactions.present_side[here]) * width
    pairs = np.unique(keys + interactions.present_person[here]) // width
    people: Float64 = np.bincount(pairs, minlength=history.size * len(SIDES)).reshape(-1, len(SIDES)).astype(np.float64)
    ours, theirs = people[:, US], people[:, THEM]
    alone = [named == {record} for record, named in zip(interactions.records, interactions.named, strict=True)]
    single = (ours == 1) | ((theirs == 1) & ~np.array(alone, dtype=np.bool_))
    enough = count((history.size,), history.record[history.now]) >= FEWEST_INTERACTIONS
    distance = np.abs(ours - theirs) / np.sqrt(np.maximum(ours + theirs, 1))
    shown = enough & single & (ours > 0) & (theirs > 0) & (ours != theirs)
    return Finding(InsightCode.PEOPLE_INVOLVED, ours, theirs, distance, shown)


def engagement_insight(engagement: EmailEngagement) -> Insight | None:
    r"""
    Compare the followed emails that were opened with those that were answered, where they are more.

    .. math:: distance = \frac{o - r}{\sqrt{o}}

    Examples
    --------
    >>> engagement_insight(EmailEngagement(5, 4, 0, 0, 0, 9, 0, 0))
    Insight(code=<InsightCode.OPENED_NOT_ANSWERED: 'OPENED_NOT_ANSWERED'>, ours=4.0, theirs=0.0, distance=2.0, detail=5)
    """
    opened, replied = engagement.opened, engagement.replied
    if opened <= replied:
        return None
    distance = (opened - replied) / sqrt(opened)
    return Insight(InsightCode.OPENED_NOT_ANSWERED, float(opened), float(replied), distance, engagement.sent)
