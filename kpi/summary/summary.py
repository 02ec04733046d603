"""What there is to say about each record, from its interactions."""

from dataclasses import dataclass

from graph.interactions import MEETING, THEM, US, Interactions
from kpi.summary.balance import initiative, time_invested
from kpi.summary.correspondence import correspondence_of
from kpi.summary.history import history_of
from kpi.summary.insight import Insight
from kpi.summary.involved import people_involved
from kpi.summary.pace import Rhythm, activity, ratio_trend, rhythms, silence
from kpi.summary.responding import response_rate, response_time, response_trend
from kpi.summary.waiting import waiting
from kpi.window import Window


@dataclass(frozen=True, slots=True)
class Summary:
    """What the interactions up to *as of* tell, and the rhythm of meetings, which those to come are compared with."""

    insights: tuple[Insight, ...]
    meetings: Rhythm | None


def summary(interactions: Interactions, window: Window) -> list[Summary]:
    """
    Find what is worth knowing about each record: where the sides differ, or the window from what is usual.

    Parameters
    ----------
    interactions : Interactions
        All of the past, since what is usual lies before the window.
    window : Window

    Returns
    -------
    list of Summary
        One for each of ``interactions.records``, in order. Its insights are in no order;
        :func:`kpi.summary.insight.ranked` puts them into one, with those of meetings to come and of followed emails.

    Notes
    -----
    Nothing is said where there is nothing to compare: of meetings where there was none, of answers where a side gave
    none, of what is usual where there is no history.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": "You have initiated 3 meetings more compared to the
       customer".

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, call, columns
    >>> [found] = summary(columns(*(call(f"c{n}", ago(n), "ann", "bob") for n in (1, 2, 3))), Window(AS_OF))
    >>> [(insight.code.value, insight.ours, insight.theirs) for insight in found.insights]
    [('CALLS_MADE', 3.0, 0.0)]
    """
    history = history_of(interactions, window)
    mail = correspondence_of(interactions, window, history)
    findings = [
        *initiative(interactions, history),
        time_invested(interactions, history),
        response_time(mail.waits),
        response_rate(mail),
        *(finding for side in (US, THEM) for finding in (response_trend(mail.waits, side), waiting(mail, side))),
        ratio_trend(interactions, history),
        activity(history),
        silence(interactions, window),
        people_involved(interactions, history),
    ]
    meetings = rhythms(interactions, interactions.kind == MEETING, window)
    return [
        Summary(tuple(insight for finding in findings if (insight := finding[record])), meetings[record])
        for record in range(history.size)
    ]
