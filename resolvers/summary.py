"""The summary of a record: its insights, most telling first, as sentences."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, cast

import strawberry

from graph.model import Opportunity
from kpi.email_engagement import EmailEngagement, email_engagement
from kpi.health import Health, health
from kpi.summary.insight import Insight, InsightAgainst, InsightCode, InsightUnit, ranked
from kpi.summary.involved import engagement_insight
from kpi.summary.pace import meeting_insight, next_meeting_day
from kpi.summary.standing import deal_insights, health_insight
from kpi.summary.summary import Summary as Findings
from kpi.summary.summary import summary as findings
from kpi.window import DEFAULT_DAYS, Window
from resolvers.arguments import Days
from resolvers.context import Info, moment_of
from resolvers.health import HasHealth, exempt
from resolvers.language import Language
from resolvers.languages import languages
from resolvers.sentences import sentence
from resolvers.settings import current_settings
from resolvers.similar import similar_won as compared
from resolvers.widgets import ask

Tag = Annotated[
    str | None,
    strawberry.argument(
        description="The language of the sentences, as a tag such as `en`, `gl` or `zh-Hant`. Left out, it is the one "
        "that the client prefers (`Accept-Language`), else English."
    ),
]

SimilarWon = Annotated[
    bool,
    strawberry.argument(
        description="Whether to compare a deal with similar won deals too, as `comparedToSimilarWon` does, which reads "
        "up to a hundred deals; other records have none."
    ),
]


@dataclass(frozen=True, slots=True)
class SaidInsight:
    """An insight and the language it is said in; its sentence is made only where it is read."""

    insight: Insight
    language: Language
    days: int | None

    @property
    def code(self) -> InsightCode:
        """What it is about."""
        return self.insight.code

    @property
    def sentence(self) -> str:
        """The insight in words."""
        return sentence(self.insight, self.language, self.days)

    @property
    def ours(self) -> float:
        """Our number, or the present one."""
        return self.insight.ours

    @property
    def theirs(self) -> float:
        """The customer's number, or the usual one."""
        return self.insight.theirs

    @property
    def difference(self) -> float:
        """The first less the second."""
        return self.insight.difference

    @property
    def distance(self) -> float:
        """How far from usual it is."""
        return self.insight.distance

    @property
    def unit(self) -> InsightUnit:
        """What the numbers count."""
        return self.insight.unit

    @property
    def against(self) -> InsightAgainst:
        """What the second number is."""
        return self.insight.against


@dataclass(frozen=True, slots=True)
class Summary:
    """The insights of a record, when they were computed, and the language they are said in."""

    insights: Sequence[SaidInsight]
    computed_at: datetime
    language: str


def resolve_summary(
    root: HasHealth,
    info: Info,
    days: Days = DEFAULT_DAYS,
    language: Tag = None,
    similar_won: SimilarWon = True,
) -> Awaitable[Summary]:
    """Return what is worth knowing about a record."""
    spoken = languages().preferred(info.context.languages) if language is None else languages().named(language)
    # Asked here and now, not where a task begins, so that they go along with the questions of the neighbours.
    asked = asyncio.gather(
        ask(info, root, findings, days),
        ask(info, root, email_engagement, days, engaged=True),
        ask(info, root, next_meeting_day, None, ahead=True),
        ask(info, root, health, None, settled=True),
    )
    return _summary(root, info, asked, moment_of(info).window(days), spoken, similar_won)


async def _summary(
    root: HasHealth, info: Info, asked: Awaitable[Sequence[object]], window: Window, spoken: Language, similar: bool
) -> Summary:
    past, engagement, meeting_day, condition = await asked
    found, settings = cast("Findings", past), (await current_settings(info)).settings
    insights = ranked(
        [
            *found.insights,
            meeting_insight(found.meetings, cast("int | None", meeting_day), window.last_day),
            engagement_insight(cast("EmailEngagement", engagement)),
            health_insight(cast("Health", condition)) if exempt(root, window.as_of, settings) is None else None,
            *(deal_insights(await compared(info, root)) if similar and isinstance(root, Opportunity) else ()),
        ]
    )
    return Summary([SaidInsight(insight, spoken, window.days) for insight in insights], datetime.now(UTC), spoken.tag)
