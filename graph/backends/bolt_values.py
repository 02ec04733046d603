"""Records and interactions as properties of Neo4j, and back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from neo4j.time import Date, DateTime

from graph.backends.shared import addresses, domains, searched_text
from graph.model import (
    RECORD_TYPES,
    Account,
    Contact,
    Engagement,
    EngagementEvent,
    Interaction,
    InteractionKind,
    InteractionState,
    Lead,
    LeadState,
    Opportunity,
    OpportunityState,
    Participant,
    Record,
    RecordKind,
    Role,
    Seller,
    SellerRole,
    Side,
    Source,
    digest,
    edges_of,
    from_micros,
    normalized_address,
    to_micros,
)

Properties = dict[str, Any]
Reference = tuple[str, str, str]

# In bytes: no index holds a longer one. What is in reply to an id that long answers nothing that is stored.
LONGEST_KEY = 8000

# The organisation's own fields stand beside ours, so ours can never be overwritten.
ATTRIBUTE = "attributes."
LABELS = {kind: kind.value.capitalize() for kind in RecordKind}

_STATES: dict[RecordKind, Callable[[str], object]] = {
    RecordKind.LEAD: LeadState,
    RecordKind.OPPORTUNITY: OpportunityState,
}


def camel(name: str) -> str:
    """Return a field's name as a property is named."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_PROPERTIES = {
    kind: {f.name: camel(f.name) for f in fields(type_) if f.name not in {"id", "attributes"}}
    for kind, type_ in RECORD_TYPES.items()
}


def short_digest(value: Record | Interaction) -> int:
    """Return a digest as one integer of 64 bits, which Neo4j keeps beside the node rather than apart."""
    return int.from_bytes(digest(value)[:8], "big", signed=True)


def record_properties(record: Record) -> Properties:
    """Return all properties of a record's node."""
    names = _PROPERTIES[record.kind]
    properties = {name: _plain(getattr(record, field)) for field, name in names.items()}
    if isinstance(record, Opportunity):
        properties |= {ATTRIBUTE + name: value for name, value in record.attributes}
    return properties | {
        "key": record.id,
        "kind": record.kind.value,
        "digest": short_digest(record),
        "search": searched_text(record),
    }


def record_of(properties: Mapping[str, Any]) -> Record:
    """Return the record that a node holds."""
    kind = RecordKind(properties["kind"])
    values: dict[str, Any] = {
        field: _READERS.get(field, _same)(properties[name])
        for field, name in _PROPERTIES[kind].items()
        if name in properties
    }
    if kind in _STATES:
        values["state"] = _STATES[kind](values["state"])
    if kind is RecordKind.OPPORTUNITY:
        own = {name.removeprefix(ATTRIBUTE): v for name, v in properties.items() if name.startswith(ATTRIBUTE)}
        values["attributes"] = tuple(sorted(own.items()))
    return RECORD_TYPES[kind](id=properties["key"], **values)


def drawn_references(record: Record) -> Iterator[Reference]:
    """Yield (from, type, to) for each relationship that draws what a record names."""
    key = record.id
    match record:
        case Seller():
            yield from _drawn([key], "REPORTS_TO", [record.manager_id])
            return
        case Contact():
            yield from _drawn([key], "WORKS_FOR", [record.account_id])
        case Account():
            yield from _drawn([record.primary_contact_id], "PRIMARY_CONTACT_OF", [key])
        case Lead():
            yield from _drawn(record.stakeholder_ids, "STAKEHOLDER_OF", [key])
        case Opportunity():
            yield from _drawn([key], "FOR", [record.account_id])
            yield from _drawn([record.contact_id], "CUSTOMER_CONTACT_OF", [key])
            yield from _drawn(record.sales_team_ids, "ON_TEAM_OF", [key])
            yield from _drawn(record.stakeholder_ids, "STAKEHOLDER_OF", [key])
    yield from _drawn([record.owner_id], "OWNS", [key])


def _drawn(from_: Iterable[str | None], type_: str, to: Iterable[str | None]) -> Iterator[Reference]:
    ends = list(to)
    for start in dict.fromkeys(from_):
        yield from ((start, type_, end) for end in ends if start is not None and end is not None)


