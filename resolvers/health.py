"""Relationship health of a record, as the organisation's settings want it."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, cast

import strawberry

from graph.interactions import Interactions
from graph.model import Account, Contact, Lead, Opportunity, to_micros
from graph.settings import OrganizationSettings, SettingsVersion
from kpi.health import Health, HealthState, exemption, health
from kpi.health_history import DEFAULT_POINTS, MAX_POINTS, HealthPoint, HistoryStep, health_history, instants_of
from kpi.window import Window
from resolvers.context import Info, moment_of
from resolvers.settings import with_settings
from resolvers.widgets import ask

HasHealth = Account | Contact | Lead | Opportunity

Points = Annotated[
    int | None,
    strawberry.argument(description=f"How many points: 1 to {MAX_POINTS}. Null is {DEFAULT_POINTS}."),
]
Every = Annotated[HistoryStep, strawberry.argument(description="How far apart they are.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedHealth(Health):
    """Health, the instant it was computed and the version of the settings it was computed with."""

    computed_at: datetime
    settings_version: int


@dataclass(frozen=True, slots=True)
class _Health:
    """The KPI with settings; equal ones are one measure."""

    settings: OrganizationSettings

    def __call__(self, interactions: Interactions, window: Window) -> Sequence[Health]:
        return health(interactions, window, self.settings)


@dataclass(frozen=True, slots=True)
class _History:
    """The history with settings; equal ones are one measure."""

    settings: OrganizationSettings
    points: int
    every: HistoryStep

    def __call__(self, interactions: Interactions, window: Window) -> Sequence[Sequence[HealthPoint]]:
        return health_history(interactions, window, self.settings, self.points, self.every)


def resolve_health(root: HasHealth, info: Info) -> DatedHealth | Awaitable[DatedHealth]:
    """Return the health of a record; interactions are read only where they decide."""

    def go_on(version: SettingsVersion) -> DatedHealth | Awaitable[DatedHealth]:
        state = exempt(root, moment_of(info).as_of, version.settings)
        if state is None:
            return _answered(ask(info, root, _Health(version.settings), None), info, version)
        return _dated(Health(state=state, expected_interval_days=version.settings.interval_days), info, version)

    return with_settings(info, go_on)


def resolve_history(
    root: HasHealth, info: Info, points: Points = DEFAULT_POINTS, every: Every = HistoryStep.WEEK
) -> Sequence[HealthPoint] | Awaitable[Sequence[HealthPoint]]:
    """Return the health of a record at past instants; interactions are read only where they decide."""
    points = DEFAULT_POINTS if points is None else points
    instants = instants_of(moment_of(info).window(None), points, every)

    def go_on(version: SettingsVersion) -> Sequence[HealthPoint] | Awaitable[Sequence[HealthPoint]]:
        settings = version.settings
        exempted = [HealthPoint(at, state) for at in instants if (state := exempt(root, at, settings)) is not None]
        if len(exempted) == len(instants):
            return exempted
        return _pointed(ask(info, root, _History(settings, points, every), None), exempted)

    return with_settings(info, go_on)


def exempt(record: HasHealth, as_of: datetime, settings: OrganizationSettings) -> HealthState | None:
    """Tell why a record has no health at an instant, whatever its interactions."""
    state = record.state if isinstance(record, Lead | Opportunity) else None
    created, closed = (record.created_at, record.closed_at) if isinstance(record, Opportunity) else (None, None)
    return exemption(record.kind, state, _micros(created), _micros(closed), to_micros(as_of), settings)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


async def _answered(found: Awaitable[object], info: Info, version: SettingsVersion) -> DatedHealth:
    return _dated(cast("Health", await found), info, version)


def _dated(found: Health, info: Info, version: SettingsVersion) -> DatedHealth:
    values = {field.name: getattr(found, field.name) for field in fields(Health)}
    return DatedHealth(**values, computed_at=info.context.now, settings_version=version.number)


async def _pointed(found: Awaitable[object], exempted: Sequence[HealthPoint]) -> Sequence[HealthPoint]:
    """Return the points found, those in whose place the record decides replaced."""
    decided = {point.at: point for point in exempted}
    return [decided.get(point.at, point) for point in cast("Sequence[HealthPoint]", await found)]
