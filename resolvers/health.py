"""Relationship health of a record, as the organisation's settings want it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import cast

from graph.interactions import Interactions
from graph.model import Account, Contact, Lead, Opportunity, to_micros
from graph.settings import OrganizationSettings, SettingsVersion
from kpi.health import Health, HealthState, exemption, health
from kpi.window import Window
from resolvers.context import Info, moment_of
from resolvers.settings import current_settings
from resolvers.widgets import ask

HasHealth = Account | Contact | Lead | Opportunity


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


async def resolve_health(root: HasHealth, info: Info) -> DatedHealth:
    """Return the health of a record; interactions are read only where they decide."""
    version = await current_settings(info)
    state = exempt(root, moment_of(info).as_of, version.settings)
    if state is not None:
        return _dated(Health(state=state, expected_interval_days=version.settings.interval_days), info, version)
    return _dated(cast("Health", await ask(info, root, _Health(version.settings), None)), info, version)


def exempt(record: HasHealth, as_of: datetime, settings: OrganizationSettings) -> HealthState | None:
    """Tell why a record has no health at an instant, whatever its interactions."""
    state = record.state if isinstance(record, Lead | Opportunity) else None
    created, closed = (record.created_at, record.closed_at) if isinstance(record, Opportunity) else (None, None)
    return exemption(record.kind, state, _micros(created), _micros(closed), to_micros(as_of), settings)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _dated(found: Health, info: Info, version: SettingsVersion) -> DatedHealth:
    values = {field.name: getattr(found, field.name) for field in fields(Health)}
    return DatedHealth(**values, computed_at=info.context.now, settings_version=version.number)