def record_row(record: Record) -> Properties:
    """Return what is written of a record."""
    return {
        "key": record.id,
        "label": LABELS[record.kind],
        "properties": record_properties(record),
        "references": [list(reference) for reference in drawn_references(record)],
        "addresses": [normalized_address(address) for address in addresses(record)],
        "domains": [normalized_address(domain) for domain in domains(record)],
    }


def interaction_row(interaction: Interaction) -> Properties:
    """Return what is written of an interaction: its identity with the bulky fields, and its edges."""
    people = interaction.participants
    reply_to = interaction.in_reply_to_id
    is_overlong = reply_to is not None and len(reply_to.encode()) > LONGEST_KEY
    return {
        "id": interaction.id,
        "digest": short_digest(interaction),
        "kind": interaction.kind.value,
        "at": since_epoch(interaction.at),
        "durationMinutes": interaction.duration_minutes,
        "source": interaction.source.value,
        "subject": interaction.subject,
        "threadId": interaction.thread_id,
        "inReplyToId": None if is_overlong else reply_to,
        "overlongReplyToId": reply_to if is_overlong else None,
        "regardingId": interaction.regarding_id,
        "state": interaction.state.value,
        # What is not so takes no room.
        "followed": interaction.followed or None,
        "automatic": interaction.automatic or None,
        "copyKey": interaction.copy_key,
        "people": [p.person_id for p in people],
        "roles": [p.role.value for p in people],
        "sides": [p.side.value for p in people],
        "edges": list(_marked_edges(interaction)),
    }


def _marked_edges(interaction: Interaction) -> Iterator[list[str | bool | None]]:
    """Yield (from, to, regarding) for each edge; those to the regarding record come last."""
    edges = list(edges_of(interaction))
    record = interaction.regarding_id
    regarding = 0 if record is None else len({p.person_id for p in interaction.participants} - {record})
    for i, (from_, to) in enumerate(edges):
        yield [from_, to, True if i >= len(edges) - regarding else None]


def interaction_of(properties: Mapping[str, Any]) -> Interaction:
    """Return the interaction that a node holds, its instant as microseconds since 1970."""
    people = zip(properties["people"], properties["roles"], properties["sides"], strict=True)
    return Interaction(
        id=properties["id"],
        kind=InteractionKind(properties["kind"]),
        at=from_micros(properties["at"]),
        participants=tuple(Participant(person, Role(role), Side(side)) for person, role, side in people),
        duration_minutes=properties.get("durationMinutes"),
        source=Source(properties["source"]),
        subject=properties.get("subject"),
        thread_id=properties.get("threadId"),
        in_reply_to_id=properties.get("inReplyToId", properties.get("overlongReplyToId")),
        regarding_id=properties.get("regardingId"),
        state=InteractionState(properties["state"]),
        followed=properties.get("followed", False),
        automatic=properties.get("automatic", False),
        copy_key=properties.get("copyKey"),
    )


def engagement_row(event: Engagement) -> Properties:
    """Return what is written of an engagement event."""
    return {
        "interaction": event.interaction_id,
        "person": event.person_id,
        "event": event.event.value,
        "at": since_epoch(event.at),
    }


def engagement_of(row: Sequence[Any]) -> Engagement:
    """Return the engagement event of (interaction, person, event, microseconds since 1970)."""
    interaction, person, event, at = row
    return Engagement(interaction, person, EngagementEvent(event), from_micros(at))


def since_epoch(instant: datetime) -> list[int]:
    """
    Return the seconds since 1970 and the nanoseconds of the second that they are followed by, for the server to join.

    Of an instant as it is the driver makes one of its own to send, which takes longer than all the rest of a row.
    """
    seconds, micros = divmod(to_micros(instant), 1_000_000)
    return [seconds, micros * 1000]


def _plain(value: Any) -> Any:
    # What is empty or not so takes no room.
    if value is False or value == ():
        return None
    return list(value) if isinstance(value, tuple) else value


def _same(value: Any) -> Any:
    return value


def instant_of(value: DateTime) -> datetime:
    """Return an instant of the driver as one of Python in UTC."""
    return value.to_native().astimezone(UTC)


def _date(value: Date) -> date:
    return value.to_native()


_READERS: dict[str, Callable[[Any], Any]] = {
    "emails": tuple,
    "domains": tuple,
    "stakeholder_ids": tuple,
    "sales_team_ids": tuple,
    "role": SellerRole,
    "created_at": instant_of,
    "closed_at": instant_of,
    "estimated_close_date": _date,
}
