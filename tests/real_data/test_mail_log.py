"""A mail log of 124,303 rows, imported twice beside a few records about its busiest people."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from graph.connect import open_store
from graph.store import Store
from ingest.load import LoadOptions, load
from ingest.report import Report, Tally
from tests.real_data import DATA, needs_data, raw
from tests.real_data.asked import hold_to
from tests.real_data.book import KINDS, Book, busiest
from tests.real_data.naive import Team

pytestmark = [needs_data, pytest.mark.slow]

LOG = DATA / "w3c-mail.csv.gz"
TEAM = Team(("w3.org",))


class Imported(NamedTuple):
    """The log in a store, what the two imports told, and what the raw rows come to."""

    store: Store
    first: Report
    second: Report
    expected: raw.Outcome
    book: Book


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def log(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Imported]:
    folder = tmp_path_factory.mktemp("log")
    expected = raw.mail_log(TEAM)
    book = busiest(expected.mail, TEAM, sellers=1, stakeholders=20)
    paths = [LOG, book.write(folder / "book.jsonl")]
    options = LoadOptions(team_domains=TEAM.domains, rejects=folder / "rejects.jsonl")
    store = await open_store(f"sqlite:///{folder}/log.db")
    first, second = [await load(store, paths, options) for _ in range(2)]
    yield Imported(store, first, second, expected, book)
    await store.aclose()


def test_every_row_is_in_one_count(log: Imported) -> None:
    records, interactions = log.first.tally("records"), log.first.tally("interactions")
    assert log.first.read == sum(1 for _ in raw.mail_log_rows()) + records.added
    landed = records.added + interactions.added + interactions.merged
    assert log.first.read == landed + log.first.skipped.total() + log.first.rejected


def test_what_is_added_is_what_the_rows_come_to(log: Imported) -> None:
    assert log.first.tally("interactions") == Tally(added=len(log.expected.mail))
    assert log.first.rejected == log.expected.bad


def test_what_has_no_edge_is_skipped_with_its_reason(log: Imported) -> None:
    assert log.first.skipped == {
        "no seller took part": log.expected.without_seller,
        "one seller alone, nothing regarded": log.expected.alone,
    }


def test_each_reject_tells_its_row_and_why(log: Imported) -> None:
    rows = dict(enumerate(raw.mail_log_rows(), start=2))
    kept = [json.loads(line) for line in Path(log.first.rejects_file or "").read_text().splitlines()]
    assert all(row["text"].startswith(f"{rows[row['line']]['id']},") and row["reason"] for row in kept)


def test_the_second_run_adds_nothing(log: Imported) -> None:
    assert log.second.tally("interactions") == Tally(unchanged=len(log.expected.mail))
    assert (log.second.tally("records"), log.second.made) == (Tally(unchanged=3), 0)
    assert (log.second.skipped, log.second.rejected) == (log.first.skipped, log.first.rejected)


async def test_everybody_of_a_stored_row_is_a_person_on_the_right_side(log: Imported) -> None:
    assert (await log.store.counts()).records == log.book.counts


@pytest.mark.parametrize("kind", KINDS)
async def test_widgets_are_those_of_the_raw_rows(log: Imported, kind: str) -> None:
    await hold_to(log.store, log.book, kind)
