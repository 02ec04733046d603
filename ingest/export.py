"""Everything a store holds as lines of the interchange format; importing them gives the same graph."""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

from pydantic.alias_generators import to_camel

from graph.model import Engagement, Interaction, Record, RecordKind
from graph.store import Listing, Store

PAGE = 5000
KINDS = (RecordKind.SELLER, RecordKind.ACCOUNT, RecordKind.CONTACT, RecordKind.LEAD, RecordKind.OPPORTUNITY)


async def export(store: Store) -> AsyncIterator[str]:
    """Yield lines: people and records by kind, then each interaction followed by its engagement, all by id."""
    for kind in KINDS:
        async for record in _records(store, kind):
            yield record_line(record)
    after = None
    while page := await store.export_interactions(after=after, limit=PAGE):
        engagement = await store.engagement_of([i.id for i in page])
        for interaction in page:
            yield interaction_line(interaction)
            for event in engagement.get(interaction.id, ()):
                yield engagement_line(event)
        after = page[-1].id


async def _records(store: Store, kind: RecordKind) -> AsyncIterator[Record]:
    after, has_next = None, True
    while has_next:
        (page,) = await store.list_records([Listing(kind=kind, after=after, first=PAGE, include_opted_out=True)])
        for record in page.records:
            yield record
        has_next = page.has_next
        after = page.records[-1].id if page.records else None


def record_line(record: Record) -> str:
    """Return a person or record as a line."""
    fields = {to_camel(name): getattr(record, name) for name in type(record).__slots__}
    if "attributes" in fields:
        fields["attributes"] = dict(fields["attributes"])
    return _line({"type": record.kind.lower(), **fields})


def interaction_line(interaction: Interaction) -> str:
    """Return an interaction as a line."""
    fields = {to_camel(name): getattr(interaction, name) for name in Interaction.__slots__}
    fields["participants"] = [{"personId": p.person_id, "role": p.role} for p in interaction.participants]
    if interaction.copy_key is None:
        del fields["copyKey"]
    return _line({"type": "interaction", **fields})


def engagement_line(event: Engagement) -> str:
    """Return an engagement event as a line."""
    return _line({"type": "engagement", **{to_camel(name): getattr(event, name) for name in Engagement.__slots__}})


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), default=_text)


def _text(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
    raise TypeError(f"no line holds a {type(value).__name__}")
