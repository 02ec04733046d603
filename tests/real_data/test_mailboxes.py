"""An mbox of 11,111 messages and a maildir of 210 files, each imported twice."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from graph.connect import open_store
from graph.store import Store
from ingest.export import export
from ingest.load import load
from ingest.report import Report, Tally
from tests.real_data import needs_data
from tests.real_data.asked import hold_to
from tests.real_data.book import KINDS
from tests.real_data.mailboxes import HELP_DESK, MAILDIR, Expected, Mailbox, expected

pytestmark = [needs_data, pytest.mark.slow]


class Imported(NamedTuple):
    """A mailbox in a store, what the two imports told, and what the raw messages come to."""

    store: Store
    first: Report
    second: Report
    expected: Expected


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[HELP_DESK, MAILDIR], ids=str)
async def box(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Imported]:
    mailbox: Mailbox = request.param
    folder = tmp_path_factory.mktemp("mailbox")
    raw = expected(mailbox, folder)
    paths = [mailbox.path, raw.book.write(folder / "book.jsonl")]
    options = replace(mailbox.options(), rejects=folder / "rejects.jsonl")
    store = await open_store(f"sqlite:///{folder}/mail.db")
    first, second = [await load(store, paths, options) for _ in range(2)]
    yield Imported(store, first, second, raw)
    await store.aclose()


def test_what_is_added_is_what_the_messages_come_to(box: Imported) -> None:
    tally = Tally(added=len(box.expected.outcome.mail), merged=box.expected.copies)
    assert box.first.tally("interactions") == tally


def test_what_has_no_edge_is_skipped_with_its_reason(box: Imported) -> None:
    outcome = box.expected.outcome
    skipped = {
        "no seller took part": outcome.without_seller,
        "one seller alone, nothing regarded": outcome.alone,
    }
    assert box.first.skipped == {reason: times for reason, times in skipped.items() if times}
    assert box.first.rejected == 0


def test_the_second_run_adds_nothing(box: Imported) -> None:
    tally = Tally(unchanged=len(box.expected.outcome.mail), merged=box.expected.copies)
    assert box.second.tally("interactions") == tally
    assert (box.second.tally("records").added, box.second.tally("records").updated, box.second.made) == (0, 0, 0)


async def test_everybody_of_a_stored_message_is_a_person_on_the_right_side(box: Imported) -> None:
    assert (await box.store.counts()).records == box.expected.book.counts


async def test_messages_are_stored_as_they_were_sent(box: Imported) -> None:
    found = {line["id"]: line for line in await interactions(box.store)}
    mail = {m.id: m for m in box.expected.outcome.mail}
    assert found.keys() == mail.keys()
    for id_, line in found.items():
        people = frozenset(p["personId"] for p in line["participants"])
        (sender,) = [p["personId"] for p in line["participants"] if p["role"] == "FROM"]
        stored = (line["at"].replace("Z", "+00:00"), sender, people, line["inReplyToId"], line["automatic"])
        m = mail[id_]
        assert stored == (m.at.isoformat(), m.sender, m.people, m.answers, m.automatic), id_


async def test_threads_are_those_of_the_messages(box: Imported) -> None:
    threads = {m.id: m.thread for m in box.expected.outcome.mail}
    pairs = {(line["threadId"], threads[line["id"]]) for line in await interactions(box.store)}
    assert len(pairs) == len({stored for stored, _ in pairs}) == len({expected for _, expected in pairs})


async def interactions(store: Store) -> list[dict[str, Any]]:
    lines = [json.loads(line) async for line in export(store)]
    return [line for line in lines if line["type"] == "interaction"]


@pytest.mark.parametrize("kind", KINDS)
async def test_widgets_are_those_of_the_raw_messages(box: Imported, kind: str) -> None:
    await hold_to(box.store, box.expected.book, kind)
