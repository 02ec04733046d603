"""Health by hand: small books, the numbers worked out from the formula."""

from datetime import timedelta
from itertools import product
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.interactions import Interactions
from graph.model import Interaction, LeadState, RecordKind, to_micros
from graph.settings import Frequency, OrganizationSettings
from kpi.facts import FOREVER, facts_of
from kpi.health import (
    Grade,
    Health,
    HealthState,
    TermName,
    deltas_at,
    exempt,
    exemption,
    grade_of,
    grades_of,
    health,
    scores_at,
)
from kpi.health_trend import Trend, trend_of, trends_of
from kpi.health_weights import ROWS_AT_ONCE, weighed
from kpi.spans import EVER
from kpi.window import Window
from tests.situations import AS_OF, BOB, DEAL, GLOBEX, LEA, ago, call, canceled, columns, email, meeting, other

DEFAULT = OrganizationSettings()
NOW = to_micros(AS_OF)


def health_of(*interactions: Interaction, settings: OrganizationSettings = DEFAULT) -> Health:
    [found] = health(columns(*interactions), Window(AS_OF), settings)
    return found


def values(found: Health) -> dict[str, float]:
    return {term.name.value.lower(): term.value for term in found.terms}


def ours(days: float, id_: str = "u") -> Interaction:
    return email(f"{id_}{days}", ago(days), "ann", "bob")


def theirs(days: float, id_: str = "t") -> Interaction:
    return email(f"{id_}{days}", ago(days), "bob", "ann")


# What an interaction counts for, at weekly expectation: 1 now, 1/2 after 35 days, 1/3 after 70.


def test_activity_is_the_faded_number_of_interactions() -> None:
    assert values(health_of(ours(0), ours(35), ours(70)))["activity"] == pytest.approx(
        (1 + 1 / 2 + 1 / 3) / (2 + 1 / 2 + 1 / 3)
    )


def test_recency_is_that_of_the_last_interaction_alone() -> None:
    assert values(health_of(ours(35), ours(70), ours(105)))["recency"] == pytest.approx(1 / 2)


def test_reciprocity_takes_both_sides_with_squared_fading() -> None:
    found = health_of(ours(0), theirs(35), ours(35))
    both = ((1 + 1 / 4) * (1 / 4)) ** 2
    assert values(found)["reciprocity"] == pytest.approx(both / (both + 1 / 5))


def test_the_score_is_the_sum_of_45_15_and_40_parts() -> None:
    found = health_of(ours(0), theirs(0), ours(0))
    assert found.score == pytest.approx(45 * 3 / 4 + 15 + 40 * 4 / 4.2, abs=0.05)
    assert [(term.name, term.weight) for term in found.terms] == [
        (TermName.ACTIVITY, 45.0),
        (TermName.RECENCY, 15.0),
        (TermName.RECIPROCITY, 40.0),
        (TermName.CAP, 1.0),
    ]


def test_a_meeting_is_talk_of_both_sides() -> None:
    meetings = [meeting(f"n{n}", AS_OF, "ann", "bob") for n in range(3)]
    assert values(health_of(*meetings))["reciprocity"] == pytest.approx(81 / 81.2)


def test_a_call_is_talk_of_both_sides_even_where_nobody_knows_how_long_it_was() -> None:
    calls = [
        call(f"c{n}", AS_OF, "ann", "bob", duration_minutes=minutes) for n, minutes in enumerate((None, 1.0, 60.0))
    ]
    assert values(health_of(*calls))["reciprocity"] == pytest.approx(81 / 81.2)


def test_a_call_of_no_minutes_is_talk_of_the_caller() -> None:
    calls = [call(f"c{n}", AS_OF, "ann", "bob", duration_minutes=0.0) for n in range(3)]
    assert values(health_of(*calls))["reciprocity"] == 0


def test_what_nobody_began_is_activity_of_neither_side() -> None:
    tasks = [other(f"o{n}", AS_OF, None, "ann", "bob") for n in range(3)]
    assert values(health_of(*tasks)) == pytest.approx({"activity": 3 / 4, "recency": 1, "reciprocity": 0, "cap": 0})


def test_a_weight_multiplies_what_an_interaction_counts_for() -> None:
    half = OrganizationSettings(email_weight_percent=-50.0)
    found = values(health_of(ours(0), theirs(0), ours(0), settings=half))
    assert found["activity"] == pytest.approx(1.5 / 2.5)
    assert found["reciprocity"] == pytest.approx(0.25 / (0.25 + 0.2))


