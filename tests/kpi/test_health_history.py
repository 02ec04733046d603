"""Health at past instants: which they are, and that each is the health of its own time."""

from datetime import UTC, datetime, timedelta

import pytest

from graph.errors import InputError
from graph.model import Contact
from graph.settings import OrganizationSettings
from kpi.health import Grade, HealthState, health
from kpi.health_history import HistoryStep, health_history, instants_of
from kpi.window import Window
from tests.situations import AS_OF, BOB, ago, at, columns, email

DEFAULT = OrganizationSettings()
WEEK, MONTH = HistoryStep


def months(as_of: datetime, points: int, zone: str = "UTC") -> list[str]:
    return [f"{i:%m-%d %H:%M}" for i in instants_of(Window(as_of, zone=zone), points, MONTH)]


def test_weeks_go_back_from_as_of() -> None:
    assert instants_of(Window(AS_OF), 3, WEEK) == [AS_OF - timedelta(days=14), AS_OF - timedelta(days=7), AS_OF]


def test_months_keep_the_day_and_end_where_the_month_does() -> None:
    assert months(at("2026-03-31 12:00"), 4) == ["12-31 12:00", "01-31 12:00", "02-28 12:00", "03-31 12:00"]


def test_a_leap_year_has_a_29th_of_february() -> None:
    assert months(at("2024-03-31 12:00"), 2) == ["02-29 12:00", "03-31 12:00"]


def test_months_keep_the_local_time_over_a_change_of_clocks() -> None:
    assert months(at("2026-11-22 12:00"), 2, "Europe/Madrid") == ["10-22 11:00", "11-22 12:00"]


def test_months_are_those_of_the_zone() -> None:
    """It is the first of the month in Tokyo already."""
    assert months(at("2026-03-31 20:00"), 2, "Asia/Tokyo") == ["02-28 20:00", "03-31 20:00"]
    assert months(at("2026-03-31 20:00"), 2) == ["02-28 20:00", "03-31 20:00"]
    assert months(at("2026-03-30 20:00"), 2, "Asia/Tokyo") == ["02-27 20:00", "03-30 20:00"]


def test_a_time_that_a_clock_skipped_is_as_far_into_the_day() -> None:
    assert months(at("2026-04-29 00:30"), 2, "Europe/Madrid") == ["03-29 01:30", "04-29 00:30"]


def test_the_last_point_is_as_of_itself_in_an_hour_that_comes_twice() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert instants_of(Window(second, zone="Europe/Madrid"), 2, MONTH)[-1] == second


def test_years_go_back_too() -> None:
    first = instants_of(Window(at("2026-01-15 12:00")), 120, MONTH)[0]
    assert first == at("2016-02-15 12:00")


@pytest.mark.parametrize("points", [0, -1, 121])
def test_there_are_from_1_to_120_points(points: int) -> None:
    with pytest.raises(InputError, match="from 1 to 120"):
        health_history(columns(), Window(AS_OF), DEFAULT, points, WEEK)


def test_each_point_is_the_health_of_its_own_time() -> None:
    read = columns(*(email(f"m{n}", ago(n * 5), *(("ann", "bob"), ("bob", "ann"))[n % 2]) for n in range(12)))
    [points] = health_history(read, Window(AS_OF), DEFAULT, 10, WEEK)
    for point in points:
        [then] = health(read, Window(point.at), DEFAULT)
        assert (point.state, point.score, point.grade) == (then.state, then.score, then.grade)


def test_before_the_third_interaction_there_is_no_score() -> None:
    read = columns(*(email(f"m{n}", ago(n * 7), *(("ann", "bob"), ("bob", "ann"))[n % 2]) for n in range(4)))
    [points] = health_history(read, Window(AS_OF), DEFAULT, 3, WEEK)
    assert [point.state for point in points] == [
        HealthState.NOT_ENOUGH_INFORMATION,
        HealthState.AVAILABLE,
        HealthState.AVAILABLE,
    ]
    assert (points[0].score, points[0].grade, points[2].grade) == (None, None, Grade.GOOD)


def test_a_record_without_interactions_has_points_without_scores() -> None:
    cat = Contact(id="cat")
    mail = (email(f"m{n}", ago(n), "ann", "bob") for n in range(3))
    empty, full = health_history(columns(*mail, records=(cat, BOB)), Window(AS_OF), DEFAULT, 1, MONTH)
    assert [point.state for point in (*empty, *full)] == [HealthState.NOT_ENOUGH_INFORMATION, HealthState.AVAILABLE]
