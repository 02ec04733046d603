"""Closed deals in memory are those of the store, whatever was written meanwhile and by whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from graph.connect import open_store
from graph.store import Store
from resolvers.deals import ClosedDeals, closed_deals
from tests.builders import NOON, a_seller, an_email, an_opportunity
from tests.closed_deals import LOST, OPEN, WON, a_closed_deal
from tests.resolvers.test_batching import Counting

DEAL = a_closed_deal("deal", WON, owner_id="ann")


async def ids(store: Store) -> list[str]:
    return [deal.id for deal in (await closed_deals(store)).deals]


async def test_an_empty_store_has_none(store: Store) -> None:
    assert await ids(store) == []


async def test_open_deals_are_none_of_them(store: Store) -> None:
    await store.upsert_records([DEAL, an_opportunity("open")])
    assert await ids(store) == ["deal"]


async def test_a_deal_that_is_closed_later_comes_in(store: Store) -> None:
    await store.upsert_records([DEAL, an_opportunity("other")])
    await ids(store)
    await store.upsert_records([a_closed_deal("other", LOST, NOON + timedelta(days=1))])
    assert await ids(store) == ["other", "deal"]


async def test_a_deal_that_is_opened_again_goes(store: Store) -> None:
    await store.upsert_records([DEAL])
    await ids(store)
    await store.upsert_records([replace(DEAL, state=OPEN, closed_at=None)])
    assert await ids(store) == []


async def test_a_changed_field_is_seen(store: Store) -> None:
    await store.upsert_records([DEAL])
    await ids(store)
    await store.upsert_records([replace(DEAL, estimated_revenue=5.0)])
    assert (await closed_deals(store)).deals[0].estimated_revenue == 5.0


async def test_a_new_owner_in_place_of_a_merged_one_is_seen(store: Store) -> None:
    await store.upsert_records([a_seller("ann"), a_seller("max"), DEAL])
    await ids(store)
    await store.merge_people({"ann": "max"})
    assert (await closed_deals(store)).deals[0].owner_id == "max"


async def test_an_erased_owner_is_gone(store: Store) -> None:
    await store.upsert_records([a_seller("ann"), DEAL])
    await ids(store)
    await store.erase_records(["ann"])
    assert (await closed_deals(store)).deals[0].owner_id is None


async def test_an_erased_deal_is_gone(store: Store) -> None:
    await store.upsert_records([DEAL, a_closed_deal("other", LOST)])
    await ids(store)
    await store.erase_records(["deal"])
    assert await ids(store) == ["other"]


async def test_what_another_process_writes_is_seen(store: Store, store_url: str) -> None:
    await store.upsert_records([DEAL])
    await ids(store)
    other = await open_store(store_url)
    await other.upsert_records([a_closed_deal("later", WON)])
    await other.aclose()
    assert await ids(store) == ["deal", "later"]


async def test_where_nothing_was_written_nothing_is_read(store: Store) -> None:
    await store.upsert_records([DEAL])
    kept, counting = ClosedDeals(), Counting(store)
    await kept.read(counting)  # type: ignore[arg-type]
    counting.calls.clear()
    await kept.read(counting)  # type: ignore[arg-type]
    assert counting.calls == {"touched_since": 1}


@pytest.mark.parametrize("written", ["nothing else", "mail"])
async def test_what_changes_no_deal_leaves_the_columns_as_they_are(store: Store, written: str) -> None:
    ann, max_ = a_seller("ann"), a_seller("max")
    await store.upsert_records([ann, max_, DEAL])
    before = await closed_deals(store)
    if written == "mail":
        await store.upsert_interactions([an_email("m", ann, max_, regarding_id="deal")])
    assert await closed_deals(store) is before
