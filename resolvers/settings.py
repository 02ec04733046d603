"""The organisation's settings: what numbers are computed with."""

from graph.settings import SettingsVersion
from resolvers.context import Info


async def current_settings(info: Info) -> SettingsVersion:
    """Return the newest version of the settings, read once a request."""
    return await info.context.loaders.settings()
