"""What lists are ordered by is in the store before anybody asks, where it is much."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.cli import main
from app.ledgers import keep_ledgers
from app.main import create_app
from app.settings import Settings
from graph.connect import open_store
from graph.model import SOURCES, RecordKind
from graph.store import Ledgers, Store
from kpi.ledger import FORMAT
from resolvers.ledger import SAVED_FROM
from tests.builders import a_contact

BASIS = f"{FORMAT} {' '.join(sorted(SOURCES))}"
CONTACTS = {f"k{i:03}" for i in range(SAVED_FROM)}
DEADLINE_SECONDS = 60


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/book.db"


async def kept(store: Store) -> Ledgers | None:
    return await store.ledgers(RecordKind.CONTACT, BASIS)


async def kept_at(url: str) -> Ledgers | None:
    store = await open_store(url)
    try:
        return await kept(store)
    finally:
        await store.aclose()


def run_import(url: str, folder: Path, *options: str) -> None:
    book = folder / "book.jsonl"
    lines = ({"type": "contact", "id": id_, "name": id_} for id_ in sorted(CONTACTS))
    book.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["rapport", "import", str(book), "--store", url, *options])
        with pytest.raises(SystemExit):
            main()


async def test_every_record_has_a_ledger_once_they_are_kept(store: Store) -> None:
    await store.upsert_records([a_contact(id_) for id_ in CONTACTS])
    await keep_ledgers(store)
    ledgers = await kept(store)
    assert ledgers is not None
    assert ledgers.rows.keys() == CONTACTS


class Told:
    """Counts the records that are read, as a watch."""

    def __init__(self) -> None:
        self.read = 0

    def phase(self, name: str, total: int | None, unit: str) -> None:
        pass

    def advance(self, amount: int) -> None:
        self.read += amount


@pytest.mark.parametrize(("missing", "read"), [(0, 0), (2, 0), (3, 3), (4, 4)])
async def test_kinds_with_few_records_to_read_are_left_as_they_are(store: Store, missing: int, read: int) -> None:
    await store.upsert_records([a_contact(id_) for id_ in CONTACTS])
    await keep_ledgers(store)
    await store.upsert_records([a_contact(f"new{n}") for n in range(missing)])
    told = Told()
    await keep_ledgers(store, told, at_least=3)
    assert told.read == read


async def test_an_empty_store_is_no_trouble(store: Store) -> None:
    await keep_ledgers(store)
    assert await kept(store) is None


async def test_a_store_that_fails_is_left_to_those_who_ask(url: str) -> None:
    store = await open_store(url)
    await store.aclose()
    await keep_ledgers(store)


def test_an_import_leaves_ledgers_behind(url: str, tmp_path: Path) -> None:
    run_import(url, tmp_path)
    ledgers = asyncio.run(kept_at(url))
    assert ledgers is not None
    assert ledgers.rows.keys() == CONTACTS


def test_a_dry_run_leaves_none(url: str, tmp_path: Path) -> None:
    run_import(url, tmp_path, "--dry-run")
    assert asyncio.run(kept_at(url)) is None


def test_a_server_keeps_them_from_its_start(url: str) -> None:
    async def write() -> None:
        store = await open_store(url)
        await store.upsert_records([a_contact(id_) for id_ in CONTACTS])
        await store.aclose()

    asyncio.run(write())
    with TestClient(create_app(Settings(store=url))):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while asyncio.run(kept_at(url)) is None and time.monotonic() < deadline:
            time.sleep(0.05)
    assert asyncio.run(kept_at(url)) is not None
