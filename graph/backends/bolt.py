"""The graph in Neo4j, one server or a cluster."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Self

from graph.backends import bolt_read, bolt_write
from graph.backends.bolt_schema import migrate
from graph.backends.bolt_session import Address, BoltSession
from graph.interactions import Interactions
from graph.model import Engagement, Interaction, Person, Record
from graph.store import Changes, Counts, Listing, Page

# Edges a transaction, where Neo4j is quickest; an interaction has three or four.
INTERACTIONS_A_BATCH = 1500
RECORDS_A_BATCH = 2000
WRITERS = 2


class BoltStore:
    """A :class:`graph.store.Store` in Neo4j; what each method promises is written there."""

    def __init__(self, session: BoltSession) -> None:
        self._session = session

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 50, timeout_seconds: float = 15.0) -> Self:
        """Connect with at most so many connections; a wait longer than the timeout counts as unavailable."""
        session = BoltSession(Address.parse(url), pool_size=pool_size, timeout_seconds=timeout_seconds)
        try:
            await session.connect()
            await migrate(session)
        except BaseException:
            await session.aclose()
            raise
        return cls(session)

    async def upsert_records(self, records: Sequence[Record], *, dry_run: bool = False) -> Changes:
        """Write people and records."""
        return await self._session.write(bolt_write.upsert_records, records, dry_run=dry_run)

    async def upsert_interactions(self, interactions: Sequence[Interaction], *, dry_run: bool = False) -> Changes:
        """Write interactions with their edges."""
        return await self._session.write(bolt_write.upsert_interactions, interactions, dry_run=dry_run)

    async def upsert_engagement(self, events: Sequence[Engagement], *, dry_run: bool = False) -> int:
        """Write engagement events and return how many were new."""
        return await self._session.write(bolt_write.upsert_engagement, events, dry_run=dry_run)

    async def delete_interactions(self, ids: Collection[str]) -> int:
        """Remove interactions and the provisional people whom only they made."""
        return await self._session.write(bolt_write.delete_interactions, ids)

    async def merge_people(self, into: Mapping[str, str]) -> None:
        """Remove people in favour of others."""
        await self._session.write(bolt_write.merge_people, into)

    async def erase_people(self, ids: Collection[str]) -> int:
        """Forget people."""
        return await self._session.write(bolt_write.erase_people, ids)

    async def records(self, ids: Collection[str]) -> dict[str, Record]:
        """Return the people and records with these ids."""
        return await bolt_read.records(self._session, ids)

    async def people_at(self, addresses: Collection[str]) -> dict[str, list[Person]]:
        """Return who holds each address."""
        return await bolt_read.people_at(self._session, addresses)

    async def accounts_at(self, domains: Collection[str]) -> dict[str, str]:
        """Return the account that owns each domain."""
        return await bolt_read.accounts_at(self._session, domains)

    async def seller_domains(self) -> frozenset[str]:
        """Return the domains of all sellers' addresses."""
        return await bolt_read.seller_domains(self._session)

    async def interactions(self, ids: Collection[str]) -> dict[str, Interaction]:
        """Return whole interactions."""
        return await bolt_read.interactions(self._session, ids)

    async def copies_of(self, copy_keys: Collection[str]) -> dict[str, str]:
        """Return the interaction stored for each copy key."""
        return await bolt_read.copies_of(self._session, copy_keys)

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

    async def counts(self) -> Counts:
        """Count what is stored."""
        return await bolt_read.counts(self._session)

    async def aclose(self) -> None:
        """Give back the connections."""
        await self._session.aclose()
