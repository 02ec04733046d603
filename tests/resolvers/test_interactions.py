"""Drill-down: the interactions behind the numbers."""

from datetime import timedelta

import pytest

from graph.model import InteractionKind, InteractionState, Role
from graph.store import Store
from tests.asking import ask, refusals
from tests.builders import (
    NOON,
    a_call,
    a_contact,
    a_lead,
    a_meeting,
    a_seller,
    a_task,
    an_account,
    an_email,
    an_interaction,
    an_opportunity,
)

AS_OF = (NOON + timedelta(days=10)).isoformat()
ANN, BOB = a_seller("ann"), a_contact("bob", account_id="globex")


async def listed(store: Store, arguments: str = "") -> list[str]:
    query = f'{{ contact(key: "bob", asOf: "{AS_OF}") {{ interactions{arguments} {{ nodes {{ key }} }} }} }}'
    return [node["key"] for node in (await ask(store, query))["contact"]["interactions"]["nodes"]]


@pytest.fixture
async def busy(store: Store) -> Store:
    """Bob's calendar and mail: two at one instant, one canceled, one after AS_OF, one without him."""
    deal = an_opportunity("deal", account_id="globex", contact_id="bob", owner_id="ann")
    await store.upsert_records([ANN, BOB, a_contact("cat"), an_account("globex"), deal])
    await store.upsert_interactions(
        [
            an_email("m1", ANN, BOB, at=NOON - timedelta(days=80)),
            an_email("m2", BOB, ANN),
            an_email("m3", ANN, BOB),
            a_meeting("e1", ANN, BOB, at=NOON + timedelta(days=1)),
            a_call("c1", BOB, ANN, at=NOON + timedelta(days=2), regarding_id="deal"),
            a_task("t1", ANN, BOB, at=NOON + timedelta(days=3)),
            a_meeting("e2", ANN, BOB, at=NOON + timedelta(days=4), state=InteractionState.CANCELED),
            a_meeting("e3", ANN, BOB, at=NOON + timedelta(days=40), state=InteractionState.SCHEDULED),
            an_email("m4", ANN, a_contact("cat")),
        ]
    )
    return store


async def test_interactions_come_newest_first_then_by_id_downwards(busy: Store) -> None:
    assert await listed(busy) == ["t1", "c1", "e1", "m3", "m2", "m1"]


@pytest.mark.parametrize("record", ["account", "contact", "opportunity"])
@pytest.mark.parametrize("days", ["1", "60", "null"])
async def test_there_are_as_many_as_the_widget_counts(busy: Store, record: str, days: str) -> None:
    key = {"account": "globex", "contact": "bob", "opportunity": "deal"}[record]
    query = f"""{{ {record}(key: "{key}", asOf: "{AS_OF}") {{
      customerInteractions(days: {days}) {{ total {{ total }} }} interactions(days: {days}) {{ totalCount }}
    }} }}"""
    data = (await ask(busy, query))[record]
    assert data["interactions"]["totalCount"] == data["customerInteractions"]["total"]["total"]


async def test_they_are_filtered_by_kind(busy: Store) -> None:
    assert await listed(busy, "(kinds: [CALL, OTHER])") == ["t1", "c1"]
    assert await listed(busy, "(kinds: [])") == await listed(busy)


async def test_since_and_until_include_their_instants(busy: Store) -> None:
    noon, next_day = NOON.isoformat(), (NOON + timedelta(days=1)).isoformat()
    assert await listed(busy, f'(since: "{noon}", until: "{next_day}")') == ["e1", "m3", "m2"]


async def test_a_window_and_instants_exclude_each_other(busy: Store) -> None:
    query = '{ contact(key: "bob") { interactions(days: 1, until: "2026-01-01T00:00:00Z") { totalCount } } }'
    assert await refusals(busy, query) == ["BAD_INPUT"]


