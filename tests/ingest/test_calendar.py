"""What comes out of calendar files, whole ones and broken ones."""

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.calendar import read_ics
from ingest.calendar.recurrence import MAX_OCCURRENCES
from ingest.lines import parse_line
from ingest.source import CalendarEntry, Item, Line, ReadOptions, Reject, Skip, Warn

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
REAL = Path(__file__).parents[3] / "shared/data/ics"
PEOPLE = """
ORGANIZER;CN=Ann Ax:mailto:ann@us.example
ATTENDEE;CN=Bob:mailto:bob@globex.example
"""
AT_NINE = "DTSTART;TZID=Europe/Madrid:20261102T090000\nDTEND;TZID=Europe/Madrid:20261102T100000"


def event(*parts: str, uid: str = "m1", people: str = PEOPLE) -> str:
    lines = "\n".join(["BEGIN:VEVENT", f"UID:{uid}" if uid else "", "SUMMARY:Offer", people, *parts, "END:VEVENT"])
    return "\n".join(line for line in lines.splitlines() if line)


def calendar(*parts: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""])


class Reading:
    """Writes a calendar file and reads it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def items(self, content: str | bytes, name: str = "a.ics") -> list[Item]:
        path = self._folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.replace("\n", "\r\n").encode())
        return list(read_ics(path, ReadOptions(now=NOW)))

    def lines(self, content: str | bytes, name: str = "a.ics") -> list[dict[str, Any]]:
        return lines_of(self.items(content, name))

    def line(self, content: str | bytes) -> dict[str, Any]:
        (only,) = self.lines(content)
        return only


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def lines_of(items: Iterable[Item]) -> list[dict[str, Any]]:
    texts = [item.text for item in items if isinstance(item, Line)]
    for text in texts:
        parse_line(text)
    return [json.loads(text) for text in texts]


def reasons(items: Iterable[Item], kind: type[Reject | Skip | Warn]) -> list[str]:
    return [item.reason for item in items if isinstance(item, kind)]


def test_a_meeting_becomes_a_line(read: Reading) -> None:
    assert read.line(calendar(event(AT_NINE))) == {
        "type": "interaction",
        "id": "m1",
        "kind": "MEETING",
        "at": "2026-11-02T08:00:00Z",
        "durationMinutes": 60,
        "source": "CALENDAR",
        "subject": "Offer",
        "threadId": "m1",
        "state": "COMPLETED",
        "participants": [
            {"email": "ann@us.example", "name": "Ann Ax", "role": "ORGANIZER"},
            {"email": "bob@globex.example", "name": "Bob", "role": "REQUIRED"},
        ],
        "copyKey": "-1 /",
    }


# People


def roles(line: dict[str, Any]) -> dict[str, str]:
    return {person["email"]: person["role"] for person in line["participants"]}


def test_an_optional_attendee_is_optional(read: Reading) -> None:
    line = read.line(calendar(event(AT_NINE, "ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:cleo@globex.example")))
    assert roles(line)["cleo@globex.example"] == "OPTIONAL"


@pytest.mark.parametrize(
    "parameters",
    ["PARTSTAT=DECLINED", "PARTSTAT=DELEGATED", "ROLE=NON-PARTICIPANT", "CUTYPE=ROOM", "CUTYPE=RESOURCE"],
)
def test_who_did_not_take_part_is_no_participant(read: Reading, parameters: str) -> None:
    line = read.line(calendar(event(AT_NINE, f"ATTENDEE;{parameters}:mailto:cleo@globex.example")))
    assert "cleo@globex.example" not in roles(line)


def test_a_meeting_everyone_else_declined_keeps_its_organizer(read: Reading) -> None:
    people = "ORGANIZER:mailto:ann@us.example\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@globex.example"
    assert roles(read.line(calendar(event(AT_NINE, people=people)))) == {"ann@us.example": "ORGANIZER"}


def test_an_organizer_among_the_attendees_is_named_once(read: Reading) -> None:
    line = read.line(calendar(event(AT_NINE, "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Ann@us.example")))
    assert len(line["participants"]) == 2


def test_who_is_required_and_optional_is_required(read: Reading) -> None:
    twice = "ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:cleo@x.example\nATTENDEE:mailto:cleo@x.example"
    assert roles(read.line(calendar(event(AT_NINE, twice))))["cleo@x.example"] == "REQUIRED"


def test_an_attendee_without_an_address_is_left_out(read: Reading) -> None:
    line = read.line(calendar(event(AT_NINE, "ATTENDEE;CN=Room 1:invalid:nomail")))
    assert list(roles(line)) == ["ann@us.example", "bob@globex.example"]


def test_an_address_may_stand_in_the_email_parameter(read: Reading) -> None:
    line = read.line(calendar(event(AT_NINE, "ATTENDEE;EMAIL=cleo@x.example:urn:uuid:1")))
    assert "cleo@x.example" in roles(line)


def test_an_escaped_address_is_unescaped(read: Reading) -> None:
    line = read.line(calendar(event(AT_NINE, "ATTENDEE:mailto:cleo%2Bsales@x.example")))
    assert "cleo+sales@x.example" in roles(line)


def test_a_private_entry_is_skipped(read: Reading) -> None:
    assert reasons(read.items(calendar(event(AT_NINE, people=""))), Skip) == ["no other people"]


def test_an_organizer_alone_is_skipped(read: Reading) -> None:
    people = "ORGANIZER:mailto:ann@us.example\nATTENDEE:mailto:ann@us.example"
    assert reasons(read.items(calendar(event(AT_NINE, people=people))), Skip) == ["no other people"]


def test_attendees_without_an_organizer_are_rejected(read: Reading) -> None:
    (reason,) = reasons(read.items(calendar(event(AT_NINE, people="ATTENDEE:mailto:bob@globex.example"))), Reject)
    assert reason.startswith("ORGANIZER is missing")


def test_the_subject_of_a_private_meeting_stays_private(read: Reading) -> None:
    assert "subject" not in read.line(calendar(event(AT_NINE, "CLASS:PRIVATE")))


# State


def test_a_meeting_ahead_is_scheduled(read: Reading) -> None:
    assert read.line(calendar(event("DTSTART:20261124T090000Z")))["state"] == "SCHEDULED"


@pytest.mark.parametrize("status", ["CANCELLED", "Canceled"])
def test_a_cancelled_meeting_is_canceled(read: Reading, status: str) -> None:
    assert read.line(calendar(event(AT_NINE, f"STATUS:{status}")))["state"] == "CANCELED"


def test_a_cancelling_calendar_cancels_its_meetings(read: Reading) -> None:
    assert read.line(calendar("METHOD:CANCEL", event(AT_NINE)))["state"] == "CANCELED"


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH"])
def test_an_answer_to_an_invitation_is_no_meeting(read: Reading, method: str) -> None:
    items = read.items(calendar(f"METHOD:{method}", event(AT_NINE)))
    assert reasons(items, Skip) == [f"an answer to an invitation (METHOD:{method})"]


def test_the_highest_sequence_of_an_event_holds(read: Reading) -> None:
    old, new = event(AT_NINE, "SEQUENCE:1"), event("SEQUENCE:2", "DTSTART:20261103T090000Z")
    items = read.items(calendar(new, old))
    assert [line["at"] for line in lines_of(items)] == ["2026-11-03T09:00:00Z"]
    assert reasons(items, Skip) == ["an older copy of the same event"]


# Times


def test_an_all_day_event_takes_no_time(read: Reading) -> None:
    line = read.line(calendar(event("DTSTART;VALUE=DATE:20261102\nDTEND;VALUE=DATE:20261104")))
    assert line["at"] == "2026-11-02T00:00:00Z"
    assert "durationMinutes" not in line


def test_a_duration_may_stand_for_the_end(read: Reading) -> None:
    assert read.line(calendar(event("DTSTART:20261102T090000Z\nDURATION:PT1H30M")))["durationMinutes"] == 90


def test_a_meeting_over_a_clock_change_lasts_as_long_as_it_lasts(read: Reading) -> None:
    times = "DTSTART;TZID=Europe/Madrid:20260328T230000\nDTEND;TZID=Europe/Madrid:20260329T070000"
    assert read.line(calendar(event(times)))["durationMinutes"] == 420


@pytest.mark.parametrize(
    "end", ["DTEND:20261102T080000Z", "DTEND:20261102T090000Z", "DURATION:-PT5M", "DTEND;VALUE=DATE:20261103"]
)
def test_an_end_that_makes_no_sense_leaves_no_duration(read: Reading, end: str) -> None:
    items = read.items(calendar(event("DTSTART:20261102T090000Z", end)))
    (line,) = lines_of(items)
    assert line["at"] == "2026-11-02T09:00:00Z"
    assert "durationMinutes" not in line
    assert len(reasons(items, Warn)) == 1


def test_a_floating_time_is_in_utc_and_said_so(read: Reading) -> None:
    items = read.items(calendar(event("DTSTART:20261102T090000")))
    assert lines_of(items)[0]["at"] == "2026-11-02T09:00:00Z"
    assert reasons(items, Warn) == ["times without a time zone were read as UTC"]


def test_a_floating_time_is_in_the_zone_of_its_calendar(read: Reading) -> None:
    line = read.line(calendar("X-WR-TIMEZONE:America/New_York", event("DTSTART:20261102T090000")))
    assert line["at"] == "2026-11-02T14:00:00Z"


@pytest.mark.parametrize("zone", ["Romance Standard Time", "/example.org/20070129_1/Europe/Madrid", '"Europe/Madrid"'])
def test_zones_go_by_many_names(read: Reading, zone: str) -> None:
    assert read.line(calendar(event(f"DTSTART;TZID={zone}:20261102T090000")))["at"] == "2026-11-02T08:00:00Z"


OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Office
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE"""


