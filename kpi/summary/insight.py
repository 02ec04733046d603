"""One thing worth knowing about a record: a code and the two numbers it compares."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from graph.interactions import Bool, Float64, Int64
from kpi.summary.comparing import differ


class InsightCode(StrEnum):
    """What an insight is about. Of equally telling ones, the one named first comes first."""

    WAITING_FOR_US = "WAITING_FOR_US"
    SILENCE = "SILENCE"
    NO_MEETING_PLANNED = "NO_MEETING_PLANNED"
    ACTIVITY = "ACTIVITY"
    WAITING_FOR_THEM = "WAITING_FOR_THEM"
    THEIR_RESPONSE_TREND = "THEIR_RESPONSE_TREND"
    OUR_RESPONSE_TREND = "OUR_RESPONSE_TREND"
    EMAIL_RATIO = "EMAIL_RATIO"
    MEETING_PLANNED = "MEETING_PLANNED"
    RESPONSE_TIME = "RESPONSE_TIME"
    RESPONSE_RATE = "RESPONSE_RATE"
    MEETINGS_INITIATED = "MEETINGS_INITIATED"
    CALLS_MADE = "CALLS_MADE"
    EMAILS_SENT = "EMAILS_SENT"
    TIME_INVESTED = "TIME_INVESTED"
    PEOPLE_INVOLVED = "PEOPLE_INVOLVED"
    OPENED_NOT_ANSWERED = "OPENED_NOT_ANSWERED"
    HEALTH_TREND = "HEALTH_TREND"
    INTERACTIONS_OF_DEAL = "INTERACTIONS_OF_DEAL"
    TIME_OF_DEAL = "TIME_OF_DEAL"
    RESPONSE_OF_DEAL = "RESPONSE_OF_DEAL"


class InsightUnit(StrEnum):
    """What the numbers of an insight count."""

    COUNT = "COUNT"
    RATIO = "RATIO"
    SHARE = "SHARE"
    MINUTES = "MINUTES"
    HOURS = "HOURS"
    DAYS = "DAYS"
    POINTS = "POINTS"


class InsightAgainst(StrEnum):
    """What the second number of an insight is."""

    CUSTOMER = "CUSTOMER"
    USUAL = "USUAL"
    SIMILAR_WON = "SIMILAR_WON"


_UNITS = {
    InsightCode.WAITING_FOR_US: InsightUnit.HOURS,
    InsightCode.SILENCE: InsightUnit.DAYS,
    InsightCode.NO_MEETING_PLANNED: InsightUnit.DAYS,
    InsightCode.WAITING_FOR_THEM: InsightUnit.HOURS,
    InsightCode.THEIR_RESPONSE_TREND: InsightUnit.HOURS,
    InsightCode.OUR_RESPONSE_TREND: InsightUnit.HOURS,
    InsightCode.EMAIL_RATIO: InsightUnit.RATIO,
    InsightCode.MEETING_PLANNED: InsightUnit.DAYS,
    InsightCode.RESPONSE_TIME: InsightUnit.HOURS,
    InsightCode.RESPONSE_RATE: InsightUnit.SHARE,
    InsightCode.TIME_INVESTED: InsightUnit.MINUTES,
    InsightCode.HEALTH_TREND: InsightUnit.POINTS,
    InsightCode.TIME_OF_DEAL: InsightUnit.MINUTES,
    InsightCode.RESPONSE_OF_DEAL: InsightUnit.HOURS,
}
_AGAINST = dict.fromkeys(
    (
        InsightCode.WAITING_FOR_US,
        InsightCode.SILENCE,
        InsightCode.NO_MEETING_PLANNED,
        InsightCode.ACTIVITY,
        InsightCode.WAITING_FOR_THEM,
        InsightCode.THEIR_RESPONSE_TREND,
        InsightCode.OUR_RESPONSE_TREND,
        InsightCode.EMAIL_RATIO,
        InsightCode.MEETING_PLANNED,
        InsightCode.HEALTH_TREND,
    ),
    InsightAgainst.USUAL,
) | dict.fromkeys(
    (InsightCode.INTERACTIONS_OF_DEAL, InsightCode.TIME_OF_DEAL, InsightCode.RESPONSE_OF_DEAL),
    InsightAgainst.SIMILAR_WON,
)
_ORDER = {code: place for place, code in enumerate(InsightCode)}


@dataclass(frozen=True, slots=True)
class Insight:
    """
    Two numbers that differ, and by how much that is out of the ordinary.

    ``ours`` and ``theirs`` are those of the two sides, or what is now and what is usual or so in similar won deals: see
    ``against``. ``distance`` is how many standard deviations the difference is away from the usual one. ``detail`` is a
    third number that the sentence tells: how many emails wait, how many days it is until the meeting, how many emails
    are followed.
    """

    code: InsightCode
    ours: float
    theirs: float
    distance: float
    detail: int = 0

    @property
    def difference(self) -> float:
        """The first number less the second."""
        return self.ours - self.theirs

    @property
    def unit(self) -> InsightUnit:
        """What the numbers count."""
        return _UNITS.get(self.code, InsightUnit.COUNT)

    @property
    def against(self) -> InsightAgainst:
        """What the second number is."""
        return _AGAINST.get(self.code, InsightAgainst.CUSTOMER)


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """An insight of many records at once: columns of equal length, and for which records it is one."""

    code: InsightCode
    ours: Float64
    theirs: Float64
    distance: Float64
    shown: Bool
    detail: Int64 | None = None

    def __getitem__(self, record: int) -> Insight | None:
        if not self.shown[record]:
            return None
        ours, theirs, distance = (float(column[record]) for column in (self.ours, self.theirs, self.distance))
        return Insight(self.code, ours, theirs, distance, 0 if self.detail is None else int(self.detail[record]))


def ranked(insights: Iterable[Insight | None]) -> list[Insight]:
    """
    Return the insights that there are, the one farthest from the usual first, and no fact twice.

    Where there were meetings only, that none is planned would tell the days of the silence over again.
    """
    there_are = list(filter(None, insights))
    silences = [insight for insight in there_are if insight.code is InsightCode.SILENCE]
    told = [insight for insight in there_are if not any(_repeats(insight, silence) for silence in silences)]
    return sorted(told, key=lambda insight: (-insight.distance, _ORDER[insight.code]))


def _repeats(insight: Insight, silence: Insight) -> bool:
    meetings = insight.code is InsightCode.NO_MEETING_PLANNED
    return meetings and insight.ours == silence.ours and not differ(insight.theirs, silence.theirs)
