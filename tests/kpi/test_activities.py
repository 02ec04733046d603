from datetime import date

import pytest

from kpi.activities import Activities, ActivityPoint, QuietPeriod, activities
from kpi.window import MAX_DAYS, Window
from tests.situations import AS_OF, SITUATIONS, ago, at, call, columns, email, meeting, other

NO_DAY = QuietPeriod(0, None, None)


def active(*interactions, days: int | None = 5) -> Activities:
    return activities(columns(*interactions), Window(AS_OF, days))[0]


def quiet(days: int, first: str, last: str) -> QuietPeriod:
    return QuietPeriod(days, date.fromisoformat(first), date.fromisoformat(last))


def calls_on(*days_ago: int) -> list:
    return [call(f"c{n}", ago(n), "ann", "bob") for n in days_ago]


def in_situation(name: str, days: int | None) -> Activities:
    s = SITUATIONS[name]
    return activities(columns(*s.interactions, records=s.records), Window(s.as_of, days, s.zone))[0]


def test_a_day_has_a_count_for_each_kind_and_direction():
    today = date(2026, 11, 22)
    result = active(
        email("m1", ago(), "ann", "bob"),
        email("m2", ago(), "bob", "ann"),
        email("m3", ago(), "bob", "ann"),
        meeting("n1", ago(), "ann", "bob"),
        call("c1", ago(), "bob", "ann"),
        days=1,
    )
    assert list(result.points) == [ActivityPoint(today, 1, 2, 1, 0, 0, 1)]


def test_every_day_of_the_window_has_a_point():
    result = active(*calls_on(2), days=4)
    assert [(p.date.day, p.calls_made) for p in result.points] == [(19, 0), (20, 1), (21, 0), (22, 0)]


def test_points_are_reached_by_position_too():
    points = active(*calls_on(2), days=4).points
    assert (points[1], points[-1]) == (list(points)[1], list(points)[-1])
    assert points[1:3] == list(points)[1:3]
    with pytest.raises(IndexError):
        points[4]


def test_points_are_equal_where_they_tell_the_same():
    assert active(*calls_on(2)).points == active(*calls_on(2), other("o1", ago(1), None, "ann", "bob")).points
    assert active(*calls_on(2)).points != active(*calls_on(1)).points


def test_for_all_time_the_series_begins_on_the_day_of_the_first_interaction():
    result = active(*calls_on(400, 1), days=None)
    assert len(result.points) == 401
    assert result.points[0].calls_made == 1


def test_for_all_time_without_interactions_there_is_no_series_and_no_quiet():
    assert active(days=None) == Activities(active(days=None).points, NO_DAY, NO_DAY)
    assert list(active(days=None).points) == []


def test_a_window_without_interactions_is_quiet_throughout():
    result = active(days=3)
    whole = quiet(3, "2026-11-20", "2026-11-22")
    assert (result.longest_quiet, result.open_quiet) == (whole, whole)


def test_the_longest_quiet_period_lies_between_interactions_or_the_edges():
    assert active(*calls_on(0, 4, 6), days=7).longest_quiet == quiet(3, "2026-11-19", "2026-11-21")
    assert active(*calls_on(0, 1), days=7).longest_quiet == quiet(5, "2026-11-16", "2026-11-20")


def test_of_equal_quiet_periods_the_earliest_is_the_longest():
    assert active(*calls_on(2), days=5).longest_quiet == quiet(2, "2026-11-18", "2026-11-19")


def test_the_open_quiet_period_reaches_to_today():
    assert active(*calls_on(2, 4)).open_quiet == quiet(2, "2026-11-21", "2026-11-22")


def test_an_interaction_today_leaves_no_quiet_period_open():
    assert active(*calls_on(0)).open_quiet == NO_DAY


def test_a_window_with_something_every_day_has_no_quiet_period():
    assert active(*calls_on(0, 1, 2), days=3).longest_quiet == NO_DAY


def test_any_kind_of_interaction_ends_the_quiet_though_it_has_no_count():
    result = active(other("o1", ago(), None, "ann", "bob"), days=1)
    assert result.longest_quiet == NO_DAY
    assert result.points[0] == ActivityPoint(date(2026, 11, 22), 0, 0, 0, 0, 0, 0)


def test_a_day_that_the_zone_skips_has_a_point_of_zeros():
    result = in_situation("skipped_day", 4)
    assert [(str(p.date), p.calls_made) for p in result.points] == [
        ("2011-12-29", 1),
        ("2011-12-30", 0),
        ("2011-12-31", 1),
        ("2012-01-01", 0),
    ]


def test_what_a_clock_going_back_puts_on_tomorrow_counts_today():
    points = in_situation("clock_back_over_midnight", 1).points
    assert [(str(p.date), p.calls_made) for p in points] == [("2010-11-06", 2)]


def test_the_hour_that_comes_twice_lies_on_one_day():
    points = in_situation("dst", 3).points
    assert [(p.date.day, p.calls_received) for p in points] == [(24, 1), (25, 3), (26, 1)]


def test_no_record_of_many_pays_for_days_on_which_nothing_happened():
    s = SITUATIONS["many_records"]
    results = activities(columns(*s.interactions, records=s.records), Window(AS_OF, MAX_DAYS))
    assert {len(r.points) for r in results} == {MAX_DAYS}
    assert sum(p.emails_sent for p in results[4].points) == 4


def test_a_clock_at_the_end_of_the_calendar_has_a_point():
    result = activities(columns(call("c1", at("0001-01-01"), "ann", "bob")), Window(at("0001-01-01 12:00"), None))[0]
    assert [(str(p.date), p.calls_made) for p in result.points] == [("0001-01-01", 1)]
