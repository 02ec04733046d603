"""What becomes of stored meetings when newer and older versions of their calendar entries come in."""

from itertools import permutations
from pathlib import Path

import pytest

from graph.store import Store
from ingest.load import LoadOptions, load
from ingest.report import Report
from tests.ingest.helpers import import_lines, mail, stored
from tests.ingest.test_calendar import calendar, event
from tests.resolvers.test_batching import Counting

MONDAYS = ("20261102", "20261109", "20261116")
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"
AT_NINE = "DTSTART:20261102T090000Z\nDTEND:20261102T100000Z"
FIRST, SECOND, THIRD = (f"m1/{day}T090000Z" for day in MONDAYS)
OLDER = "an older copy of the same event"
CANCELLATION = "a cancellation of meetings stored before"


class Importing:
    """Imports calendars, one import after the other, each of one or more files."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._files = 0

    async def __call__(self, *contents: str) -> Report:
        paths = []
        for content in contents:
            self._files += 1
            paths.append(self._folder / f"{self._files:03}.ics")
            paths[-1].write_text(content)
        report = await load(self._store, paths, LoadOptions(team_domains=("us.example",)))
        landed = sum(t.added + t.updated + t.unchanged + t.merged for t in report.tallies.values())
        assert report.read == landed + report.skipped.total() + report.rejected
        return report

    async def meetings(self) -> dict[str, str]:
        """Return the stored meetings that take place, by id, with their instants."""
        lines = await stored(self._store)
        meetings = [line for line in lines.values() if line.get("kind") == "MEETING"]
        return {m["id"]: m["at"] for m in meetings if m["state"] != "CANCELED"}

    async def canceled(self) -> list[str]:
        lines = await stored(self._store)
        return sorted(id_ for id_, line in lines.items() if line.get("state") == "CANCELED")


@pytest.fixture
def imported(store: Store, tmp_path: Path) -> Importing:
    return Importing(store, tmp_path)


def series(*parts: str, sequence: int = 0, rule: str = WEEKLY, start: str = AT_NINE, stamp: str = "20261101") -> str:
    return event(start, rule, f"SEQUENCE:{sequence}", f"DTSTAMP:{stamp}T000000Z", *parts)


def exception(day: str, *parts: str, sequence: int = 0, stamp: str = "20261101") -> str:
    at = f"RECURRENCE-ID:{day}T090000Z"
    return event(at, f"SEQUENCE:{sequence}", f"DTSTAMP:{stamp}T000000Z", *parts)


def single(at: str, sequence: int = 0, stamp: str = "20261101") -> str:
    return event(f"DTSTART:{at}", f"SEQUENCE:{sequence}", f"DTSTAMP:{stamp}T000000Z")


async def test_a_newer_sequence_overrules_an_older_one(imported: Importing) -> None:
    await imported(calendar(single("20261102T090000Z")))
    await imported(calendar(single("20261103T090000Z", 1, stamp="20261031")))
    assert await imported.meetings() == {"m1": "2026-11-03T09:00:00Z"}


async def test_an_older_sequence_never_overrules_a_newer_one(imported: Importing) -> None:
    await imported(calendar(single("20261103T090000Z", 1)))
    report = await imported(calendar(single("20261102T090000Z", stamp="20261105")))
    assert await imported.meetings() == {"m1": "2026-11-03T09:00:00Z"}
    assert report.skipped == {OLDER: 1}


async def test_of_equal_sequences_the_later_stamp_holds(imported: Importing) -> None:
    await imported(calendar(single("20261103T090000Z", 1, stamp="20261102")))
    await imported(calendar(single("20261102T090000Z", 1, stamp="20261101")))
    assert await imported.meetings() == {"m1": "2026-11-03T09:00:00Z"}


async def test_of_equal_versions_the_later_import_holds(imported: Importing) -> None:
    await imported(calendar(single("20261103T090000Z")))
    await imported(calendar(single("20261102T090000Z")))
    assert await imported.meetings() == {"m1": "2026-11-02T09:00:00Z"}


@pytest.mark.parametrize("newer_first", [True, False])
async def test_among_the_files_of_an_import_the_newest_version_holds(imported: Importing, newer_first: bool) -> None:
    files = [calendar(single("20261103T090000Z", 1)), calendar(single("20261102T090000Z"))]
    report = await imported(*(files if newer_first else files[::-1]))
    assert await imported.meetings() == {"m1": "2026-11-03T09:00:00Z"}
    assert report.tally("interactions").merged == 1


async def test_a_meeting_that_was_not_versioned_takes_whatever_comes(imported: Importing, store: Store) -> None:
    await imported(calendar(event("DTSTART:20261103T090000Z")))
    await imported(calendar(event("DTSTART:20261102T090000Z")))
    assert await imported.meetings() == {"m1": "2026-11-02T09:00:00Z"}


async def test_an_occurrence_taken_out_later_is_cancelled(imported: Importing) -> None:
    await imported(calendar(series()))
    report = await imported(calendar(series("EXDATE:20261109T090000Z", sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST, THIRD]
    assert await imported.canceled() == [SECOND]
    assert (report.canceled, report.tally("interactions").updated) == (1, 2)


async def test_taking_out_is_done_once(imported: Importing) -> None:
    await imported(calendar(series()))
    shorter = calendar(series("EXDATE:20261109T090000Z", sequence=1))
    await imported(shorter)
    report = await imported(shorter)
    assert (report.canceled, report.tally("interactions").unchanged) == (0, 2)


async def test_an_older_file_does_not_bring_back_what_was_taken_out(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar(series("EXDATE:20261109T090000Z", sequence=1)))
    report = await imported(calendar(series()))
    assert await imported.canceled() == [SECOND]
    assert report.skipped == {OLDER: 3}


async def test_an_older_file_does_not_bring_what_the_newer_one_never_had(imported: Importing) -> None:
    await imported(calendar(series("EXDATE:20261109T090000Z", sequence=1)))
    await imported(calendar(series()))
    assert sorted(await imported.meetings()) == [FIRST, THIRD]


async def test_what_was_taken_out_may_come_back(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar(series("EXDATE:20261109T090000Z", sequence=1)))
    await imported(calendar(series(sequence=2)))
    assert sorted(await imported.meetings()) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("rule", ["RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=WEEKLY;UNTIL=20261110T000000Z"])
async def test_a_series_that_was_shortened_loses_its_end(imported: Importing, rule: str) -> None:
    await imported(calendar(series()))
    await imported(calendar(series(rule=rule, sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST, SECOND]


async def test_a_series_that_was_moved_leaves_no_ghosts(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar(series(start="DTSTART:20261102T140000Z", sequence=1)))
    assert sorted(await imported.meetings()) == [f"m1/{day}T140000Z" for day in MONDAYS]


async def test_a_moved_occurrence_leaves_no_ghost(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar(series(), exception("20261109", "DTSTART:20261110T150000Z", sequence=1)))
    meetings = await imported.meetings()
    assert (len(meetings), meetings[SECOND]) == (3, "2026-11-10T15:00:00Z")


async def test_an_occurrence_that_was_moved_back_follows_its_rule_again(imported: Importing) -> None:
    await imported(calendar(series(), exception("20261109", "DTSTART:20261110T150000Z", sequence=5)))
    await imported(calendar(series(stamp="20261105")))
    assert (await imported.meetings())[SECOND] == "2026-11-09T09:00:00Z"


async def test_of_two_changes_of_one_occurrence_the_higher_sequence_holds(imported: Importing) -> None:
    await imported(calendar(exception("20261109", "DTSTART:20261110T150000Z", sequence=2)))
    await imported(calendar(exception("20261109", "DTSTART:20261111T150000Z", sequence=1, stamp="20261107")))
    assert await imported.meetings() == {SECOND: "2026-11-10T15:00:00Z"}


async def test_a_change_of_one_occurrence_says_nothing_of_the_others(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar(exception("20261109", "DTSTART:20261110T150000Z", sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "cancellation",
    [
        calendar("METHOD:CANCEL", series(sequence=1)),
        calendar(series("STATUS:CANCELLED", sequence=1)),
        calendar("METHOD:CANCEL", single("20261102T090000Z", 1)),
        calendar("METHOD:CANCEL", event("SEQUENCE:1", people="ORGANIZER:mailto:ann@us.example")),
        calendar("METHOD:CANCEL", event(AT_NINE, "SEQUENCE:1", people="ORGANIZER:mailto:ann@us.example")),
    ],
    ids=["method", "status", "without the rule", "without a start", "without people"],
)
async def test_a_cancelled_series_takes_place_no_more(imported: Importing, cancellation: str) -> None:
    await imported(calendar(series()))
    await imported(cancellation)
    assert await imported.meetings() == {}
    assert await imported.canceled() == [FIRST, SECOND, THIRD]


CANCELED_SERIES = [
    calendar(series("STATUS:CANCELLED", sequence=1)),
    calendar("METHOD:CANCEL", series(sequence=1)),
    calendar("METHOD:CANCEL", single("20261102T090000Z", 1)),
]


@pytest.mark.parametrize("cancellation", CANCELED_SERIES, ids=["status", "method", "without the rule"])
async def test_a_cancellation_beside_a_newer_exception_holds_against_an_older_series(
    imported: Importing, cancellation: str
) -> None:
    await imported(calendar(exception("20261109", "DTSTART:20261110T150000Z", sequence=2)))
    await imported(cancellation)
    await imported(calendar(series()))
    assert await imported.meetings() == {SECOND: "2026-11-10T15:00:00Z"}


@pytest.mark.parametrize("cancellation", CANCELED_SERIES, ids=["status", "method", "without the rule"])
async def test_a_cancellation_with_a_time_holds_against_the_older_series_after_it(
    imported: Importing, cancellation: str
) -> None:
    await imported(cancellation)
    await imported(calendar(series()))
    assert await imported.meetings() == {}


async def test_a_cancelled_occurrence_with_a_time_stays_so_when_its_older_series_comes(imported: Importing) -> None:
    await imported(calendar(exception("20261109", "DTSTART:20261110T150000Z", sequence=1)))
    await imported(calendar("METHOD:CANCEL", exception("20261116", "DTSTART:20261116T090000Z", sequence=1)))
    await imported(calendar(series()))
    assert sorted(await imported.meetings()) == [FIRST, SECOND]


@pytest.mark.parametrize("cancellation", [event("SEQUENCE:1"), exception("20261109", sequence=1)])
async def test_a_cancellation_without_a_time_is_not_remembered(imported: Importing, cancellation: str) -> None:
    report = await imported(calendar("METHOD:CANCEL", cancellation))
    await imported(calendar(series()))
    assert sorted(await imported.meetings()) == [FIRST, SECOND, THIRD]
    assert report.skipped == {CANCELLATION: 1}


@pytest.mark.parametrize("cancel_first", [True, False])
async def test_a_cancellation_without_a_time_holds_within_an_import(imported: Importing, cancel_first: bool) -> None:
    files = [calendar("METHOD:CANCEL", event("SEQUENCE:1")), calendar(series())]
    await imported(*(files if cancel_first else files[::-1]))
    assert await imported.meetings() == {}


async def test_a_cancellation_that_is_older_cancels_nothing(imported: Importing) -> None:
    await imported(calendar(series(sequence=2)))
    await imported(calendar("METHOD:CANCEL", event("SEQUENCE:1")))
    assert sorted(await imported.meetings()) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("parts", [(), ("DTSTART:20261109T090000Z", "STATUS:CANCELLED")])
async def test_one_occurrence_may_be_cancelled_later(imported: Importing, parts: tuple[str, ...]) -> None:
    await imported(calendar(series()))
    await imported(calendar("METHOD:CANCEL", exception("20261109", *parts, sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST, THIRD]


async def test_a_cancelled_occurrence_does_not_keep_the_others_from_newer_versions(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar("METHOD:CANCEL", exception("20261109", sequence=3)))
    await imported(calendar(series("EXDATE:20261116T090000Z", sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST]


@pytest.mark.parametrize("order", [*permutations("abc")], ids="".join)
async def test_an_older_series_stays_so_where_an_exception_took_its_only_occurrence_over(
    imported: Importing, order: tuple[str, ...]
) -> None:
    files = {
        "a": calendar(series(rule="RRULE:FREQ=WEEKLY;COUNT=1", sequence=2)),
        "b": calendar(exception("20261102", "DTSTART:20261102T110000Z", sequence=3)),
        "c": calendar(series()),
    }
    for name in order:
        await imported(files[name])
    again = [await imported(files[name]) for name in order]
    assert await imported.meetings() == {FIRST: "2026-11-02T11:00:00Z"}
    assert [(report.canceled, report.tally("interactions").updated) for report in again] == [(0, 0)] * 3


async def test_a_meeting_that_became_a_series_is_no_single_one_any_longer(imported: Importing) -> None:
    await imported(calendar(single("20261102T090000Z")))
    await imported(calendar(series(sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST, SECOND, THIRD]


async def test_a_meeting_without_others_any_longer_is_cancelled(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar(event(AT_NINE, WEEKLY, "SEQUENCE:1", people="ORGANIZER:mailto:ann@us.example")))
    assert await imported.meetings() == {}


async def test_a_series_that_cannot_be_read_cancels_nothing(imported: Importing) -> None:
    await imported(calendar(series()))
    await imported(calendar(series(rule="RRULE:FREQ=SOMETIMES", sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST, SECOND, THIRD]


async def test_another_series_whose_uid_begins_alike_is_left_alone(imported: Importing) -> None:
    other = event(AT_NINE, WEEKLY, uid="m1/20261109")
    await imported(calendar(series(), other))
    await imported(calendar(series(rule="RRULE:FREQ=WEEKLY;COUNT=1", sequence=1)))
    assert sorted(await imported.meetings()) == [FIRST, *(f"m1/20261109/{day}T090000Z" for day in MONDAYS)]


async def test_a_dry_run_tells_what_would_be_cancelled(imported: Importing, store: Store, tmp_path: Path) -> None:
    await imported(calendar(series()))
    (tmp_path / "dry.ics").write_text(calendar(series(rule="RRULE:FREQ=WEEKLY;COUNT=1", sequence=1)))
    report = await load(store, [tmp_path / "dry.ics"], LoadOptions(team_domains=("us.example",), dry_run=True))
    assert report.canceled == 2
    assert await imported.canceled() == []


async def test_a_mail_whose_id_looks_like_an_occurrence_is_no_meeting(
    imported: Importing, store: Store, tmp_path: Path
) -> None:
    line = mail(SECOND, "ann@us.example", "bob@globex.example", threadId="m1")
    await import_lines(store, tmp_path, line, team_domains=("us.example",))
    await imported(calendar(series(rule="RRULE:FREQ=WEEKLY;COUNT=1")))
    assert await imported.canceled() == []


async def test_an_export_keeps_the_versions(imported: Importing, store: Store, tmp_path: Path) -> None:
    await imported(calendar(single("20261103T090000Z", 1)))
    lines = list((await stored(store)).values())
    await store.delete_interactions(["m1"])
    await import_lines(store, tmp_path, *lines)
    await imported(calendar(single("20261102T090000Z")))
    assert await imported.meetings() == {"m1": "2026-11-03T09:00:00Z"}


async def test_any_number_of_entries_costs_the_same_calls(store: Store, tmp_path: Path) -> None:
    calls = []
    # The first makes the people.
    for number in (1, 2, 50):
        counting = Counting(store)
        entries = (event(AT_NINE, WEEKLY, uid=f"{number}-{i}") for i in range(number))
        await Importing(counting, tmp_path)(calendar(*entries))  # type: ignore[arg-type]  # it is one by its methods
        calls.append(counting.calls)
    assert calls[1] == calls[2]
