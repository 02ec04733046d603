"""Email engagement: what became of the emails that we follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.interactions import EMAIL, US, Bool, Int64, Interactions
from graph.model import Engagement, EngagementEvent, to_micros
from kpi.answers import asks, replies
from kpi.columns import count, total
from kpi.window import Window

EVENTS = tuple(EngagementEvent)

# The engagement with each email that has any, by its id.
Events = Mapping[str, Sequence[Engagement]]


@dataclass(frozen=True, slots=True)
class EmailEngagement:
    """
    How many followed emails we sent, what share of them was engaged with, and how often that happened.

    ``opened``, ``clicked``, ``attachment_viewed`` and ``replied`` count emails; ``opens``, ``clicks`` and
    ``attachment_views`` count events.
    """

    sent: int
    opened: int
    clicked: int
    attachment_viewed: int
    replied: int
    opens: int
    clicks: int
    attachment_views: int

    @property
    def open_rate(self) -> float | None:
        """Share of the emails that was opened; None where none was sent."""
        return self._rate(self.opened)

    @property
    def click_rate(self) -> float | None:
        """Share of the emails in which a link was clicked; None where none was sent."""
        return self._rate(self.clicked)

    @property
    def attachment_view_rate(self) -> float | None:
        """Share of the emails whose attachment was viewed; None where none was sent."""
        return self._rate(self.attachment_viewed)

    @property
    def reply_rate(self) -> float | None:
        """Share of the emails that was replied to; None where none was sent."""
        return self._rate(self.replied)

    def _rate(self, emails: int) -> float | None:
        return emails / self.sent if self.sent else None


def email_engagement(interactions: Interactions, window: Window, events: Events) -> list[EmailEngagement]:
    r"""
    Measure what the customers of each record did with the followed emails that we wrote.

    .. math:: rate = \frac{|\{m \in M : \text{at least one event of } m\}|}{|M|}

    over the followed emails :math:`M` by us in the window, whomever they went to.

    Parameters
    ----------
    interactions : Interactions
    window : Window
    events : mapping of str to sequence of Engagement
        By id of interaction; events of customers alone. Those after *as of* do not count, those before the email
        (because clocks differ) do.

    Returns
    -------
    list of EmailEngagement
        One for each of ``interactions.records``, in order.

    Notes
    -----
    Only what people do whom the record names counts: a contact itself; an account's contacts and primary contact; a
    lead and its stakeholders; a deal's contact and stakeholders. They need not be recipients: mail is forwarded.
    An email is replied to where any email of such a person answers it, be another's answer earlier or not.

    See Also
    --------
    kpi.answers.replies : what an answer is.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": email engagement.

    Examples
    --------
    >>> from tests.situations import AS_OF, ago, columns, email
    >>> read = columns(*(email(id_, ago(2), "ann", "bob", followed=True) for id_ in ("m1", "m2")))
    >>> opened = Engagement("m1", "bob", EngagementEvent.OPEN, ago(1))
    >>> [engagement] = email_engagement(read, Window(AS_OF), {"m1": [opened]})
    >>> engagement.opened, engagement.opens, engagement.open_rate, engagement.click_rate
    (1, 1, 0.5, 0.0)
    """
    rows = np.flatnonzero(followed(interactions) & window.contains(interactions.at))
    size = len(interactions.records)
    record = interactions.record[rows]
    happened = _happened(interactions, rows, window.until, events)
    replied = _replied(interactions, window.until)[rows]
    sent = count((size,), record).tolist()
    emails = [count((size,), record[engaged]).tolist() for engaged in (*(happened > 0).T, replied)]
    times = [total((size,), each, record).astype(int).tolist() for each in happened.T.astype(float)]
    return [EmailEngagement(*numbers) for numbers in zip(sent, *emails, *times, strict=True)]


def followed(interactions: Interactions) -> Bool:
    """Return bool[n], the emails by us that are followed."""
    by_us = (interactions.kind == EMAIL) & (interactions.initiator == US)
    return np.asarray(by_us & interactions.followed, dtype=np.bool_)


def _happened(interactions: Interactions, rows: Int64, until: int, events: Events) -> Int64:
    """Return int64[rows, event], how often those named did each thing with each email."""
    happened = np.zeros((len(rows), len(EVENTS)), dtype=np.int64)
    for i, row in enumerate(rows.tolist()):
        named = interactions.named[interactions.record[row]]
        for event in events.get(interactions.id[row], ()):
            if event.person_id in named and to_micros(event.at) <= until:
                happened[i, EVENTS.index(event.event)] += 1
    return happened


def _replied(interactions: Interactions, until: int) -> Bool:
    """Return bool[n], whether an email of somebody named answers each row."""
    asked, answer = replies(interactions, asks(interactions, until))
    ours = followed(interactions)[asked]
    asked, answer = asked[ours], answer[ours]
    writers = zip(interactions.record[answer], interactions.initiator_person[answer], strict=True)
    by_named = [interactions.people[person] in interactions.named[record] for record, person in writers]
    replied = np.zeros(len(interactions), dtype=np.bool_)
    replied[asked[np.array(by_named, dtype=np.bool_)]] = True
    return replied
