"""What is true of SQLite alone: files that are not ours, several processes on one, and the event loop."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from graph.backends import sql_schema
from graph.backends.sqlite import SqliteStore
from graph.backends.sqlite_file import SqliteFile
from graph.errors import (
    ForeignStoreError,
    InputError,
    StoreAccessError,
    StoreLockedError,
    StoreUnavailableError,
    StoreVersionError,
)
from graph.store import Touched
from tests.builders import a_contact, a_seller, an_email
from tests.graph import upgrading

WRITER = """
import asyncio, sys
from graph.backends.sqlite import SqliteStore
from tests.builders import a_contact, a_seller, an_email

async def main(url, name):
    store = await SqliteStore.open(url)
    ann, bob = a_seller(), a_contact()
    await store.upsert_records([ann, bob, a_contact(name)])
    for batch in range(10):
        await store.upsert_interactions([an_email(f"{name}-{batch}-{i}", ann, bob) for i in range(50)])
        assert len(await store.interactions_of(["bob"])) >= 50 * (batch + 1)
    await store.aclose()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rapport.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(url, timeout_seconds=0.1)
    yield opened
    await opened.aclose()


def execute(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def content(file: Path) -> bytes:
    return file.read_bytes()


def fill(file: Path, content: bytes = b"", rights: int = 0o644) -> None:
    file.write_bytes(content)
    file.chmod(rights)


async def run(arguments: Sequence[str]) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env={**os.environ, "PYTHONPATH": "."})
    return await process.wait()


@pytest.mark.slow
async def test_several_processes_make_read_and_write_one_file(url: str) -> None:
    names = [f"p{i}" for i in range(4)]
    assert await asyncio.gather(*(run(["-c", WRITER, url, name]) for name in names)) == [0] * 4
    store = await SqliteStore.open(url)
    assert len(await store.interactions_of(["bob"])) == 2000
    assert (await store.records(names)).keys() == set(names)
    await store.aclose()


async def test_a_store_opened_again_holds_what_was_written(url: str) -> None:
    first = await SqliteStore.open(url)
    await first.upsert_records([a_contact()])
    await first.aclose()
    second = await SqliteStore.open(url)
    assert await second.records(["bob"]) == {"bob": a_contact()}
    await second.aclose()


async def test_a_closed_store_leaves_one_file(file: Path, url: str) -> None:
    store = await SqliteStore.open(url)
    await store.upsert_records([a_contact()])
    await store.counts()
    await store.aclose()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


async def test_a_store_in_memory_holds_while_it_is_open() -> None:
    store = await SqliteStore.open("sqlite:///:memory:")
    await store.upsert_records([a_contact()])
    assert await store.records(["bob"]) == {"bob": a_contact()}
    await store.aclose()


async def test_what_others_write_is_read_at_once(store: SqliteStore, url: str) -> None:
    other = await SqliteStore.open(url)
    await other.upsert_records([a_contact()])
    assert await store.records(["bob"]) == {"bob": a_contact()}
    await other.aclose()


async def test_reading_goes_on_while_another_process_writes(store: SqliteStore, file: Path) -> None:
    await store.upsert_records([a_contact()])
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM entity")
        assert await store.records(["bob"]) == {"bob": a_contact()}


async def test_a_locked_file_says_so_when_we_want_to_write(store: SqliteStore, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match="locked"):
            await store.upsert_records([a_contact()])
    assert (await store.upsert_records([a_contact()])).added == {"bob"}


async def test_a_file_that_another_keeps_for_itself_is_locked(file: Path, url: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLockedError, match="locked"):
            await SqliteStore.open(url, timeout_seconds=0.1)


