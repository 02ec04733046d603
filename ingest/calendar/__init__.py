"""Calendars (.ics): every occurrence of every meeting becomes a line, whatever else is broken in the file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from icalendar.timezone import tzp

from ingest.calendar.blocks import Block, CalendarText, read_calendars
from ingest.calendar.events import BrokenEventError, Event, read_event, read_timezone, zone_of
from ingest.calendar.meeting import NotAMeetingError, id_of, meeting_line, occurrence_id
from ingest.calendar.recurrence import MAX_OCCURRENCES, Occurrence, latest_of, occurrences_of, utc, version_of
from ingest.revision import CANCELLATION, OLDER, Revision, Version
from ingest.source import CalendarEntry, Item, Line, MeetingTrace, ReadOptions, Reject, Skip, Warn, name_of

HORIZON = timedelta(days=365)
# These answer or ask about a meeting that somebody else's calendar holds; taken as meetings they would thin its people.
ANSWERS = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})
ALONE = "RANGE=THISANDFUTURE without its series was read as a change of one occurrence"
FOREVER = datetime.max.replace(tzinfo=UTC)


def read_ics(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield a Line for each occurrence up to 365 days ahead, and what each event that gave none was."""
    for calendar in read_calendars(path, options.advance):
        if isinstance(calendar, CalendarText):
            yield from _Calendar(name_of(path), calendar, options.now).items()
        else:
            yield calendar


class _Calendar:
    """One VCALENDAR of a file."""

    def __init__(self, source: str, text: CalendarText, now: datetime) -> None:
        self._source = source
        self._text = text
        self._now = now
        self._method = text.property("METHOD").upper()

    def items(self) -> Iterator[Item]:
        # The library keeps time zones for the whole process; those of another file must not stand in for ours.
        tzp.use_default()
        for block in self._text.others:
            yield Skip(self._source, block.number, f"not a meeting ({block.name.strip()[:40] or 'unnamed'})")
        for block in self._text.timezones:
            if problem := read_timezone(block):
                yield Warn(self._source, block.number, problem)
        if self._method in ANSWERS:
            yield from self._answers()
            return
        yield from self._events()

    def _answers(self) -> Iterator[Item]:
        for block in self._text.events:
            yield Skip(self._source, block.number, f"an answer to an invitation (METHOD:{self._method})")

    def _events(self) -> Iterator[Item]:
        zone, problem = zone_of(self._text.property("X-WR-TIMEZONE"))
        if problem:
            yield Warn(self._source, self._text.number, problem)
        groups: dict[str, list[Event]] = {}
        for block in self._text.events:
            try:
                event = read_event(block if block.has("DTSTART") else self._dated(block), zone)
            except BrokenEventError as exc:
                yield self._reject(block, str(exc))
                continue
            if block.has("DTSTART"):
                groups.setdefault(event.uid, []).append(event)
            else:
                yield from self._cancellation(event)
        for group in groups.values():
            yield from self._group(group)

    def _group(self, group: list[Event]) -> Iterator[Item]:
        """Yield what all events of one UID come to: a meeting, or a series with its exceptions."""
        events, older = latest_of(group)
        yield from (Skip(self._source, event.number, OLDER) for event in older)
        if all(event.is_exception for event in events):
            yield from self._alone(events)
        try:
            occurrences, capped = occurrences_of(events, self._now + HORIZON)
        except BrokenEventError as exc:
            yield from (self._reject(event.block, str(exc)) for event in events)
            return
        if capped:
            reason = f"repeats too often; only the first {MAX_OCCURRENCES:,} occurrences were read"
            yield Warn(self._source, events[0].number, reason)
        if not occurrences:
            yield Skip(self._source, events[0].number, "no occurrence up to a year ahead")
        else:
            yield from self._idle_exceptions(events, occurrences)
        until = utc(occurrences[-1].start) if capped and occurrences else self._now + HORIZON
        yield from self._versions(events, occurrences, until)

    def _versions(self, events: list[Event], occurrences: list[Occurrence], until: datetime) -> Iterator[Item]:
        """Yield the lines of the occurrences, and that there are no others where the event with the rule is here."""
        whole = next((event for event in events if not event.is_exception), None)
        series = version_of(whole) if whole is not None else None
        told: set[Item] = set()
        for occurrence in occurrences:
            for item in self._lines(occurrence, series, events[0].number):
                # What is said of an event is said once, not with each of its occurrences.
                if isinstance(item, Line) or item not in told:
                    yield item
                if not isinstance(item, Line):
                    told.add(item)
        # METHOD:ADD adds to a series; of one that could not be read in part nobody knows what it has.
        if series is not None and self._method != "ADD" and not any(isinstance(item, Reject) for item in told):
            yield CalendarEntry(self._source, events[0].number, events[0].uid, series, until)

    def _dated(self, block: Block) -> Block:
        """Return an event that needs no DTSTART, for it only cancels, with one that nobody looks at."""
        if self._method != "CANCEL" or not block.has("UID"):
            return block
        return replace(block, lines=[*block.lines, "DTSTART:19700101T000000Z"])

    def _cancellation(self, event: Event) -> Iterator[Item]:
        try:
            only = occurrence_id(event.uid, event.original) if event.is_exception else None
        except OverflowError as exc:
            yield self._reject(event.block, f"RECURRENCE-ID: {event.original} is no instant ({exc})")
            return
        yield from self._alone([event])
        yield Skip(self._source, event.number, CANCELLATION)
        yield self._gone(event, only)

    def _alone(self, exceptions: list[Event]) -> Iterator[Item]:
        return (Warn(self._source, event.number, ALONE) for event in exceptions if event.is_lasting)

    def _idle_exceptions(self, events: list[Event], occurrences: list[Occurrence]) -> Iterator[Item]:
        """Yield the exceptions that changed nothing, such as one to an occurrence that was taken out."""
        changed = {occurrence.event.number for occurrence in occurrences}
        for event in events:
            if event.is_exception and event.number not in changed:
                yield Skip(self._source, event.number, "an exception without an occurrence up to a year ahead")

    def _lines(self, occurrence: Occurrence, series: Version | None, entry: int) -> Iterator[Item]:
        event = occurrence.event
        revision = Revision(series, version_of(event) if event.is_exception else None)
        try:
            text = meeting_line(occurrence, revision, self._now, is_canceled=self._method == "CANCEL")
        except NotAMeetingError as exc:
            yield Skip(self._source, event.number, str(exc))
            if series is None:
                yield self._gone(event, id_of(occurrence))
        except BrokenEventError as exc:
            yield self._reject(event.block, str(exc))
        else:
            yield from (Warn(self._source, event.number, reason) for reason in event.warnings)
            yield Line(self._source, event.number, text, meeting=MeetingTrace(entry, revision))

    def _gone(self, event: Event, only: str | None) -> CalendarEntry:
        return CalendarEntry(self._source, event.number, event.uid, version_of(event), FOREVER, only)

    def _reject(self, block: Block, reason: str) -> Reject:
        return Reject(self._source, block.number, reason, block.text[:2000])


__all__ = ["read_ics"]
