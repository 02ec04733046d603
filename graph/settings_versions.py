"""The versions of an organisation's settings in a store: one document each, only ever added."""

import json
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from graph.settings import DEFAULT_VERSION, OrganizationSettings, SettingsVersion
from graph.settings_rules import repaired
from graph.store import Store

KIND = "settings"
NAMES = tuple(field.name for field in fields(OrganizationSettings))


async def newest_version(store: Store) -> SettingsVersion:
    """Return the settings as they are now."""
    newest = await store.newest_document(KIND)
    return DEFAULT_VERSION if newest is None else _read(*newest)


async def all_versions(store: Store) -> list[SettingsVersion]:
    """Return every version from the defaults to the newest."""
    documents = await store.documents(KIND)
    return [DEFAULT_VERSION, *(_read(key, documents[key]) for key in sorted(documents))]


async def add_version(store: Store, version: SettingsVersion) -> bool:
    """Keep a version; False where there is one of its number already."""
    return await store.add_document(KIND, f"{version.number:010}", _text(version))


# Every request reads the newest one.
@lru_cache(maxsize=64)
def _read(key: str, text: str) -> SettingsVersion:
    written: dict[str, Any] = json.loads(text)
    values = written["settings"]
    return SettingsVersion(
        number=int(key),
        settings=repaired({name: values[name] for name in NAMES if name in values}),
        changed_at=datetime.fromisoformat(written["changed_at"]),
        changed_by=written["changed_by"],
        unknown={name: value for name, value in values.items() if name not in NAMES},
    )


def _text(version: SettingsVersion) -> str:
    assert version.changed_at is not None
    values = {name: getattr(version.settings, name) for name in NAMES}
    written = {
        "changed_at": version.changed_at.isoformat(),
        "changed_by": version.changed_by,
        "settings": {**version.unknown, **values},
    }
    return json.dumps(written, ensure_ascii=False)