async def test_the_event_loop_goes_on_while_a_write_waits(store: SqliteStore, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(store.upsert_records([a_contact()]))
        await asyncio.sleep(0)
        assert (await store.counts()).interactions == 0
        assert not writing.done()
        other.execute("COMMIT")
        assert (await writing).added == {"bob"}


async def test_a_failed_write_leaves_nothing_and_the_store_working(store: SqliteStore) -> None:
    await store.upsert_records([a_seller(), a_contact()])
    with pytest.raises(InputError):
        await store.upsert_interactions([an_email("m1", a_seller(), a_contact(), regarding_id="\ud800")])
    with pytest.raises(InputError):
        await store.upsert_records([a_contact("zoe"), a_contact("x", name="\ud800")])
    assert await store.records(["zoe"]) == {}
    assert (await store.upsert_records([a_contact("zoe")])).added == {"zoe"}


async def test_a_text_file_is_no_store(file: Path, url: str) -> None:
    diary = b"Dear diary, " * 1000
    fill(file, diary)
    with pytest.raises(ForeignStoreError, match="not a SQLite database"):
        await SqliteStore.open(url)
    assert content(file) == diary


async def test_a_database_of_another_program_is_left_alone(file: Path, url: str) -> None:
    execute(file, "CREATE TABLE theirs (x)")
    before = content(file)
    with pytest.raises(ForeignStoreError, match="another program"):
        await SqliteStore.open(url)
    assert content(file) == before


async def test_an_empty_file_becomes_a_store(file: Path, url: str) -> None:
    fill(file)
    store = await SqliteStore.open(url)
    assert (await store.counts()).interactions == 0
    await store.aclose()


async def test_a_newer_store_says_to_upgrade(file: Path, url: str) -> None:
    await (await SqliteStore.open(url)).aclose()
    execute(file, f"PRAGMA user_version = {sql_schema.VERSION + 1}")
    with pytest.raises(StoreVersionError, match="upgrade Rapport"):
        await SqliteStore.open(url)


def of_version_1(old: Path, current: Path) -> None:
    """Make a file as the first version did, with what the current one holds."""
    columns = "no, id, kind, digest, opted_out, provisional, state, created, closed, search, doc"
    tables = ["reference", "address", "domain", "interaction", "edge", "engagement"]
    execute(
        old,
        *sql_schema.MIGRATIONS[0],
        f"PRAGMA application_id = {sql_schema.APPLICATION_ID}",
        "PRAGMA user_version = 1",
        f"ATTACH '{current}' AS current",
        f"INSERT INTO entity ({columns}) SELECT {columns} FROM current.entity",
        *(f"INSERT INTO {table} SELECT * FROM current.{table}" for table in tables),
    )


async def test_a_store_of_the_first_version_is_upgraded_with_all_its_data(store: SqliteStore, tmp_path: Path) -> None:
    await upgrading.fill(store)
    old = tmp_path / "old.db"
    of_version_1(old, tmp_path / "rapport.db")
    upgraded = await SqliteStore.open(f"sqlite:///{old}", create=False)
    await upgrading.check(upgraded)
    await upgraded.aclose()


async def test_an_empty_store_of_the_first_version_has_touched_nothing(store: SqliteStore, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    of_version_1(old, tmp_path / "rapport.db")
    upgraded = await SqliteStore.open(f"sqlite:///{old}")
    assert await upgraded.touched_since(0) == Touched(0, frozenset())
    await upgraded.aclose()


async def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(ForeignStoreError, match="is a folder"):
        await SqliteStore.open(f"sqlite:///{tmp_path}")


async def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="missing does not exist"):
        await SqliteStore.open(f"sqlite:///{tmp_path}/missing/rapport.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("rights", [0o000, 0o555])
async def test_a_folder_we_may_not_write_in_says_so(tmp_path: Path, rights: int) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(rights)
    try:
        with pytest.raises(StoreAccessError, match="right"):
            await SqliteStore.open(f"sqlite:///{folder}/rapport.db")
    finally:
        folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
async def test_a_file_we_may_not_write_says_so(file: Path, url: str) -> None:
    await (await SqliteStore.open(url)).aclose()
    fill(file, content(file), rights=0o444)
    with pytest.raises(StoreAccessError, match="right"):
        await SqliteStore.open(url)


async def test_a_damaged_store_says_so(file: Path, url: str) -> None:
    store = await SqliteStore.open(url)
    await store.upsert_records([a_contact(f"c{i}") for i in range(2000)])
    await store.aclose()
    whole = content(file)
    kept = whole.index(b'"id": "c') // 4096 * 4096
    fill(file, whole[:kept] + b"\x55" * (len(whole) - kept))
    store = await SqliteStore.open(url)
    with pytest.raises(ForeignStoreError, match="damaged"):
        await store.records(["c1"])
    await store.aclose()


async def test_two_event_loops_may_follow_each_other_on_one_store(store: SqliteStore) -> None:
    await store.upsert_records([a_contact()])
    found = await asyncio.to_thread(lambda: asyncio.run(store.records(["bob"])))
    assert found == {"bob": a_contact()}


async def test_what_is_read_in_one_turn_is_read_at_one_state_of_the_file(store: SqliteStore, file: Path) -> None:
    def count(connection: sqlite3.Connection) -> int:
        (found,) = connection.execute("SELECT count(*) FROM document").fetchone()
        return int(found)

    def count_before_another_writes(connection: sqlite3.Connection) -> int:
        found = count(connection)
        execute(file, "INSERT INTO document VALUES ('KIND', 'key', 'text')")
        return found

    opened = SqliteFile(str(file), readers=4, lock_timeout=0.1)
    assert await asyncio.gather(opened.read(count_before_another_writes), opened.read(count)) == [0, 0]
    assert await opened.read(count) == 1
    await opened.aclose()


async def test_a_read_that_fails_leaves_those_of_the_same_turn_alone(store: SqliteStore) -> None:
    await store.upsert_records([a_contact()])
    broken, found = await asyncio.gather(
        store.newest_document("\ud800"), store.records(["bob"]), return_exceptions=True
    )
    assert isinstance(broken, InputError)
    assert found == {"bob": a_contact()}


async def test_who_gives_up_a_read_leaves_those_of_the_same_turn_alone(store: SqliteStore) -> None:
    await store.upsert_records([a_contact()])
    given_up, waited_for = (asyncio.create_task(store.records(["bob"])) for _ in range(2))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await waited_for == {"bob": a_contact()}
    assert given_up.cancelled()


async def test_every_read_of_a_closed_store_says_so(store: SqliteStore) -> None:
    await store.aclose()
    outcomes = await asyncio.gather(store.counts(), store.records(["bob"]), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailableError] * 2


async def test_a_cancelled_write_is_whole_or_not_at_all(store: SqliteStore) -> None:
    people = [a_contact(f"c{i}") for i in range(500)]
    writing = asyncio.create_task(store.upsert_records(people))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await store.upsert_records([a_seller()])
    assert len(await store.records([p.id for p in people])) in (0, 500)


def test_a_killed_import_leaves_a_store_that_opens(file: Path, url: str) -> None:
    script = WRITER.replace("await store.aclose()", "import os; os._exit(9)")
    outcome = subprocess.run(
        [sys.executable, "-c", script, url, "p"], env={**os.environ, "PYTHONPATH": "."}, check=False
    )
    assert outcome.returncode == 9
    store = asyncio.run(SqliteStore.open(url))
    assert asyncio.run(store.counts()).interactions == 500
    asyncio.run(store.aclose())
