"""The graph in Neo4j, one server or a cluster."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self, TypeVar

from graph.backends import bolt_ledgers, bolt_read, bolt_write
from graph.backends.bolt_changes import marked, touched_since
from graph.backends.bolt_schema import migrate
from graph.backends.bolt_session import Address, BoltSession, Work
from graph.backends.shared import touched
from graph.interactions import Interactions
from graph.model import Contact, Engagement, Interaction, Person, Record, RecordKind
from graph.store import Changes, Counts, Ledgers, Listing, Outline, Page, Touched

# What Neo4j writes quickest in one transaction, and by how many at once.
EDGES_A_BATCH = 5000
RECORDS_A_BATCH = 2000
INTERACTIONS_A_BATCH = 1500
WRITERS = 2

T = TypeVar("T")
Batch = list[Interaction]


class BoltStore:
    """A :class:`graph.store.Store` in Neo4j; what each method promises is written there."""

    def __init__(self, session: BoltSession) -> None:
        self._session = session

    @classmethod
    async def open(cls, url: str, *, create: bool = True, pool_size: int = 50, timeout_seconds: float = 15.0) -> Self:
        """Connect with at most so many connections; a wait longer than the timeout counts as unavailable."""
        session = BoltSession(Address.parse(url), pool_size=pool_size, timeout_seconds=timeout_seconds)
        try:
            await session.connect()
            await migrate(session, create=create)
        except BaseException:
            await session.aclose()
            raise
        return cls(session)

    async def upsert_records(self, records: Sequence[Record], *, dry_run: bool = False) -> Changes:
        """Write people and records."""
        given = list({record.id: record for record in records}.values())
        batches = [given[i : i + RECORDS_A_BATCH] for i in range(0, len(given), RECORDS_A_BATCH)]
        work = bolt_write.compare_records if dry_run else marked(bolt_write.upsert_records)
        return _together([await self._session.run(work, batch, read_only=dry_run) for batch in batches])

    async def upsert_interactions(self, interactions: Sequence[Interaction], *, dry_run: bool = False) -> Changes:
        """Write interactions with their edges."""
        given = list({interaction.id: interaction for interaction in interactions}.values())
        if not dry_run:
            # Before anything is written, for what follows may be several transactions.
            names = {name for interaction in given for name in touched(interaction)}
            await self._session.run(bolt_write.check_known, names, read_only=True)
        work = bolt_write.compare_interactions if dry_run else marked(bolt_write.upsert_interactions)
        return _together(await self._by_writers(work, list(_by_edges(given)), read_only=dry_run))

    async def upsert_engagement(self, events: Sequence[Engagement], *, dry_run: bool = False) -> int:
        """Write engagement events and return how many were new."""
        return await self._session.run(bolt_write.upsert_engagement, events, dry_run=dry_run, read_only=dry_run)

    async def delete_interactions(self, ids: Collection[str]) -> int:
        """Remove interactions and the provisional people whom only they made."""
        return await self._session.run(marked(bolt_write.delete_interactions), bolt_read.storable(ids))

    async def merge_people(self, into: Mapping[str, str]) -> None:
        """Remove people in favour of others."""
        await self._session.run(marked(bolt_write.merge_people), into)

    async def erase_records(self, ids: Collection[str]) -> int:
        """Forget people and records."""
        keys = bolt_read.storable(ids)
        while await self._session.run(marked(bolt_write.erase_from_interactions), keys, INTERACTIONS_A_BATCH):
            pass
        return await self._session.run(marked(bolt_write.erase_records), keys)

    async def records(self, ids: Collection[str]) -> dict[str, Record]:
        """Return the people and records with these ids."""
        return await bolt_read.records(self._session, ids)

    async def people_at(self, addresses: Collection[str]) -> dict[str, list[Person]]:
        """Return who holds each address."""
        return await bolt_read.people_at(self._session, addresses)

    async def accounts_at(self, domains: Collection[str]) -> dict[str, str]:
        """Return the account that owns each domain."""
        return await bolt_read.accounts_at(self._session, domains)

    async def unplaced_contacts(self, domains: Collection[str]) -> list[Contact]:
        """Return the provisional contacts of no account at these domains."""
        return await bolt_read.unplaced_contacts(self._session, domains)

    async def seller_domains(self) -> frozenset[str]:
        """Return the domains of all sellers' addresses."""
        return await bolt_read.seller_domains(self._session)

    async def interactions(self, ids: Collection[str]) -> dict[str, Interaction]:
        """Return whole interactions."""
        return await bolt_read.interactions(self._session, ids)

    async def copies_of(self, copy_keys: Collection[str]) -> dict[str, str]:
        """Return the interaction stored for each copy key."""
        return await bolt_read.copies_of(self._session, copy_keys)

    async def ids_beginning(self, prefixes: Collection[str]) -> dict[str, list[str]]:
        """Return the ids of the interactions that begin with each prefix."""
        return await bolt_read.ids_beginning(self._session, prefixes)

    async def interactions_of(
        self, records: Sequence[str], *, after: datetime | None = None, until: datetime | None = None
    ) -> Interactions:
        """Return the columns of all that counts for each record."""
        return await bolt_read.interactions_of(self._session, records, after, until)

    async def engagement_of(self, interaction_ids: Collection[str]) -> dict[str, list[Engagement]]:
        """Return the engagement events of interactions."""
        return await bolt_read.engagement(self._session, interaction_ids)

    async def export_interactions(
        self, *, after: str | None = None, limit: int = 5000, people: Collection[str] | None = None
    ) -> list[Interaction]:
        """Return whole interactions in order of id."""
        return await bolt_read.export_interactions(self._session, after, limit, people)

    async def list_records(self, listings: Sequence[Listing]) -> list[Page]:
        """Return a page for each listing."""
        return await asyncio.gather(*(bolt_read.page(self._session, listing) for listing in listings))

    async def outlines(
        self, listings: Sequence[Listing], *, among: Collection[str] | None = None
    ) -> list[list[Outline]]:
        """Return the outlines of every record of each listing."""
        return await asyncio.gather(*(bolt_read.outlines(self._session, listing, among) for listing in listings))

    async def touched_since(self, mark: int) -> Touched:
        """Return the records that may have changed since a mark."""
        return await touched_since(self._session, mark)

    async def ledgers(self, kind: RecordKind, basis: str) -> Ledgers | None:
        """Return what is kept of the records of a kind."""
        return await self._session.run(bolt_ledgers.ledgers, kind, basis)

    async def save_ledgers(
        self, kind: RecordKind, basis: str, rows: Mapping[str, bytes], *, since: int | None, mark: int
    ) -> bool:
        """Keep what was worked out of some records' interactions."""
        return await bolt_ledgers.save_ledgers(self._session, kind, basis, rows, since=since, mark=mark)

    async def documents(self, kind: str) -> dict[str, str]:
        """Return the documents of a kind by key."""
        return await bolt_read.documents(self._session, kind)

    async def newest_document(self, kind: str) -> tuple[str, str] | None:
        """Return the document of the highest key."""
        return await bolt_read.newest_document(self._session, kind)

    async def add_document(self, kind: str, key: str, text: str) -> bool:
        """Add a document unless its key is taken."""
        return await self._session.run(bolt_write.add_document, kind, key, text)

    async def counts(self) -> Counts:
        """Count what is stored."""
        return await bolt_read.counts(self._session)

    async def _by_writers(self, work: Work[T], batches: Sequence[Batch], *, read_only: bool) -> list[T]:
        """Run work on batches, a few of them at once; the first that fails stops the others."""
        gate = asyncio.Semaphore(WRITERS)

        async def one(batch: Batch) -> T:
            async with gate:
                return await self._session.run(work, batch, read_only=read_only)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(batch)) for batch in batches]
        except ExceptionGroup as failed:
            first = failed.exceptions[0]
            raise first from first.__cause__
        return [task.result() for task in tasks]

    async def aclose(self) -> None:
        """Give back the connections."""
        await self._session.aclose()


def _by_edges(interactions: Sequence[Interaction]) -> Iterator[Batch]:
    """Yield batches with about as many edges as a transaction should have."""
    batch: Batch = []
    edges = 0
    for interaction in interactions:
        people = len(interaction.participants)
        batch.append(interaction)
        # At most: half of them sellers, half customers, and everyone's to what it regards.
        edges += people * people // 4 + people
        if edges >= EDGES_A_BATCH:
            yield batch
            batch, edges = [], 0
    if batch:
        yield batch


def _together(parts: Sequence[Changes]) -> Changes:
    return Changes(
        frozenset().union(*(part.added for part in parts)),
        frozenset().union(*(part.updated for part in parts)),
        frozenset().union(*(part.unchanged for part in parts)),
    )