def test_a_calendar_may_bring_its_own_zone(read: Reading) -> None:
    line = read.line(calendar(event("DTSTART;TZID=Office:20261102T090000"), OWN_ZONE))
    assert line["at"] == "2026-11-02T06:00:00Z"


def test_the_zone_of_one_calendar_is_unknown_to_the_next(read: Reading) -> None:
    read.items(calendar(event("DTSTART;TZID=Office:20261102T090000"), OWN_ZONE))
    items = read.items(calendar(event("DTSTART;TZID=Office:20261102T090000")), "b.ics")
    assert reasons(items, Warn) == ["time zone 'Office' is unknown; its times were read as UTC"]


def test_a_zone_that_changes_every_second_is_ignored(read: Reading) -> None:
    zone = OWN_ZONE.replace("TZOFFSETFROM", "RRULE:FREQ=SECONDLY\nTZOFFSETFROM")
    items = read.items(calendar(zone, event("DTSTART;TZID=Office:20261102T090000")))
    assert "a VTIMEZONE whose rules are not by the year or month was ignored" in reasons(items, Warn)


# Series


def ids(lines: Iterable[dict[str, Any]]) -> list[str]:
    return [line["id"] for line in lines]


def test_each_occurrence_has_an_id_of_its_own(read: Reading) -> None:
    lines = read.lines(calendar(event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3")))
    assert ids(lines) == ["m1/20261102T080000Z", "m1/20261109T080000Z", "m1/20261116T080000Z"]


def test_occurrences_are_one_thread(read: Reading) -> None:
    lines = read.lines(calendar(event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3")))
    assert {line["threadId"] for line in lines} == {"m1"}


def test_a_series_keeps_its_local_hour_over_a_clock_change(read: Reading) -> None:
    lines = read.lines(calendar(event("DTSTART;TZID=Europe/Madrid:20261023T090000", "RRULE:FREQ=WEEKLY;COUNT=2")))
    assert [line["at"] for line in lines] == ["2026-10-23T07:00:00Z", "2026-10-30T08:00:00Z"]


def test_an_endless_series_ends_a_year_ahead(read: Reading) -> None:
    lines = read.lines(calendar(event(AT_NINE, "RRULE:FREQ=DAILY")))
    assert lines[-1]["at"] == "2027-11-22T08:00:00Z"


def test_a_series_every_second_is_cut_and_said_so(read: Reading) -> None:
    items = read.items(calendar(event(AT_NINE, "RRULE:FREQ=SECONDLY")))
    assert len(lines_of(items)) == MAX_OCCURRENCES
    assert reasons(items, Warn) == ["repeats too often; only the first 10,000 occurrences were read"]


def test_a_series_that_was_over_before_there_were_calendars_is_skipped(read: Reading) -> None:
    items = read.items(calendar(event("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"), event(AT_NINE, uid="m2")))
    assert ids(lines_of(items)) == ["m2"]
    assert "no occurrence up to a year ahead" in reasons(items, Skip)


def test_a_cancellation_of_no_instant_is_rejected(read: Reading) -> None:
    items = read.items(calendar("METHOD:CANCEL", event("RECURRENCE-ID;TZID=Asia/Tokyo:00010101T000000")))
    assert reasons(items, Reject)[0].startswith("RECURRENCE-ID: 0001-01-01")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYSETPOS=2;BYSECOND=3",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=SOMETIMES",
        "RSCALE=CHINESE;FREQ=YEARLY",
        f"FREQ=YEARLY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}",
    ],
)
def test_a_rule_that_leads_nowhere_is_rejected(read: Reading, rule: str) -> None:
    (reason,) = reasons(read.items(calendar(event(AT_NINE, f"RRULE:{rule}"))), Reject)
    assert reason.startswith("RRULE: ")


def test_an_excepted_occurrence_does_not_take_place(read: Reading) -> None:
    series = event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Madrid:20261109T090000")
    assert ids(read.lines(calendar(series))) == ["m1/20261102T080000Z", "m1/20261116T080000Z"]


def test_a_sequence_that_is_no_number_comes_before_all_others(read: Reading) -> None:
    older = event(AT_NINE, "SEQUENCE;VALUE=DATE:20261102", "LOCATION:here")
    assert reasons(read.items(calendar(event(AT_NINE, "SEQUENCE:0"), older)), Skip) == [
        "an older copy of the same event"
    ]


def test_an_exception_to_an_occurrence_that_was_taken_out_is_told(read: Reading) -> None:
    series = event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Madrid:20261109T090000")
    idle = event("RECURRENCE-ID:20261109T080000Z", "DTSTART:20261110T150000Z")
    items = read.items(calendar(series, idle))
    assert ids(lines_of(items)) == ["m1/20261102T080000Z", "m1/20261116T080000Z"]
    assert reasons(items, Skip) == ["an exception without an occurrence up to a year ahead"]


def test_a_floating_exception_is_in_the_zone_of_its_event(read: Reading) -> None:
    series = event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20261109T090000")
    assert ids(read.lines(calendar(series))) == ["m1/20261102T080000Z"]


def test_an_added_date_takes_place_with_its_own_length(read: Reading) -> None:
    lines = read.lines(calendar(event(AT_NINE, "RDATE;VALUE=PERIOD:20261105T090000Z/PT15M")))
    assert [(line["id"], line["durationMinutes"]) for line in lines] == [
        ("m1/20261102T080000Z", 60),
        ("m1/20261105T090000Z", 15),
    ]


def test_a_moved_occurrence_keeps_its_id(read: Reading) -> None:
    moved = event("RECURRENCE-ID;TZID=Europe/Madrid:20261109T090000", "DTSTART:20261110T150000Z")
    lines = read.lines(calendar(event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=2"), moved))
    assert [(line["id"], line["at"]) for line in lines] == [
        ("m1/20261102T080000Z", "2026-11-02T08:00:00Z"),
        ("m1/20261109T080000Z", "2026-11-10T15:00:00Z"),
    ]


def test_who_was_asked_to_one_occurrence_only_holds_the_same_meeting(read: Reading) -> None:
    alone = event("RECURRENCE-ID:20261109T080000Z", "DTSTART:20261110T150000Z")
    assert ids(read.lines(calendar(alone))) == ["m1/20261109T080000Z"]


def test_one_occurrence_may_be_cancelled(read: Reading) -> None:
    gone = event("RECURRENCE-ID:20261109T080000Z", "DTSTART:20261109T080000Z", "STATUS:CANCELLED")
    lines = read.lines(calendar(event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3"), gone))
    assert [line["state"] for line in lines] == ["COMPLETED", "CANCELED", "COMPLETED"]


LASTING = "RECURRENCE-ID;RANGE=THISANDFUTURE:20261109T080000Z"


def test_a_change_of_all_that_follows_keeps_their_ids_apart(read: Reading) -> None:
    later = event(LASTING, "DTSTART:20261109T100000Z")
    lines = read.lines(calendar(event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3"), later))
    assert [(line["id"], line["at"]) for line in lines][1:] == [
        ("m1/20261109T080000Z", "2026-11-09T10:00:00Z"),
        ("m1/20261116T080000Z", "2026-11-16T10:00:00Z"),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        (event(LASTING, "DTSTART:20261109T100000Z"),),
        ("METHOD:CANCEL", event(LASTING, "DTSTART:20261109T100000Z")),
        ("METHOD:CANCEL", event(LASTING)),
    ],
    ids=["change", "cancellation", "cancellation without a start"],
)
def test_a_change_of_all_that_follows_without_its_series_warns_that_it_is_of_one(
    read: Reading, parts: tuple[str, ...]
) -> None:
    items = read.items(calendar(*parts))
    told = "RANGE=THISANDFUTURE without its series was read as a change of one occurrence"
    assert reasons(items, Warn) == [told]
    concerned = [
        item.only if isinstance(item, CalendarEntry) else json.loads(item.text)["id"]
        for item in items
        if isinstance(item, (Line, CalendarEntry))
    ]
    assert concerned == ["m1/20261109T080000Z"]


def test_a_series_that_starts_beyond_the_horizon_is_skipped(read: Reading) -> None:
    items = read.items(calendar(event("DTSTART:20300101T090000Z", "RRULE:FREQ=DAILY")))
    assert reasons(items, Skip) == ["no occurrence up to a year ahead"]


# Files


def test_the_same_file_gives_the_same_lines(read: Reading) -> None:
    content = calendar(event(AT_NINE, uid=""), event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3", uid="m2"))
    assert read.items(content) == read.items(content)


def test_an_event_without_a_uid_has_an_id_of_what_it_is(read: Reading) -> None:
    first = read.line(calendar(event(AT_NINE, "DTSTAMP:20261101T000000Z", uid="")))
    again = read.line(calendar(event(AT_NINE, "DTSTAMP:20261102T000000Z", uid="")))
    assert first["id"].startswith("event-")
    assert {**first, "copyKey": None} == {**again, "copyKey": None}


@pytest.mark.parametrize(
    "broken", ["DTSTART:yesterday", "DTSTART:090000", "SUMMARY:nothing", "DTSTART:20261102T090000Z\nEXDATE:never"]
)
def test_a_broken_event_costs_only_itself(read: Reading, broken: str) -> None:
    items = read.items(calendar(event(broken, uid="m0"), event(AT_NINE)))
    assert ids(lines_of(items)) == ["m1"]
    assert [type(item) for item in items].count(Reject) == 1


def test_a_reject_names_the_line_the_event_begins_on(read: Reading) -> None:
    (reject,) = read.items(calendar("X-NOTE:one", event("DTSTART:yesterday")))
    assert isinstance(reject, Reject)
    assert (reject.number, reject.reason) == (4, "DTSTART: 'yesterday' cannot be read")


def test_a_file_that_breaks_off_gives_what_came_before(read: Reading) -> None:
    whole = calendar(event(AT_NINE), event(AT_NINE, uid="m2"))
    items = read.items(whole[: whole.rindex("END:VEVENT")])
    assert ids(lines_of(items)) == ["m1"]
    assert reasons(items, Reject) == ["END:VEVENT is missing: the event breaks off"]


def test_a_broken_property_that_nobody_needs_is_ignored(read: Reading) -> None:
    items = read.items(calendar(event(AT_NINE, "SEQUENCE:often")))
    assert ids(lines_of(items)) == ["m1"]
    assert reasons(items, Warn) == ["SEQUENCE cannot be read and was ignored"]


def test_an_alarm_is_no_part_of_its_event(read: Reading) -> None:
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nATTENDEE:mailto:alarm@x.example\nEND:VALARM"
    assert "alarm@x.example" not in roles(read.line(calendar(event(AT_NINE, alarm))))


def test_tasks_are_no_meetings(read: Reading) -> None:
    items = read.items(calendar("BEGIN:VTODO\nSUMMARY:Call Bob\nEND:VTODO"))
    assert reasons(items, Skip) == ["not a meeting (VTODO)"]


def test_several_calendars_may_stand_in_one_file(read: Reading) -> None:
    content = calendar(event(AT_NINE)) + calendar("METHOD:CANCEL", event(AT_NINE, uid="m2"))
    assert [line["state"] for line in read.lines(content)] == ["COMPLETED", "CANCELED"]


def test_a_folded_line_may_cut_a_character_in_two(read: Reading) -> None:
    content = calendar(event(AT_NINE)).replace("SUMMARY:Offer", "SUMMARY:Büro").encode()
    assert read.line(content.replace(b"\xc3\xbc", b"\xc3\r\n \xbc"))["subject"] == "Büro"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_text(read: Reading, encoding: str) -> None:
    content = calendar(event(AT_NINE)).replace("Offer", "Büro").encode(encoding)
    assert read.line(content)["subject"] == "Büro"


def test_text_that_is_no_utf_8_is_read_as_windows_1252(read: Reading) -> None:
    items = read.items(calendar(event(AT_NINE)).replace("Offer", "Büro").encode("cp1252"))
    assert lines_of(items)[0]["subject"] == "Büro"
    assert reasons(items, Warn) == ["not UTF-8; read as Windows-1252"]


def test_a_packed_calendar_is_unpacked(read: Reading) -> None:
    assert ids(read.lines(gzip.compress(calendar(event(AT_NINE)).encode()), "a.ics.gz")) == ["m1"]


def test_a_broken_archive_is_rejected(read: Reading) -> None:
    packed = gzip.compress(calendar(event(AT_NINE)).encode())
    assert "breaks off" in reasons(read.items(packed[:-12], "a.ics.gz"), Reject)[0]


@pytest.mark.parametrize("content", [b"", b"Dear Bob,\r\n", b"\x00\xff\xfe" * 99])
def test_what_is_no_calendar_is_rejected(read: Reading, content: bytes) -> None:
    assert reasons(read.items(content), Reject) == ["not a calendar: there is no BEGIN:VCALENDAR in it"]


def test_an_empty_calendar_is_nothing_bad(read: Reading) -> None:
    assert read.items(calendar()) == []


# Versions


def revisions(lines: Iterable[dict[str, Any]]) -> list[str]:
    return [line["copyKey"] for line in lines]


def test_a_line_keeps_its_sequence_and_stamp(read: Reading) -> None:
    line = read.line(calendar(event(AT_NINE, "SEQUENCE:3", "DTSTAMP:20261101T120000Z")))
    assert line["copyKey"] == "3 20261101T120000Z/"


def test_an_exception_keeps_its_own_version_beside_that_of_its_series(read: Reading) -> None:
    series = event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=2", "SEQUENCE:1")
    moved = event("RECURRENCE-ID:20261109T080000Z", "DTSTART:20261110T150000Z", "SEQUENCE:4")
    assert revisions(read.lines(calendar(series, moved))) == ["1 /", "1 /4 "]
    assert revisions(read.lines(calendar(moved))) == ["/4 "]


@pytest.mark.parametrize(
    "stamp",
    ["DTSTAMP:never", "DTSTAMP:00010101T000000", "DTSTAMP;VALUE=DATE:20261101", "DTSTAMP;TZID=X:20261101T000000"],
)
def test_an_odd_stamp_costs_nothing(read: Reading, stamp: str) -> None:
    assert read.line(calendar(event(AT_NINE, stamp, "SEQUENCE:99999999999999999999")))["id"] == "m1"


def test_who_holds_the_whole_series_says_that_there_is_no_more(read: Reading) -> None:
    items = read.items(calendar(event(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=2", "SEQUENCE:1")))
    (entry,) = [item for item in items if isinstance(item, CalendarEntry)]
    assert (entry.uid, entry.version, entry.only) == ("m1", (1, ""), None)


@pytest.mark.parametrize(
    "content",
    [
        calendar(event("RECURRENCE-ID:20261109T080000Z", "DTSTART:20261110T150000Z")),
        calendar("METHOD:ADD", event(AT_NINE, "SEQUENCE:1")),
        calendar("METHOD:REPLY", event(AT_NINE)),
        calendar(event(AT_NINE, "RRULE:FREQ=SOMETIMES")),
        calendar(event(AT_NINE, people="ATTENDEE:mailto:bob@globex.example")),
    ],
)
def test_who_holds_a_part_says_nothing_of_the_rest(read: Reading, content: str) -> None:
    assert not [item for item in read.items(content) if isinstance(item, CalendarEntry)]


def test_a_cancellation_needs_no_start(read: Reading) -> None:
    cancel = event("RECURRENCE-ID:20261109T080000Z", "SEQUENCE:2")
    skip, entry = read.items(calendar("METHOD:CANCEL", cancel))
    assert isinstance(skip, Skip)
    assert isinstance(entry, CalendarEntry)
    assert (entry.version, entry.only) == ((2, ""), "m1/20261109T080000Z")


def test_deep_nesting_does_no_harm(read: Reading) -> None:
    deep = "BEGIN:VEVENT\n" * 3000 + "END:VEVENT\n" * 3000
    assert ids(read.lines(calendar(deep.strip(), event(AT_NINE)))) == ["m1"]


def test_all_bytes_of_a_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    path.write_text(calendar(*(event(AT_NINE, uid=f"m{i}") for i in range(500))))
    told: list[int] = []
    list(read_ics(path, ReadOptions(now=NOW, advance=told.append)))
    assert sum(told) == path.stat().st_size


@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/data is not here")
def test_real_calendars_however_odd_give_lines_or_reasons() -> None:
    items = [item for path in sorted(REAL.iterdir()) for item in read_ics(path, ReadOptions(now=NOW))]
    assert len(lines_of(items)) == 38
    assert all(item.reason for item in items if not isinstance(item, Line | CalendarEntry))