def test_what_weighs_half_as_much_more_stays_recent_for_half_as_long_more() -> None:
    heavy = OrganizationSettings(meeting_weight_percent=50.0)
    found = health_of(meeting("n1", ago(52.5), "ann", "bob"), ours(40), ours(70), settings=heavy)
    assert values(found)["recency"] == pytest.approx(1 / 2)


@pytest.mark.parametrize("frequency", Frequency)
def test_ages_are_measured_in_expected_intervals(frequency: Frequency) -> None:
    settings = OrganizationSettings(frequency=frequency)
    halving = 5 * settings.interval_days
    found = health_of(ours(halving), ours(2 * halving), ours(2 * halving, "v"), settings=settings)
    assert values(found)["recency"] == pytest.approx(1 / 2)
    assert values(found)["activity"] == pytest.approx((1 / 2 + 2 / 3) / (1 + 1 / 2 + 2 / 3))
    assert found.expected_interval_days == settings.interval_days


def test_the_cap_keeps_one_side_below_good() -> None:
    found = health_of(*(ours(n / 10) for n in range(50)), settings=OrganizationSettings(good_from=30.0, fair_from=10.0))
    assert (found.score, found.grade) == (29.9, Grade.FAIR)
    *signals, cap = found.terms
    assert cap.contribution == pytest.approx(29.9 - sum(term.contribution for term in signals))


def test_both_sides_rise_above_the_cap() -> None:
    settings = OrganizationSettings(good_from=30.0, fair_from=10.0)
    found = health_of(ours(0), theirs(0), ours(0), settings=settings)
    assert found.score == pytest.approx(29.9 + 40 * 4 / 4.2, abs=0.05)


# states


def test_two_interactions_are_not_enough() -> None:
    found = health_of(ours(0), theirs(4))
    assert (found.state, found.score, found.grade, found.trend, found.trend_delta, found.terms) == (
        HealthState.NOT_ENOUGH_INFORMATION,
        *[None] * 4,
        (),
    )
    assert found.last_interaction_days == 0.0


def test_three_are_enough_however_long_ago() -> None:
    found = health_of(ours(2000), theirs(2000), ours(3000))
    assert (found.state, found.grade) == (HealthState.AVAILABLE, Grade.POOR)


def test_without_interactions_there_is_no_last_one() -> None:
    assert health_of().last_interaction_days is None


def test_the_last_interaction_is_so_many_days_ago() -> None:
    assert health_of(ours(1.25)).last_interaction_days == 1.25


def test_what_was_called_off_or_is_to_come_counts_for_nothing() -> None:
    kept = (ours(1), theirs(2), ours(3))
    found = health_of(*kept, canceled(theirs(0)), email("later", AS_OF + timedelta(microseconds=1), "bob", "ann"))
    assert found == health_of(*kept)


def test_what_takes_place_at_as_of_counts_whole() -> None:
    assert values(health_of(ours(0), theirs(0), ours(0)))["recency"] == 1


def test_a_deal_counts_an_internal_meeting_about_it() -> None:
    meetings = [meeting(f"n{n}", ago(n), "ann", "max", regarding_id="deal") for n in range(3)]
    deal, account = health(columns(*meetings, records=(DEAL, GLOBEX)), Window(AS_OF), DEFAULT)
    assert (deal.state, account.state) == (HealthState.AVAILABLE, HealthState.NOT_ENOUGH_INFORMATION)
    assert values(deal)["reciprocity"] == 0


@pytest.mark.parametrize(
    ("kind", "state", "created", "closed", "expected"),
    [
        (RecordKind.CONTACT, None, None, None, None),
        (RecordKind.ACCOUNT, None, None, None, None),
        (RecordKind.LEAD, "OPEN", None, None, None),
        (RecordKind.LEAD, "QUALIFIED", None, None, HealthState.NOT_APPLICABLE),
        (RecordKind.LEAD, "DISQUALIFIED", None, None, HealthState.NOT_APPLICABLE),
        (RecordKind.OPPORTUNITY, "OPEN", None, None, None),
        (RecordKind.OPPORTUNITY, "OPEN", NOW, None, None),
        (RecordKind.OPPORTUNITY, "OPEN", NOW + 1, None, HealthState.NOT_ENOUGH_INFORMATION),
        (RecordKind.OPPORTUNITY, "WON", None, NOW + 1, None),
        (RecordKind.OPPORTUNITY, "WON", None, NOW, HealthState.NOT_APPLICABLE),
        (RecordKind.OPPORTUNITY, "LOST", NOW - 9, NOW - 1, HealthState.NOT_APPLICABLE),
        (RecordKind.OPPORTUNITY, "LOST", NOW + 1, NOW + 9, HealthState.NOT_ENOUGH_INFORMATION),
    ],
)
def test_what_a_record_says_of_itself_comes_first(
    kind: RecordKind, state: str | None, created: int | None, closed: int | None, expected: HealthState | None
) -> None:
    assert exemption(kind, state, created, closed, NOW, DEFAULT) is expected


