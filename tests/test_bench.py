"""The benchmarks run from beginning to end on little data; no test asserts a time."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.books import AS_OF, write_book
from bench.by_hand import by_hand
from bench.subjects import find_subjects
from graph.connect import open_store
from graph.store import Store
from ingest.load import LoadOptions, load
from tests.closed_deals import record

ROOT = Path(__file__).parents[1]
SMALL = ("--interactions", "300", "--repeat", "1")
MAIL = "id,sent_at,from,to\n1,2026-03-02T09:00:00Z,ann@us.example,bob@globex.example\n"
STEPS = ["import", "the same rows, raw", "the same import again"]


def run(name: str, *args: str | Path, size: tuple[str, ...] = SMALL) -> str:
    command = [sys.executable, "-m", f"bench.{name}", *size, *map(str, args)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def rows(told: str) -> list[str]:
    """Return the names of the rows of all tables."""
    return re.findall(r"^│ (\S.*?) +│", told, re.MULTILINE)


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    path = tmp_path / "mail.csv"
    path.write_text(MAIL, encoding="utf-8")
    return path


@pytest.fixture
async def book(store: Store, tmp_path: Path) -> Store:
    await load(store, [write_book(tmp_path / "book.jsonl", 100)], LoadOptions())
    return store


@pytest.mark.slow
def test_imports_are_measured_beside_the_same_rows_raw_and_the_same_import_again(mail: Path) -> None:
    told = run("ingest", "--mail", mail, "--team-domain", "us.example")
    assert rows(told) == STEPS * 2
    assert "mail.csv into SQLite: 1 lines, 1 interactions, 2 edges" in told
    assert "300 interactions" in told


@pytest.mark.slow
@pytest.mark.neo4j
async def test_imports_into_neo4j_are_measured_too_and_leave_it_empty(neo4j_database: str) -> None:
    told = run("ingest", "--mail", "missing.csv", "--neo4j", neo4j_database)
    assert rows(told) == STEPS * 2
    assert "book-of-300.jsonl into Neo4j" in told
    store = await open_store(neo4j_database)
    assert not any((await store.counts()).records.values())
    await store.aclose()


@pytest.mark.neo4j
async def test_a_neo4j_that_holds_data_is_not_emptied(neo4j_database: str) -> None:
    store = await open_store(neo4j_database)
    await load(store, [ROOT / "examples" / "globex.jsonl"], LoadOptions())
    with pytest.raises(AssertionError, match="name an empty one"):
        run("ingest", "--mail", "missing.csv", "--neo4j", neo4j_database)
    assert (await store.counts()).interactions
    await store.aclose()


@pytest.mark.slow
def test_dashboards_are_measured_of_one_record_of_each_kind_and_of_many() -> None:
    told = run("dashboard")
    assert [row.split()[0] for row in rows(told)] == ["contact", "opportunity", "account", "6"]


@pytest.mark.slow
async def test_dashboards_are_measured_on_a_store_that_is_there(book: Store, store_url: str) -> None:
    assert "100 interactions in" in run("dashboard", "--store", store_url, "--as-of", AS_OF.isoformat())


@pytest.mark.slow
def test_sorted_lists_are_measured_cold_warm_and_after_a_write() -> None:
    told = run("lists")
    assert {"by health, first of all", "by health, again", "by health, after a write"} <= {*rows(told)}


@pytest.mark.slow
async def test_lists_are_measured_on_a_store_that_is_left_as_it_was(book: Store, store_url: str) -> None:
    before = await book.counts()
    assert "100 interactions in" in run("lists", "--store", store_url, "--as-of", AS_OF.isoformat())
    assert await book.counts() == before


@pytest.mark.slow
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_what_a_store_holds_is_measured_and_the_store_left_as_it_is(book: Store, store_url: str) -> None:
    before = await book.counts()
    told = run("ingest", "--store", store_url, "--mail", "missing.csv")
    assert "left out" in told
    assert rows(told) == STEPS
    assert await book.counts() == before


@pytest.mark.slow
async def test_what_tells_won_from_lost_deals_is_measured(store: Store, store_url: str) -> None:
    await store.upsert_records(record(40, 40))
    told = run("similar", "--store", store_url, size=())
    assert "80 closed deals, 40 of them won" in told
    assert rows(told)[-3:] == ["salesTeam", "stakeholders", "metal"]


async def test_by_hand_the_same_interactions_are_fetched(book: Store, store_url: str) -> None:
    subjects = await find_subjects(book, AS_OF)
    async with by_hand(store_url) as floor:
        for subject in subjects:
            fetched = {row[0] for row in json.loads(await floor(subject.keys))["rows"]}
            assert fetched >= {*(await book.interactions_of(subject.keys)).id}
