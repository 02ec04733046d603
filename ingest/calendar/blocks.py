"""
The text of a calendar file, cut into its components before anything is parsed.

Cutting first keeps a fault where it is: a line that no parser accepts costs the event it stands in, not the file. Only
the properties that a meeting is made of are kept.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.source import Reject, Warn, name_of
from ingest.text import decoded, raw_lines

WANTED = frozenset(
    {"ATTENDEE", "CLASS", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "EXDATE", "ORGANIZER", "RDATE", "RECURRENCE-ID"}
    | {"RRULE", "SEQUENCE", "STATUS", "SUMMARY", "UID"}
)
NAME = re.compile(r"[A-Za-z0-9-]+")
MAX_DEPTH = 20
MAX_LINE = 1_000_000


@dataclass(slots=True)
class Block:
    """One component: its name, the line its BEGIN stands on, and its content lines, unfolded."""

    name: str
    number: int
    lines: list[str] = field(default_factory=list)
    closed: bool = False

    def has(self, name: str) -> bool:
        """Tell whether the component has a property."""
        return any(found[0].upper() == name for line in self.lines if (found := NAME.match(line)))

    @property
    def text(self) -> str:
        """The component as iCalendar text."""
        return "\r\n".join([f"BEGIN:{self.name}", *self.lines, f"END:{self.name}", ""])


@dataclass(slots=True)
class CalendarText:
    """One VCALENDAR, or what stands in a file without one."""

    number: int
    properties: list[tuple[str, str]] = field(default_factory=list)
    timezones: list[Block] = field(default_factory=list)
    events: list[Block] = field(default_factory=list)
    others: list[Block] = field(default_factory=list)

    def property(self, name: str) -> str:
        """Return the value of a property of the calendar itself, blank where it has none."""
        return next((value for key, value in self.properties if key == name), "")


def read_calendars(path: Path, advance: Callable[[int], None]) -> Iterator[CalendarText | Reject | Warn]:
    """Yield the calendars of a file, a Reject for what cannot be cut out, a Warn where the text was mended."""
    cutter = _Cutter(name_of(path))
    try:
        for number, line in _unfolded(raw_lines(path, advance, newline=None)):
            yield from cutter.feed(number, line)
    except (OSError, EOFError, zlib.error) as exc:
        yield Reject(name_of(path), cutter.number, f"the file breaks off here: {exc}")
    yield from cutter.finish()


def _unfolded(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """Join what was folded: a line that begins with a space or tab goes on the one before it."""
    parts: list[str] = []
    size = first = 0
    for number, physical in enumerate(lines, start=1):
        line = physical.rstrip("\n")
        if line[:1] in (" ", "\t") and parts:
            size += len(line)
            if size <= MAX_LINE:
                parts.append(line[1:])
            continue
        if parts:
            yield first, "".join(parts)
        parts, first, size = [line], number, len(line)
    if parts:
        yield first, "".join(parts)


class _Cutter:
    """Takes content lines one by one and gives each calendar when it ends."""

    def __init__(self, source: str) -> None:
        self.number = 1
        self._source = source
        self._calendar = CalendarText(1)
        self._open: list[Block] = []
        self._found = False
        self._warned = False

    def feed(self, number: int, raw: str) -> Iterator[CalendarText | Reject | Warn]:
        self.number = number
        line, mended = decoded(raw)
        if mended and not self._warned:
            self._warned = True
            yield Warn(self._source, number, "not UTF-8; read as Windows-1252")
        verb, _, value = line.partition(":")
        match verb.strip().upper():
            case "BEGIN":
                yield from self._begin(number, value.strip().upper())
            case "END":
                yield from self._end(value.strip().upper())
            case _:
                self._add(line)

    def finish(self) -> Iterator[CalendarText | Reject]:
        yield from self._close_calendar()
        if not self._found:
            yield Reject(self._source, 1, "not a calendar: there is no BEGIN:VCALENDAR in it")

    def _begin(self, number: int, name: str) -> Iterator[CalendarText | Reject]:
        if name == "VCALENDAR":
            yield from self._close_calendar()
            self._calendar = CalendarText(number)
            self._found = True
        elif len(self._open) < MAX_DEPTH:
            self._found |= name == "VEVENT"
            if (zone := self._open_timezone()) is not None:
                zone.lines.append(f"BEGIN:{name}")
            self._open.append(Block(name, number))

    def _end(self, name: str) -> Iterator[CalendarText | Reject]:
        if name == "VCALENDAR":
            yield from self._close_calendar()
        elif any(block.name == name for block in self._open):
            while (block := self._open.pop()).name != name:
                yield from self._keep(block)
            block.closed = True
            yield from self._keep(block)

    def _close_calendar(self) -> Iterator[CalendarText | Reject]:
        while self._open:
            yield from self._keep(self._open.pop())
        yield self._calendar
        self._calendar = CalendarText(self.number)

    def _keep(self, block: Block) -> Iterator[Reject]:
        """File a component that has ended; what lay in another one only ends there."""
        if (zone := self._open_timezone()) is not None:
            zone.lines.append(f"END:{block.name}")
        elif block.name == "VEVENT" and not block.closed:
            yield Reject(self._source, block.number, "END:VEVENT is missing: the event breaks off", block.text[:2000])
        elif block.name == "VEVENT":
            self._calendar.events.append(block)
        elif block.name == "VTIMEZONE":
            self._calendar.timezones.append(block)
        elif not self._open:
            self._calendar.others.append(block)

    def _open_timezone(self) -> Block | None:
        return next((block for block in self._open if block.name == "VTIMEZONE"), None)

    def _add(self, line: str) -> None:
        if (name := NAME.match(line)) is None:
            return
        if not self._open:
            self._calendar.properties.append((name[0].upper(), line.partition(":")[2].strip()))
        elif (zone := self._open_timezone()) is not None:
            zone.lines.append(line)
        elif self._open[-1].name == "VEVENT" and name[0].upper() in WANTED:
            # Some programs write BYDAY=MO, TU; no rule has a space that matters.
            self._open[-1].lines.append(line.replace(" ", "") if name[0].upper() == "RRULE" else line)
