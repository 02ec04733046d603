"""How a Neo4j database is opened, set up and refused."""

import asyncio
from urllib.parse import urlsplit

import neo4j
import pytest

from graph.backends import cypher_schema
from graph.backends.bolt import BoltStore
from graph.errors import (
    ForeignStoreError,
    StoreAccessError,
    StoreError,
    StoreUnavailableError,
    StoreUrlError,
    StoreVersionError,
)
from tests.builders import a_seller
from tests.graph import upgrading
from tests.neo4j_server.process import free_port

TO_VERSION_1 = (
    "MATCH (n) WHERE n:Change OR n:Document OR n:Ledger OR (n:Rapport AND n.key <> 'schema') DELETE n",
    "DROP CONSTRAINT document_key",
    "DROP CONSTRAINT change_mark",
    "DROP CONSTRAINT ledger_key",
    "DROP INDEX interaction_reply",
    "MATCH (v:Rapport {key: 'schema'}) SET v.version = 1",
)
SET_UP = tuple(statement for statements in cypher_schema.MIGRATIONS for statement in statements)

pytestmark = pytest.mark.neo4j


async def opening_fails(url: str, error: type[StoreError], match: str) -> None:
    with pytest.raises(error, match=match) as raised:
        await BoltStore.open(url, timeout_seconds=2)
    message = str(raised.value)
    assert "\n" not in message
    assert "secret" not in message


async def test_a_wrong_password_is_told(neo4j_database: str) -> None:
    parts = urlsplit(neo4j_database)
    url = f"{parts.scheme}://neo4j:secret@{parts.netloc.rpartition('@')[2]}"
    await opening_fails(url, StoreAccessError, "does not accept this user and password")


@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
async def test_where_nothing_listens_is_told(scheme: str) -> None:
    await opening_fails(f"{scheme}://neo4j:secret@127.0.0.1:{free_port()}", StoreUnavailableError, "No Neo4j answers")


async def test_a_host_that_is_unknown_is_told() -> None:
    await opening_fails("neo4j://neo4j:secret@nowhere.invalid:7687", StoreUnavailableError, "nowhere.invalid")


async def test_a_server_that_speaks_something_else_is_told() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await opening_fails(f"bolt://neo4j:secret@127.0.0.1:{port}", StoreUnavailableError, "Neo4j")


async def test_a_database_that_is_only_to_be_read_is_not_set_up(neo4j_uri: str, empty_neo4j: neo4j.Driver) -> None:
    with pytest.raises(StoreUnavailableError, match="yet; import something"):
        await BoltStore.open(neo4j_uri, create=False)
    assert empty_neo4j.execute_query("SHOW CONSTRAINTS YIELD name").records == []


async def test_a_server_without_encryption_is_told(neo4j_database: str) -> None:
    place = urlsplit(neo4j_database).netloc.rpartition("@")[2]
    await opening_fails(f"bolt+s://neo4j:secret@{place}", StoreUnavailableError, "No Neo4j answers")


async def test_a_database_that_is_not_there_is_told(neo4j_database: str) -> None:
    await opening_fails(f"{neo4j_database}/elsewhere", StoreUrlError, "no such database")


async def test_the_database_may_be_named(neo4j_database: str) -> None:
    store = await BoltStore.open(f"{neo4j_database}/neo4j")
    assert (await store.counts()).interactions == 0
    await store.aclose()


@pytest.mark.parametrize(
    "url",
    [
        "neo4j://neo4j:secret@host:port",
        "neo4j://neo4j:secret@host:70000",
        "neo4j://neo4j:secret@:7687",
        "neo4j://",
        "neo4j://neo4j:sec/ret@host:7687",
        "neo4j://neo4j:secret@host:7687?policy=eu",
    ],
)
async def test_a_url_that_cannot_be_is_told(url: str) -> None:
    await opening_fails(url, StoreUrlError, "neo4j://user:password@host:7687")


async def test_a_newer_graph_is_refused(neo4j_database: str, empty_neo4j: neo4j.Driver) -> None:
    empty_neo4j.execute_query(cypher_schema.WRITE_VERSION, version=99)
    await opening_fails(neo4j_database, StoreVersionError, "newer Rapport")


async def test_a_database_of_someone_else_is_refused(neo4j_database: str, empty_neo4j: neo4j.Driver) -> None:
    empty_neo4j.execute_query("CREATE (:Movie {title: 'The Matrix'})")
    await opening_fails(neo4j_database, ForeignStoreError, "empty database")
    assert empty_neo4j.execute_query("SHOW CONSTRAINTS").records == []


async def test_a_graph_of_the_first_version_is_upgraded_with_all_its_data(
    neo4j_database: str, empty_neo4j: neo4j.Driver
) -> None:
    store = await BoltStore.open(neo4j_database)
    await upgrading.fill(store)
    await store.aclose()
    for statement in TO_VERSION_1:
        empty_neo4j.execute_query(statement)
    upgraded = await BoltStore.open(neo4j_database, create=False)
    await upgrading.check(upgraded)
    await upgraded.aclose()


@pytest.mark.parametrize("statements", [1, len(cypher_schema.MIGRATIONS[0]), len(SET_UP)])
async def test_an_interrupted_set_up_is_completed(
    neo4j_database: str, empty_neo4j: neo4j.Driver, statements: int
) -> None:
    for statement in SET_UP[:statements]:
        empty_neo4j.execute_query(statement)
    store = await BoltStore.open(neo4j_database)
    await store.upsert_records([a_seller("ann")])
    assert (await store.records(["ann"])).keys() == {"ann"}
    await store.aclose()


@pytest.mark.parametrize("attempt", range(5))
async def test_several_may_open_an_empty_database_at_once(
    neo4j_database: str, empty_neo4j: neo4j.Driver, attempt: int
) -> None:
    async def open_and_write(name: str) -> None:
        store = await BoltStore.open(neo4j_database)
        try:
            await store.upsert_records([a_seller(name)])
        finally:
            await store.aclose()

    names = [f"seller-{attempt}-{i}" for i in range(6)]
    async with asyncio.TaskGroup() as openings:
        for name in names:
            openings.create_task(open_and_write(name))
    versions = empty_neo4j.execute_query("MATCH (n {key: 'schema'}) RETURN n.version").records
    assert [record.value() for record in versions] == [cypher_schema.VERSION]
    sellers = empty_neo4j.execute_query("MATCH (n:Seller) RETURN n.key ORDER BY n.key").records
    assert [record.value() for record in sellers] == names
