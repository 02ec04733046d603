"""
The facts of all records of a kind, as new as the store.

They are kept in this process, and in the store for the next one. A record's interactions are read again only where
something was written that may have changed them.
"""

import asyncio
from collections.abc import Callable, Sequence

from graph.errors import StoreError
from graph.interactions import Interactions
from graph.model import RecordKind, Source
from graph.store import Store
from kpi.facts import Facts, facts_of
from kpi.ledger import FORMAT, pack, unpack
from resolvers.batches import batches
from resolvers.held import NOTHING, Held, held

# When so many records were read, they are saved. The next process would have to read fewer than these again.
SAVED_FROM = 200
# Kept in the place of facts that are no longer true: no facts have this length.
UNKNOWN = b"\0"
BEFORE_ALL = 0


class Ledger:
    """The facts of records of a kind over the interactions from some sources."""

    def __init__(self, kind: RecordKind, sources: Sequence[Source]) -> None:
        self.sources = sources
        self._kind = kind
        self._basis = f"{FORMAT} {' '.join(sorted(sources))}"
        self._lock = asyncio.Lock()
        self._held = held(NOTHING)
        self._stale: frozenset[str] = frozenset()
        self._mark: int | None = None
        self._saved_mark: int | None = None
        self._unsaved: dict[str, bytes] = {}
        self._saves = True

    async def update(self, store: Store) -> int:
        """Learn what was written, and return the mark up to which that is known."""
        async with self._lock:
            if self._mark is None:
                self._mark = await self._load(store)
            touched = await store.touched_since(self._mark)
            self._stale |= {id_ for id_ in touched.records if id_ in self._held}
            self._mark = touched.mark
            return touched.mark

    def missing(self, ids: Sequence[str]) -> list[str]:
        """Return those of these records whose facts have to be read."""
        return [*self._held.unknown(ids), *self._stale.intersection(ids)]

    async def read(self, store: Store, ids: Sequence[str], advance: Callable[[int], None] = lambda _: None) -> Held:
        """Return facts of these records at least, none older than the last update; tell of each lot that is read."""
        async with self._lock:
            if missing := self.missing(ids):
                parts = [await self._read(store, batch, advance) for batch in batches(missing)]
                self._held = await asyncio.to_thread(self._held.updated, parts)
                self._stale -= frozenset(missing)
                await self._keep(store, parts)
            return self._held

    async def _load(self, store: Store) -> int:
        kept = await store.ledgers(self._kind, self._basis)
        if kept is None:
            return BEFORE_ALL
        rows = {id_: row for id_, row in kept.rows.items() if row != UNKNOWN}
        self._held = held(await asyncio.to_thread(unpack, rows))
        self._saved_mark = kept.mark
        return kept.mark

    async def _read(self, store: Store, ids: Sequence[str], advance: Callable[[int], None]) -> Facts:
        facts = await asyncio.to_thread(self._facts, await store.interactions_of(ids))
        advance(len(ids))
        return facts

    def _facts(self, interactions: Interactions) -> Facts:
        return facts_of(interactions.of_sources(self.sources))

    async def _keep(self, store: Store, parts: Sequence[Facts]) -> None:
        if not self._saves:
            return
        for part in parts:
            self._unsaved |= await asyncio.to_thread(pack, part)
        if len(self._unsaved) >= SAVED_FROM and self._mark is not None:
            await self._save(store, self._mark)

    async def _save(self, store: Store, mark: int) -> None:
        rows = self._unsaved | dict.fromkeys(self._stale, UNKNOWN)
        try:
            kept = await store.save_ledgers(self._kind, self._basis, rows, since=self._saved_mark, mark=mark)
        except StoreError:
            kept = False
        # Another process that saves is enough; who cannot write does without.
        self._saves = kept
        self._saved_mark = mark
        self._unsaved = {}
