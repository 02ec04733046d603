"""Insights as sentences."""

from collections.abc import Callable

from kpi.summary.insight import Insight, InsightCode, InsightUnit
from resolvers.language import Language

_WRITTEN: dict[InsightUnit, Callable[[Language, float], str]] = {
    InsightUnit.COUNT: Language.number,
    InsightUnit.RATIO: Language.ratio,
    InsightUnit.SHARE: Language.share,
    InsightUnit.MINUTES: Language.minutes,
    InsightUnit.HOURS: Language.hours,
    InsightUnit.DAYS: Language.days,
}
# What is said in one way, whichever number is larger.
_PLAIN = frozenset(
    {
        InsightCode.WAITING_FOR_US,
        InsightCode.WAITING_FOR_THEM,
        InsightCode.SILENCE,
        InsightCode.NO_MEETING_PLANNED,
        InsightCode.OPENED_NOT_ANSWERED,
    }
)
_MEETING = {0: "TODAY", 1: "TOMORROW"}
# Which number the nouns of a sentence agree with, where it has any.
_COUNTED: dict[InsightCode, Callable[[Insight], float]] = {
    InsightCode.MEETINGS_INITIATED: lambda insight: abs(insight.difference),
    InsightCode.EMAILS_SENT: lambda insight: abs(insight.difference),
    InsightCode.CALLS_MADE: lambda insight: abs(insight.difference),
    InsightCode.WAITING_FOR_US: lambda insight: insight.detail,
    InsightCode.WAITING_FOR_THEM: lambda insight: insight.detail,
    InsightCode.OPENED_NOT_ANSWERED: lambda insight: insight.detail,
    InsightCode.ACTIVITY: lambda insight: insight.ours,
    InsightCode.PEOPLE_INVOLVED: lambda insight: max(insight.ours, insight.theirs),
}


def sentence(insight: Insight, language: Language, days: int | None) -> str:
    """Say an insight over a window of days in a language."""
    written, counted = _WRITTEN[insight.unit], _COUNTED.get(insight.code)
    return language.say(
        _message(insight),
        None if counted is None else counted(insight),
        ours=written(language, insight.ours),
        theirs=written(language, insight.theirs),
        difference=written(language, abs(insight.difference)),
        detail=language.number(insight.detail),
        wait=language.days(insight.detail),
        period=language.days(days or 0),
    )


def _message(insight: Insight) -> str:
    if insight.code in _PLAIN:
        return insight.code
    if insight.code is InsightCode.MEETING_PLANNED:
        return f"{insight.code}.{_MEETING.get(insight.detail, 'LATER')}"
    return f"{insight.code}.{'MORE' if insight.difference > 0 else 'FEWER'}"
