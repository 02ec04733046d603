"""A folder of 160 calendar files, many deliberately odd, imported twice."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from graph.connect import open_store
from graph.store import Store
from ingest.export import export
from ingest.load import LoadOptions, load
from ingest.report import Report
from tests.asking import ask
from tests.real_data import needs_data, raw

pytestmark = needs_data

PERIODS = re.compile(r"\nRDATE;TZID=Eastern;VALUE=PERIOD:(.*)")


class Imported(NamedTuple):
    """The folder in a store, what the two imports told, and the meetings."""

    store: Store
    first: Report
    second: Report
    meetings: dict[str, dict[str, Any]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def calendars(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Imported]:
    folder = tmp_path_factory.mktemp("calendars")
    sellers = folder / "sellers.jsonl"
    sellers.write_text("".join(f'{{"type":"seller","id":"{o}","emails":["{o}"]}}\n' for o in raw.organizers()))
    options = LoadOptions(team_domains=("us.example",), rejects=folder / "rejects.jsonl")
    store = await open_store(f"sqlite:///{folder}/calendars.db")
    first, second = [await load(store, [raw.CALENDARS, sellers], options) for _ in range(2)]
    lines = [json.loads(line) async for line in export(store)]
    yield Imported(store, first, second, {line["id"]: line for line in lines if line["type"] == "interaction"})
    await store.aclose()


def test_every_event_read_is_in_one_count(calendars: Imported) -> None:
    report = calendars.first
    landed = sum(t.added + t.updated + t.unchanged + t.merged for t in report.tallies.values())
    assert report.read == landed + report.skipped.total() + report.rejected


def test_the_second_run_adds_nothing(calendars: Imported) -> None:
    assert all((t.added, t.updated) == (0, 0) for t in calendars.second.tallies.values())
    assert (calendars.second.made, calendars.second.dropped) == (0, 0)
    assert (calendars.second.skipped, calendars.second.rejected) == (calendars.first.skipped, calendars.first.rejected)


def test_each_reject_tells_its_file_its_line_and_why(calendars: Imported) -> None:
    kept = [json.loads(line) for line in Path(calendars.first.rejects_file or "").read_text().splitlines()]
    assert len(kept) == calendars.first.rejected
    for row in kept:
        length = len(re.split(rb"\r\n|\n|\r", Path(row["source"]).read_bytes()))
        assert 1 <= row["line"] <= length
        assert row["reason"]


def test_events_without_a_start_are_the_ones_rejected_for_that(calendars: Imported) -> None:
    kept = [json.loads(line) for line in Path(calendars.first.rejects_file or "").read_text().splitlines()]
    found = Counter(Path(row["source"]) for row in kept if row["reason"].startswith("DTSTART is missing"))
    for path, times in Counter(path for path, event in raw.events() if "\nDTSTART" not in event).items():
        assert found[path] == times, path.name


def test_only_events_that_name_an_organizer_and_others_are_meetings(calendars: Imported) -> None:
    uids = {uid for event in raw.invitations() for uid in re.findall(r"\nUID:(.*)", event)}
    assert {meeting["threadId"] for meeting in calendars.meetings.values()} <= uids


def test_a_series_takes_place_at_the_local_hours_of_its_newest_version_and_at_no_others(calendars: Imported) -> None:
    newest = {uid: max(versions) for uid, versions in _versions_of_series().items()}
    assert len(newest) == 3
    for uid, (_, _, periods) in newest.items():
        eastern = ZoneInfo("America/New_York")
        starts = [
            datetime.strptime(period[:15], "%Y%m%dT%H%M%S").replace(tzinfo=eastern) for period in periods.split(",")
        ]
        instants = {start.astimezone(UTC) for start in starts}
        assert {
            datetime.fromisoformat(m["at"]) for m in calendars.meetings.values() if m["threadId"] == uid
        } == instants


def _versions_of_series() -> dict[str, list[tuple[str, str, str]]]:
    """Return (sequence, stamp, periods) of each version of the series that list all their times."""
    versions: dict[str, list[tuple[str, str, str]]] = {}
    for event in raw.invitations():
        periods, whole = PERIODS.search(event), "\nRECURRENCE-ID" not in event
        if periods is not None and whole:
            uid, sequence, stamp = (re.findall(rf"\n{name}:(.*)", event)[0] for name in ("UID", "SEQUENCE", "DTSTAMP"))
            versions.setdefault(uid, []).append((sequence, stamp, periods[1]))
    return versions


async def test_widgets_of_an_attendee_count_those_meetings(calendars: Imported) -> None:
    people = Counter(p["personId"] for m in calendars.meetings.values() for p in m["participants"])
    contact = next(person for person, _ in people.most_common() if person not in raw.organizers())
    theirs = [m for m in calendars.meetings.values() if contact in {p["personId"] for p in m["participants"]}]
    as_of = max(datetime.fromisoformat(m["at"]) for m in theirs) + timedelta(days=1)
    query = """query Q($key: String!, $asOf: DateTime) { contact(key: $key, asOf: $asOf) {
      customerInteractions { byUs { meetings } byThem { total } }
      hourlyInvestment { ourMinutes { meetings } theirMinutes { meetings } missingDurations } } }"""
    answer = (await ask(calendars.store, query, key=contact, asOf=as_of.isoformat()))["contact"]
    minutes = {"meetings": sum(m["durationMinutes"] for m in theirs)}
    assert answer == {
        "customerInteractions": {"byUs": {"meetings": len(theirs)}, "byThem": {"total": 0}},
        "hourlyInvestment": {"ourMinutes": minutes, "theirMinutes": minutes, "missingDurations": 0},
    }