@pytest.mark.parametrize("kind", [RecordKind.ACCOUNT, RecordKind.CONTACT, RecordKind.LEAD, RecordKind.OPPORTUNITY])
def test_turned_off_comes_before_everything_else(kind: RecordKind) -> None:
    off = OrganizationSettings(health=False)
    assert exemption(kind, "DISQUALIFIED", NOW + 1, NOW, NOW, off) is HealthState.TURNED_OFF


@pytest.mark.parametrize(
    ("score", "grade"), [(100.0, "GOOD"), (60.0, "GOOD"), (59.9, "FAIR"), (40.0, "FAIR"), (39.9, "POOR"), (0.0, "POOR")]
)
def test_the_grade_is_that_of_the_number_shown(score: float, grade: str) -> None:
    assert grade_of(score, DEFAULT) == grade


# many records at once


def shown(found: list[Health], name: str) -> list[float]:
    return [nan if (value := getattr(one, name)) is None else value for one in found]


def test_facts_have_the_scores_that_interactions_have() -> None:
    mails = [email(f"m{n}", ago(n * 3), *(("ann", "bob"), ("bob", "ann"))[n % 2]) for n in range(40)]
    assert_as_shown(columns(*mails, other("o1", ago(1), "dan", "ann"), records=(LEA, BOB, DEAL)))


def test_more_rows_than_are_taken_at_once_change_nothing() -> None:
    mails = [email(f"m{n}", ago(n / 100), *(("ann", "bob"), ("bob", "ann"))[n % 2]) for n in range(ROWS_AT_ONCE + 1)]
    assert_as_shown(columns(*mails, records=(LEA, BOB, DEAL, GLOBEX)))


def assert_as_shown(read: Interactions) -> None:
    book, found = weighed(facts_of(read), DEFAULT), health(read, Window(AS_OF), DEFAULT)
    assert scores_at(book, NOW, DEFAULT).tolist() == pytest.approx(shown(found, "score"), nan_ok=True)
    assert deltas_at(book, NOW, DEFAULT).tolist() == pytest.approx(shown(found, "trend_delta"), nan_ok=True)


def test_without_records_there_are_no_scores() -> None:
    assert scores_at(weighed(facts_of(columns(records=())), DEFAULT), NOW, DEFAULT).tolist() == []


@given(scores=st.lists(st.sampled_from([0.0, 39.9, 40.0, 59.9, 60.0, 100.0])), deltas=st.lists(st.floats(-9, 9)))
def test_many_grades_and_trends_are_those_of_each(scores: list[float], deltas: list[float]) -> None:
    assert [list(Grade)[place] for place in grades_of(np.array(scores), DEFAULT)] == [
        grade_of(score, DEFAULT) for score in scores
    ]
    assert [list(Trend)[place] for place in trends_of(np.array([*deltas, nan]))] == [
        trend_of(delta) for delta in [*deltas, None]
    ]


@pytest.mark.parametrize("kind", [RecordKind.ACCOUNT, RecordKind.CONTACT, RecordKind.LEAD, RecordKind.OPPORTUNITY])
@pytest.mark.parametrize("settings", [DEFAULT, OrganizationSettings(health=False)])
def test_many_are_exempt_where_each_is(kind: RecordKind, settings: OrganizationSettings) -> None:
    instants = [None, NOW - 1, NOW, NOW + 1]
    each = list(product([LeadState.OPEN, "WON"], instants, instants))
    one_by_one = [exemption(kind, *one, NOW, settings) is not None for one in each]
    states, created, closed = zip(*each, strict=True)
    begun = np.array([EVER if at is None else at for at in created])
    ended = np.array([FOREVER if at is None else at for at in closed])
    assert exempt(kind, np.array(states) == "OPEN", begun, ended, NOW, settings).tolist() == one_by_one
