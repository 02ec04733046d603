"""Records by key, address and id, and the records they name."""

from datetime import timedelta

import pytest

from graph.model import OpportunityState
from graph.store import Store
from tests.asking import ask, refusals
from tests.builders import NOON, a_contact, a_lead, a_seller, an_account, an_opportunity


@pytest.mark.parametrize("kind", ["account", "contact", "lead", "opportunity", "seller"])
async def test_an_unknown_key_is_null(store: Store, kind: str) -> None:
    assert await ask(store, f'{{ {kind}(key: "nobody") {{ key }} }}') == {kind: None}


async def test_a_key_of_another_kind_is_null(store: Store) -> None:
    await store.upsert_records([a_seller("ann")])
    assert await ask(store, '{ contact(key: "ann") { key } }') == {"contact": None}


async def test_a_person_is_found_by_address_in_any_case(store: Store) -> None:
    await store.upsert_records([a_contact("bob", emails=("bob@globex.example",))])
    assert await ask(store, '{ contact(email: " BOB@Globex.example") { key } }') == {"contact": {"key": "bob"}}


async def test_an_address_of_several_people_finds_the_one_of_the_kind(store: Store) -> None:
    shared = ("info@globex.example",)
    await store.upsert_records([a_seller("ann", emails=shared), a_contact("bob", emails=shared)])
    assert await ask(store, '{ contact(email: "info@globex.example") { key } }') == {"contact": {"key": "bob"}}


@pytest.mark.parametrize("arguments", ["", '(key: "bob", email: "bob@globex.example")', "(key: null)"])
async def test_people_take_either_a_key_or_an_address(store: Store, arguments: str) -> None:
    assert await refusals(store, f"{{ contact{arguments} {{ key }} }}") == ["BAD_INPUT"]


async def test_a_node_is_found_again_by_its_id(store: Store) -> None:
    await store.upsert_records([an_account("globex")])
    id_ = (await ask(store, '{ account(key: "globex") { id } }'))["account"]["id"]
    again = await ask(store, "query Q($id: ID!) { node(id: $id) { __typename id ... on Account { key } } }", id=id_)
    assert again == {"node": {"__typename": "Account", "id": id_, "key": "globex"}}


async def test_nodes_come_in_the_order_of_their_ids_with_null_for_the_unknown(store: Store) -> None:
    await store.upsert_records([a_contact("bob"), a_seller("ann")])
    found = await ask(store, '{ contact(key: "bob") { id } seller(key: "ann") { id } }')
    ids = [found["seller"]["id"], found["contact"]["id"]]
    await store.erase_records(["ann"])
    again = await ask(store, "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert again == {"nodes": [None, {"id": ids[1]}]}


@pytest.mark.parametrize("id_", ["", "globex", "WyJBQ0NPVU5UIl0", "WyJQTEFORVQiLCJ4Il0", "é", "🙂", "[[[["])
async def test_an_id_that_we_did_not_make_is_refused(store: Store, id_: str) -> None:
    assert await refusals(store, "query Q($id: ID!) { node(id: $id) { id } }", id=id_) == ["BAD_CURSOR"]


async def test_more_than_a_hundred_nodes_are_refused(store: Store) -> None:
    assert await refusals(store, "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x"] * 101) == ["BAD_INPUT"]


async def test_records_name_each_other(store: Store) -> None:
    ann, max_ = a_seller("ann", manager_id="max"), a_seller("max", name="Max")
    bob = a_contact("bob", account_id="globex", owner_id="ann")
    deal = an_opportunity(
        "deal", account_id="globex", contact_id="bob", owner_id="ann", sales_team_ids=("max",), stakeholder_ids=("lea",)
    )
    lea = a_lead("lea", owner_id="max", stakeholder_ids=("bob",))
    await store.upsert_records([ann, max_, bob, an_account("globex", primary_contact_id="bob"), deal, lea])
    query = """{
      opportunity(key: "deal") {
        account { primaryContact { key } owner { key } }
        contact { key ... on Contact { account { key } } }
        owner { manager { key } }
        salesTeam { key }
        stakeholders { __typename key owner { key } ... on Lead { stakeholders { key } } }
      }
    }"""
    assert (await ask(store, query))["opportunity"] == {
        "account": {"primaryContact": {"key": "bob"}, "owner": None},
        "contact": {"key": "bob", "account": {"key": "globex"}},
        "owner": {"manager": {"key": "max"}},
        "salesTeam": [{"key": "max"}],
        "stakeholders": [
            {"__typename": "Lead", "key": "lea", "owner": {"key": "max"}, "stakeholders": [{"key": "bob"}]}
        ],
    }


async def test_a_person_on_the_wrong_side_is_left_out(store: Store) -> None:
    deal = an_opportunity("deal", owner_id="bob", contact_id="ann", sales_team_ids=("bob",), stakeholder_ids=("ann",))
    await store.upsert_records([a_seller("ann"), a_contact("bob"), deal])
    query = '{ opportunity(key: "deal") { owner { key } contact { key } salesTeam { key } stakeholders { key } } }'
    nobody = {"owner": None, "contact": None, "salesTeam": [], "stakeholders": []}
    assert await ask(store, query) == {"opportunity": nobody}


async def test_one_who_opted_out_is_still_found_by_key_and_as_a_stakeholder(store: Store) -> None:
    bob = a_contact("bob", opted_out=True)
    await store.upsert_records([bob, an_opportunity("deal", stakeholder_ids=("bob",))])
    query = '{ contact(key: "bob") { optedOut } opportunity(key: "deal") { stakeholders { key optedOut } } }'
    assert await ask(store, query) == {
        "contact": {"optedOut": True},
        "opportunity": {"stakeholders": [{"key": "bob", "optedOut": True}]},
    }


@pytest.mark.parametrize(("moment", "state"), [(NOON - timedelta(microseconds=1), "OPEN"), (NOON, "WON")])
async def test_a_deal_is_open_until_it_was_closed(store: Store, moment: object, state: str) -> None:
    await store.upsert_records([an_opportunity("deal", state=OpportunityState.WON, closed_at=NOON)])
    query = 'query Q($at: DateTime) { opportunity(key: "deal", asOf: $at) { state } }'
    assert await ask(store, query, at=str(moment)) == {"opportunity": {"state": state}}


async def test_own_fields_of_a_deal_keep_their_types(store: Store) -> None:
    await store.upsert_records(
        [an_opportunity("deal", attributes=(("hot", True), ("size", 2.5), ("trade", "medical")))]
    )
    data = await ask(store, '{ opportunity(key: "deal") { attributes { name text number flag } } }')
    assert data["opportunity"]["attributes"] == [
        {"name": "hot", "text": None, "number": None, "flag": True},
        {"name": "size", "text": None, "number": 2.5, "flag": None},
        {"name": "trade", "text": "medical", "number": None, "flag": None},
    ]


async def test_one_without_a_name_is_called_by_address_or_key(store: Store) -> None:
    await store.upsert_records([a_contact("bob", name=None), a_contact("cat", name=None, emails=())])
    query = '{ contact(key: "bob") { name displayName } other: contact(key: "cat") { displayName } }'
    assert await ask(store, query) == {
        "contact": {"name": None, "displayName": "bob@globex.example"},
        "other": {"displayName": "cat"},
    }
