"""
What the SQLite store writes; every function works on one connection inside one transaction.

Those that change records or interactions leave a trace of it, for :func:`graph.backends.sqlite_changes.marked`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from sqlite3 import Connection

from graph.backends import sql
from graph.backends.shared import addresses, domains, references, renamed, touched, unknown, without
from graph.backends.sqlite_changes import names
from graph.backends.sqlite_read import engagement_of, whole
from graph.backends.sqlite_rows import as_json, interaction_row, record_of, record_row, unpack
from graph.backends.trace import Trace
from graph.inserting import insert_many
from graph.model import Engagement, Interaction, Record, digest, normalized_address, to_micros
from graph.store import Changes


def compare_records(db: Connection, records: Sequence[Record]) -> Changes:
    """Return what :func:`upsert_records` would do."""
    given = {record.id: record for record in records}
    return _compare(given, _digests(db, sql.RECORD_DIGESTS, given))


def upsert_records(db: Connection, trace: Trace, records: Sequence[Record]) -> Changes:
    """See :meth:`graph.store.Store.upsert_records`."""
    given = {record.id: record for record in records}
    known = _digests(db, sql.RECORD_DIGESTS, given)
    changes = _compare(given, known)
    trace.records |= changes.added
    for record in _records(db, [known[id_][0] for id_ in changes.updated]):
        trace.replaced(record, given[record.id])
    changed = [given[id_] for id_ in given if id_ not in changes.unchanged]
    _write_records(db, changed, {id_: no for id_, (no, _digest) in known.items()})
    return changes


def compare_interactions(db: Connection, interactions: Sequence[Interaction]) -> Changes:
    """Return what :func:`upsert_interactions` would do."""
    given = {interaction.id: interaction for interaction in interactions}
    return _compare(given, _digests(db, sql.INTERACTION_DIGESTS, given))


def upsert_interactions(db: Connection, trace: Trace, interactions: Sequence[Interaction]) -> Changes:
    """See :meth:`graph.store.Store.upsert_interactions`."""
    given = {interaction.id: interaction for interaction in interactions}
    known = _digests(db, sql.INTERACTION_DIGESTS, given)
    changes = _compare(given, known)
    changed = [given[id_] for id_ in given if id_ not in changes.unchanged]
    _delete_edges(db, trace, [known[id_][0] for id_ in changes.updated])
    _write_interactions(db, changed, {id_: no for id_, (no, _digest) in known.items()})
    trace.wrote_interactions(changed)
    trace.interactions |= changes.added
    return changes


def upsert_engagement(db: Connection, events: Sequence[Engagement], *, dry_run: bool = False) -> int:
    """See :meth:`graph.store.Store.upsert_engagement`."""
    given = set(events)
    if dry_run:
        return len(given - _stored_events(db, given))
    interactions = _numbers(db, sql.INTERACTION_NUMBERS, {e.interaction_id for e in given})
    people = _numbers(db, sql.RECORD_NUMBERS, {e.person_id for e in given})
    rows = [(interactions[e.interaction_id], people[e.person_id], e.event, to_micros(e.at)) for e in given]
    return db.executemany(sql.WRITE_ENGAGEMENT, rows).rowcount


def delete_interactions(db: Connection, trace: Trace, ids: Iterable[str]) -> int:
    """See :meth:`graph.store.Store.delete_interactions`."""
    found = dict(db.execute(sql.INTERACTION_NUMBERS, [as_json(ids)]))
    numbers = list(found.values())
    chosen = [as_json(numbers)]
    left = {person for (person,) in db.execute(sql.PEOPLE_ENGAGED, chosen)} | _delete_edges(db, trace, numbers)
    db.execute(sql.DELETE_ENGAGEMENT, chosen)
    db.execute(sql.DELETE_INTERACTIONS, chosen)
    trace.interactions |= found.keys()
    _delete_records(db, trace, [no for (no,) in db.execute(sql.ORPHANS, [as_json(left)]).fetchall()])
    return len(numbers)


def merge_people(db: Connection, trace: Trace, into: Mapping[str, str]) -> None:
    """See :meth:`graph.store.Store.merge_people`."""
    into = {old: new for old, new in into.items() if old != new}
    _rename(db, trace, into)
    kept = _numbers(db, sql.PEOPLE_NUMBERS, set(into.values()))
    gone = dict(db.execute(sql.PEOPLE_NUMBERS, [as_json(into)]))
    db.executemany(sql.MOVE_ENGAGEMENT, [(kept[into[old]], no) for old, no in gone.items()])
    _delete_records(db, trace, list(gone.values()))


def erase_records(db: Connection, trace: Trace, ids: Iterable[str]) -> int:
    """See :meth:`graph.store.Store.erase_records`."""
    numbers = dict(db.execute(sql.RECORD_NUMBERS, [as_json(ids)]))
    touching = whole(db, sql.TOUCHING, [as_json(numbers.values())])
    stripped = {i.id: without(i, numbers.keys()) for i in touching}
    upsert_interactions(db, trace, [i for i in stripped.values() if i is not None])
    delete_interactions(db, trace, [id_ for id_, i in stripped.items() if i is None])
    _rename(db, trace, dict.fromkeys(numbers))
    trace.forget(_records(db, numbers.values()))
    _delete_records(db, trace, list(numbers.values()))
    return len(numbers)


def add_document(db: Connection, kind: str, key: str, text: str) -> bool:
    """See :meth:`graph.store.Store.add_document`."""
    return db.execute(sql.ADD_DOCUMENT, [kind, key, text]).rowcount == 1


def _digests(db: Connection, statement: str, ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    return {id_: (no, digest_) for id_, no, digest_ in db.execute(statement, [as_json(ids)])}


def _compare(given: Mapping[str, Record | Interaction], known: Mapping[str, tuple[int, bytes]]) -> Changes:
    unchanged = frozenset(id_ for id_, (_no, before) in known.items() if digest(given[id_]) == before)
    return Changes(frozenset(given.keys() - known.keys()), frozenset(known.keys() - unchanged), unchanged)


def _numbers(db: Connection, statement: str, ids: Collection[str]) -> dict[str, int]:
    """Return the number of each id; raise where one is not stored."""
    numbers = dict(db.execute(statement, [as_json(ids)]))
    if missing := set(ids) - numbers.keys():
        raise unknown(missing)
    return numbers


def _records(db: Connection, numbers: Iterable[int]) -> list[Record]:
    return [record_of(*row) for row in db.execute(sql.RECORDS_NUMBERED, [as_json(numbers)])]


def _write_records(db: Connection, records: Sequence[Record], known: Mapping[str, int]) -> None:
    (first,) = db.execute(sql.NEXT_RECORD).fetchone()
    numbers = dict(known)
    for record in records:
        numbers.setdefault(record.id, first + len(numbers) - len(known))
    insert_many(db, sql.WRITE_RECORD, [record_row(numbers[r.id], r) for r in records])
    _clear_records(db, [known[r.id] for r in records if r.id in known])
    insert_many(db, sql.WRITE_REFERENCE, [(target, f, numbers[r.id]) for r in records for f, target in references(r)])
    insert_many(db, sql.WRITE_ADDRESS, [(normalized_address(a), numbers[r.id]) for r in records for a in addresses(r)])
    insert_many(db, sql.WRITE_DOMAIN, [(normalized_address(d), numbers[r.id]) for r in records for d in domains(r)])


def _clear_records(db: Connection, numbers: Sequence[int]) -> None:
    for statement in sql.CLEAR_RECORDS:
        db.execute(statement, [as_json(numbers)])


def _delete_records(db: Connection, trace: Trace, numbers: Sequence[int]) -> None:
    for record in _records(db, numbers):
        trace.removed(record)
    _clear_records(db, numbers)
    db.execute(sql.FORGET_ENGAGEMENT, [as_json(numbers)])
    db.execute(sql.DELETE_RECORDS, [as_json(numbers)])


def _rename(db: Connection, trace: Trace, into: Mapping[str, str | None]) -> None:
    """Let every record that names one of these name the other instead."""
    naming = [record_of(*row) for row in db.execute(sql.RECORDS_NAMING, [as_json(into)])]
    upsert_records(db, trace, [renamed(record, into) for record in naming])


def _write_interactions(db: Connection, interactions: Sequence[Interaction], known: Mapping[str, int]) -> None:
    ends = [touched(interaction) for interaction in interactions]
    numbers = _numbers(db, sql.RECORD_NUMBERS, frozenset().union(*ends))
    (first,) = db.execute(sql.NEXT_INTERACTION).fetchone()
    unused = count(first)
    rows = [interaction_row(known.get(i.id) or next(unused), i, numbers) for i in interactions]
    insert_many(db, sql.WRITE_INTERACTION, rows)
    edges = (
        (numbers[name], at, no) for (no, _id, _digest, at, *_), there in zip(rows, ends, strict=True) for name in there
    )
    # In the order of the table, so that neighbours land on one page.
    insert_many(db, sql.WRITE_EDGE, sorted(edges))


def _delete_edges(db: Connection, trace: Trace, numbers: Sequence[int]) -> set[int]:
    """Remove the edges of interactions and return the numbers of those they touched."""
    found = db.execute(sql.INTERACTION_EDGES, [as_json(numbers)]).fetchall()
    edges = {(entity, at, no) for no, at, regarding, packed in found for entity in _packed(regarding, packed)}
    trace.records |= names(db, ((regarding, packed) for _no, _at, regarding, packed in found))
    db.executemany(sql.DELETE_EDGE, sorted(edges))
    return {entity for entity, _at, _no in edges}


def _packed(regarding: int | None, packed: bytes) -> Iterator[int]:
    yield from (no for no, _role, _side in unpack(packed))
    if regarding is not None:
        yield regarding


def _stored_events(db: Connection, events: Iterable[Engagement]) -> set[Engagement]:
    stored = engagement_of(db, {e.interaction_id for e in events})
    return {event for found in stored.values() for event in found}
