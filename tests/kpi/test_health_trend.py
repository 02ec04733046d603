"""Where health is going: rhythms that hold, change, end and begin."""

from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from graph.model import Interaction
from graph.settings import Frequency, OrganizationSettings
from kpi.health import Health, health
from kpi.health_trend import Trend, trend_of
from kpi.window import Window
from tests.situations import AS_OF, ago, columns, email, meeting

DEFAULT = OrganizationSettings()
SIDES = ("ann", "bob"), ("bob", "ann")


def mails(*days_ago: float, sides: Any = SIDES) -> list[Interaction]:
    return [
        email(f"m{n}", ago(days), *side) for n, (days, side) in enumerate(zip(days_ago, cycle(sides), strict=False))
    ]


def health_of(*interactions: Interaction, days_later: float = 0, settings: OrganizationSettings = DEFAULT) -> Health:
    [found] = health(columns(*interactions), Window(AS_OF + timedelta(days=days_later)), settings)
    return found


def trend(*days_ago: float, days_later: float = 0, sides: Any = SIDES) -> Trend | None:
    return health_of(*mails(*days_ago, sides=sides), days_later=days_later).trend


@given(
    frequency=st.sampled_from(Frequency),
    make=st.sampled_from([email, meeting]),
    times=st.integers(3, 40),
    every=st.sampled_from([0.25, 0.5, 1]),
    passed=st.floats(0, 1),
)
@profile(max_examples=100)
def test_a_rhythm_as_expected_or_quicker_is_steady_from_its_beginning(
    frequency: Frequency, make: Any, times: int, every: float, passed: float
) -> None:
    settings = OrganizationSettings(frequency=frequency)
    ages = [(n + passed) * every * settings.interval_days for n in range(times)]
    found = health_of(*(make(f"i{n}", ago(age), *SIDES[n % 2]) for n, age in enumerate(ages)), settings=settings)
    assert found.trend is Trend.STEADY


@pytest.mark.parametrize("days", [35, 60, 90])
def test_silence_after_half_a_year_of_weekly_mail_is_a_decline(days: int) -> None:
    assert trend(*range(0, 182, 7), days_later=days) is Trend.DECLINING


def test_a_week_without_mail_is_no_decline_yet() -> None:
    assert trend(*range(0, 182, 7), days_later=14) is Trend.STEADY


def test_what_has_been_silent_for_a_year_declines_no_more() -> None:
    assert trend(*range(0, 182, 7), days_later=365) is Trend.STEADY
    assert trend(0, 1, 2, 3, 4, days_later=365) is Trend.STEADY


def test_mail_twice_a_week_after_one_a_month_is_an_improvement() -> None:
    assert trend(*range(0, 21, 3), *range(49, 200, 28)) is Trend.IMPROVING


def test_answers_after_weeks_without_any_are_an_improvement() -> None:
    only_ours = [email(f"u{n}", ago(n), "ann", "bob") for n in range(28, 150, 7)]
    assert health_of(*only_ours, *mails(0, 7, 14, 21)).trend is Trend.IMPROVING


def test_a_relationship_that_begins_has_nothing_to_compare_with() -> None:
    found = health_of(*mails(0, 3, 6, 9, 12))
    assert (found.trend, found.trend_delta) == (Trend.STEADY, None)


def test_without_a_score_there_is_no_trend() -> None:
    found = health_of(*mails(0, 50))
    assert (found.trend, found.trend_delta) == (None, None)


def test_the_delta_is_the_mean_of_the_four_differences() -> None:
    """Six meetings at once, eight weeks ago and so eight intervals: scores of 4 to 7 intervals later against 0 to 3."""
    meetings = [meeting(f"n{n}", ago(56), "ann", "bob") for n in range(6)]

    def raw(intervals: int) -> float:
        fading = 1 / (1 + intervals / 5)
        both = (6 * fading**2) ** 4
        return 45 * 6 * fading / (6 * fading + 1) + 15 * fading + 40 * both / (both + 0.2)

    differences = [raw(n + 4) - raw(n) for n in (1, 2, 3, 4)]
    assert health_of(*meetings).trend_delta == round(sum(differences) / 4, 1)


def test_three_interactions_at_the_very_instant_compared_with_are_enough() -> None:
    together = [meeting(f"n{n}", ago(28), "ann", "bob") for n in range(3)]
    assert health_of(*together).trend_delta is not None
    assert health_of(*together[:2], meeting("later", ago(27.9), "ann", "bob")).trend_delta is None


@pytest.mark.parametrize(
    ("delta", "trend"),
    [
        (5.0, Trend.IMPROVING),
        (4.9, Trend.STEADY),
        (0.0, Trend.STEADY),
        (-4.9, Trend.STEADY),
        (-5.0, Trend.DECLINING),
        (None, Trend.STEADY),
    ],
)
def test_five_points_make_a_trend(delta: float | None, trend: Trend) -> None:
    assert trend_of(delta) is trend
