"""The graph in a SQLite file: nothing to install, several processes on one file."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Self

from graph.backends import sqlite_ledgers, sqlite_read, sqlite_write
from graph.backends.sqlite_changes import marked, touched_since
from graph.backends.sqlite_file import READERS, SqliteFile
from graph.errors import StoreUrlError
from graph.interactions import Interactions
from graph.model import Contact, Engagement, Interaction, Person, Record, RecordKind
from graph.store import Changes, Counts, Ledgers, Listing, Outline, Page, Touched

PREFIX = "sqlite:///"


class SqliteStore:
    """A :class:`graph.store.Store` in a file; what each method promises is written there."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    @classmethod
    async def open(
        cls, url: str, *, create: bool = True, pool_size: int = READERS, timeout_seconds: float = 15.0
    ) -> Self:
        """Open a file, made where there is none; wait so many seconds for a lock that another process holds."""
        file = SqliteFile(_path(url), readers=min(pool_size, READERS), lock_timeout=timeout_seconds)
        await file.prepare(create=create)
        return cls(file)

    async def upsert_records(self, records: Sequence[Record], *, dry_run: bool = False) -> Changes:
        """Write people and records."""
        if dry_run:
            return await self._file.read(sqlite_write.compare_records, records)
        return await self._file.write(marked(sqlite_write.upsert_records), records)

    async def upsert_interactions(self, interactions: Sequence[Interaction], *, dry_run: bool = False) -> Changes:
        """Write interactions with their edges."""
        if dry_run:
            return await self._file.read(sqlite_write.compare_interactions, interactions)
        return await self._file.write(marked(sqlite_write.upsert_interactions), interactions)

    async def upsert_engagement(self, events: Sequence[Engagement], *, dry_run: bool = False) -> int:
        """Write engagement events and return how many were new."""
        run = self._file.read if dry_run else self._file.write
        return await run(sqlite_write.upsert_engagement, events, dry_run=dry_run)

    async def delete_interactions(self, ids: Collection[str]) -> int:
        """Remove interactions and the provisional people whom only they made."""
        return await self._file.write(marked(sqlite_write.delete_interactions), ids)

    async def merge_people(self, into: Mapping[str, str]) -> None:
        """Remove people in favour of others."""
        await self._file.write(marked(sqlite_write.merge_people), into)

    async def erase_records(self, ids: Collection[str]) -> int:
        """Forget people and records."""
        return await self._file.write(marked(sqlite_write.erase_records), ids)

    async def records(self, ids: Collection[str]) -> dict[str, Record]:
        """Return the people and records with these ids."""
        return await self._file.read(sqlite_read.records, ids)

    async def people_at(self, addresses: Collection[str]) -> dict[str, list[Person]]:
        """Return who holds each address."""
        return await self._file.read(sqlite_read.people_at, addresses)

    async def accounts_at(self, domains: Collection[str]) -> dict[str, str]:
        """Return the account that owns each domain."""
        return await self._file.read(sqlite_read.accounts_at, domains)

    async def unplaced_contacts(self, domains: Collection[str]) -> list[Contact]:
        """Return the provisional contacts of no account at these domains."""
        return await self._file.read(sqlite_read.unplaced_contacts, domains)

    async def seller_domains(self) -> frozenset[str]:
        """Return the domains of all sellers' addresses."""
        return await self._file.read(sqlite_read.seller_domains)

    async def interactions(self, ids: Collection[str]) -> dict[str, Interaction]:
        """Return whole interactions."""
        return await self._file.read(sqlite_read.interactions, ids)

    async def copies_of(self, copy_keys: Collection[str]) -> dict[str, str]:
        """Return the interaction stored for each copy key."""
        return await self._file.read(sqlite_read.copies_of, copy_keys)

    async def ids_beginning(self, prefixes: Collection[str]) -> dict[str, list[str]]:
        """Return the ids of the interactions that begin with each prefix."""
        return await self._file.read(sqlite_read.ids_beginning, prefixes)

    async def interactions_of(
        self, records: Sequence[str], *, after: datetime | None = None, until: datetime | None = None
    ) -> Interactions:
        """Return the columns of all that counts for each record."""
        return await self._file.read(sqlite_read.interactions_of, records, after, until)

    async def engagement_of(self, interaction_ids: Collection[str]) -> dict[str, list[Engagement]]:
        """Return the engagement events of interactions."""
        return await self._file.read(sqlite_read.engagement_of, interaction_ids)

    async def export_interactions(
        self, *, after: str | None = None, limit: int = 5000, people: Collection[str] | None = None
    ) -> list[Interaction]:
        """Return whole interactions in order of id."""
        return await self._file.read(sqlite_read.export_interactions, after, limit, people)

    async def list_records(self, listings: Sequence[Listing]) -> list[Page]:
        """Return a page for each listing."""
        return await self._file.read(sqlite_read.list_records, listings)

    async def outlines(
        self, listings: Sequence[Listing], *, among: Collection[str] | None = None
    ) -> list[list[Outline]]:
        """Return the outlines of every record of each listing."""
        return await self._file.read(sqlite_read.outlines, listings, among)

    async def touched_since(self, mark: int) -> Touched:
        """Return the records that may have changed since a mark."""
        return await self._file.read(touched_since, mark)

    async def ledgers(self, kind: RecordKind, basis: str) -> Ledgers | None:
        """Return what is kept of the records of a kind."""
        return await self._file.read(sqlite_ledgers.ledgers, kind, basis)

    async def save_ledgers(
        self, kind: RecordKind, basis: str, rows: Mapping[str, bytes], *, since: int | None, mark: int
    ) -> bool:
        """Keep what was worked out of some records' interactions."""
        return await self._file.write(sqlite_ledgers.save_ledgers, kind, basis, rows, since=since, mark=mark)

    async def documents(self, kind: str) -> dict[str, str]:
        """Return the documents of a kind by key."""
        return await self._file.read(sqlite_read.documents, kind)

    async def newest_document(self, kind: str) -> tuple[str, str] | None:
        """Return the document of the highest key."""
        return await self._file.read(sqlite_read.newest_document, kind)

    async def add_document(self, kind: str, key: str, text: str) -> bool:
        """Add a document unless its key is taken."""
        return await self._file.write(sqlite_write.add_document, kind, key, text)

    async def counts(self) -> Counts:
        """Count what is stored."""
        return await self._file.read(sqlite_read.counts)

    async def aclose(self) -> None:
        """Give back the file and the threads."""
        await self._file.aclose()


def _path(url: str) -> str:
    path = url.removeprefix(PREFIX)
    if path == url or not path:
        raise StoreUrlError(
            f"{url!r} names no SQLite file; write sqlite:///rapport.db, or sqlite:////var/lib/rapport.db from the root."
        )
    return path
