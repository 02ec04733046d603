"""Where a record stands: its health against what it was, and a deal against similar won ones."""

from collections.abc import Iterator
from math import log

from kpi.comparison import Comparison, LifeCompared
from kpi.health import Health
from kpi.health_trend import STEADY_BELOW
from kpi.summary.comparing import LEAST_HOURS, LEAST_MINUTES, differ
from kpi.summary.insight import Insight, InsightCode

# Fewer deals have no mean worth the name.
FEWEST_DEALS = 10


def health_insight(health: Health) -> Insight | None:
    r"""
    Compare the score with the mean of what it was lately, where that makes a trend.

    .. math:: distance = |\Delta| / 5

    Examples
    --------
    >>> from kpi.health import HealthState
    >>> health = Health(state=HealthState.AVAILABLE, expected_interval_days=7.0, score=61.5, trend_delta=-10.0)
    >>> insight = health_insight(health)
    >>> insight.ours, insight.theirs, insight.distance
    (61.5, 71.5, 2.0)
    """
    score, delta = health.score, health.trend_delta
    if score is None or delta is None or abs(delta) < STEADY_BELOW:
        return None
    return Insight(InsightCode.HEALTH_TREND, score, round(score - delta, 1), abs(delta) / STEADY_BELOW)


def deal_insights(life: LifeCompared) -> Iterator[Insight | None]:
    """Yield what tells a deal from similar won ones: interactions, our time, our answers."""
    yield _of_deal(InsightCode.INTERACTIONS_OF_DEAL, life.customer_interactions.total.total)
    yield _of_deal(InsightCode.TIME_OF_DEAL, life.hourly_investment.our_minutes.total, LEAST_MINUTES)
    yield _of_deal(InsightCode.RESPONSE_OF_DEAL, life.response_time.ours.mean_hours, LEAST_HOURS)


def _of_deal(code: InsightCode, compared: Comparison, least: float = 0.0) -> Insight | None:
    r"""
    Compare a number of a deal with its mean over similar won deals, where they are at least so far apart.

    .. math:: distance = |\ln (v / \bar v)|

    so that a factor of e counts as one standard deviation.
    """
    value, mean = compared.value, compared.mean
    if not value or not mean or compared.deals < FEWEST_DEALS:
        return None
    if not differ(value, mean) or abs(value - mean) < least:
        return None
    return Insight(code, float(value), mean, abs(log(value / mean)), compared.deals)
