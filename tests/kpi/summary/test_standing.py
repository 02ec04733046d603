"""Where a record stands, computed by hand."""

from dataclasses import replace
from math import isclose, log

import pytest

from graph.model import to_micros
from kpi.comparison import Comparison, compared
from kpi.health import Health, HealthState
from kpi.life import Life, lives
from kpi.spans import EVER
from kpi.summary.insight import Insight, InsightAgainst, InsightCode, InsightUnit
from kpi.summary.standing import deal_insights, health_insight
from tests.situations import AS_OF, ago, call, columns


def health(score: float | None, delta: float | None) -> Health:
    state = HealthState.AVAILABLE if score is not None else HealthState.NOT_ENOUGH_INFORMATION
    return Health(state=state, expected_interval_days=7.0, score=score, trend_delta=delta)


def life(calls: int, minutes: float = 10.0) -> Life:
    made = [call(f"c{n}", ago(n), "ann", "bob", duration_minutes=minutes) for n in range(calls)]
    return lives(columns(*made), [EVER], [to_micros(AS_OF)])[0]


def insights(own: Life | None, others: list[Life]) -> dict[InsightCode, Insight]:
    return {found.code: found for found in deal_insights(compared(own, others)) if found}


@pytest.mark.parametrize(("delta", "lately"), [(5.0, 55.0), (-12.5, 72.5)])
def test_a_score_is_compared_with_its_mean_lately(delta: float, lately: float) -> None:
    found = health_insight(health(60.0, delta))
    assert found == Insight(InsightCode.HEALTH_TREND, 60.0, lately, abs(delta) / 5)
    assert (found.unit, found.against) == (InsightUnit.POINTS, InsightAgainst.USUAL)


@pytest.mark.parametrize(("score", "delta"), [(60.0, 4.9), (60.0, -4.9), (60.0, None), (None, None)])
def test_a_steady_or_unknown_score_is_no_insight(score: float | None, delta: float | None) -> None:
    assert health_insight(health(score, delta)) is None


def test_a_deal_is_compared_with_the_mean_of_similar_won_ones() -> None:
    found = insights(life(2), [life(4), life(6)] * 5)
    assert found[InsightCode.INTERACTIONS_OF_DEAL].ours == 2
    assert found[InsightCode.INTERACTIONS_OF_DEAL].theirs == 5
    assert isclose(found[InsightCode.INTERACTIONS_OF_DEAL].distance, log(2.5))
    assert (found[InsightCode.TIME_OF_DEAL].ours, found[InsightCode.TIME_OF_DEAL].theirs) == (20, 50)
    assert found[InsightCode.TIME_OF_DEAL].against is InsightAgainst.SIMILAR_WON
    assert InsightCode.RESPONSE_OF_DEAL not in found, "nobody answered an email"


def test_our_answers_are_compared_with_those_in_similar_won_deals() -> None:
    alike = compared(life(2), [life(2)] * 10)
    ours = replace(alike.response_time.ours, mean_hours=Comparison(2.0, 4.0, -2.0, 10))
    answering = replace(alike, response_time=replace(alike.response_time, ours=ours))
    (found,) = filter(None, deal_insights(answering))
    assert (found.code, found.ours, found.theirs) == (InsightCode.RESPONSE_OF_DEAL, 2.0, 4.0)


def test_answers_that_take_minutes_more_or_less_are_no_insight() -> None:
    alike = compared(life(2), [life(2)] * 10)
    ours = replace(alike.response_time.ours, mean_hours=Comparison(0.02, 0.1, -0.08, 10))
    answering = replace(alike, response_time=replace(alike.response_time, ours=ours))
    assert list(filter(None, deal_insights(answering))) == []


@pytest.mark.parametrize(("own", "others"), [(None, 10), (life(0), 10), (life(2), 0), (life(2), 9)])
def test_without_a_number_of_its_own_or_enough_deals_there_is_no_comparison(own: Life | None, others: int) -> None:
    assert insights(own, [life(5)] * others) == {}


def test_a_deal_like_the_others_is_no_insight() -> None:
    assert insights(life(10), [life(10)] * 10) == {}
