"""Interactions reduced to what numbers are made of: who talked, what it cost, how long an answer took."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import CALL, MEETING, THEM, US, Bool, Float64, Int8, Int32, Int64, Interactions
from kpi.answers import answers, asks
from kpi.hourly_investment import minutes_of_each

FOREVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """
    What a ranking needs to know about the interactions of some records, as columns of equal length n.

    Ordered by record, then instant. What is planned is here too: a reader looks at ``at``, and at any instant finds
    what was known then.

    Attributes
    ----------
    records : tuple of str
        The ids; ``record`` holds positions in it.
    record : int32[n]
    at : int64[n]
        Microseconds since 1970.
    kind, initiator : int8[n]
        As in :class:`graph.interactions.Interactions`.
    we_talk, they_talk : bool[n]
        Whether a side talks: the initiator's, and in a meeting, and in a call unless it lasted 0 minutes, both where
        both are present.
    both_sides : bool[n]
    asks : bool[n]
        An email to be answered: between both sides, and written by a person.
    wait : int64[n]
        For the earliest answer to an email, how many microseconds later it came; else 0.
    our_minutes, their_minutes : float64[n]
    """

    records: tuple[str, ...]
    record: Int32
    at: Int64
    kind: Int8
    initiator: Int8
    we_talk: Bool
    they_talk: Bool
    both_sides: Bool
    asks: Bool
    wait: Int64
    our_minutes: Float64
    their_minutes: Float64

    def __len__(self) -> int:
        return len(self.record)


def facts_of(interactions: Interactions) -> Facts:
    """
    Reduce interactions to facts.

    An email is answered by its earliest answer, whenever that was; so at any instant an email is answered if that
    answer is not later.

    Examples
    --------
    >>> from tests.situations import ago, columns, email
    >>> asked = email("m1", ago(hours=9), "bob", "ann")
    >>> facts = facts_of(columns(asked, email("m2", ago(hours=7), "ann", "bob", in_reply_to_id="m1")))
    >>> facts.wait // 3_600_000_000, facts.they_talk
    (array([0, 2]), array([ True, False]))
    """
    we_talk, they_talk = who_talks(interactions)
    our_minutes, their_minutes = minutes_of_each(interactions)
    asking = asks(interactions, FOREVER)
    return Facts(
        records=interactions.records,
        record=interactions.record,
        at=interactions.at,
        kind=interactions.kind,
        initiator=interactions.initiator,
        we_talk=we_talk,
        they_talk=they_talk,
        both_sides=interactions.both_sides,
        asks=asking,
        wait=_waits(interactions, asking),
        our_minutes=our_minutes,
        their_minutes=their_minutes,
    )


def who_talks(interactions: Interactions) -> tuple[Bool, Bool]:
    """Return bool[n] twice, whether we talk and whether they do; see :class:`Facts`."""
    lasting_call = (interactions.kind == CALL) & (interactions.minutes != 0)
    together = ((interactions.kind == MEETING) | lasting_call) & interactions.both_sides
    return together | (interactions.initiator == US), together | (interactions.initiator == THEM)


def _waits(interactions: Interactions, asking: Bool) -> Int64:
    asked, answer = answers(interactions, asking)
    wait = np.zeros(len(interactions), dtype=np.int64)
    wait[answer] = interactions.at[answer] - interactions.at[asked]
    return wait
