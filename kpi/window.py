"""The window of a widget: the last so many calendar days up to *as of*, in a time zone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from graph.errors import InputError, TimeZoneError
from graph.interactions import Bool, Int64
from graph.model import from_micros, to_micros

MAX_DAYS = 36_600
DEFAULT_DAYS = 60
SECOND = 1_000_000
DAY = 86_400 * SECOND
FIRST_ORDINAL = date(1970, 1, 1).toordinal()
# Where a calendar ends, days end too: what lies beyond counts on its last day.
MIN_DAY = date.min.toordinal() - FIRST_ORDINAL
MAX_DAY = date.max.toordinal() - FIRST_ORDINAL
# A day inside them, since no clock can show the local time of their very ends.
FIRST_PROBE = (MIN_DAY + 1) * DAY
LAST_PROBE = (MAX_DAY - 1) * DAY
# Offsets are looked up by spans of this length, and a change is looked for between probes of this distance: the
# closest two changes of any zone are four days apart (Africa/Freetown, 1939).
SPAN = 366 * DAY
PROBE = 2 * DAY


class Period(Protocol):
    """What numbers are counted over: a :class:`Window`, or :class:`kpi.spans.Spans` with an end for each row."""

    @property
    def until(self) -> int | Int64:
        """Microseconds since 1970; what is later is not seen."""
        ...

    def contains(self, at: Int64) -> Bool:
        """Return bool[n], whether each instant lies in the period."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """
    The last ``days`` local calendar days up to and including the day of *as of*; all time where ``days`` is None.

    Days are numbered from 1970-01-01 (day 0). An instant whose local date lies after that of *as of*, because a clock
    went back over midnight, counts on the day of *as of*. There is no day before year 1.

    Attributes
    ----------
    as_of : datetime
        Aware; nothing after it counts.
    days : int or None
        1 to 36,600.
    zone : str
        IANA name.
    until : int
        *As of* in microseconds since 1970.

    Raises
    ------
    InputError
        If ``days`` is outside its range or ``as_of`` has no offset.
    TimeZoneError
        If there is no such zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> window = Window(datetime(2026, 3, 2, 12, tzinfo=UTC), days=2, zone="Asia/Tokyo")
    >>> window.date(window.first_day), window.date(window.last_day)
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 2))
    """

    as_of: datetime
    days: int | None = DEFAULT_DAYS
    zone: str = "UTC"
    until: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.as_of.utcoffset() is None:
            raise InputError("asOf needs an offset, as in 2026-11-22T09:00:00Z.")
        check_days(self.days)
        check_zone(self.zone)
        # Every widget of every record asks for it.
        object.__setattr__(self, "until", to_micros(self.as_of))

    @property
    def last_day(self) -> int:
        """The number of the local day of *as of*."""
        return _local_day(self.until, self.zone)

    @property
    def first_day(self) -> int | None:
        """The number of the first day, None for all time."""
        return None if self.days is None else max(self.last_day - self.days + 1, MIN_DAY)

    def local_days(self, at: Int64) -> Int64:
        """Return int64[n], the number of the local day of each instant up to *as of*."""
        return np.minimum(local_days(at, self.zone), self.last_day)

    def day_of(self, instant: int) -> int:
        """Return the number of the local day of any instant (microseconds), one after *as of* too."""
        return _local_day(instant, self.zone)

    def contains(self, at: Int64) -> Bool:
        """Return bool[n], whether each instant (microseconds) lies in the window."""
        inside = at <= self.until
        if (first_day := self.first_day) is None:
            return inside
        if (begin := _begin(first_day, self.zone)) is not None:
            return inside & (at >= begin)
        # No offset reaches a day, so only what is nearer to the edge needs a look at the clock.
        edge = first_day * DAY
        inside &= at > edge - DAY
        near = np.flatnonzero(inside & (at < edge + DAY))
        inside[near] = local_days(at[near], self.zone) >= first_day
        return inside

    @staticmethod
    @lru_cache(maxsize=MAX_DAYS)
    def date(day: int) -> date:
        """Return the date of a numbered day."""
        return date.fromordinal(FIRST_ORDINAL + day)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    # Many a machine's database holds its own zone under this name, which is nobody else's.
    return frozenset(available_timezones() - {"localtime"})


def check_days(days: int | None) -> None:
    """Raise InputError unless a window may have so many days."""
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise InputError(f"days is {days}; it must be from 1 to {MAX_DAYS}, or null for all time.")


def check_zone(zone: str) -> None:
    """Raise TimeZoneError unless this is the name of an IANA time zone."""
    if zone not in _zones():
        raise TimeZoneError(f"{zone!r} is not a time zone; use an IANA name such as Europe/Madrid or UTC.")


@lru_cache(maxsize=1024)
def _local_day(instant: int, zone: str) -> int:
    """Return the number of the local day of one instant; a request asks for that of *as of* again and again."""
    return int(local_days(np.array([instant]), zone)[0])


@lru_cache(maxsize=1024)
def _begin(day: int, zone: str) -> int | None:
    """Return the instant at which a day begins; None where no single instant parts it from the days before."""
    midnight = day * DAY
    if zone == "UTC":
        return midnight
    # No offset reaches a day, so only clocks that are changed within a day of midnight matter.
    before, after = midnight - DAY, midnight + DAY
    changes = [change for span in range(before // SPAN, after // SPAN + 1) for change in _changes(zone, span)]
    ends = [start for start, _ in changes[1:]] + [after + 1]
    offsets = {offset for (start, offset), end in zip(changes, ends, strict=True) if start <= after and end > before}
    return midnight - offsets.pop() if len(offsets) == 1 and day > MIN_DAY else None


def local_days(at: Int64, zone: str) -> Int64:
    """Return the number of the local day of each instant."""
    if len(at) and zone != "UTC":
        spans = np.unique(at // SPAN).tolist()
        starts, offsets = np.array([change for span in spans for change in _changes(zone, span)], dtype=np.int64).T
        at = at + offsets[np.searchsorted(starts, at, side="right") - 1]
    return np.minimum(np.maximum(at // DAY, MIN_DAY), MAX_DAY)


@lru_cache(maxsize=8192)
def _changes(zone: str, span: int) -> tuple[tuple[int, int], ...]:
    """Return (instant, offset from UTC) in microseconds at the start of a span and for each change within it."""
    start = span * SPAN
    changes = [(start, _offset(start, zone))]
    for before in range(start, start + SPAN, PROBE):
        after = min(before + PROBE, start + SPAN - SECOND)
        if _offset(after, zone) != changes[-1][1]:
            change = _first_change(before, after, zone)
            changes.append((change, _offset(change, zone)))
    return tuple(changes)


def _first_change(before: int, after: int, zone: str) -> int:
    """Return the first second at which the offset is no longer that of ``before``."""
    offset = _offset(before, zone)
    low, high = before // SECOND, after // SECOND
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle * SECOND, zone) == offset else (low, middle)
    return high * SECOND


def _offset(micros: int, zone: str) -> int:
    instant = from_micros(min(max(micros, FIRST_PROBE), LAST_PROBE))
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else offset // timedelta(microseconds=1)
