"""Outlines that are kept are those that the store would give, at every instant and in every state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graph.model import OpportunityState, RecordKind
from graph.store import Listing, Store
from resolvers.outlines import MOST_KEPT, KeptOutlines
from tests.builders import a_contact, a_seller, an_account, an_opportunity
from tests.resolvers.test_batching import Counting

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DEALS = Listing(kind=RecordKind.OPPORTUNITY)
OPEN, WON = OpportunityState.OPEN, OpportunityState.WON
STATES = [None, *({state} for state in OpportunityState), set(), {OPEN, WON}]
MARKS = {RecordKind.OPPORTUNITY: 1, RecordKind.CONTACT: 1}


@pytest.fixture
async def deals(store: Store) -> Store:
    """Hold deals that began and ended on different days, one without either."""
    ended = [
        an_opportunity(f"o{n}", state=state, created_at=BEGIN + n * DAY, closed_at=BEGIN + 2 * n * DAY)
        for n, state in enumerate([OpportunityState.WON, OpportunityState.LOST, OpportunityState.WON])
    ]
    begun = an_opportunity("o3", created_at=BEGIN + 3 * DAY)
    await store.upsert_records([*ended, begun, an_opportunity("o4"), an_opportunity("o5", state=OpportunityState.WON)])
    return store


@pytest.mark.parametrize("states", STATES)
async def test_at_every_instant_they_are_those_of_the_store(deals: Store, states: set[OpportunityState] | None) -> None:
    kept = KeptOutlines()
    for days in range(-1, 6):
        for at in (BEGIN + days * DAY, BEGIN + days * DAY + timedelta(microseconds=1)):
            listing = replace(DEALS, at=at, states=None if states is None else frozenset(states))
            assert [[*found] for found in await kept.read(deals, [listing], MARKS)] == await deals.outlines([listing])


async def test_they_are_read_once_for_all_instants_and_states_of_a_mark(deals: Store) -> None:
    counting, kept = Counting(deals), KeptOutlines()
    for listing in (replace(DEALS, at=BEGIN), replace(DEALS, at=BEGIN + DAY, states=frozenset({WON}))):
        await kept.read(counting, [listing, listing], MARKS)  # type: ignore[arg-type]
    assert counting.calls["outlines"] == 1


async def test_behind_another_mark_they_are_read_anew(deals: Store) -> None:
    kept, listing = KeptOutlines(), replace(DEALS, at=BEGIN)
    await kept.read(deals, [listing], MARKS)
    await deals.upsert_records([an_opportunity("o6")])
    ((*_, last),) = await kept.read(deals, [listing], {RecordKind.OPPORTUNITY: 2})
    assert last.id == "o6"


async def test_without_a_mark_nothing_is_kept(deals: Store) -> None:
    counting, kept = Counting(deals), KeptOutlines()
    for _ in range(2):
        await kept.read(counting, [replace(DEALS, at=BEGIN)], {})  # type: ignore[arg-type]
    assert counting.calls["outlines"] == 2


async def test_what_was_not_looked_at_for_long_is_forgotten(deals: Store) -> None:
    counting, kept = Counting(deals), KeptOutlines()
    for owner in [*map(str, range(MOST_KEPT + 1)), "0"]:
        await kept.read(counting, [replace(DEALS, at=BEGIN, owner_id=owner)], MARKS)  # type: ignore[arg-type]
    assert counting.calls["outlines"] == MOST_KEPT + 2


async def test_what_is_no_deal_is_the_same_at_every_instant(store: Store) -> None:
    await store.upsert_records([a_seller("ann"), an_account("a1"), a_contact("bob"), a_contact("cat")])
    listing = Listing(kind=RecordKind.CONTACT, at=BEGIN)
    (found,) = await KeptOutlines().read(store, [listing], MARKS)
    assert [outline.id for outline in found] == ["bob", "cat"]
