"""Outlines that are kept are those that the store would give, at every instant and in every state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from graph.model import OpportunityState, RecordKind
from graph.store import Listing, Store
from resolvers.listed import Listed, listed
from resolvers.outlines import MOST_KEPT, MOST_TOUCHED, KeptOutlines
from tests.builders import a_contact, a_seller, an_account, an_opportunity
from tests.graph.following import write_something
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


def rows(found: Listed) -> list[tuple[Any, ...]]:
    columns = (found.ids, found.states, found.created, found.closed, found.closes, np.nan_to_num(found.revenue))
    return list(zip(*(column.tolist() for column in columns), strict=True))


async def stored(store: Store, listing: Listing) -> list[tuple[Any, ...]]:
    (found,) = await store.outlines([listing])
    return rows(listed(found))


@pytest.mark.parametrize("states", STATES)
async def test_at_every_instant_they_are_those_of_the_store(deals: Store, states: set[OpportunityState] | None) -> None:
    kept = KeptOutlines()
    for days in range(-1, 6):
        for at in (BEGIN + days * DAY, BEGIN + days * DAY + timedelta(microseconds=1)):
            listing = replace(DEALS, at=at, states=None if states is None else frozenset(states))
            (found,) = await kept.read(deals, [listing], MARKS)
            assert rows(found) == await stored(deals, listing)


async def test_they_are_read_once_for_all_instants_and_states_of_a_mark(deals: Store) -> None:
    counting, kept = Counting(deals), KeptOutlines()
    for listing in (replace(DEALS, at=BEGIN), replace(DEALS, at=BEGIN + DAY, states=frozenset({WON}))):
        await kept.read(counting, [listing, listing], MARKS)  # type: ignore[arg-type]
    assert counting.calls["outlines"] == 1


async def mark_of(store: Store) -> dict[RecordKind, int]:
    """Return the mark of the last write, for every kind."""
    return dict.fromkeys(RecordKind, (await store.touched_since(0)).mark)


class Watching:
    """A store of deals whose outlines are kept; it notes whose are asked for, and None where all are."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = KeptOutlines()
        self.asked: list[list[str] | None] = []

    async def read(self) -> Listed:
        """Return the deals as they are kept."""
        (found,) = await self._kept.read(self, [DEALS], await mark_of(self._store))  # type: ignore[arg-type]
        return found

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._store, name)
        return method

    async def outlines(self, listings: Sequence[Listing], *, among: Collection[str] | None = None) -> Any:
        self.asked.append(None if among is None else sorted(among))
        return await self._store.outlines(listings, among=among)


@pytest.fixture
async def watched(deals: Store) -> Watching:
    """Watch the deals, whose outlines were read."""
    watching = Watching(deals)
    await watching.read()
    watching.asked.clear()
    return watching


async def test_of_what_was_touched_only_that_is_read_again(deals: Store, watched: Watching) -> None:
    await deals.upsert_records([an_opportunity("o4", estimated_revenue=5.0), an_opportunity("o31"), a_contact("bob")])
    found = await watched.read()
    assert watched.asked == [["bob", "o31", "o4"]]
    assert found.ids.tolist() == ["o0", "o1", "o2", "o3", "o31", "o4", "o5"]
    assert found.revenue[5] == 5.0


async def test_where_nobody_is_touched_nothing_is_read(deals: Store, watched: Watching) -> None:
    await watched.read()
    await deals.upsert_engagement([])
    await watched.read()
    assert watched.asked == []


async def test_who_was_erased_is_gone_with_the_outlines_of_all_read_anew(deals: Store, watched: Watching) -> None:
    await deals.erase_records(["o2"])
    assert (await watched.read()).ids.tolist() == ["o0", "o1", "o3", "o4", "o5"]
    assert watched.asked == [None]


async def test_where_many_were_touched_all_are_read_anew(deals: Store, watched: Watching) -> None:
    await deals.upsert_records([a_contact(f"c{n}") for n in range(MOST_TOUCHED + 1)])
    await watched.read()
    assert watched.asked == [None]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_written_those_kept_are_those_of_the_store(store: Store, seed: int) -> None:
    dice, kept = Random(seed), KeptOutlines()
    listings = [
        DEALS,
        Listing(kind=RecordKind.OPPORTUNITY, owner_id="s0", states=frozenset({OPEN})),
        Listing(kind=RecordKind.OPPORTUNITY, account_id="a0"),
        Listing(kind=RecordKind.CONTACT),
        Listing(kind=RecordKind.CONTACT, account_id="a1"),
        Listing(kind=RecordKind.CONTACT, search="c2"),
        Listing(kind=RecordKind.LEAD, owner_id="s1"),
        Listing(kind=RecordKind.ACCOUNT),
    ]
    for _ in range(25):
        for _ in range(dice.randrange(3)):
            await write_something(store, dice)
        chosen = dice.sample(listings, 3)
        found = await kept.read(store, chosen, await mark_of(store) if dice.random() < 0.8 else {})
        assert [rows(each) for each in found] == [await stored(store, listing) for listing in chosen]


async def test_behind_another_mark_they_are_read_anew(deals: Store) -> None:
    kept, listing = KeptOutlines(), replace(DEALS, at=BEGIN)
    await kept.read(deals, [listing], MARKS)
    await deals.upsert_records([an_opportunity("o6")])
    (found,) = await kept.read(deals, [listing], {RecordKind.OPPORTUNITY: 2})
    assert found.ids[-1] == "o6"


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
    assert found.ids.tolist() == ["bob", "cat"]


@pytest.mark.parametrize("begin", [None, date(2026, 12, 1), date(2026, 12, 2)])
@pytest.mark.parametrize("end", [None, date(2026, 11, 30), date(2026, 12, 1)])
async def test_deals_that_close_within_a_time_are_taken_from_all_deals(
    store: Store, begin: date | None, end: date | None
) -> None:
    days = [None, date(999, 1, 1), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)]
    await store.upsert_records([an_opportunity(f"o{n}", estimated_close_date=day) for n, day in enumerate(days)])
    listing = replace(DEALS, closes_from=begin, closes_until=end)
    (found,) = await KeptOutlines().read(store, [listing], MARKS)
    assert rows(found) == await stored(store, listing)
