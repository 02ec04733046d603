"""The same imports into Neo4j: twice, with the graph that SQLite has of them."""

import gzip
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from graph.connect import open_store
from ingest.detect import Format
from ingest.export import export
from ingest.load import LoadOptions, load
from tests.real_data import DATA, needs_data, raw
from tests.real_data.asked import hold_to
from tests.real_data.mailboxes import HELP_DESK, MAILDIR, Mailbox, expected

pytestmark = [needs_data, pytest.mark.neo4j, pytest.mark.slow]

ROWS = 5000
# The account has all of the mail, which SQLite was asked about.
PEOPLE_AND_DEALS = ("contact", "lead", "opportunity")
MAPPING = Path(__file__).parents[2] / "examples" / "crm.toml"

Case = Callable[[Path], tuple[Sequence[Path], LoadOptions]]


def beginning_of_the_log(folder: Path) -> tuple[Sequence[Path], LoadOptions]:
    log = folder / "log.csv"
    with gzip.open(DATA / "w3c-mail.csv.gz", "rt", encoding="utf-8", newline="") as text:
        log.write_text("".join(islice(text, ROWS)), encoding="utf-8")
    return [log], LoadOptions(team_domains=("w3.org",))


def crm(_folder: Path) -> tuple[Sequence[Path], LoadOptions]:
    return [DATA / "crm"], LoadOptions(format=Format.CRM, mapping=MAPPING)


def calendars(_folder: Path) -> tuple[Sequence[Path], LoadOptions]:
    domains = {address.rpartition("@")[2] for address in raw.organizers()}
    return [DATA / "ics"], LoadOptions(team_domains=tuple(sorted(domains)))


@pytest.mark.parametrize("case", [beginning_of_the_log, crm, calendars])
async def test_an_import_comes_to_the_same_graph_and_changes_nothing_the_second_time(
    case: Case, neo4j_database: str, tmp_path: Path
) -> None:
    paths, options = case(tmp_path)
    options = replace(options, rejects=tmp_path / "rejects.jsonl")
    assert await twice(neo4j_database, paths, options) == await once(f"sqlite:///{tmp_path}/same.db", paths, options)


async def twice(url: str, paths: Sequence[Path], options: LoadOptions) -> list[str]:
    """Import into a store two times; return what it then holds."""
    store = await open_store(url)
    await load(store, paths, options)
    report = await load(store, paths, options)
    assert all((tally.added, tally.updated) == (0, 0) for tally in report.tallies.values())
    lines = [line async for line in export(store)]
    await store.aclose()
    return lines


async def once(url: str, paths: Sequence[Path], options: LoadOptions) -> list[str]:
    """Import into a store; return what it then holds."""
    store = await open_store(url)
    await load(store, paths, options)
    lines = [line async for line in export(store)]
    await store.aclose()
    return lines


@pytest.mark.parametrize("mailbox", [HELP_DESK, MAILDIR], ids=str)
async def test_mail_has_the_widgets_of_its_raw_messages(mailbox: Mailbox, neo4j_database: str, tmp_path: Path) -> None:
    comes_to = expected(mailbox, tmp_path)
    paths = [mailbox.path, comes_to.book.write(tmp_path / "book.jsonl")]
    here = await once(f"sqlite:///{tmp_path}/same.db", paths, mailbox.options())
    assert await twice(neo4j_database, paths, mailbox.options()) == here
    store = await open_store(neo4j_database)
    for kind in PEOPLE_AND_DEALS:
        await hold_to(store, comes_to.book, kind)
    await store.aclose()
