"""What the Neo4j store writes; each function works inside one transaction and may be run again."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

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
from graph.backends.shared import renamed, touched, unknown, without
from graph.model import Engagement, Interaction, Record
from graph.store import Changes


async def upsert_records(tx: Transaction, records: Sequence[Record], *, dry_run: bool = False) -> Changes:
    """See :meth:`graph.store.Store.upsert_records`."""
    # In order of id, so that two writers never wait for each other in a circle.
    given = {record.id: record for record in sorted(records, key=lambda r: r.id)}
    stored = await found(tx, cypher.RECORD_DIGESTS, keys=list(given))
    changes = _compare(given, {key: digest for key, digest, _kind in stored})
    if not dry_run:
        turned = [key for key, _digest, kind in stored if kind != given[key].kind]
        await run(tx, cypher.DROP_LABELS, keys=turned)
        await _write_records(tx, [record for key, record in given.items() if key not in changes.unchanged])
    return changes


async def upsert_interactions(
    tx: Transaction, interactions: Sequence[Interaction], *, dry_run: bool = False
) -> Changes:
    """See :meth:`graph.store.Store.upsert_interactions`."""
    given = {interaction.id: interaction for interaction in interactions}
    changes = _compare(given, dict(await found(tx, cypher.INTERACTION_DIGESTS, ids=list(given))))
    if not dry_run:
        changed = [interaction for id_, interaction in given.items() if id_ not in changes.unchanged]
        await _check_known(tx, {name for interaction in changed for name in touched(interaction)})
        await _reset(tx, changes.updated)
        await run(tx, cypher.WRITE_INTERACTIONS, rows=[interaction_row(interaction) for interaction in changed])
    return changes


async def upsert_engagement(tx: Transaction, events: Collection[Engagement], *, dry_run: bool = False) -> int:
    """See :meth:`graph.store.Store.upsert_engagement`."""
    ids = {event.interaction_id for event in events}
    new = set(events).difference(engagement_of(row) for row in await found(tx, cypher.ENGAGEMENT, ids=list(ids)))
    if not dry_run:
        known = await found(tx, cypher.INTERACTION_DIGESTS, ids=list(ids))
        if strangers := ids.difference(id_ for id_, _digest in known):
            raise unknown(strangers)
        await _check_known(tx, {event.person_id for event in events})
        await run(tx, cypher.WRITE_ENGAGEMENT, rows=[engagement_row(event) for event in new])
    return len(new)


async def delete_interactions(tx: Transaction, ids: Collection[str]) -> int:
    """See :meth:`graph.store.Store.delete_interactions`."""
    await _reset(tx, ids)
    people = await found(tx, cypher.DELETE_INTERACTIONS, ids=list(ids))
    await _delete_records(tx, await found(tx, cypher.ORPHANS, keys=list(set(chain.from_iterable(people)))))
    return len(people)


async def merge_people(tx: Transaction, into: Mapping[str, str]) -> None:
    """See :meth:`graph.store.Store.merge_people`."""
    into = {old: new for old, new in into.items() if old != new}
    people = await found(tx, cypher.PEOPLE_KEYS, keys=[*into, *into.values()])
    if strangers := set(into.values()).difference(people):
        raise unknown(strangers)
    await _rename(tx, into)
    moves = [{"old": old, "new": new} for old, new in into.items()]
    await run(tx, cypher.MOVE_ENGAGEMENT, rows=moves)
    await _delete_records(tx, [old for old in into if old in people])


async def erase_people(tx: Transaction, ids: Collection[str]) -> int:
    """See :meth:`graph.store.Store.erase_people`."""
    people = await found(tx, cypher.PEOPLE_KEYS, keys=list(ids))
    touching = [interaction_of(row) for row in await found(tx, cypher.TOUCHING, people=people)]
    left = {interaction.id: without(interaction, people) for interaction in touching}
    await upsert_interactions(tx, [interaction for interaction in left.values() if interaction is not None])
    await delete_interactions(tx, [id_ for id_, interaction in left.items() if interaction is None])
    await _rename(tx, dict.fromkeys(people))
    await _delete_records(tx, people)
    return len(people)


def _compare(given: Mapping[str, Record | Interaction], stored: Mapping[str, int]) -> Changes:
    unchanged = frozenset(id_ for id_, digest in stored.items() if short_digest(given[id_]) == digest)
    return Changes(frozenset(given.keys() - stored.keys()), frozenset(stored.keys() - unchanged), unchanged)


async def _write_records(tx: Transaction, records: Sequence[Record]) -> None:
    rows = [record_row(record) for record in records]
    await run(tx, cypher.WRITE_RECORDS, rows=rows)
    dropped = await found(tx, cypher.DROP_REFERENCES, keys=[record.id for record in records])
    for statement in (cypher.WRITE_REFERENCES, cypher.WRITE_ADDRESSES, cypher.WRITE_DOMAINS):
        await run(tx, statement, rows=rows)
    await run(tx, cypher.DROP_LEFTOVERS, ids=dropped)


async def _delete_records(tx: Transaction, keys: Sequence[str]) -> None:
    dropped = await found(tx, cypher.DROP_REFERENCES, keys=keys)
    await run(tx, cypher.DELETE_RECORDS, keys=keys)
    await run(tx, cypher.DROP_LEFTOVERS, ids=dropped)


async def _rename(tx: Transaction, into: Mapping[str, str | None]) -> None:
    """Let every record that names one of these name the other instead."""
    naming = [record_of(properties) for properties in await found(tx, cypher.RECORDS_NAMING, keys=list(into))]
    await upsert_records(tx, [renamed(record, into) for record in naming])


async def _check_known(tx: Transaction, keys: Collection[str]) -> None:
    known = await found(tx, cypher.KNOWN, keys=list(keys))
    if strangers := set(keys).difference(known):
        raise unknown(strangers)


async def _reset(tx: Transaction, ids: Collection[str]) -> None:
    """Lock stored interactions and take their edges away."""
    if ids:
        await run(tx, cypher.RESET_INTERACTIONS, ids=sorted(ids))
        await run(tx, cypher.DROP_EDGES, ids=list(ids))
