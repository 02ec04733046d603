"""Records and interactions as rows of SQLite, and back."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from struct import Struct
from typing import Any

from graph.backends.shared import searched_text
from graph.model import (
    KINDS,
    RECORD_TYPES,
    ROLES,
    SIDES,
    SOURCES,
    Interaction,
    InteractionState,
    LeadState,
    OpportunityState,
    Participant,
    Record,
    RecordKind,
    SellerRole,
    Side,
    digest,
    from_micros,
    to_micros,
)

STATES = tuple(InteractionState)
CANCELED = STATES.index(InteractionState.CANCELED)
THEM = SIDES.index(Side.THEM)

_CODES: dict[str, int] = {value: code for values in (KINDS, SOURCES, STATES) for code, value in enumerate(values)}
_ROLE_CODES: dict[str, int] = {role: code for code, role in enumerate(ROLES)}
_SIDE_CODES: dict[str, int] = {side: code for code, side in enumerate(SIDES)}
_RECORD_STATES: dict[RecordKind, Callable[[str], object]] = {
    RecordKind.LEAD: LeadState,
    RecordKind.OPPORTUNITY: OpportunityState,
}
_READERS: dict[str, Callable[[Any], object]] = {
    "emails": tuple,
    "domains": tuple,
    "stakeholder_ids": tuple,
    "sales_team_ids": tuple,
    "attributes": lambda pairs: tuple((name, value) for name, value in pairs),
    "role": SellerRole,
    "created_at": from_micros,
    "closed_at": from_micros,
    "estimated_close_date": date.fromisoformat,
}


def as_json(values: Iterable[object]) -> str:
    """Return a list of values as a parameter for ``json_each``."""
    return json.dumps(list(values))


def record_row(no: int, record: Record) -> tuple[object, ...]:
    """Return the row of a record for :data:`graph.backends.sql.WRITE_RECORD`."""
    created, closed = getattr(record, "created_at", None), getattr(record, "closed_at", None)
    closes = getattr(record, "estimated_close_date", None)
    return (
        no,
        record.id,
        record.kind,
        digest(record),
        getattr(record, "opted_out", False),
        getattr(record, "provisional", False),
        getattr(record, "state", None),
        created and to_micros(created),
        closed and to_micros(closed),
        closes and closes.isoformat(),
        getattr(record, "estimated_revenue", None),
        searched_text(record),
        _document(record),
    )


def record_of(kind: str, document: str) -> Record:
    """Return the record that a row holds."""
    record_kind = RecordKind(kind)
    fields = json.loads(document)
    for name in _READERS.keys() & fields.keys():
        fields[name] = _READERS[name](fields[name])
    if "state" in fields:
        fields["state"] = _RECORD_STATES[record_kind](fields["state"])
    return RECORD_TYPES[record_kind](**fields)


def interaction_row(no: int, interaction: Interaction, numbers: Mapping[str, int]) -> tuple[object, ...]:
    """Return the row of an interaction for :data:`graph.backends.sql.WRITE_INTERACTION`."""
    return (
        no,
        interaction.id,
        digest(interaction),
        to_micros(interaction.at),
        _CODES[interaction.kind],
        interaction.duration_minutes,
        _CODES[interaction.source],
        interaction.subject,
        interaction.thread_id,
        interaction.in_reply_to_id,
        None if interaction.regarding_id is None else numbers[interaction.regarding_id],
        _CODES[interaction.state],
        interaction.followed,
        interaction.automatic,
        interaction.copy_key,
        pack(interaction.participants, numbers),
    )


def interaction_of(row: tuple[Any, ...], names: Mapping[int, str]) -> Interaction:
    """Return the interaction of a row of :data:`graph.backends.sql.WHOLE`."""
    id_, at, kind, minutes, source, subject, thread, reply_to, regarding, state, followed, automatic, copy, people = row
    return Interaction(
        id=id_,
        kind=KINDS[kind],
        at=from_micros(at),
        participants=tuple(Participant(names[no], ROLES[role], SIDES[side]) for no, role, side in unpack(people)),
        duration_minutes=minutes,
        source=SOURCES[source],
        subject=subject,
        thread_id=thread,
        in_reply_to_id=reply_to,
        regarding_id=regarding,
        state=STATES[state],
        followed=bool(followed),
        automatic=bool(automatic),
        copy_key=copy,
    )


def pack(participants: Collection[Participant], numbers: Mapping[str, int]) -> bytes:
    """Return participants as little-endian 64-bit integers: the person's number, 7 bits of role, 1 of side."""
    codes = [numbers[p.person_id] << 8 | _ROLE_CODES[p.role] << 1 | _SIDE_CODES[p.side] for p in participants]
    return _packing(len(codes)).pack(*codes)


def unpack(packed: bytes) -> list[tuple[int, int, int]]:
    """Return the (number, role, side) of packed participants."""
    return [(code >> 8, code >> 1 & 0x7F, code & 1) for code in _packing(len(packed) // 8).unpack(packed)]


@lru_cache(maxsize=256)
def _packing(count: int) -> Struct:
    return Struct(f"<{count}q")


def _plain(value: date | datetime) -> int | str:
    return to_micros(value) if isinstance(value, datetime) else value.isoformat()


# Made once: that takes longer than to encode a record.
_encoder = json.JSONEncoder(default=_plain)


def _document(record: Record) -> str:
    fields = {name: getattr(record, name) for name in type(record).__slots__}
    # What is missing is left out: most fields of most records are.
    return _encoder.encode({k: v for k, v in fields.items() if v is not None and v != ()})
