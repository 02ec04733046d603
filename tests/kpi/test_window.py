from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError, TimeZoneError
from graph.model import from_micros, to_micros
from kpi.window import Window, check_zone
from tests.situations import AS_OF, at

ZONES = ["UTC", "Europe/Madrid", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "Africa/Monrovia"]


def local_dates(window: Window, *instants: datetime) -> list[date]:
    return [window.date(day) for day in window.local_days(np.array([to_micros(i) for i in instants]))]


def contains(window: Window, instant: datetime) -> bool:
    return bool(window.contains(np.array([to_micros(instant)]))[0])


def naive_date(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


FIRST, LAST = at("0001-01-03"), at("9999-12-29")
# Half of them in the years when clocks were changed.
instants = st.one_of(
    st.integers(to_micros(begin), to_micros(end)).map(from_micros)
    for begin, end in [(FIRST, LAST), (at("1880-01-01"), at("2040-01-01"))]
)


@given(instants=st.lists(instants, max_size=5), zone=st.sampled_from(sorted(available_timezones() - {"localtime"})))
@settings(max_examples=100)
def test_local_days_are_those_of_the_time_zone_database(instants: list[datetime], zone: str) -> None:
    window = Window(datetime(9999, 12, 30, tzinfo=UTC), zone=zone)
    assert local_dates(window, *instants) == [naive_date(i, zone) for i in instants]


@pytest.mark.parametrize("zone", ZONES)
def test_local_days_are_right_around_every_midnight_of_a_century(zone: str) -> None:
    window = Window(datetime(2027, 1, 1, tzinfo=UTC), zone=zone)
    start = datetime(1927, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=30 * n, seconds=n % 60) for n in range(0, 100 * 365 * 48, 19)]
    assert local_dates(window, *moments) == [naive_date(m, zone) for m in moments]


@given(as_of=instants, back=st.integers(-10, 4000), days=st.integers(1, 100), zone=st.sampled_from(ZONES))
def test_a_window_contains_what_lies_on_its_days(as_of: datetime, back: int, days: int, zone: str) -> None:
    instant = as_of - min(timedelta(hours=back), as_of - FIRST)
    distance = (naive_date(as_of, zone) - naive_date(instant, zone)).days
    assert contains(Window(as_of, days, zone), instant) == (instant <= as_of and distance < days)


def test_a_window_ends_at_as_of_to_the_microsecond() -> None:
    window = Window(AS_OF, 1)
    assert contains(window, AS_OF)
    assert not contains(window, AS_OF + timedelta(microseconds=1))


def test_a_window_begins_at_local_midnight() -> None:
    window = Window(at("2026-10-26 12:00"), 2, "Europe/Madrid")
    assert contains(window, at("2026-10-24 22:00"))
    assert not contains(window, at("2026-10-24 21:59:59.999999"))


def test_a_day_of_twenty_five_hours_is_one_day() -> None:
    window = Window(at("2026-10-25 22:59"), 1, "Europe/Madrid")
    assert contains(window, at("2026-10-24 22:00"))


def test_a_day_that_the_zone_skips_is_a_day_of_the_window() -> None:
    window = Window(at("2011-12-31 12:00"), 3, "Pacific/Apia")
    assert window.date(window.first_day or 0) == date(2011, 12, 30)
    assert window.date(window.last_day) == date(2012, 1, 1)
    assert not contains(window, at("2011-12-30 09:59"))
    assert contains(window, at("2011-12-30 10:00"))


def test_a_clock_that_goes_back_over_midnight_leaves_nothing_after_the_last_day() -> None:
    window = Window(at("2010-11-07 03:00"), 1, "America/St_Johns")
    just_after_midnight = at("2010-11-07 02:30:30")
    assert naive_date(just_after_midnight, "America/St_Johns") == date(2010, 11, 7)
    assert local_dates(window, just_after_midnight) == [date(2010, 11, 6)]
    assert contains(window, just_after_midnight)


def test_all_time_has_no_first_day() -> None:
    assert Window(AS_OF, None).first_day is None
    assert contains(Window(AS_OF, None), datetime(1, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_there_is_no_day_before_year_1(zone: str) -> None:
    window = Window(datetime(1, 1, 1, tzinfo=UTC), 36_600, zone)
    assert window.date(window.first_day or 0) == date(1, 1, 1)
    assert contains(window, datetime(1, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_there_is_no_day_after_year_9999(zone: str) -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert Window.date(Window(last, 1, zone).last_day) == date(9999, 12, 31)
    assert contains(Window(last, 1, zone), last)


def test_as_of_is_the_same_instant_in_any_offset() -> None:
    window = Window(datetime.fromisoformat("2026-11-22T02:00+14:00"), 1)
    assert window.date(window.last_day) == date(2026, 11, 21)


@pytest.mark.parametrize("days", [0, -1, 36_601])
def test_days_outside_their_range_are_an_error(days: int) -> None:
    with pytest.raises(InputError, match=f"days is {days}; it must be from 1 to 36600, or null"):
        Window(AS_OF, days)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "europe/madrid", "../etc/passwd", "localtime", "UTC+1", "\x00"])
def test_what_is_no_iana_zone_is_an_error(zone: str) -> None:
    with pytest.raises(TimeZoneError, match="is not a time zone; use an IANA name"):
        check_zone(zone)


def test_as_of_without_an_offset_is_an_error() -> None:
    with pytest.raises(InputError, match="asOf needs an offset"):
        Window(datetime(2026, 11, 22))  # noqa: DTZ001
