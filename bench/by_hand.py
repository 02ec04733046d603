"""
The floor of a dashboard: the rows of its records fetched by one statement, the people of these by another, and encoded.

No window, no number, no widget: what a program written for this one purpose could not do without. The same is served
over HTTP too, so that what HTTP costs stands on both sides.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing

from neo4j import AsyncDriver, AsyncGraphDatabase, RoutingControl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.settings import Settings
from graph.backends import sql
from graph.backends.bolt_session import Address

SQLITE = "sqlite:///"

# Every interaction (2 is canceled) of the records, of the people they name, and of an account's contacts and deals.
ROWS = """
    SELECT id, at, kind, minutes, source, automatic, followed, thread, reply_to, regarding, participants
    FROM interaction WHERE state < 2 AND no IN (
        SELECT interaction FROM edge WHERE entity IN (
            WITH asked AS MATERIALIZED (SELECT no, id FROM entity WHERE id IN (SELECT value FROM json_each(?)))
            SELECT no FROM asked
            UNION ALL
            SELECT n.no FROM asked JOIN reference AS r ON r.source = asked.no JOIN entity AS n ON n.id = r.target
            WHERE r.field IN ('contact_id', 'stakeholder_ids', 'primary_contact_id')
            UNION ALL
            SELECT r.source FROM asked JOIN reference AS r ON r.target = asked.id WHERE r.field = 'account_id'
        )
    )
"""
PEOPLE = "SELECT no, id, opted_out FROM entity WHERE no IN (SELECT value FROM json_each(?))"

GRAPH_ROWS = """
MATCH (n:Entity) WHERE n.key IN $keys
OPTIONAL MATCH (n)<-[:CUSTOMER_CONTACT_OF|STAKEHOLDER_OF|PRIMARY_CONTACT_OF|WORKS_FOR|FOR]-(other)
WITH collect(DISTINCT n.key) + collect(DISTINCT other.key) AS touched
MATCH ()-[e:INTERACTED]->() WHERE e.to IN touched AND e.at > datetime({year: 0}) AND e.state <> 'CANCELED'
WITH DISTINCT e.id AS id
MATCH (i:Interaction {id: id})
RETURN collect([
    i.id, i.at.epochMillis, i.kind, i.durationMinutes, i.source, i.automatic, i.followed, i.threadId, i.inReplyToId,
    i.regardingId, i.people, i.roles, i.sides
]) AS found
"""

ByHand = Callable[[Sequence[str]], Awaitable[str]]


@asynccontextmanager
async def by_hand(url: str) -> AsyncIterator[ByHand]:
    """Connect to a store as a program of its own would; what is given answers keys with JSON."""
    if url.startswith(SQLITE):
        with closing(sqlite3.connect(url.removeprefix(SQLITE))) as db:
            for setting in sql.SETTINGS:
                db.execute(setting)

            async def from_sqlite(keys: Sequence[str]) -> str:
                return _from_sqlite(db, keys)

            yield from_sqlite
    else:
        address = Address.parse(url)
        async with AsyncGraphDatabase.driver(address.place, auth=(address.user, address.password)) as driver:

            async def from_neo4j(keys: Sequence[str]) -> str:
                return await _from_neo4j(driver, address.database, keys)

            yield from_neo4j


def application() -> Starlette:
    """Serve it, for the store of the settings."""

    @asynccontextmanager
    async def connected(_app: Starlette) -> AsyncIterator[dict[str, ByHand]]:
        async with by_hand(Settings().store) as floor:
            yield {"floor": floor}

    return Starlette(routes=[Route("/", _answer, methods=["POST"]), Route("/readyz", _ready)], lifespan=connected)


async def _answer(request: Request) -> Response:
    return Response(await request.state.floor(await request.json()), media_type="application/json")


async def _ready(_request: Request) -> Response:
    return Response()


def _from_sqlite(db: sqlite3.Connection, keys: Sequence[str]) -> str:
    found = db.execute(ROWS, [json.dumps(keys)]).fetchall()
    rows = [(*row, memoryview(packed).cast("q").tolist()) for *row, packed in found]
    numbers = {code >> 8 for row in rows for code in row[-1]}
    people = db.execute(PEOPLE, [json.dumps(list(numbers))]).fetchall()
    return json.dumps({"rows": rows, "people": people})


async def _from_neo4j(driver: AsyncDriver, database: str | None, keys: Sequence[str]) -> str:
    found = await driver.execute_query(GRAPH_ROWS, keys=keys, database_=database, routing_=RoutingControl.READ)
    return json.dumps({"rows": found.records[0]["found"]})
