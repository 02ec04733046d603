"""Versions of the settings, on every store."""

import json
from datetime import UTC, datetime

import pytest

from graph.model import Source
from graph.settings import DEFAULT_VERSION, Frequency, OrganizationSettings, SettingsVersion
from graph.settings_versions import KIND, add_version, all_versions, newest_version
from graph.store import Store

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def version(number: int, **settings: object) -> SettingsVersion:
    return SettingsVersion(number, OrganizationSettings(**settings), NOON, "ann")  # type: ignore[arg-type]


async def test_a_new_store_has_the_defaults(store: Store) -> None:
    assert await newest_version(store) == DEFAULT_VERSION
    assert await all_versions(store) == [DEFAULT_VERSION]


async def test_the_newest_version_is_the_one_that_was_added_last(store: Store) -> None:
    versions = [
        version(1, frequency=Frequency.DAILY),
        version(2, sources=(Source.CRM,), good_from=70.5, bulk_signs=(), introduction_body="Olá {customer}\n"),
    ]
    assert [await add_version(store, one) for one in versions] == [True, True]
    assert await newest_version(store) == versions[1]
    assert await all_versions(store) == [DEFAULT_VERSION, *versions]


async def test_more_than_nine_versions_stay_in_order(store: Store) -> None:
    for number in range(1, 12):
        await add_version(store, version(number, smallest_group=number))
    assert (await newest_version(store)).settings.smallest_group == 11
    assert [one.number for one in await all_versions(store)] == list(range(12))


async def test_a_version_is_not_replaced(store: Store) -> None:
    assert await add_version(store, version(1, smallest_group=3))
    assert not await add_version(store, version(1, smallest_group=4))
    assert (await newest_version(store)).settings.smallest_group == 3


@pytest.mark.parametrize("number", [1, 2_000_000_000])
async def test_what_a_newer_rapport_wrote_is_kept(store: Store, number: int) -> None:
    written = {
        "changed_at": NOON.isoformat(),
        "changed_by": "ann",
        "later": 1,
        "settings": {"good_from": 70, "mood": "X"},
    }
    await store.add_document(KIND, f"{number:010}", json.dumps(written))
    found = await newest_version(store)
    assert (found.number, found.settings) == (number, OrganizationSettings(good_from=70.0))
    await add_version(store, SettingsVersion(number + 1, found.settings, NOON, "ann", found.unknown))
    assert (await newest_version(store)).unknown == {"mood": "X"}
