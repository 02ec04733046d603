"""What the Neo4j store reads."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from graph.backends import cypher, cypher_listings
from graph.backends.bolt_session import BoltSession
from graph.backends.bolt_values import engagement_of, interaction_of, record_of
from graph.backends.shared import at_domains, outline
from graph.interactions import Interactions, Rows
from graph.membership import Scope, assemble, scope_of
from graph.model import (
    KINDS,
    ROLES,
    SIDES,
    SOURCES,
    Contact,
    Engagement,
    Interaction,
    Person,
    Record,
    RecordKind,
)
from graph.store import Counts, Listing, Outline, Page

_KIND_CODES = {value.value: code for code, value in enumerate(KINDS)}
_SOURCE_CODES = {value.value: code for code, value in enumerate(SOURCES)}
_ROLE_CODES = {value.value: code for code, value in enumerate(ROLES)}
_SIDE_CODES = {value.value: code for code, value in enumerate(SIDES)}
_COLUMNS = 13
_FIRST = {RecordKind.SELLER: 0, RecordKind.CONTACT: 1, RecordKind.LEAD: 2}


async def records(session: BoltSession, ids: Iterable[str]) -> dict[str, Record]:
    """See :meth:`graph.store.Store.records`."""
    found = await session.fetch(cypher.RECORDS, keys=storable(ids))
    return {properties["key"]: record_of(properties) for properties in found}


async def people_at(session: BoltSession, addresses: Iterable[str]) -> dict[str, list[Person]]:
    """See :meth:`graph.store.Store.people_at`."""
    people: dict[str, list[Person]] = {}
    for address, properties in await session.fetch(cypher.PEOPLE_AT, addresses=storable(addresses)):
        person = record_of(properties)
        if isinstance(person, Person):
            people.setdefault(address, []).append(person)
    return {address: sorted(holders, key=lambda p: (_FIRST[p.kind], p.id)) for address, holders in people.items()}


async def accounts_at(session: BoltSession, domains: Iterable[str]) -> dict[str, str]:
    """See :meth:`graph.store.Store.accounts_at`."""
    return dict(await session.fetch(cypher.ACCOUNTS_AT, domains=storable(domains)))


async def unplaced_contacts(session: BoltSession, domains: Collection[str]) -> list[Contact]:
    """See :meth:`graph.store.Store.unplaced_contacts`."""
    addresses: list[tuple[str, str]] = await session.fetch(cypher.UNPLACED_ADDRESSES)
    keys = at_domains(addresses, domains)
    found = (await records(session, keys)).values() if keys else ()
    return [record for record in found if isinstance(record, Contact)]


async def seller_domains(session: BoltSession) -> frozenset[str]:
    """See :meth:`graph.store.Store.seller_domains`."""
    return frozenset(await session.fetch(cypher.SELLER_DOMAINS))


async def interactions(session: BoltSession, ids: Iterable[str]) -> dict[str, Interaction]:
    """See :meth:`graph.store.Store.interactions`."""
    found = await session.fetch(cypher.INTERACTIONS, ids=storable(ids))
    return {properties["id"]: interaction_of(properties) for properties in found}


async def copies_of(session: BoltSession, copy_keys: Iterable[str]) -> dict[str, str]:
    """See :meth:`graph.store.Store.copies_of`."""
    return dict(await session.fetch(cypher.COPIES, keys=storable(copy_keys)))


async def ids_beginning(session: BoltSession, prefixes: Iterable[str]) -> dict[str, list[str]]:
    """See :meth:`graph.store.Store.ids_beginning`."""
    found = await session.fetch(cypher.IDS_BEGINNING, prefixes=storable(prefixes))
    return {prefix: sorted(ids) for prefix, ids in found}


async def export_interactions(
    session: BoltSession, after: str | None, limit: int, people: Collection[str] | None
) -> list[Interaction]:
    """See :meth:`graph.store.Store.export_interactions`."""
    # No id is empty, so all come after the empty one.
    page = {"after": after or "", "limit": limit}
    if people is None:
        found = await session.fetch(cypher.EXPORT, **page)
    else:
        found = await session.fetch(cypher.EXPORT_TOUCHING, people=storable(people), **page)
    return [interaction_of(properties) for properties in found]


async def engagement(session: BoltSession, interaction_ids: Iterable[str]) -> dict[str, list[Engagement]]:
    """See :meth:`graph.store.Store.engagement_of`."""
    events: dict[str, list[Engagement]] = {}
    for row in await session.fetch(cypher.ENGAGEMENT, ids=storable(interaction_ids)):
        events.setdefault(row[0], []).append(engagement_of(row))
    return {interaction: sorted(found) for interaction, found in events.items()}


async def documents(session: BoltSession, kind: str) -> dict[str, str]:
    """See :meth:`graph.store.Store.documents`."""
    return dict(sorted(await session.fetch(cypher.DOCUMENTS, kind=kind)))


async def newest_document(session: BoltSession, kind: str) -> tuple[str, str] | None:
    """See :meth:`graph.store.Store.newest_document`."""
    key, text = await session.fetch(cypher.NEWEST_DOCUMENT, kind=kind)
    return None if key is None else (key, text)


async def counts(session: BoltSession) -> Counts:
    """See :meth:`graph.store.Store.counts`."""
    found = await session.fetch(cypher.COUNTS)
    return Counts({kind: found[kind] for kind in RecordKind}, found["interactions"], found["engagement"])


async def page(session: BoltSession, listing: Listing) -> Page:
    """Return the page of a listing."""
    statements, filters = _statements(listing), _filters(listing)
    counted = statements.total
    if filters == _filters(Listing(kind=listing.kind, include_opted_out=listing.include_opted_out, at=listing.at)):
        counted = cypher_listings.TOTAL_OF_KIND
    after = {"after": listing.after or "", "limit": listing.first + 1}
    total, found = await asyncio.gather(
        session.fetch(counted, **filters), session.fetch(statements.page, **filters, **after)
    )
    kept = tuple(record_of(properties) for properties in found[: listing.first])
    return Page(kept, has_next=len(found) > listing.first, total=total)


async def outlines(session: BoltSession, listing: Listing, among: Collection[str] | None) -> list[Outline]:
    """Return the outlines of a listing, or of those among some ids."""
    if among is None:
        found = await session.fetch(_statements(listing).outlines, **_filters(listing))
    else:
        found = await session.fetch(cypher_listings.OUTLINES_AMONG, among=storable(set(among)), **_filters(listing))
    return [outline(*row) for row in found]


def _statements(listing: Listing) -> cypher_listings.Statements:
    """Return the statements that read a listing, from where there is least to look through."""
    named = (found for name, found in cypher_listings.LISTING_OF.items() if getattr(listing, name) is not None)
    return next(named, cypher_listings.LISTING)


def _filters(listing: Listing) -> dict[str, Any]:
    return {
        "kind": listing.kind.value,
        "all": listing.include_opted_out,
        "owner": listing.owner_id,
        "account": listing.account_id,
        "customer": listing.customer_id,
        "manager": listing.manager_id,
        "search": listing.search and listing.search.casefold(),
        "at": _in_utc(listing.at) if listing.kind is RecordKind.OPPORTUNITY else None,
        "closesFrom": listing.closes_from,
        "closesUntil": listing.closes_until,
        "states": None if listing.states is None else [state.value for state in listing.states],
    }


async def interactions_of(
    session: BoltSession, ids: Sequence[str], after: datetime | None, until: datetime | None
) -> Interactions:
    """See :meth:`graph.store.Store.interactions_of`."""
    scopes = [_scope(*row) for row in await session.fetch(cypher.SCOPES, keys=storable(ids))]
    touched = frozenset().union(*(scope.customers | scope.regarding for scope in scopes))
    bounds = {"after": _in_utc(after), "until": _in_utc(until)}
    found = await session.fetch(cypher.ROWS, touched=list(touched), **bounds) if touched else []
    return assemble(ids, scopes, await _rows(session, found))


def storable(texts: Iterable[str]) -> list[str]:
    """Return the texts that can be in a store: what is no text of Unicode cannot even be asked for."""
    return [text for text in texts if text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)]


def _scope(properties: dict[str, Any], contacts: list[str], opportunities: list[str]) -> Scope:
    return scope_of(record_of(properties), contacts=contacts, opportunities=opportunities)


def _in_utc(instant: datetime | None) -> datetime | None:
    # Neo4j tells apart equal instants of different offsets.
    return None if instant is None else instant.astimezone(UTC)


async def _rows(session: BoltSession, found: list[list[Any]]) -> Rows:
    columns = list(zip(*found, strict=True)) or [()] * _COLUMNS
    id_, at, kind, minutes, source, automatic, followed, thread, reply_to, regarding, present, roles, sides = columns
    people = list(dict.fromkeys(chain.from_iterable(present)))
    codes = {person: code for code, person in enumerate(people)}
    opted_out, deals, elsewhere = await _remarkable(session, people, regarding, set(reply_to).difference(id_))
    stored = elsewhere.union(id_)
    return Rows(
        id=id_,
        at=at,
        kind=[_KIND_CODES[k] for k in kind],
        minutes=minutes,
        source=[_SOURCE_CODES[s] for s in source],
        canceled=[False] * len(found),
        automatic=[a is True for a in automatic],
        followed=[f is True for f in followed],
        thread=thread,
        reply_to=reply_to,
        reply_stored=[r in stored for r in reply_to],
        regarding=regarding,
        regards_deal=[r in deals for r in regarding],
        present_row=[row for row, names in enumerate(present) for _ in names],
        present_person=[codes[person] for person in chain.from_iterable(present)],
        present_role=[_ROLE_CODES[role] for role in chain.from_iterable(roles)],
        present_side=[_SIDE_CODES[side] for side in chain.from_iterable(sides)],
        people=people,
        opted_out=[person in opted_out for person in people],
    )


async def _remarkable(
    session: BoltSession, people: Sequence[str], regarding: Iterable[str | None], replies: Collection[str | None]
) -> list[set[str]]:
    """Return who opted out, which are leads or opportunities, and which of the replies name what is stored."""
    if not people:
        return [set(), set(), set()]
    found = await session.fetch(
        cypher.REMARKABLE, keys=people, regarding=list({*regarding} - {None}), replies=list({*replies} - {None})
    )
    return [set(ids) for ids in found]
