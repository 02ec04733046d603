"""How every store lists records."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from graph.model import LeadState, OpportunityState, RecordKind
from graph.store import Listing, Page, Store
from tests.builders import NOON, a_contact, a_lead, a_seller, an_account, an_opportunity

TICK = timedelta(microseconds=1)
OPEN, WON, LOST = OpportunityState


async def page(store: Store, kind: RecordKind = RecordKind.CONTACT, **fields: Any) -> Page:
    (found,) = await store.list_records([Listing(kind=kind, **fields)])
    return found


async def ids(store: Store, kind: RecordKind = RecordKind.CONTACT, **fields: Any) -> list[str]:
    found = await page(store, kind, **fields)
    assert found.total == len(found.records)
    return [record.id for record in found.records]


async def test_an_empty_store_lists_nothing(store: Store) -> None:
    assert await page(store) == Page((), has_next=False, total=0)


async def test_no_listings_no_pages(store: Store) -> None:
    assert await store.list_records([]) == []


async def test_a_listing_has_records_of_one_kind_in_code_point_order(store: Store) -> None:
    names = ["b", "a10", "a2", "B", "é", "\U0001f680", "\uffff", "Z"]
    await store.upsert_records([*(a_contact(i) for i in names), a_seller("a3"), a_lead("a4")])
    assert await ids(store) == sorted(names)


async def test_listed_records_are_whole(store: Store) -> None:
    bob = a_contact("bob", account_id="globex", owner_id="ann")
    await store.upsert_records([bob])
    assert (await page(store)).records == (bob,)


async def test_pages_follow_each_other_and_know_the_total(store: Store) -> None:
    await store.upsert_records([a_contact(f"c{i}") for i in range(5)])
    first = await page(store, first=2)
    last = await page(store, first=3, after="c1")
    assert ([r.id for r in first.records], first.has_next, first.total) == (["c0", "c1"], True, 5)
    assert ([r.id for r in last.records], last.has_next, last.total) == (["c2", "c3", "c4"], False, 5)


async def test_a_page_past_the_end_is_empty_and_still_knows_the_total(store: Store) -> None:
    await store.upsert_records([a_contact("bob")])
    assert await page(store, after="bob") == Page((), has_next=False, total=1)


async def test_a_page_may_follow_an_id_that_is_no_longer_there(store: Store) -> None:
    await store.upsert_records([a_contact("c1"), a_contact("c3")])
    assert [r.id for r in (await page(store, after="c2")).records] == ["c3"]


async def test_records_added_while_paging_disturb_no_page(store: Store) -> None:
    await store.upsert_records([a_contact(f"c{i}") for i in (1, 3, 5, 7)])
    first = await page(store, first=2)
    await store.upsert_records([a_contact(f"c{i}") for i in (0, 2, 4, 6)])
    second = await page(store, first=3, after=first.records[-1].id)
    assert [r.id for r in first.records + second.records] == ["c1", "c3", "c4", "c5", "c6"]


async def test_several_listings_are_answered_in_order(store: Store) -> None:
    await store.upsert_records([a_contact(), a_seller(), an_account(), a_lead(), an_opportunity()])
    pages = await store.list_records([Listing(kind=kind) for kind in (RecordKind.LEAD, *RecordKind)])
    assert [p.records[0].id for p in pages] == ["lea", "ann", "globex", "bob", "lea", "deal"]


@pytest.mark.parametrize("search", ["STRASSE", "straße", "trass", "ß", "Straße Ä", "STRASSE ä"])
async def test_search_finds_any_part_of_a_name_whatever_the_case(store: Store, search: str) -> None:
    await store.upsert_records([a_contact("bob", name="Straße Ägypten"), a_contact("zoe")])
    assert await ids(store, search=search) == ["bob"]


@pytest.mark.parametrize("search", ["%", "_", "*", "'", '"', "\\", "(", "[a-z]"])
async def test_search_takes_signs_as_they_are(store: Store, search: str) -> None:
    await store.upsert_records([a_contact("bob", name=f"a{search}b"), a_contact("zoe")])
    assert await ids(store, search=search) == ["bob"]


async def test_search_finds_any_part_of_an_address(store: Store) -> None:
    await store.upsert_records([a_contact("bob", emails=("x@y.example", "Bob.B@Globex.Example")), a_contact("zoe")])
    assert await ids(store, search="b@GLOBEX") == ["bob"]


async def test_search_does_not_run_from_one_address_into_the_next(store: Store) -> None:
    await store.upsert_records([a_contact("bob", name="Bob", emails=("a@x.example", "b@y.example"))])
    assert await ids(store, search="examplea") == []
    assert await ids(store, search="boba@") == []


async def test_search_finds_an_account_by_its_domain(store: Store) -> None:
    await store.upsert_records([an_account("a", domains=("Globex.Example",)), an_account("b")])
    assert await ids(store, RecordKind.ACCOUNT, search="globex.ex") == ["a"]


async def test_an_empty_search_finds_everyone(store: Store) -> None:
    await store.upsert_records([a_contact("bob"), a_contact("zoe", name=None, emails=())])
    assert await ids(store, search="") == ["bob", "zoe"]


async def test_search_follows_a_change_of_name(store: Store) -> None:
    await store.upsert_records([a_contact("bob", name="Before")])
    await store.upsert_records([a_contact("bob", name="After")])
    assert (await ids(store, search="before"), await ids(store, search="after")) == ([], ["bob"])


async def test_people_who_opted_out_are_listed_only_when_asked_for(store: Store) -> None:
    await store.upsert_records([a_contact("bob", opted_out=True), a_contact("zoe")])
    assert await ids(store) == ["zoe"]
    assert await ids(store, search="bob") == []
    assert await ids(store, include_opted_out=True) == ["bob", "zoe"]


@pytest.mark.parametrize(
    "record", [a_contact("x", owner_id="ann"), a_lead("x", owner_id="ann"), an_account("x", owner_id="ann")]
)
async def test_records_are_filtered_by_owner(store: Store, record: Any) -> None:
    await store.upsert_records(
        [record, replace(record, id="y", owner_id="max"), replace(record, id="z", owner_id=None)]
    )
    assert await ids(store, record.kind, owner_id="ann") == ["x"]
    assert await ids(store, record.kind, owner_id="nobody") == []


@pytest.mark.parametrize("record", [a_contact("x", account_id="globex"), an_opportunity("x", account_id="globex")])
async def test_records_are_filtered_by_account(store: Store, record: Any) -> None:
    await store.upsert_records(
        [record, replace(record, id="y", account_id="other"), replace(record, id="z", account_id=None)]
    )
    assert await ids(store, record.kind, account_id="globex") == ["x"]


@pytest.mark.parametrize("customer", ["bob", "lea"])
async def test_opportunities_are_filtered_by_who_they_are_made_with_or_who_has_a_say(
    store: Store, customer: str
) -> None:
    deals = [
        an_opportunity("contact", contact_id=customer),
        an_opportunity("stakeholder", contact_id="other", stakeholder_ids=("other", customer)),
        an_opportunity("both", contact_id=customer, stakeholder_ids=(customer,)),
        an_opportunity("on the team", sales_team_ids=(customer,), owner_id=customer),
        an_opportunity("neither", contact_id="other"),
    ]
    await store.upsert_records([a_contact("bob"), a_lead("lea", stakeholder_ids=(customer,)), *deals])
    assert await ids(store, RecordKind.OPPORTUNITY, customer_id=customer) == ["both", "contact", "stakeholder"]
    assert await ids(store, RecordKind.OPPORTUNITY, customer_id=customer, owner_id="ann") == []


async def test_sellers_are_filtered_by_whom_they_report_to(store: Store) -> None:
    await store.upsert_records([a_seller("max"), a_seller("ann", manager_id="max"), a_seller("zoe", manager_id="ann")])
    assert await ids(store, RecordKind.SELLER, manager_id="max") == ["ann"]
    assert await ids(store, RecordKind.SELLER, manager_id="zoe") == []


async def test_an_owner_is_no_account_and_an_account_no_owner(store: Store) -> None:
    await store.upsert_records([an_opportunity(owner_id="ann", account_id="globex", contact_id="bob")])
    assert await ids(store, RecordKind.OPPORTUNITY, owner_id="globex") == []
    assert await ids(store, RecordKind.OPPORTUNITY, account_id="bob") == []


async def test_filters_hold_together(store: Store) -> None:
    await store.upsert_records(
        [
            an_opportunity("a", owner_id="ann", account_id="globex", name="Big deal"),
            an_opportunity("b", owner_id="ann", account_id="globex", name="Small deal"),
            an_opportunity("c", owner_id="ann", account_id="other", name="Big deal"),
            an_opportunity("d", owner_id="max", account_id="globex", name="Big deal"),
        ]
    )
    filters = {"owner_id": "ann", "account_id": "globex", "search": "BIG", "states": frozenset({OPEN})}
    assert await ids(store, RecordKind.OPPORTUNITY, **filters) == ["a"]


async def test_leads_are_filtered_by_state(store: Store) -> None:
    await store.upsert_records([a_lead(state.value, state=state) for state in LeadState])
    states = frozenset({LeadState.QUALIFIED, LeadState.DISQUALIFIED})
    assert await ids(store, RecordKind.LEAD, states=states) == ["DISQUALIFIED", "QUALIFIED"]
    assert await ids(store, RecordKind.LEAD, states=states, at=NOON) == ["DISQUALIFIED", "QUALIFIED"]


async def test_no_state_at_all_lists_nothing(store: Store) -> None:
    await store.upsert_records([a_lead()])
    assert await ids(store, RecordKind.LEAD, states=frozenset()) == []


async def test_without_an_instant_a_deal_is_in_the_state_it_has_now(store: Store) -> None:
    await store.upsert_records([an_opportunity("won", state=WON, closed_at=NOON), an_opportunity("open")])
    assert await ids(store, RecordKind.OPPORTUNITY, states=frozenset({OPEN})) == ["open"]
    assert await ids(store, RecordKind.OPPORTUNITY, states=frozenset({WON})) == ["won"]
    assert await ids(store, RecordKind.OPPORTUNITY) == ["open", "won"]


async def test_a_deal_is_open_at_an_instant_until_it_was_closed(store: Store) -> None:
    await store.upsert_records([an_opportunity(state=LOST, closed_at=NOON)])
    before = {"at": NOON - TICK}
    assert await ids(store, RecordKind.OPPORTUNITY, states=frozenset({OPEN}), **before) == ["deal"]
    assert await ids(store, RecordKind.OPPORTUNITY, states=frozenset({LOST}), **before) == []
    assert await ids(store, RecordKind.OPPORTUNITY, states=frozenset({OPEN}), at=NOON) == []
    assert await ids(store, RecordKind.OPPORTUNITY, states=frozenset({LOST}), at=NOON) == ["deal"]
    assert await ids(store, RecordKind.OPPORTUNITY, states=frozenset({WON}), at=NOON) == []


async def test_before_it_was_created_a_deal_is_in_no_list(store: Store) -> None:
    await store.upsert_records([an_opportunity("new", created_at=NOON), an_opportunity("always")])
    assert await ids(store, RecordKind.OPPORTUNITY, at=NOON - TICK) == ["always"]
    assert await ids(store, RecordKind.OPPORTUNITY, at=NOON) == ["always", "new"]
    assert await ids(store, RecordKind.OPPORTUNITY, at=NOON - TICK, states=frozenset({OPEN})) == ["always"]


async def test_a_deal_of_long_ago_is_listed_at_its_time(store: Store) -> None:
    then = NOON.replace(year=1931)
    await store.upsert_records([an_opportunity(created_at=then, closed_at=then + TICK, state=WON)])
    assert await ids(store, RecordKind.OPPORTUNITY, at=then, states=frozenset({OPEN})) == ["deal"]
    assert await ids(store, RecordKind.OPPORTUNITY, at=then + TICK, states=frozenset({OPEN})) == []


async def test_people_are_listed_whatever_the_instant(store: Store) -> None:
    await store.upsert_records([a_contact("bob")])
    assert await ids(store, at=NOON.replace(year=1900)) == ["bob"]


async def test_a_page_of_thousands(store: Store) -> None:
    await store.upsert_records([a_contact(f"c{i:04}", account_id="globex") for i in range(3000)])
    found = await page(store, account_id="globex", first=100, after="c1999")
    assert ([found.records[0].id, found.records[-1].id], found.total) == (["c2000", "c2099"], 3000)


async def test_deals_are_filtered_by_estimated_close_date_both_ends_included(store: Store) -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 31), date(2027, 2, 1)]
    deals = [an_opportunity(day.isoformat(), estimated_close_date=day) for day in days]
    await store.upsert_records([*deals, an_opportunity("none")])
    january = {"closes_from": days[1], "closes_until": days[2]}
    assert await ids(store, RecordKind.OPPORTUNITY, **january) == ["2027-01-01", "2027-01-31"]
    assert await ids(store, RecordKind.OPPORTUNITY, closes_from=days[3]) == ["2027-02-01"]
    assert await ids(store, RecordKind.OPPORTUNITY, closes_until=days[0]) == ["2026-12-31"]
    assert await ids(store, RecordKind.OPPORTUNITY, closes_from=days[2], closes_until=days[1]) == []


async def test_a_close_date_that_is_given_up_is_found_no_longer(store: Store) -> None:
    await store.upsert_records([an_opportunity(estimated_close_date=date(2027, 1, 1))])
    await store.upsert_records([an_opportunity()])
    assert await ids(store, RecordKind.OPPORTUNITY, closes_from=date.min) == []


@pytest.mark.parametrize("record", [a_contact("x"), a_lead("x"), an_account("x"), a_seller("x")])
async def test_what_has_no_close_date_is_in_no_list_that_asks_for_one(store: Store, record: Any) -> None:
    await store.upsert_records([record])
    assert await ids(store, record.kind, closes_from=date.min, closes_until=date.max) == []
