"""The widgets of a record: each a KPI over a window, at the moment of its root field."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar, cast

from graph.interactions import Interactions
from graph.model import Opportunity, Person, Record, Side
from kpi.activities import activities
from kpi.customer_interactions import customer_interactions
from kpi.email_engagement import EmailEngagement, email_engagement
from kpi.email_ratio import email_ratio
from kpi.hourly_investment import hourly_investment
from kpi.last_interaction import Touchpoint, last_interaction, next_interaction
from kpi.most_contacted import ContactedPerson, most_contacted, most_contacted_by
from kpi.response_time import response_time
from kpi.window import DEFAULT_DAYS, Window
from resolvers.answers import Kpi, Question, measure_of
from resolvers.arguments import Days
from resolvers.context import Info, moment_of

T = TypeVar("T")

Resolver = Callable[[Record, Info, Days], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class MostContacted:
    """The people of a ranking, and the instant it was computed."""

    updated_at: datetime
    people: Sequence[ContactedPerson]


def ask(
    info: Info,
    root: Record,
    kpi: Kpi,
    days: int | None,
    *,
    ahead: bool = False,
    engaged: bool = False,
    settled: bool = False,
) -> Awaitable[object]:
    """Ask for a KPI of a record, together with everything else that is asked in this tick."""
    measure = measure_of(kpi, moment_of(info).window(days), ahead, engaged, settled)
    return info.context.loaders.answers.load(Question(measure, root.id))


def _windowed(kpi: Callable[[Interactions, Window], Sequence[T]]) -> Resolver[T]:
    def resolve(root: Record, info: Info, days: Days = DEFAULT_DAYS) -> Awaitable[T]:
        return cast("Awaitable[T]", ask(info, root, kpi, days))

    return resolve


def _ranked(kpi: Callable[[Interactions, Window], Sequence[tuple[ContactedPerson, ...]]]) -> Resolver[MostContacted]:
    def compute(interactions: Interactions, window: Window) -> list[MostContacted]:
        now = datetime.now(UTC)
        return [MostContacted(now, people) for people in kpi(interactions, window)]

    return _windowed(compute)


def _comparable(resolver: Resolver[T]) -> Resolver[T]:
    """Return the same widget, which for a deal can be compared with similar won deals."""

    def resolve(root: Record, info: Info, days: Days = DEFAULT_DAYS) -> Awaitable[T]:
        if isinstance(root, Opportunity):
            info.context.deals[id(info.path)] = info.path, root
        return resolver(root, info, days)

    return resolve


resolve_customer_interactions = _comparable(_windowed(customer_interactions))
resolve_activities = _comparable(_windowed(activities))
resolve_email_ratio = _comparable(_windowed(email_ratio))
resolve_response_time = _comparable(_windowed(response_time))
resolve_hourly_investment = _comparable(_windowed(hourly_investment))
resolve_most_contacted = _ranked(most_contacted)
resolve_most_contacted_by = _ranked(most_contacted_by)


def _last(interactions: Interactions, window: Window) -> Sequence[Touchpoint | None]:
    return last_interaction(interactions, window.as_of)


def _next(interactions: Interactions, window: Window) -> Sequence[Touchpoint | None]:
    return next_interaction(interactions, window.as_of)


def resolve_email_engagement(root: Record, info: Info, days: Days = DEFAULT_DAYS) -> Awaitable[EmailEngagement]:
    """Return what became of the followed emails."""
    return cast("Awaitable[EmailEngagement]", ask(info, root, email_engagement, days, engaged=True))


def resolve_last_interaction(root: Record, info: Info) -> Awaitable[Touchpoint | None]:
    """Return the latest interaction up to *as of*."""
    return cast("Awaitable[Touchpoint | None]", ask(info, root, _last, None))


def resolve_next_interaction(root: Record, info: Info) -> Awaitable[Touchpoint | None]:
    """Return the earliest interaction planned after *as of*."""
    return cast("Awaitable[Touchpoint | None]", ask(info, root, _next, None, ahead=True))


def touchpoint_key(root: Touchpoint) -> str:
    """Return the key of the interaction."""
    return root.id


def begun_by_side(root: Touchpoint) -> Side | None:
    """Return the side that began it."""
    return root.initiator_side


def contacted(root: ContactedPerson, info: Info) -> Awaitable[Person]:
    """Return the person of a place in a ranking."""
    return cast("Awaitable[Person]", info.context.loaders.records.load(root.person))


def begun_by(root: Touchpoint, info: Info) -> Awaitable[Person | None] | None:
    """Return who began an interaction; nobody where they opted out."""
    if root.initiator is None:
        return None
    return cast("Awaitable[Person | None]", info.context.loaders.records.load(root.initiator))


async def subject(root: Touchpoint, info: Info) -> str | None:
    """Return the subject of an interaction."""
    interaction = await info.context.loaders.interactions.load(root.id)
    return interaction.subject if interaction else None
