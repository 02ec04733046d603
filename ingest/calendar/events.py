"""One event of a calendar, parsed and mended: every time has a zone, and the end lies after the start."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import blake2b
from typing import Any, cast
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vBroken, vDDDTypes

from ingest.calendar.blocks import Block

# What an event cannot do without, or would be wrong without.
ESSENTIAL = ("DTSTART", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
SINGLE = (
    "DTSTART",
    "DTEND",
    "DURATION",
    "RECURRENCE-ID",
    "STATUS",
    "SUMMARY",
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "ORGANIZER",
    "CLASS",
)
EXCEPTIONS = ("EXDATE", "RDATE", "RECURRENCE-ID")
FREQUENCY = re.compile(r"FREQ=(\w+)", re.IGNORECASE)


class BrokenEventError(ValueError):
    """An event that cannot be read; the message says which property and why."""


@dataclass(slots=True)
class Event:
    """An event and what was mended in it."""

    block: Block
    component: Any
    uid: str
    warnings: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The line of the file it begins on."""
        return self.block.number

    @property
    def start(self) -> date:
        """DTSTART: an aware instant, or the date of an all-day event."""
        return cast(date, self.component["DTSTART"].dt)

    @property
    def is_exception(self) -> bool:
        """Whether it changes one occurrence (RECURRENCE-ID) and is no entry of its own."""
        return "RECURRENCE-ID" in self.component

    @property
    def original(self) -> date:
        """RECURRENCE-ID: when the rule puts the occurrence that an exception changes."""
        return cast(date, self.component["RECURRENCE-ID"].dt)

    @property
    def is_lasting(self) -> bool:
        """Whether it changes all later occurrences too (RANGE=THISANDFUTURE)."""
        recurrence_id = self.component.get("RECURRENCE-ID")
        return str(getattr(recurrence_id, "params", {}).get("RANGE", "")).upper() == "THISANDFUTURE"

    def text(self, name: str) -> str:
        """Return a property as text, blank where it is missing."""
        return str(self.component.get(name, "")).strip()


def read_timezone(block: Block) -> str | None:
    """Make a VTIMEZONE known to the parser; return what is wrong with one that is left out."""
    rules = [FREQUENCY.search(line) for line in block.lines if line.upper().startswith("RRULE")]
    # A zone that changes every second would be searched second by second for each time of it.
    if any(rule is None or rule[1].upper() not in ("YEARLY", "MONTHLY") for rule in rules):
        return "a VTIMEZONE whose rules are not by the year or month was ignored"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            icalendar.Timezone.from_ical(block.text)
    except Exception:  # the parser raises whatever it stumbles over
        return "a broken VTIMEZONE was ignored"
    return None


def zone_of(name: str) -> tuple[tzinfo | None, str | None]:
    """Return the zone an X-WR-TIMEZONE names, and what is wrong with it."""
    if not name:
        return None, None
    try:
        return ZoneInfo(name), None
    except (ValueError, OSError, KeyError):
        return None, "X-WR-TIMEZONE names no time zone we know and was ignored"


def read_event(block: Block, zone: tzinfo | None) -> Event:
    """Return the event of a block, its floating times put in the zone of its calendar; raise BrokenEventError."""
    try:
        component, told = _parse(block)
        event = Event(block, component, "", told)
        _keep_first(event)
        _check_times(event)
        _anchor(event, zone)
        _mend_end(event)
    except BrokenEventError:
        raise
    except Exception as exc:  # the parser raises whatever it stumbles over; one bad event must not cost the others
        raise BrokenEventError(f"cannot be read: {exc}") from exc
    event.uid = event.text("UID") or _made_up_uid(event)
    return event


