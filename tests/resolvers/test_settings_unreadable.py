"""Settings that cannot be read are missed only by those who need them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from app.main import run_query
from graph.settings_versions import KIND
from graph.store import Store
from resolvers.loaders import Loaders
from tests.builders import a_contact, a_seller
from tests.resolvers.test_batching import Counting


@pytest.fixture
async def team(store: Store) -> Store:
    """A seller and a contact, under settings that nobody can read."""
    await store.upsert_records([a_seller("ann", name="Ann Ax"), a_contact("bob", owner_id="ann")])
    await store.add_document(KIND, f"{1:010}", "no settings")
    return store


async def answer(store: Store, query: str) -> tuple[Mapping[str, Any] | None, list[list[str]]]:
    """Return the data of an answer, and where its errors are."""
    found = await run_query(store, query)
    # Where an error ends the wait for others, they are still waited for in the background.
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
    return found["data"], [error["path"] for error in found.get("errors", ())]


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ('{ seller(key: "ann") { name } }', {"seller": {"name": "Ann Ax"}}),
        ('{ seller(email: "ann@us.example") { key } }', {"seller": {"key": "ann"}}),
        ("{ sellers { nodes { key } } }", {"sellers": {"nodes": [{"key": "ann"}]}}),
        ('{ contact(key: "bob") { owner { key } } }', {"contact": {"owner": {"key": "ann"}}}),
    ],
)
async def test_what_needs_no_settings_is_answered(team: Store, query: str, data: object) -> None:
    assert await answer(team, query) == (data, [])


async def test_who_asks_after_they_could_not_be_read_is_answered_too(team: Store) -> None:
    query = '{ contact(key: "bob") { owner { name manager { key } } lastInteraction { kind } } }'
    data, places = await answer(team, query)
    assert data == {"contact": {"owner": {"name": "Ann Ax", "manager": None}, "lastInteraction": None}}
    assert places == [["contact", "lastInteraction"]]


async def test_what_cannot_be_null_without_them_takes_only_its_own_record_along(team: Store) -> None:
    query = '{ seller(key: "ann") { name } contact(key: "bob") { key health { state } } }'
    assert await answer(team, query) == ({"seller": {"name": "Ann Ax"}, "contact": None}, [["contact", "health"]])


async def test_the_settings_themselves_are_an_error_and_nothing_is_left_unread(team: Store) -> None:
    assert await answer(team, '{ settings { number } seller(key: "ann") { name } }') == (None, [["settings"]])


async def test_a_record_is_read_after_the_settings_could_not_be(team: Store) -> None:
    loaders = Loaders(team)
    with pytest.raises(ValueError, match="Expecting value"):
        await loaders.settings()
    assert await loaders.records.load("ann") == a_seller("ann", name="Ann Ax")


async def test_they_are_read_once_a_request_though_they_cannot_be(team: Store) -> None:
    query = (
        '{ seller(key: "ann") { manager { key } } contact(key: "bob") { lastInteraction { kind } health { state } } }'
    )
    counting = Counting(team)
    await answer(counting, query)  # type: ignore[arg-type]
    assert counting.calls["newest_document"] == 1
