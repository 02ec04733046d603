"""What every store does with people and records; more in the other test_store_contract modules."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from graph.connect import open_store
from graph.errors import StoreError
from graph.model import (
    Account,
    Contact,
    Lead,
    LeadState,
    Opportunity,
    OpportunityState,
    Record,
    RecordKind,
    Seller,
    SellerRole,
)
from graph.store import Changes, Store
from tests.builders import NOON, a_contact, a_lead, a_seller, an_account, an_email, an_engagement, an_opportunity

TICK = timedelta(microseconds=1)

FULL: list[Record] = [
    Seller(
        id="ann",
        name="Änn «Ax» 🚀",
        emails=("Ann@Us.Example", "a.x@us.example"),
        manager_id="max",
        role=SellerRole.ADMIN,
        opted_out=True,
        provisional=True,
    ),
    Contact(
        id="bob",
        name='O\'Brien "Bob" \\ ; DROP TABLE',
        emails=("bob@globex.example",),
        account_id="globex",
        owner_id="ann",
        opted_out=True,
        provisional=True,
    ),
    Lead(
        id="lea",
        name="Λέα",
        emails=("lea@new.example",),
        company="Neu & Söhne",
        owner_id="ann",
        state=LeadState.QUALIFIED,
        stakeholder_ids=("zoe", "bob"),
        opted_out=True,
        provisional=True,
    ),
    Account(id="globex", name="Globex", domains=("globex.example",), owner_id="ann", primary_contact_id="bob"),
    Opportunity(
        id="deal",
        name="A deal\nin two lines",
        account_id="globex",
        contact_id="bob",
        owner_id="ann",
        sales_team_ids=("max", "ann"),
        stakeholder_ids=("zoe", "bob"),
        state=OpportunityState.WON,
        estimated_revenue=1234.56,
        estimated_close_date=date(1969, 7, 20),
        created_at=datetime(1969, 7, 20, 20, 17, 40, 123457, tzinfo=UTC),
        closed_at=datetime(2261, 1, 1, tzinfo=UTC) + TICK,
        actual_revenue=0.1,
        attributes=(("amount", 3.25), ("flag", True), ("none", False), ("number", 7.0), ("text", "1"), ("ünï", "")),
    ),
]


@pytest.mark.parametrize("record", FULL, ids=lambda record: record.kind)
async def test_every_field_of_a_record_comes_back(store: Store, record: Record) -> None:
    await store.upsert_records([record])
    assert await store.records([record.id]) == {record.id: record}


@pytest.mark.parametrize(
    "record", [Seller(id="s"), Contact(id="c"), Lead(id="l"), Account(id="a", name="A"), Opportunity(id="o", name="O")]
)
async def test_a_record_with_nothing_but_what_it_needs_comes_back(store: Store, record: Record) -> None:
    await store.upsert_records([record])
    assert await store.records([record.id]) == {record.id: record}


async def test_attributes_keep_their_types(store: Store) -> None:
    attributes = (("a", True), ("b", 1.0), ("c", "1"), ("d", "true"), ("e", 0.0), ("f", False))
    await store.upsert_records([an_opportunity(attributes=attributes)])
    (deal,) = (await store.records(["deal"])).values()
    assert isinstance(deal, Opportunity)
    assert [type(value) for _, value in deal.attributes] == [bool, float, str, str, float, bool]


async def test_attributes_may_be_named_like_our_own_fields(store: Store) -> None:
    deal = an_opportunity(attributes=(("id", "x"), ("name", "y"), ("state", 1.0)))
    await store.upsert_records([deal])
    assert await store.records(["deal"]) == {"deal": deal}


@pytest.mark.parametrize("year", [1, 1900, 9999])
async def test_instants_at_the_ends_of_the_calendar_come_back(store: Store, year: int) -> None:
    deal = an_opportunity(created_at=datetime(year, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
    await store.upsert_records([deal])
    assert await store.records(["deal"]) == {"deal": deal}


@pytest.mark.parametrize("id_", ["it's", '"', "\\", "🚀", "a b\tc", "x" * 3000, "{}", "$", "%", "Ä", "null", "0"])
async def test_any_text_can_be_an_id(store: Store, id_: str) -> None:
    person = a_contact(id_, emails=())
    await store.upsert_records([person])
    assert await store.records([id_]) == {id_: person}


async def test_ids_that_differ_in_case_or_accent_form_are_different(store: Store) -> None:
    people = [Contact(id=i) for i in ("é", "e\u0301", "É")]
    await store.upsert_records(people)
    assert await store.records([p.id for p in people]) == {p.id: p for p in people}


async def test_unknown_ids_are_missing(store: Store) -> None:
    await store.upsert_records([a_seller()])
    assert (await store.records(["ann", "nobody", "", "\ud800"])).keys() == {"ann"}


async def test_no_ids_no_records(store: Store) -> None:
    assert await store.records([]) == {}


async def test_an_upsert_tells_what_was_added_updated_and_unchanged(store: Store) -> None:
    await store.upsert_records([a_seller("ann"), a_seller("max")])
    changes = await store.upsert_records([a_seller("ann"), a_seller("max", name="Maximilian"), a_seller("sue")])
    assert (changes.added, changes.updated, changes.unchanged) == ({"sue"}, {"max"}, {"ann"})


async def test_writing_the_same_again_changes_nothing(store: Store) -> None:
    await store.upsert_records(FULL)
    changes = await store.upsert_records(FULL)
    assert changes.unchanged == {record.id for record in FULL}


async def test_writing_nothing_does_nothing(store: Store) -> None:
    assert await store.upsert_records([]) == Changes()


async def test_of_one_id_twice_in_a_batch_the_later_stays(store: Store) -> None:
    changes = await store.upsert_records([a_contact(name="First"), a_contact(name="Second")])
    assert changes.added == {"bob"}
    assert await store.records(["bob"]) == {"bob": a_contact(name="Second")}


async def test_an_upsert_replaces_the_whole_record(store: Store) -> None:
    await store.upsert_records([a_contact(account_id="globex", owner_id="ann")])
    await store.upsert_records([Contact(id="bob")])
    assert await store.records(["bob"]) == {"bob": Contact(id="bob")}
    assert await store.people_at(["bob@globex.example"]) == {}


@pytest.mark.parametrize("later", [a_seller("pat"), a_lead("pat"), a_contact("pat")], ids=lambda p: p.kind)
@pytest.mark.parametrize("earlier", [a_seller("pat"), a_lead("pat"), a_contact("pat", account_id="globex")])
async def test_a_person_may_become_another_kind(store: Store, earlier: Record, later: Record) -> None:
    await store.upsert_records([earlier])
    await store.upsert_records([later])
    assert await store.records(["pat"]) == {"pat": later}
    assert sum((await store.counts()).records.values()) == 1


async def test_a_person_of_another_kind_keeps_their_interactions(store: Store) -> None:
    ann, bob = a_seller(), a_contact()
    await store.upsert_records([ann, bob])
    await store.upsert_interactions([an_email("m1", ann, bob)])
    await store.upsert_records([a_lead("bob", owner_id="ann")])
    assert list((await store.interactions_of(["bob"])).id) == ["m1"]


async def test_a_person_of_another_kind_is_still_named_by_records(store: Store) -> None:
    await store.upsert_records([a_contact(), an_opportunity(stakeholder_ids=("bob",), owner_id="ann")])
    await store.upsert_records([a_lead("bob"), a_seller()])
    await store.upsert_interactions([an_email("m1", a_seller(), a_lead("bob"))])
    assert list((await store.interactions_of(["deal"])).id) == ["m1"]


async def test_references_may_name_what_is_written_later(store: Store) -> None:
    deal = an_opportunity(account_id="globex", contact_id="bob", owner_id="ann", stakeholder_ids=("zoe",))
    await store.upsert_records([deal])
    assert await store.records(["deal", "globex", "bob", "ann", "zoe"]) == {"deal": deal}
    await store.upsert_records([an_account()])
    assert (await store.records(["globex", "deal"])) == {"globex": an_account(), "deal": deal}


async def test_what_is_only_named_is_not_counted_listed_or_found(store: Store) -> None:
    await store.upsert_records([an_opportunity(account_id="globex", contact_id="bob", owner_id="ann")])
    counts = await store.counts()
    assert {kind: n for kind, n in counts.records.items() if n} == {RecordKind.OPPORTUNITY: 1}


async def test_what_was_only_named_counts_as_added_when_written(store: Store) -> None:
    await store.upsert_records([an_opportunity(account_id="globex")])
    assert (await store.upsert_records([an_account()])).added == {"globex"}


async def test_a_dry_run_tells_the_changes_and_makes_none(store: Store) -> None:
    await store.upsert_records([a_seller("ann"), a_seller("max")])
    records = [a_seller("ann"), a_seller("max", name="Maximilian"), an_account()]
    foreseen = await store.upsert_records(records, dry_run=True)
    assert await store.records(["max", "globex"]) == {"max": a_seller("max")}
    assert await store.upsert_records(records) == foreseen


async def test_thousands_of_records_in_one_batch(store: Store) -> None:
    people = [a_contact(f"c{i:05}", account_id="globex") for i in range(6000)]
    assert len((await store.upsert_records([an_account(), *people])).added) == 6001
    assert len(await store.records([p.id for p in people])) == 6000


async def test_people_are_found_by_any_of_their_addresses_whatever_the_case(store: Store) -> None:
    await store.upsert_records([a_contact(emails=("Bob@Globex.Example", " b@home.example "))])
    found = await store.people_at(["bob@globex.example", "b@home.example", "c@home.example"])
    assert {address: [p.id for p in people] for address, people in found.items()} == {
        "bob@globex.example": ["bob"],
        "b@home.example": ["bob"],
    }


async def test_of_many_holders_sellers_come_before_contacts_before_leads_then_the_lowest_id(store: Store) -> None:
    shared: dict[str, tuple[str, ...]] = {"emails": ("x@y.example",)}
    people = [a_lead("a", **shared), a_contact("d", **shared), a_contact("c", **shared), a_seller("z", **shared)]
    await store.upsert_records([*people, a_lead("B", **shared)])
    assert [p.id for p in (await store.people_at(["x@y.example"]))["x@y.example"]] == ["z", "c", "d", "B", "a"]


async def test_people_who_opted_out_are_found_by_address(store: Store) -> None:
    await store.upsert_records([a_contact(opted_out=True)])
    assert await store.people_at(["bob@globex.example"]) == {"bob@globex.example": [a_contact(opted_out=True)]}


async def test_of_several_accounts_with_a_domain_the_lowest_id_owns_it(store: Store) -> None:
    accounts = [an_account(i, domains=("Globex.Example", f"{i}.example")) for i in ("b", "a", "c")]
    await store.upsert_records(accounts)
    found = await store.accounts_at(["globex.example", "c.example", "sub.c.example"])
    assert found == {"globex.example": "a", "c.example": "c"}


async def test_an_account_gives_up_a_domain_it_no_longer_lists(store: Store) -> None:
    await store.upsert_records([an_account(domains=("globex.example",))])
    await store.upsert_records([an_account()])
    assert await store.accounts_at(["globex.example"]) == {}


async def test_contacts_of_no_account_are_found_by_domain_if_an_address_made_them(store: Store) -> None:
    def made(id_: str, **fields: Any) -> Contact:
        return a_contact(id_, **{"emails": (id_,), "account_id": None, "provisional": True, **fields})

    below, other = made("a@eu.globex.example"), made("x", emails=("x@home.example", "x@globex.example"))
    people = [
        made("b@globex.example", account_id="globex"),
        made("c@globex.example", provisional=False),
        made("d@notglobex.example"),
        made("e@example"),
        a_lead("l", emails=("l@globex.example",), provisional=True),
        a_seller("s", emails=("s@globex.example",), provisional=True),
    ]
    await store.upsert_records([an_account("globex"), below, other, *people])
    found = await store.unplaced_contacts(["globex.example", "nobody.example"])
    assert sorted(found, key=lambda p: p.id) == [below, other]
    assert await store.unplaced_contacts([]) == []


async def test_seller_domains_are_those_of_all_their_addresses(store: Store) -> None:
    sellers = [
        a_seller("ann", emails=("Ann@Us.Example", "ann@eu.us.example")),
        a_seller("max"),
        a_seller("x", emails=()),
    ]
    await store.upsert_records([*sellers, a_contact()])
    assert await store.seller_domains() == {"us.example", "eu.us.example"}


async def test_an_empty_store_counts_nothing(store: Store) -> None:
    counts = await store.counts()
    assert (sum(counts.records.values()), counts.interactions, counts.engagement) == (0, 0, 0)


async def test_counts_are_by_kind(store: Store) -> None:
    await store.upsert_records([*FULL, a_seller("max"), a_contact("zoe")])
    await store.upsert_interactions([an_email("m1", a_seller(), a_contact())])
    await store.upsert_engagement([an_engagement("m1", a_contact())])
    counts = await store.counts()
    assert counts.records == {
        RecordKind.SELLER: 2,
        RecordKind.ACCOUNT: 1,
        RecordKind.CONTACT: 2,
        RecordKind.LEAD: 1,
        RecordKind.OPPORTUNITY: 1,
    }
    assert (counts.interactions, counts.engagement) == (1, 1)


async def test_many_tasks_may_use_a_store_at_once(store: Store) -> None:
    people = [a_contact(f"c{i}") for i in range(20)]
    ann = a_seller()
    await store.upsert_records([ann])

    async def work(i: int) -> int:
        await store.upsert_records([people[i], a_contact("shared", name=f"{i}")])
        await store.upsert_interactions([an_email(f"m{i}", ann, people[i], at=NOON + i * TICK)])
        return len(await store.interactions_of([people[i].id]))

    assert await asyncio.gather(*map(work, range(20))) == [1] * 20
    assert (await store.counts()).interactions == 20


async def test_two_tasks_writing_the_same_add_it_once(store: Store) -> None:
    records = [a_contact(f"c{i}") for i in range(200)]
    both = await asyncio.gather(store.upsert_records(records), store.upsert_records(records[::-1]))
    assert sum(len(changes.added) for changes in both) == 200
    assert (await store.counts()).records[RecordKind.CONTACT] == 200


async def test_a_store_closed_twice_is_closed(store: Store) -> None:
    await store.aclose()
    await store.aclose()


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.aclose()
    with pytest.raises(StoreError, match="closed"):
        await store.counts()


async def test_a_store_that_is_there_opens_for_reading(store_url: str) -> None:
    await (await open_store(store_url)).aclose()
    store = await open_store(store_url, create=False)
    assert (await store.counts()).interactions == 0
    await store.aclose()