def _parse(block: Block) -> tuple[Any, list[str]]:
    """Return the component without what is broken in it and can be done without, and what that was."""
    with warnings.catch_warnings():
        # A vendor's zone name such as /example.org/Europe/Berlin is guessed by its last parts, aloud.
        warnings.simplefilter("ignore")
        component: Any = icalendar.Event.from_ical(block.text)
    told = ["a line that is no property was ignored"] * any(name is None for name, _ in component.errors)
    for name in list(component):
        said = [str(value).strip() for value in _listed(component[name]) if isinstance(value, vBroken)]
        if name in ESSENTIAL and any(said):
            raise BrokenEventError(f"{name}: {max(said)[:200]!r} cannot be read")
        if said:
            told += [] if name in ESSENTIAL else [f"{name} cannot be read and was ignored"]
            _keep_whole(component, name)
    return component, told


def _keep_whole(component: Any, name: str) -> None:
    """Keep the values of a property that could be read."""
    whole = [value for value in _listed(component.pop(name)) if not isinstance(value, vBroken)]
    if whole:
        component[name] = whole if len(whole) > 1 else whole[0]


def _keep_first(event: Event) -> None:
    for name in SINGLE:
        if isinstance(value := event.component.get(name), list):
            event.component[name] = value[0]
            event.warnings.append(f"{name} is given more than once; the first was used")


def _check_times(event: Event) -> None:
    if "DTSTART" not in event.component:
        raise BrokenEventError("DTSTART is missing: nobody knows when the event was")
    for name in ("DTSTART", "DTEND", *EXCEPTIONS):
        for value in _times(event.component, (name,)):
            first = value.dt[0] if isinstance(value.dt, tuple) else value.dt
            if not isinstance(first, date):
                raise BrokenEventError(f"{name}: {str(first)[:200]!r} is no date or time")


def _anchor(event: Event, zone: tzinfo | None) -> None:
    """Give floating times a zone: that of the calendar, else UTC; exceptions follow the zone of their event."""
    start = event.component["DTSTART"]
    if _is_floating(start.dt) and zone is None:
        named = start.params.get("TZID")
        event.warnings.append(
            f"time zone {named!r} is unknown; its times were read as UTC"
            if named
            else "times without a time zone were read as UTC"
        )
    start.dt = _in_zone(start.dt, zone, UTC)
    own = start.dt.tzinfo if isinstance(start.dt, datetime) else None
    for value in _times(event.component, ("DTEND", *EXCEPTIONS)):
        value.dt = (
            tuple(_in_zone(part, zone, own or UTC) for part in value.dt)
            if isinstance(value.dt, tuple)
            else _in_zone(value.dt, zone, own or UTC)
        )


def _in_zone(value: Any, zone: tzinfo | None, otherwise: tzinfo) -> Any:
    """Return a time in a zone. A calendar's own zone also takes over UTC, so that a series keeps its local hour."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        return value.replace(tzinfo=zone or otherwise)
    return value.astimezone(zone) if zone is not None and value.tzname() == "UTC" else value


def _is_floating(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


def _times(component: Any, names: tuple[str, ...]) -> Iterator[vDDDTypes]:
    for name in names:
        for value in _listed(component.get(name, [])):
            yield from getattr(value, "dts", [value])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _mend_end(event: Event) -> None:
    """Drop an end that does not lie after the start: the event then has no duration."""
    component = event.component
    if "DTEND" in component:
        end = component["DTEND"].dt
        if isinstance(end, datetime) != isinstance(event.start, datetime):
            _drop(event, "DTEND", "DTEND and DTSTART are not of one kind (a date and a time)")
        elif end <= event.start:
            _drop(event, "DTEND", "DTEND is not after DTSTART")
        component.pop("DURATION", None)
    elif "DURATION" in component:
        duration = component["DURATION"].dt
        if not isinstance(duration, timedelta) or duration <= timedelta(0):
            _drop(event, "DURATION", "DURATION is not above zero")


def _drop(event: Event, name: str, reason: str) -> None:
    del event.component[name]
    event.warnings.append(f"{reason}; the event was read without a duration")


def _made_up_uid(event: Event) -> str:
    """Return a UID for an event without one, the same whenever and wherever it is read."""
    parts = [event.component["DTSTART"].dt.isoformat(), event.text("SUMMARY"), event.text("ORGANIZER").lower()]
    return "event-" + blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=10).hexdigest()
