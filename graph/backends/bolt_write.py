"""
What the Neo4j store writes; each function works inside one transaction and may be run again.

Those that change records or interactions leave a trace of it, for :func:`graph.backends.bolt_changes.marked`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from neo4j import AsyncManagedTransaction as Transaction

from graph.backends import cypher
from graph.backends.bolt_session import found, run
from graph.backends.bolt_values import (
    engagement_of,
    engagement_row,
    interaction_of,
    interaction_row,
    record_of,
    record_row,
    short_digest,
)
from graph.backends.shared import renamed, unknown, without
from graph.backends.trace import Trace
from graph.model import Engagement, Interaction, Record
from graph.store import Changes


async def compare_records(tx: Transaction, records: Sequence[Record]) -> Changes:
    """Return what :func:`upsert_records` would do."""
    given = {record.id: record for record in records}
    return _compare(given, await found(tx, cypher.RECORD_DIGESTS, keys=list(given)))


async def upsert_records(tx: Transaction, trace: Trace, records: Sequence[Record]) -> Changes:
    """See :meth:`graph.store.Store.upsert_records`."""
    given = {record.id: record for record in records}
    before = await compare_records(tx, records)
    changed = given.keys() - before.unchanged
    if not changed:
        return before
    await run(tx, cypher.LOCK_STORE)
    stored = await found(tx, cypher.LOCK_RECORDS, keys=list(changed))
    now = _compare({id_: given[id_] for id_ in changed}, stored)
    trace.records |= now.added
    for record in await _records(tx, now.updated):
        trace.replaced(record, given[record.id])
    await run(tx, cypher.DROP_LABELS, keys=[id_ for id_, _digest, kind in stored if kind != given[id_].kind])
    await _drop_references(tx, list(now.updated))
    await _write_records(tx, [given[id_] for id_ in now.added | now.updated])
    return Changes(now.added, now.updated, before.unchanged | now.unchanged)


async def check_known(tx: Transaction, keys: Collection[str]) -> None:
    """Raise unless these are people and records that are stored."""
    known = await found(tx, cypher.KNOWN, keys=list(keys))
    if strangers := set(keys).difference(known):
        raise unknown(strangers)


async def compare_interactions(tx: Transaction, interactions: Sequence[Interaction]) -> Changes:
    """Return what :func:`upsert_interactions` would do."""
    given = {interaction.id: interaction for interaction in interactions}
    return _compare(given, await found(tx, cypher.INTERACTION_DIGESTS, ids=list(given)))


async def upsert_interactions(tx: Transaction, trace: Trace, interactions: Sequence[Interaction]) -> Changes:
    """See :meth:`graph.store.Store.upsert_interactions`."""
    given = {interaction.id: interaction for interaction in interactions}
    before = await compare_interactions(tx, interactions)
    # In order, so that two writers never wait for each other in a circle.
    changed = {id_: given[id_] for id_ in sorted(given.keys() - before.unchanged)}
    if not changed:
        return before
    stored = await found(tx, cypher.LOCK_INTERACTIONS, ids=list(changed))
    now = _compare(changed, stored)
    if now.updated:
        await run(tx, cypher.DROP_EDGES, ids=list(now.updated))
    writing = [interaction for id_, interaction in changed.items() if id_ not in now.unchanged]
    await run(tx, cypher.WRITE_INTERACTIONS, rows=[interaction_row(interaction) for interaction in writing])
    trace.wrote_interactions(writing)
    trace.interactions |= now.added
    for id_, _digest, *ends in stored:
        if id_ in now.updated:
            trace.records.update(_ends(*ends))
    return Changes(now.added, now.updated, before.unchanged | now.unchanged)


async def upsert_engagement(tx: Transaction, events: Collection[Engagement], *, dry_run: bool = False) -> int:
    """See :meth:`graph.store.Store.upsert_engagement`."""
    ids = {event.interaction_id for event in events}
    new = set(events).difference(engagement_of(row) for row in await found(tx, cypher.ENGAGEMENT, ids=list(ids)))
    if not dry_run:
        known = await found(tx, cypher.INTERACTION_DIGESTS, ids=list(ids))
        if strangers := ids.difference(id_ for id_, _digest in known):
            raise unknown(strangers)
        await check_known(tx, {event.person_id for event in events})
        await run(tx, cypher.WRITE_ENGAGEMENT, rows=[engagement_row(event) for event in new])
    return len(new)


async def delete_interactions(tx: Transaction, trace: Trace, ids: Collection[str]) -> int:
    """See :meth:`graph.store.Store.delete_interactions`."""
    await run(tx, cypher.LOCK_STORE)
    await run(tx, cypher.LOCK_STORED_INTERACTIONS, ids=sorted(ids))
    await run(tx, cypher.DROP_EDGES, ids=list(ids))
    deleted = await found(tx, cypher.DELETE_INTERACTIONS, ids=list(ids))
    ends = set(chain.from_iterable(there for _id, there in deleted))
    trace.records |= ends
    trace.interactions.update(id_ for id_, _there in deleted)
    await _delete_records(tx, trace, await found(tx, cypher.ORPHANS, keys=list(ends)))
    return len(deleted)


async def merge_people(tx: Transaction, trace: Trace, into: Mapping[str, str]) -> None:
    """See :meth:`graph.store.Store.merge_people`."""
    await run(tx, cypher.LOCK_STORE)
    into = {old: new for old, new in into.items() if old != new}
    people = await found(tx, cypher.PEOPLE_KEYS, keys=[*into, *into.values()])
    if strangers := set(into.values()).difference(people):
        raise unknown(strangers)
    await _rename(tx, trace, into)
    moves = [{"old": old, "new": new} for old, new in into.items()]
    await run(tx, cypher.MOVE_ENGAGEMENT, rows=moves)
    await _delete_records(tx, trace, [old for old in into if old in people])


async def erase_from_interactions(tx: Transaction, trace: Trace, ids: Collection[str], limit: int) -> bool:
    """Take records out of so many interactions that touch them, as erasing asks; tell whether there were any."""
    keys = await found(tx, cypher.KNOWN, keys=list(ids))
    touching = [interaction_of(row) for row in await found(tx, cypher.TOUCHING, keys=keys, limit=limit)]
    left = {interaction.id: without(interaction, keys) for interaction in touching}
    await upsert_interactions(tx, trace, [interaction for interaction in left.values() if interaction is not None])
    await delete_interactions(tx, trace, [id_ for id_, interaction in left.items() if interaction is None])
    return bool(touching)


async def erase_records(tx: Transaction, trace: Trace, ids: Collection[str]) -> int:
    """Remove records that no interaction touches any longer, and every place that names them; count them."""
    await run(tx, cypher.LOCK_STORE)
    keys = await found(tx, cypher.KNOWN, keys=list(ids))
    await _rename(tx, trace, dict.fromkeys(keys))
    trace.forget(await _records(tx, keys))
    await _delete_records(tx, trace, keys)
    return len(keys)


async def add_document(tx: Transaction, kind: str, key: str, text: str) -> bool:
    """See :meth:`graph.store.Store.add_document`."""
    return bool(await found(tx, cypher.ADD_DOCUMENT, kind=kind, key=key, text=text))


def _compare(given: Mapping[str, Record | Interaction], stored: Iterable[Sequence[Any]]) -> Changes:
    """Compare what is given with the (id, digest) of what is stored of it."""
    same = {id_: short_digest(given[id_]) == digest for id_, digest, *_ in stored}
    unchanged = frozenset(id_ for id_, is_same in same.items() if is_same)
    return Changes(frozenset(given.keys() - same.keys()), frozenset(same.keys() - unchanged), unchanged)


def _ends(people: Sequence[str], regarding: str | None) -> set[str]:
    return {*people} if regarding is None else {*people, regarding}


async def _records(tx: Transaction, keys: Collection[str]) -> list[Record]:
    return [record_of(row) for row in await found(tx, cypher.RECORDS, keys=list(keys))] if keys else []


async def _write_records(tx: Transaction, records: Sequence[Record]) -> None:
    rows = [record_row(record) for record in records]
    await run(tx, cypher.WRITE_RECORDS, rows=rows)
    parts = {
        "references": cypher.WRITE_REFERENCES,
        "addresses": cypher.WRITE_ADDRESSES,
        "domains": cypher.WRITE_DOMAINS,
    }
    for part, statement in parts.items():
        if having := [{"key": row["key"], part: row[part]} for row in rows if row[part]]:
            await run(tx, statement, rows=having)


async def _drop_references(tx: Transaction, keys: Sequence[str]) -> None:
    if keys:
        others = await found(tx, cypher.DROP_REFERENCES, keys=keys)
        await run(tx, cypher.DROP_LEFTOVERS, ids=others)


async def _delete_records(tx: Transaction, trace: Trace, keys: Sequence[str]) -> None:
    for record in await _records(tx, keys):
        trace.removed(record)
    await _drop_references(tx, keys)
    await run(tx, cypher.DELETE_RECORDS, keys=keys)


async def _rename(tx: Transaction, trace: Trace, into: Mapping[str, str | None]) -> None:
    """Let every record that names one of these name the other instead."""
    naming = [record_of(properties) for properties in await found(tx, cypher.RECORDS_NAMING, keys=list(into))]
    await upsert_records(tx, trace, [renamed(record, into) for record in naming])
