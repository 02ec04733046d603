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
    InsightUnit.POINTS: Language.points,
}
# What is said in one way, whichever number is larger.
_PLAIN = frozenset(
    {
        InsightCode.WAITING_FOR_US,
        InsightCode.WAITING_FOR_THEM,
        InsightCode.SILENCE,
        InsightCode.NO_MEETING_PLANNED,
        InsightCode.INTERACTIONS_OF_DEAL,
        InsightCode.TIME_OF_DEAL,
        InsightCode.RESPONSE_OF_DEAL,
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
    InsightCode.INTERACTIONS_OF_DEAL: lambda insight: insight.ours,
    InsightCode.PEOPLE_INVOLVED: lambda insight: max(insight.ours, insight.theirs),
}


def sentence(insight: Insight, language: Language, days: int | None) -> str:
    """Say an insight over a window of days in a language."""
    counted = _COUNTED.get(insight.code)
    return language.say(
        _message(insight), None if counted is None else counted(insight), _Values(insight, language, days)
    )


class _Values(dict[str, str]):
    """What may stand in the braces of a sentence; written only where it does."""

    def __init__(self, insight: Insight, language: Language, days: int | None) -> None:
        super().__init__()
        self._insight = insight
        self._language = language
        self._days = days

    def __missing__(self, name: str) -> str:
        insight, language = self._insight, self._language
        match name:
            case "ours" | "theirs":
                return _WRITTEN[insight.unit](language, getattr(insight, name))
            case "difference":
                return _WRITTEN[insight.unit](language, abs(insight.difference))
            case "detail":
                return language.number(insight.detail)
            case "wait":
                return language.days(insight.detail)
            case "period":
                return language.days(self._days or 0)
        raise KeyError(name)


def _message(insight: Insight) -> str:
    return insight.code if insight.code in _PLAIN else f"{insight.code}.{_case(insight)}"


def _case(insight: Insight) -> str:
    """Return which of its messages says an insight; nothing is compared with a usual of nothing."""
    match insight.code:
        case InsightCode.MEETING_PLANNED:
            return _MEETING.get(insight.detail, "LATER") if insight.ours else "AGAIN"
        case InsightCode.OPENED_NOT_ANSWERED:
            return "SOME" if insight.theirs else "NONE"
        case InsightCode.ACTIVITY if not insight.theirs:
            return "UNUSUAL"
    return "MORE" if insight.difference > 0 else "FEWER"
