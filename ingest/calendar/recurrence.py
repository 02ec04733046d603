"""
From the events of one UID to their occurrences, with a bound on the work.

``recurring_ical_events`` knows the rules of RFC 5545. It looks for occurrences for as long as a rule may have some,
so a rule is probed and counted first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice, takewhile
from math import prod
from typing import Any, cast

from recurring_ical_events import BadRuleStringFormat, EventAdapter, Series
from recurring_ical_events import Occurrence as LibraryOccurrence

from ingest.calendar.events import BrokenEventError, Event
from ingest.revision import LOWEST, Version

MAX_OCCURRENCES = 10_000
MAX_TIMES_A_DAY = 288
EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)
# A rule that has no occurrence in the last years of the calendar has none: leap days and weekdays repeat in 28 years.
PROBE_YEAR = 9960
# An integer of the format has 32 bits.
MAX_SEQUENCE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Occurrence:
    """
    One time that an event takes place.

    ``original`` is when the rule puts it, wherever an exception has moved it; None where the event does not recur.
    """

    event: Event
    start: date
    end: date
    original: date | None


def is_recurring(event: Event) -> bool:
    """Tell whether an event is a series or an exception of one."""
    return any(name in event.component for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def latest_of(group: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """Split events of one UID into the latest version of each (by SEQUENCE, DTSTAMP, place) and the older ones."""
    latest: dict[object, Event] = {}
    older = []
    for event in sorted(group, key=version_of):
        key = event.original if event.is_exception else None
        if key in latest:
            older.append(latest[key])
        latest[key] = event
    return sorted(latest.values(), key=lambda e: e.number), older


def version_of(event: Event) -> Version:
    """Return the place of an event among its versions."""
    sequence = event.component.get("SEQUENCE")
    # Somebody's VALUE=DATE makes it something else.
    number = min(max(sequence, LOWEST.sequence), MAX_SEQUENCE) if isinstance(sequence, int) else LOWEST.sequence
    return Version(number, _stamp(getattr(event.component.get("DTSTAMP"), "dt", None)))


def _stamp(value: object) -> str:
    if not isinstance(value, date):
        return LOWEST.stamp
    try:
        # The format knows no DTSTAMP but those in UTC.
        return basic(value.replace(tzinfo=value.tzinfo or UTC) if isinstance(value, datetime) else value)
    except OverflowError:
        return LOWEST.stamp


def basic(value: date) -> str:
    """Return a date, or an instant in UTC, in the basic format of ISO 8601 that iCalendar writes."""
    if not isinstance(value, datetime):
        return value.isoformat().replace("-", "")
    return utc(value).replace(tzinfo=None, microsecond=0).isoformat().replace("-", "").replace(":", "") + "Z"


def occurrences_of(events: Sequence[Event], horizon: datetime) -> tuple[list[Occurrence], bool]:
    """Return the occurrences of one UID up to the horizon, and whether there were too many."""
    try:
        if not any(is_recurring(event) for event in events):
            return [_single(event) for event in events], False
        return _series(events, horizon)
    except BrokenEventError:
        raise
    except BadRuleStringFormat as exc:
        raise BrokenEventError(f"RRULE: {str(exc.rule)[:200]!r} is no rule that can be followed") from exc
    except Exception as exc:  # the library raises whatever it stumbles over
        raise BrokenEventError(f"its occurrences cannot be computed: {exc}") from exc


def _single(event: Event) -> Occurrence:
    adapter = EventAdapter(event.component)
    return Occurrence(event, adapter.start, adapter.end, None)


def _series(events: Sequence[Event], horizon: datetime) -> tuple[list[Occurrence], bool]:
    for event in events:
        _check_rules(event)
    series = _Series([_Adapter(event) for event in events])
    until, capped = _bound(series, horizon)
    found = [item.occurrence() for item in cast(Any, series.between(EARLIEST, until))]
    return sorted(found, key=_when)[:MAX_OCCURRENCES], capped


def _when(occurrence: Occurrence) -> datetime:
    return utc(occurrence.start)


def utc(value: date) -> datetime:
    """Return a time as an instant in UTC; a date is its midnight there."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


class _Adapter(EventAdapter):  # type: ignore[misc]  # the library has no types
    """An event as the library wants it, which remembers what it was read from."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.component)
        self.event = event


class _Found(LibraryOccurrence):  # type: ignore[misc]
    """An occurrence that knows when its rule had put it."""

    def __init__(self, adapter: _Adapter, start: date | None, end: date | None) -> None:
        super().__init__(adapter, start, end)
        self._event = adapter.event
        self._original = adapter.event.original if start is None else start - adapter.move_recurrences_by

    def occurrence(self) -> Occurrence:
        return Occurrence(self._event, self.start, self.end, self._original)


class _Series(Series):  # type: ignore[misc]
    def occurrence(self, adapter: _Adapter, start: date | None = None, end: date | None = None) -> _Found:
        return _Found(adapter, start, end)


def _check_rules(event: Event) -> None:
    """Refuse rules whose occurrences are searched for second by second."""
    value = event.component.get("RRULE", [])
    for rule in value if isinstance(value, list) else [value]:
        frequency = str(next(iter(rule.get("FREQ", [])), "")).upper()
        filters = {str(name).upper() for name in rule if str(name).upper().startswith("BY")}
        if "RSCALE" in rule:
            raise BrokenEventError("RRULE: rules of other calendars (RSCALE) are not supported")
        if any(int(n) < 1 for n in rule.get("INTERVAL", [])):
            raise BrokenEventError("RRULE: INTERVAL must be 1 or more")
        if prod(len(rule.get(name, ("",))) for name in ("BYHOUR", "BYMINUTE", "BYSECOND")) > MAX_TIMES_A_DAY:
            raise BrokenEventError(f"RRULE: more than {MAX_TIMES_A_DAY} times a day is no rule for meetings")
        if (frequency in ("SECONDLY", "MINUTELY") and filters) or (frequency == "HOURLY" and "BYSETPOS" in filters):
            raise BrokenEventError(
                f"RRULE: a {frequency} rule with {', '.join(sorted(filters))} is no rule for meetings"
            )


def _bound(series: _Series, horizon: datetime) -> tuple[datetime, bool]:
    """Return until when to look: the horizon, or the last occurrence we are ready to take."""
    if not series.recurrence.has_core:
        return horizon, False
    until, capped = horizon, False
    for rule in series.recurrence.rrules[1:]:
        _probe(rule)
        limit = until if series.recurrence.tzinfo is not None else until.replace(tzinfo=None)
        starts = list(islice(takewhile(limit.__ge__, rule), MAX_OCCURRENCES + 1))
        if len(starts) > MAX_OCCURRENCES:
            until, capped = utc(starts[-1]) if starts[-1].tzinfo else starts[-1].replace(tzinfo=UTC), True
    return until, capped


def _probe(rule: Any) -> None:
    probe = rule.replace(
        dtstart=rule._dtstart.replace(year=PROBE_YEAR, tzinfo=None), interval=1, count=None, until=None, cache=False
    )
    if next(iter(probe), None) is None:
        raise BrokenEventError(f"RRULE: {rule.string[:200]!r} never has an occurrence")
