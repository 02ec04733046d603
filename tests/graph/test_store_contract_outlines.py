"""How every store outlines thousands of records at once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph.model import LeadState, OpportunityState, RecordKind, to_micros
from graph.store import Listing, Outline, Store
from tests.builders import NOON, a_contact, a_lead, a_seller, an_account, an_opportunity

LONG_AGO = datetime(1931, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)


async def outlines(store: Store, kind: RecordKind = RecordKind.OPPORTUNITY, **fields: Any) -> list[Outline]:
    (found,) = await store.outlines([Listing(kind=kind, **fields)])
    return found


async def test_an_empty_store_outlines_nothing(store: Store) -> None:
    assert await store.outlines([]) == []
    assert await outlines(store) == []


async def test_an_outline_holds_what_lists_need(store: Store) -> None:
    await store.upsert_records(
        [
            an_opportunity(
                state=OpportunityState.WON,
                created_at=LONG_AGO,
                closed_at=NOON,
                estimated_close_date=date(2027, 1, 31),
                estimated_revenue=12000.5,
                actual_revenue=1.0,
            )
        ]
    )
    assert await outlines(store) == [
        Outline("deal", "deal", "WON", to_micros(LONG_AGO), to_micros(NOON), "2027-01-31", 12000.5)
    ]


async def test_an_outline_holds_nothing_where_nothing_is_known(store: Store) -> None:
    await store.upsert_records([an_opportunity()])
    assert await outlines(store) == [Outline("deal", "deal", "OPEN", None, None, None, None)]


@pytest.mark.parametrize("record", [a_contact("x"), an_account("x"), a_seller("x")])
async def test_kinds_without_a_state_have_none_in_their_outline(store: Store, record: Any) -> None:
    await store.upsert_records([record])
    assert await outlines(store, record.kind) == [Outline("x", "x", None, None, None, None, None)]


async def test_a_lead_is_outlined_with_its_state(store: Store) -> None:
    await store.upsert_records([a_lead(state=LeadState.QUALIFIED)])
    assert await outlines(store, RecordKind.LEAD) == [Outline("lea", "lea", "QUALIFIED", None, None, None, None)]


async def test_outlines_are_plain_values_whatever_a_deal_was_written_with(store: Store) -> None:
    await store.upsert_records([an_opportunity(estimated_revenue=5, created_at=NOON)])
    (outline,) = await outlines(store)
    assert [type(value) for value in outline] == [str, str, str, int, type(None), type(None), float]


async def test_outlines_follow_every_filter_and_ignore_the_page(store: Store) -> None:
    day = date(2027, 1, 1)
    await store.upsert_records(
        [
            *(an_opportunity(f"d{i}", owner_id="ann", account_id="globex", estimated_close_date=day) for i in "21"),
            an_opportunity("other owner", owner_id="max", account_id="globex", estimated_close_date=day),
            an_opportunity("other account", owner_id="ann", account_id="other", estimated_close_date=day),
            an_opportunity("other day", owner_id="ann", account_id="globex", contact_id="bob"),
            an_opportunity("lost", owner_id="ann", account_id="globex", state=OpportunityState.LOST, closed_at=NOON),
        ]
    )

    async def ids(**fields: Any) -> list[str]:
        return [outline.id for outline in await outlines(store, after="d1", first=1, **fields)]

    assert await ids() == ["d1", "d2", "lost", "other account", "other day", "other owner"]
    assert await ids(owner_id="ann") == ["d1", "d2", "lost", "other account", "other day"]
    assert await ids(account_id="globex") == ["d1", "d2", "lost", "other day", "other owner"]
    assert await ids(customer_id="bob") == ["other day"]
    assert await ids(states=frozenset({OpportunityState.LOST}), at=NOON) == ["lost"]
    assert await ids(search="OTHER", closes_until=day) == ["other account", "other owner"]


async def test_people_who_opted_out_are_outlined_only_when_asked_for(store: Store) -> None:
    await store.upsert_records([a_contact("bob", opted_out=True)])
    assert await outlines(store, RecordKind.CONTACT) == []
    assert len(await outlines(store, RecordKind.CONTACT, include_opted_out=True)) == 1


async def test_several_listings_are_outlined_in_order(store: Store) -> None:
    await store.upsert_records([a_contact(), a_lead(), an_account()])
    kinds = [RecordKind.LEAD, RecordKind.ACCOUNT, RecordKind.CONTACT]
    found = await store.outlines([Listing(kind=kind) for kind in kinds])
    assert [[outline.id for outline in each] for each in found] == [["lea"], ["globex"], ["bob"]]


async def test_outlines_of_thousands_are_in_code_point_order(store: Store) -> None:
    ids = [f"{i}" for i in range(3000)] + ["é", "B", "\U0001f680"]
    await store.upsert_records([an_opportunity(i) for i in ids])
    assert [outline.id for outline in await outlines(store)] == sorted(ids)


async def test_outlines_of_some_ids_are_of_those_in_the_listing(store: Store) -> None:
    deals = [an_opportunity(f"d{i}", owner_id="ann" if i % 2 else "max", account_id=f"a{i % 3}") for i in range(9)]
    await store.upsert_records([*deals, a_contact("bob"), a_contact("out", opted_out=True)])
    ids = ["d5", "d1", "d1", "d2", "bob", "out", "nobody", ""]

    async def among(kind: RecordKind = RecordKind.OPPORTUNITY, **fields: Any) -> list[str]:
        (found,) = await store.outlines([Listing(kind=kind, **fields)], among=ids)
        return [outline.id for outline in found]

    assert await among() == ["d1", "d2", "d5"]
    assert await among(owner_id="ann") == ["d1", "d5"]
    assert await among(account_id="a2", search="d") == ["d2", "d5"]
    assert await among(states=frozenset({OpportunityState.WON})) == []
    assert await among(RecordKind.CONTACT) == ["bob"]
    assert await among(RecordKind.CONTACT, include_opted_out=True) == ["bob", "out"]


async def test_outlines_among_no_ids_are_none(store: Store) -> None:
    await store.upsert_records([an_opportunity("d1")])
    assert await store.outlines([Listing(kind=RecordKind.OPPORTUNITY)], among=()) == [[]]
