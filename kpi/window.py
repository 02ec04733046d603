"""The window of a widget: the last so many calendar days up to *as of*, in a time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from graph.errors import InputError, TimeZoneError
from graph.interactions import Bool, Int64
from graph.model import from_micros, to_micros

MAX_DAYS = 36_600
DEFAULT_DAYS = 60
SECOND = 1_000_000
DAY = 86_400 * SECOND
FIRST_DATE = date(1970, 1, 1)
LAST_PROBE = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """
    The last ``days`` local calendar days up to and including the day of *as of*; all time where ``days`` is None.

    Days are numbered from 1970-01-01 (day 0). An instant whose local date lies after that of *as of*, because a clock
    went back over midnight, counts on the day of *as of*.

    Attributes
    ----------
    as_of : datetime
        Aware; nothing after it counts.
    days : int or None
        1 to 36,600.
    zone : str
        IANA name.

    Raises
    ------
    InputError
        If ``days`` is outside its range or ``as_of`` has no offset.
    TimeZoneError
        If there is no such zone.

    Examples
    --------
    >>> window = Window(datetime(2026, 3, 2, 12, tzinfo=UTC), days=2, zone="Asia/Tokyo")
    >>> window.date(window.first_day), window.date(window.last_day)
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 2))
    """

    as_of: datetime
    days: int | None = DEFAULT_DAYS
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise InputError("asOf needs an offset, as in 2026-11-22T09:00:00Z.")
        if self.days is not None and not 1 <= self.days <= MAX_DAYS:
            raise InputError(f"days is {self.days}; it must be from 1 to {MAX_DAYS}, or null for all time.")
        check_zone(self.zone)

    @property
    def until(self) -> int:
        """*As of* in microseconds since 1970."""
        return to_micros(self.as_of)

    @property
    def last_day(self) -> int:
        """The number of the local day of *as of*."""
        return int(_local_days(np.array([self.until]), self.zone)[0])

    @property
    def first_day(self) -> int | None:
        """The number of the first day, None for all time."""
        return None if self.days is None else self.last_day - self.days + 1

    def local_days(self, at: Int64) -> Int64:
        """Return int64[n], the number of the local day of each instant up to *as of*."""
        return np.minimum(_local_days(at, self.zone), self.last_day)

    def contains(self, at: Int64) -> Bool:
        """Return bool[n], whether each instant (microseconds) lies in the window."""
        inside = at <= self.until
        if self.first_day is not None:
            inside &= self.local_days(at) >= self.first_day
        return inside

    @staticmethod
    def date(day: int) -> date:
        """Return the date of a numbered day."""
        return FIRST_DATE + timedelta(days=int(day))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_zone(zone: str) -> None:
    """Raise TimeZoneError unless this is the name of an IANA time zone."""
    if zone not in _zones():
        raise TimeZoneError(f"{zone!r} is not a time zone; use an IANA name such as Europe/Madrid or UTC.")


def _local_days(at: Int64, zone: str) -> Int64:
    if zone == "UTC" or not len(at):
        return np.floor_divide(at, DAY)
    years = range(from_micros(at.min()).year, from_micros(at.max()).year + 1)
    starts, offsets = np.array([change for year in years for change in _offsets(zone, year)], dtype=np.int64).T
    local = at + offsets[np.searchsorted(starts, at, side="right") - 1]
    return np.asarray(np.floor_divide(local, DAY), dtype=np.int64)


@lru_cache(maxsize=4096)
def _offsets(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """Return (instant, offset from UTC) in microseconds for the start of a UTC year and each change within it."""
    instant = datetime(year, 1, 1, tzinfo=UTC)
    changes = [(to_micros(instant), _offset(instant, zone))]
    while instant.year == year:
        following = instant + timedelta(days=1) if instant < LAST_PROBE else LAST_PROBE
        if _offset(following, zone) != changes[-1][1]:
            change = _first_change(instant, following, zone)
            changes.append((to_micros(change), _offset(change, zone)))
        if following == LAST_PROBE:
            break
        instant = following
    return tuple(changes)


def _first_change(before: datetime, after: datetime, zone: str) -> datetime:
    """Return the first second at which the offset is no longer that of ``before``."""
    low, high = 0, (after - before) // timedelta(seconds=1)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), zone) == _offset(before, zone):
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _offset(instant: datetime, zone: str) -> int:
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else offset // timedelta(microseconds=1)
