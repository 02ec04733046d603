"""What the SQLite store reads; every function works on one connection inside one transaction."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import Any

import numpy as np

from graph.backends import sql
from graph.backends.shared import at_domains, outline
from graph.backends.sqlite_rows import CANCELED, as_json, interaction_of, record_of, unpack
from graph.interactions import Int64, Interactions, Rows
from graph.membership import Scope, assemble, scope_of
from graph.model import (
    Account,
    Contact,
    Engagement,
    EngagementEvent,
    Interaction,
    Person,
    Record,
    RecordKind,
    Seller,
    from_micros,
    to_micros,
)
from graph.store import Counts, Listing, Outline, Page

EVER = -(2**63)
NEVER = 2**63 - 1


def records(db: Connection, ids: Iterable[str]) -> dict[str, Record]:
    """See :meth:`graph.store.Store.records`."""
    found = (record_of(*row) for row in db.execute(sql.RECORDS, [as_json(ids)]))
    return {record.id: record for record in found}


def people_at(db: Connection, addresses: Iterable[str]) -> dict[str, list[Person]]:
    """See :meth:`graph.store.Store.people_at`."""
    people: dict[str, list[Person]] = {}
    for address, kind, document in db.execute(sql.PEOPLE_AT, [as_json(addresses)]):
        person = record_of(kind, document)
        if isinstance(person, Person):
            people.setdefault(address, []).append(person)
    return people


def accounts_at(db: Connection, domains: Iterable[str]) -> dict[str, str]:
    """See :meth:`graph.store.Store.accounts_at`."""
    return dict(db.execute(sql.ACCOUNTS_AT, [as_json(domains)]))


def unplaced_contacts(db: Connection, domains: Collection[str]) -> list[Contact]:
    """See :meth:`graph.store.Store.unplaced_contacts`."""
    numbers = at_domains(db.execute(sql.UNPLACED_ADDRESSES), domains)
    found = (record_of(*row) for row in db.execute(sql.RECORDS_NUMBERED, [as_json(numbers)]))
    return [record for record in found if isinstance(record, Contact)]


def seller_domains(db: Connection) -> frozenset[str]:
    """See :meth:`graph.store.Store.seller_domains`."""
    return frozenset(address.rpartition("@")[2] for (address,) in db.execute(sql.SELLER_ADDRESSES))


def interactions(db: Connection, ids: Iterable[str]) -> dict[str, Interaction]:
    """See :meth:`graph.store.Store.interactions`."""
    return {i.id: i for i in whole(db, sql.BY_IDS, [as_json(ids)])}


def copies_of(db: Connection, copy_keys: Iterable[str]) -> dict[str, str]:
    """See :meth:`graph.store.Store.copies_of`."""
    return dict(db.execute(sql.COPIES, [as_json(copy_keys)]))


def ids_beginning(db: Connection, prefixes: Iterable[str]) -> dict[str, list[str]]:
    """See :meth:`graph.store.Store.ids_beginning`."""
    found: dict[str, list[str]] = {}
    for prefix, id_ in db.execute(sql.IDS_BEGINNING, [as_json(prefixes)]):
        found.setdefault(prefix, []).append(id_)
    return found


def export_interactions(
    db: Connection, after: str | None, limit: int, people: Collection[str] | None
) -> list[Interaction]:
    """See :meth:`graph.store.Store.export_interactions`."""
    # No id is empty, so all come after the empty one.
    page = {"after": after or "", "limit": limit}
    if people is None:
        return whole(db, sql.EXPORT, page)
    return whole(db, sql.EXPORT_TOUCHING, page | {"people": as_json(people)})


def engagement_of(db: Connection, interaction_ids: Iterable[str]) -> dict[str, list[Engagement]]:
    """See :meth:`graph.store.Store.engagement_of`."""
    events: dict[str, list[Engagement]] = {}
    for interaction, person, event, at in db.execute(sql.ENGAGEMENT, [as_json(interaction_ids)]):
        found = Engagement(interaction, person, EngagementEvent(event), from_micros(at))
        events.setdefault(interaction, []).append(found)
    return events


def counts(db: Connection) -> Counts:
    """See :meth:`graph.store.Store.counts`."""
    found = dict(db.execute(sql.COUNT_RECORDS))
    (interaction_count,) = db.execute(sql.COUNT_INTERACTIONS).fetchone()
    (engagement_count,) = db.execute(sql.COUNT_ENGAGEMENT).fetchone()
    return Counts({kind: found.get(kind, 0) for kind in RecordKind}, interaction_count, engagement_count)


def list_records(db: Connection, listings: Sequence[Listing]) -> list[Page]:
    """See :meth:`graph.store.Store.list_records`."""
    return [_page(db, listing) for listing in listings]


def outlines(db: Connection, listings: Sequence[Listing], among: Iterable[str] | None) -> list[list[Outline]]:
    """See :meth:`graph.store.Store.outlines`."""
    chosen = None if among is None else as_json(among)
    return [_outlines(db, listing, chosen) for listing in listings]


def interactions_of(db: Connection, ids: Sequence[str], after: datetime | None, until: datetime | None) -> Interactions:
    """See :meth:`graph.store.Store.interactions_of`."""
    scopes = _scopes(db, list(records(db, ids).values()))
    touched = frozenset().union(*(scope.customers | scope.regarding for scope in scopes))
    bounds = {
        "touched": as_json(touched),
        "after": EVER if after is None else to_micros(after),
        "until": NEVER if until is None else to_micros(until),
        "canceled": CANCELED,
    }
    return assemble(ids, scopes, _rows(db, db.execute(sql.ROWS, bounds).fetchall()))


def documents(db: Connection, kind: str) -> dict[str, str]:
    """See :meth:`graph.store.Store.documents`."""
    return dict(db.execute(sql.DOCUMENTS, [kind]))


def newest_document(db: Connection, kind: str) -> tuple[str, str] | None:
    """See :meth:`graph.store.Store.newest_document`."""
    found: tuple[str, str] | None = db.execute(sql.NEWEST_DOCUMENT, [kind]).fetchone()
    return found


def whole(db: Connection, statement: str, parameters: Any) -> list[Interaction]:
    """Return the interactions that a statement made of :data:`graph.backends.sql.WHOLE` finds."""
    rows = db.execute(statement, parameters).fetchall()
    numbers = {no for row in rows for no, _role, _side in unpack(row[-1])}
    names = dict(db.execute(sql.NAMES, [as_json(numbers)]))
    return [interaction_of(row, names) for row in rows]


def _page(db: Connection, listing: Listing) -> Page:
    filters, parameters = "".join(_filters(listing)), _parameters(listing)
    (total,) = db.execute(sql.COUNT_LISTING + filters, parameters).fetchone()
    after = "" if listing.after is None else sql.AFTER
    rows = db.execute(sql.LISTING + filters + after + sql.FIRST, parameters).fetchall()
    found = tuple(record_of(*row) for row in rows[: listing.first])
    return Page(found, has_next=len(rows) > listing.first, total=total)


def _outlines(db: Connection, listing: Listing, among: str | None) -> list[Outline]:
    chosen = "" if among is None else sql.AMONG
    statement = "".join((sql.OUTLINES, chosen, *_filters(listing), sql.ALL))
    return [outline(*row) for row in db.execute(statement, _parameters(listing) | {"among": among})]


def _parameters(listing: Listing) -> dict[str, object]:
    return {
        "kind": listing.kind,
        **{name: getattr(listing, name) for name in sql.OF},
        "search": (listing.search or "").casefold(),
        "states": as_json(listing.states or ()),
        "at": None if listing.at is None else to_micros(listing.at),
        "closes_from": listing.closes_from and listing.closes_from.isoformat(),
        "closes_until": listing.closes_until and listing.closes_until.isoformat(),
        "after": listing.after,
        "limit": listing.first + 1,
    }


def _filters(listing: Listing) -> Iterator[str]:
    if not listing.include_opted_out:
        yield sql.NOT_OPTED_OUT
    yield from (clause for name, clause in sql.OF.items() if getattr(listing, name) is not None)
    if listing.search:
        yield sql.FOUND
    if listing.closes_from is not None:
        yield sql.CLOSES_FROM
    if listing.closes_until is not None:
        yield sql.CLOSES_UNTIL
    yield from _at_instant(listing)


def _at_instant(listing: Listing) -> Iterator[str]:
    at_instant = listing.at is not None and listing.kind is RecordKind.OPPORTUNITY
    if at_instant:
        yield sql.CREATED_BY
    if listing.states is not None:
        yield sql.IN_STATES_AT if at_instant else sql.IN_STATES


def _scopes(db: Connection, found: Sequence[Record]) -> list[Scope]:
    """Return the scope of each record; sellers are no records and have none."""
    contacts: dict[str, list[str]] = {}
    deals: dict[str, list[str]] = {}
    accounts = [record.id for record in found if isinstance(record, Account)]
    for account, kind, id_ in db.execute(sql.OF_ACCOUNTS, [as_json(accounts)]) if accounts else ():
        (contacts if kind == RecordKind.CONTACT else deals).setdefault(account, []).append(id_)
    return [
        scope_of(record, contacts=contacts.get(record.id, ()), opportunities=deals.get(record.id, ()))
        for record in found
        if not isinstance(record, Seller)
    ]


def _rows(db: Connection, found: list[tuple[Any, ...]]) -> Rows:
    columns = list(zip(*found, strict=True)) or [()] * 11
    id_, at, kind, minutes, source, automatic, followed, thread, reply_to, regarding, packed = columns
    codes: Int64 = np.frombuffer(b"".join(packed), dtype="<i8").astype(np.int64)
    numbers, person = np.unique(codes >> 8, return_inverse=True)
    people = numbers.tolist()
    named = _named(db, {*people, *regarding})
    stored = _stored(db, set(reply_to).difference(id_, [None])).union(id_)
    return Rows(
        id=id_,
        at=at,
        kind=kind,
        minutes=minutes,
        source=source,
        canceled=[False] * len(found),
        automatic=automatic,
        followed=followed,
        thread=thread,
        reply_to=reply_to,
        reply_stored=list(map(stored.__contains__, reply_to)),
        regarding=list(map(named.ids.get, regarding)),
        regards_deal=list(map(named.deals.__contains__, regarding)),
        present_row=np.repeat(np.arange(len(found)), np.array(list(map(len, packed)), dtype=np.int64) // 8),
        present_person=person,
        present_role=codes >> 1 & 0x7F,
        present_side=codes & 1,
        people=[named.ids[no] for no in people],
        opted_out=[no in named.opted_out for no in people],
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom and what rows name by number."""

    ids: dict[int, str]
    deals: frozenset[int]
    opted_out: frozenset[int]


def _named(db: Connection, numbers: Iterable[int | None]) -> _Named:
    found = db.execute(sql.NAMED_BY_ROWS, [as_json(numbers)]).fetchall()
    return _Named(
        {no: id_ for no, id_, _is_deal, _opted_out in found},
        frozenset(no for no, _id, is_deal, _opted_out in found if is_deal),
        frozenset(no for no, _id, _is_deal, opted_out in found if opted_out),
    )


def _stored(db: Connection, ids: Collection[str | None]) -> set[str | None]:
    """Return which of these interactions are stored, of whatever record, state or instant."""
    return {id_ for (id_,) in db.execute(sql.STORED, [as_json(ids)])} if ids else set()
