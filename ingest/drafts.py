"""
Interactions and engagement as they were read, before anybody knows who their people are.

There are millions of them, so they are tuples of plain values; a draft that is packed is read several times faster than
its JSON.
"""

import marshal
from typing import NamedTuple

from graph.model import to_micros
from ingest.lines import EngagementLine, InteractionLine

# Later ones look for values that come twice, which takes longer than all the rest.
MARSHAL_VERSION = 2

# An id or address, whether it is an address, and the role.
DraftParticipant = tuple[str, bool, str]


class Draft(NamedTuple):
    """
    An interaction line; ``at`` is in microseconds since 1970, and what is of a set of values is as it is written.

    ``seq`` is 0 as long as it does not lie on a stage.
    """

    seq: int
    id: str
    kind: str
    at: int
    minutes: float | None
    source: str
    subject: str | None
    thread_id: str | None
    in_reply_to_id: str | None
    regarding_id: str | None
    state: str
    followed: bool
    automatic: bool
    copy_key: str | None
    participants: tuple[DraftParticipant, ...]


class Engaged(NamedTuple):
    """An engagement line, who it was by id or address; ``at`` is in microseconds since 1970."""

    seq: int
    interaction_id: str
    key: str
    by_address: bool
    event: str
    at: int


def drafted(line: InteractionLine) -> Draft:
    """Return the draft of a checked line."""
    # _value_, because the property .value costs more than the rest together.
    return Draft(
        0,
        line.id,
        line.kind._value_,
        to_micros(line.at),
        line.duration_minutes,
        line.source._value_,
        line.subject,
        line.thread_id,
        line.in_reply_to_id,
        line.regarding_id,
        line.state._value_,
        line.followed,
        line.automatic,
        line.copy_key,
        tuple([(p.person_id or p.email or "", p.person_id is None, p.role._value_) for p in line.participants]),
    )


def pack(draft: Draft) -> bytes:
    """Return a draft, but for its number and id, as bytes."""
    return marshal.dumps(draft[2:], MARSHAL_VERSION)


def unpack(seq: int, id_: str, packed: bytes) -> Draft:
    """Return the draft that :func:`pack` packed."""
    return Draft._make((seq, id_, *marshal.loads(packed)))


def engaged(seq: int, line: EngagementLine) -> Engaged:
    """Return a checked engagement line as a row of the stage."""
    return Engaged(seq, line.interaction_id, line.key, line.address is not None, line.event.value, to_micros(line.at))
