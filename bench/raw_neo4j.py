"""
The floor of an import into Neo4j: rows that are made already, written by the store's own Cypher and the driver alone.

They come from a SQLite store that an import has filled, and go out in transactions of the same size by as many writers.
Only the writing is measured.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

from neo4j import AsyncDriver, AsyncGraphDatabase, AsyncManagedTransaction, AsyncSession

from bench.timing import Stopwatch
from graph.backends import cypher
from graph.backends.bolt import EDGES_A_BATCH, WRITERS
from graph.backends.bolt_session import Address
from graph.backends.bolt_values import Properties, interaction_row
from graph.connect import open_store
from graph.model import Interaction, RecordKind
from graph.store import Listing, Store
from ingest.interactions import BATCH

# The node that holds our version stays, and with it the schema.
IS_EMPTY = "MATCH (n) WHERE NOT n:Rapport RETURN count(n) = 0 AS found"
DELETE_EDGES = "MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 20000 ROWS"
DELETE_NODES = "MATCH (n) WHERE NOT n:Rapport CALL (n) { DELETE n } IN TRANSACTIONS OF 20000 ROWS"


async def is_empty(url: str) -> bool:
    """Tell whether a Neo4j holds no data."""
    async with _driver(url) as driver, _session(driver, url) as session:
        record = await (await session.run(IS_EMPTY)).single(strict=True)
        return bool(record["found"])


async def empty(url: str) -> None:
    """Delete all data of a Neo4j."""
    async with _driver(url) as driver, _session(driver, url) as session:
        for statement in (DELETE_EDGES, DELETE_NODES):
            await (await session.run(statement)).consume()


def write_rows(watch: Stopwatch, filled: str, url: str) -> int:
    """Write the interactions and edges of a store into an empty Neo4j; return how many edges."""
    return asyncio.run(_write_rows(watch, filled, url))


async def _write_rows(watch: Stopwatch, filled: str, url: str) -> int:
    source = await open_store(filled)
    await _copy_records(source, url)
    edges = 0
    async with _driver(url) as driver:
        async for interactions in _pages(source):
            rows = [interaction_row(interaction) for interaction in interactions]
            batches = list(_by_edges(rows))
            with watch.running():
                await _write(driver, url, batches)
            edges += sum(len(row["edges"]) for row in rows)
    await source.aclose()
    return edges


async def _copy_records(source: Store, url: str) -> None:
    target = await open_store(url)
    everyone = [Listing(kind=kind, first=10**9, include_opted_out=True) for kind in RecordKind]
    for page in await source.list_records(everyone):
        await target.upsert_records(page.records)
    await target.aclose()


async def _pages(source: Store) -> AsyncIterator[list[Interaction]]:
    after = None
    while page := await source.export_interactions(after=after, limit=BATCH):
        yield page
        after = page[-1].id


def _by_edges(rows: Sequence[Properties]) -> Iterator[list[Properties]]:
    """Yield batches with about as many edges as a transaction of the store has."""
    batch: list[Properties] = []
    edges = 0
    for row in rows:
        batch.append(row)
        edges += len(row["edges"])
        if edges >= EDGES_A_BATCH:
            yield batch
            batch, edges = [], 0
    yield batch


async def _write(driver: AsyncDriver, url: str, batches: Sequence[list[Properties]]) -> None:
    gate = asyncio.Semaphore(WRITERS)

    async def one(batch: list[Properties]) -> None:
        async with gate, _session(driver, url) as session:
            await session.execute_write(_write_batch, batch)

    await asyncio.gather(*(one(batch) for batch in batches))


async def _write_batch(tx: AsyncManagedTransaction, rows: list[Properties]) -> None:
    await (await tx.run(cypher.LOCK_INTERACTIONS, ids=[row["id"] for row in rows])).consume()
    await (await tx.run(cypher.WRITE_INTERACTIONS, rows=rows)).consume()


def _driver(url: str) -> AsyncDriver:
    address = Address.parse(url)
    return AsyncGraphDatabase.driver(address.place, auth=(address.user, address.password))


def _session(driver: AsyncDriver, url: str) -> AsyncSession:
    return driver.session(database=Address.parse(url).database)