async def test_pages_end_and_begin_inside_one_instant(busy: Store) -> None:
    query = f"""query Q($after: String) {{ contact(key: "bob", asOf: "{AS_OF}") {{
      interactions(first: 2, after: $after) {{
        totalCount nodes {{ key }} pageInfo {{ hasNextPage hasPreviousPage endCursor }}
      }}
    }} }}"""
    found, after, more = [], None, []
    for _ in range(3):
        page = (await ask(busy, query, after=after))["contact"]["interactions"]
        found.append([node["key"] for node in page["nodes"]])
        more.append((page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"], page["totalCount"]))
        after = page["pageInfo"]["endCursor"]
    assert found == [["t1", "c1"], ["e1", "m3"], ["m2", "m1"]]
    assert more == [(False, True, 6), (True, True, 6), (True, False, 6)]


async def test_each_record_of_a_list_has_its_own_page(busy: Store) -> None:
    query = (
        f'{{ contacts(asOf: "{AS_OF}") {{ nodes {{ key interactions(first: 1) {{ totalCount nodes {{ key }} }} }} }} }}'
    )
    assert (await ask(busy, query))["contacts"]["nodes"] == [
        {"key": "bob", "interactions": {"totalCount": 6, "nodes": [{"key": "t1"}]}},
        {"key": "cat", "interactions": {"totalCount": 1, "nodes": [{"key": "m4"}]}},
    ]


@pytest.mark.parametrize("after", ["", "WyJDT05UQUNUIiwiYm9iIl0", "WyJJTlRFUkFDVElPTlMiLCJtMSIsMV0"])
async def test_a_cursor_of_another_list_is_refused(busy: Store, after: str) -> None:
    query = 'query Q($c: String) { contact(key: "bob") { interactions(after: $c) { totalCount } } }'
    assert await refusals(busy, query, c=after) == ["BAD_CURSOR"]


async def test_an_interaction_tells_everything_about_itself(store: Store) -> None:
    await store.upsert_records([ANN, BOB, an_opportunity("deal")])
    people = [(ANN, Role.FROM), (BOB, Role.TO), (ANN, Role.CC)]
    mail = an_interaction("m", InteractionKind.EMAIL, people, subject="Offer", thread_id="t", regarding_id="deal")
    await store.upsert_interactions([mail])
    query = f"""{{ contact(key: "bob", asOf: "{AS_OF}") {{ interactions {{ nodes {{
      kind at durationMinutes subject threadKey state source initiatedBy notNamed regarding {{ __typename key }}
      participants {{ person {{ __typename key }} side roles }}
    }} }} }} }}"""
    assert (await ask(store, query))["contact"]["interactions"]["nodes"] == [
        {
            "kind": "EMAIL",
            "at": NOON.isoformat(),
            "durationMinutes": None,
            "subject": "Offer",
            "threadKey": "t",
            "state": "COMPLETED",
            "source": "CRM",
            "initiatedBy": "US",
            "notNamed": 0,
            "regarding": {"__typename": "Opportunity", "key": "deal"},
            "participants": [
                {"person": {"__typename": "Seller", "key": "ann"}, "side": "US", "roles": ["FROM", "CC"]},
                {"person": {"__typename": "Contact", "key": "bob"}, "side": "THEM", "roles": ["TO"]},
            ],
        }
    ]


async def test_one_who_opted_out_is_counted_and_not_named(store: Store) -> None:
    lea = a_lead("lea", opted_out=True)
    await store.upsert_records([ANN, BOB, lea])
    await store.upsert_interactions([an_email("m", ANN, BOB, lea, regarding_id="lea")])
    query = f"""{{ contact(key: "bob", asOf: "{AS_OF}") {{ interactions {{ nodes {{
      participants {{ person {{ key }} }} notNamed regarding {{ key }}
    }} }} }} }}"""
    (node,) = (await ask(store, query))["contact"]["interactions"]["nodes"]
    named = [{"person": {"key": "ann"}}, {"person": {"key": "bob"}}]
    assert node == {"participants": named, "notNamed": 1, "regarding": None}


async def test_an_interaction_is_a_node(busy: Store) -> None:
    query = f'{{ contact(key: "bob", asOf: "{AS_OF}") {{ interactions(first: 1) {{ nodes {{ id }} }} }} }}'
    id_ = (await ask(busy, query))["contact"]["interactions"]["nodes"][0]["id"]
    again = await ask(busy, "query Q($id: ID!) { node(id: $id) { ... on Interaction { key initiatedBy } } }", id=id_)
    assert again == {"node": {"key": "t1", "initiatedBy": None}}
