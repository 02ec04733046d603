"""From an occurrence to a line of the interchange format: its id, its people, its state."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from ingest.calendar.events import BrokenEventError, Event
from ingest.calendar.recurrence import Occurrence, basic, utc
from ingest.revision import Revision

NOT_PEOPLE = frozenset({"RESOURCE", "ROOM"})
# Who delegated sent somebody else, who is listed too.
ABSENT = frozenset({"DECLINED", "DELEGATED"})


class NotAMeetingError(Exception):
    """An event that is well formed and no meeting with other people; the message says why."""


def meeting_line(occurrence: Occurrence, revision: Revision, now: datetime, *, is_canceled: bool) -> str:
    """Return the line of an occurrence as JSON; raise BrokenEventError or NotAMeetingError where there is none."""
    event = occurrence.event
    try:
        at, id_ = utc(occurrence.start), id_of(occurrence)
    except OverflowError as exc:
        raise BrokenEventError(f"DTSTART: {occurrence.start} is no instant") from exc
    line = {
        "type": "interaction",
        "id": id_,
        "kind": "MEETING",
        "at": at.isoformat().replace("+00:00", "Z"),
        "durationMinutes": _minutes(occurrence),
        "source": "CALENDAR",
        "subject": _subject(event),
        "threadId": event.uid,
        "state": _state(event, at, now, is_canceled=is_canceled),
        "participants": _participants(event),
        "copyKey": revision.text(),
    }
    return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)


def id_of(occurrence: Occurrence) -> str:
    """Return the UID, and for a series when the rule put the occurrence; an exception that moves it keeps its id."""
    uid, original = occurrence.event.uid, occurrence.original
    return uid if original is None else occurrence_id(uid, original)


def occurrence_id(uid: str, original: date) -> str:
    """Return the id of an occurrence of a series by when its rule puts it."""
    return f"{uid}/{basic(original)}"


def _minutes(occurrence: Occurrence) -> float | None:
    """Return how long it takes; an all-day event takes no time of anybody's."""
    if not isinstance(occurrence.start, datetime) or not isinstance(occurrence.end, datetime):
        return None
    # Times of one zone subtract by the clock on the wall, which is wrong where it is put forward or back.
    minutes = (utc(occurrence.end) - utc(occurrence.start)) / timedelta(minutes=1)
    if minutes <= 0:
        return None
    return int(minutes) if minutes.is_integer() else minutes


def _subject(event: Event) -> str | None:
    if event.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"):
        return None
    return event.text("SUMMARY") or None


def _state(event: Event, at: datetime, now: datetime, *, is_canceled: bool) -> str:
    if is_canceled or event.text("STATUS").upper() in ("CANCELLED", "CANCELED"):
        return "CANCELED"
    return "SCHEDULED" if at > now else "COMPLETED"


def _participants(event: Event) -> list[dict[str, str]]:
    """Return the organizer and everyone who did not stay away."""
    attendees = list(_attendees(event))
    organizer = _person(event.component["ORGANIZER"], "ORGANIZER") if "ORGANIZER" in event.component else None
    others = [person for person in attendees if organizer is None or person["email"] != organizer["email"]]
    if not others and not _invites_others(event, organizer):
        raise NotAMeetingError("no other people")
    if organizer is None:
        raise BrokenEventError("ORGANIZER is missing or has no address: a meeting needs one who called it")
    return [organizer, *others]


def _invites_others(event: Event, organizer: dict[str, str] | None) -> bool:
    """Tell whether anyone else was asked. Where all of them declined, the meeting stays with its organizer alone."""
    people = (_person(value, "") for value in _values(event) if _is_person(value))
    return any(p is not None and (organizer is None or p["email"] != organizer["email"]) for p in people)


def _attendees(event: Event) -> Iterator[dict[str, str]]:
    seen: dict[str, dict[str, str]] = {}
    for value in _values(event):
        if not _is_person(value) or _parameter(value, "PARTSTAT") in ABSENT:
            continue
        role = "OPTIONAL" if _parameter(value, "ROLE") == "OPT-PARTICIPANT" else "REQUIRED"
        person = _person(value, role)
        if person is not None and (person["email"] not in seen or role == "REQUIRED"):
            seen[person["email"]] = person
    yield from seen.values()


def _values(event: Event) -> list[Any]:
    value = event.component.get("ATTENDEE", [])
    return value if isinstance(value, list) else [value]


def _is_person(value: Any) -> bool:
    return _parameter(value, "CUTYPE") not in NOT_PEOPLE and _parameter(value, "ROLE") != "NON-PARTICIPANT"


def _parameter(value: Any, name: str) -> str:
    found = getattr(value, "params", {}).get(name, "")
    return str(found[0] if isinstance(found, list) and found else found).strip().upper()


def _person(value: Any, role: str) -> dict[str, str] | None:
    """Return a participant, or None where the value is no address and has none."""
    address = _address(str(value)) or _address(_raw(value, "EMAIL"))
    if address is None:
        return None
    name = _raw(value, "CN").strip(" '\"")
    named = {"name": name} if name and name.lower() != address else {}
    return {"email": address, **named, "role": role}


def _raw(value: Any, name: str) -> str:
    return str(getattr(value, "params", {}).get(name, ""))


def _address(uri: str) -> str | None:
    """Return the address of a mailto URI, lower case; None where it is another kind of URI or no address."""
    scheme, colon, rest = uri.strip().partition(":")
    if not colon:
        rest = scheme
    elif scheme.lower() != "mailto":
        return None
    local, _, domain = unquote(rest.partition("?")[0]).strip().lower().partition("@")
    return f"{local}@{domain}" if local and domain and "@" not in domain else None
