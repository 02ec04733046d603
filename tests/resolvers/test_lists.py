"""Lists of records: pages, search and filters."""

from datetime import timedelta

import pytest

from graph.model import LeadState, OpportunityState, Record
from graph.store import Store
from tests.asking import ask, refusals
from tests.builders import NOON, a_contact, a_lead, a_seller, an_account, an_opportunity


async def keys(store: Store, field: str, **variables: object) -> list[str]:
    data = await ask(store, f"{{ {field} {{ nodes {{ key }} }} }}", **variables)
    return [node["key"] for node in data[field.partition("(")[0]]["nodes"]]


async def test_an_empty_list_has_no_cursors(store: Store) -> None:
    query = "{ accounts { totalCount nodes { key } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    ends = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert await ask(store, query) == {"accounts": {"totalCount": 0, "nodes": [], "pageInfo": ends}}


async def test_pages_follow_each_other_without_gaps_or_repeats(store: Store) -> None:
    await store.upsert_records([a_contact(f"c{i}") for i in range(7)])
    query = """query Q($after: String) {
      contacts(first: 3, after: $after) { totalCount nodes { key } pageInfo { hasNextPage hasPreviousPage endCursor } }
    }"""
    found, after, flags = [], None, []
    for _ in range(3):
        page = (await ask(store, query, after=after))["contacts"]
        found += [node["key"] for node in page["nodes"]]
        flags.append((page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"], page["totalCount"]))
        after = page["pageInfo"]["endCursor"]
    assert found == [f"c{i}" for i in range(7)]
    assert flags == [(False, True, 7), (True, True, 7), (True, False, 7)]


async def test_edges_carry_the_cursors_of_their_nodes(store: Store) -> None:
    await store.upsert_records([an_account(key) for key in ("a", "b")])
    page = (await ask(store, "{ accounts { edges { cursor node { key } } pageInfo { startCursor } } }"))["accounts"]
    assert page["edges"][0]["cursor"] == page["pageInfo"]["startCursor"]
    after = await ask(
        store, "query Q($c: String) { accounts(after: $c) { nodes { key } } }", c=page["edges"][0]["cursor"]
    )
    assert after == {"accounts": {"nodes": [{"key": "b"}]}}


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_one_to_a_hundred_items(store: Store, first: int) -> None:
    assert await refusals(store, "query Q($n: Int) { accounts(first: $n) { totalCount } }", n=first) == ["BAD_INPUT"]


async def test_an_explicit_null_is_the_usual_page(store: Store) -> None:
    await store.upsert_records([an_account(f"a{i:02}") for i in range(25)])
    assert len(await keys(store, "accounts(first: null)")) == 20


@pytest.mark.parametrize("after", ["", "x", "YXJyYXljb25uZWN0aW9uOjA=", "W10", "bnVsbA", "WyJDT05UQUNUIiwiYiJd"])
async def test_a_cursor_of_another_list_is_refused(store: Store, after: str) -> None:
    query = "query Q($after: String) { accounts(after: $after) { totalCount } }"
    assert await refusals(store, query, after=after) == ["BAD_CURSOR"]


async def test_search_finds_names_and_addresses_in_any_case(store: Store) -> None:
    await store.upsert_records([a_contact("bob", name="Bob"), a_contact("cat", name="Cat", emails=("c@bobs.example",))])
    assert await keys(store, 'contacts(search: " BOB ")') == ["bob", "cat"]


async def test_lists_are_filtered_by_owner_account_and_state(store: Store) -> None:
    won = {"state": OpportunityState.WON, "closed_at": NOON}
    await store.upsert_records(
        [
            *(a_seller("ann"), an_account("globex"), an_account("initech")),
            an_opportunity("d1", owner_id="ann", account_id="globex"),
            an_opportunity("d2", owner_id="ann", account_id="initech"),
            an_opportunity("d3", account_id="globex"),
            an_opportunity("d4", owner_id="ann", account_id="globex", **won),
        ]
    )
    assert await keys(store, 'opportunities(owner: "ann", account: "globex", states: [OPEN])') == ["d1"]


async def test_no_states_are_all_states(store: Store) -> None:
    await store.upsert_records([a_lead("l1"), a_lead("l2", state=LeadState.QUALIFIED)])
    assert await keys(store, "leads(states: [])") == ["l1", "l2"]
    assert await keys(store, "leads(states: [QUALIFIED])") == ["l2"]


async def test_people_who_opted_out_are_in_no_list_and_no_search(store: Store) -> None:
    await store.upsert_records([an_account("globex"), a_contact("bob", account_id="globex", opted_out=True)])
    query = '{ contacts(search: "bob") { totalCount } account(key: "globex") { contacts { nodes { key } } } }'
    assert await ask(store, query) == {"contacts": {"totalCount": 0}, "account": {"contacts": {"nodes": []}}}


async def test_a_deal_is_in_no_list_before_it_was_created(store: Store) -> None:
    deal = an_opportunity("deal", account_id="globex", owner_id="ann", created_at=NOON)
    await store.upsert_records([a_seller("ann"), an_account("globex"), deal])
    query = """query Q($at: DateTime) {
      opportunities(asOf: $at) { totalCount }
      account(key: "globex", asOf: $at) { opportunities { totalCount } }
      seller(key: "ann", asOf: $at) { opportunities { totalCount } }
    }"""
    for moment, count in ((NOON - timedelta(hours=1), 0), (NOON, 1)):
        data = await ask(store, query, at=moment.isoformat())
        assert [data["opportunities"], *(data[f]["opportunities"] for f in ("account", "seller"))] == [
            {"totalCount": count}
        ] * 3


async def test_states_are_those_at_the_asked_instant(store: Store) -> None:
    await store.upsert_records([an_opportunity("deal", state=OpportunityState.LOST, closed_at=NOON)])
    before = (NOON - timedelta(days=1)).isoformat()
    assert await keys(store, f'opportunities(states: [OPEN], asOf: "{before}")') == ["deal"]
    assert await keys(store, "opportunities(states: [OPEN])") == []


@pytest.mark.parametrize(("kind", "person"), [("contact", a_contact("x")), ("lead", a_lead("x"))])
async def test_a_person_outside_lists_their_deals(store: Store, kind: str, person: Record) -> None:
    made, said = an_opportunity("made", contact_id="x"), an_opportunity("said", stakeholder_ids=("x",))
    lost = an_opportunity("lost", contact_id="x", state=OpportunityState.LOST, closed_at=NOON)
    await store.upsert_records([person, made, said, lost, an_opportunity("other")])
    data = await ask(
        store,
        f"""{{ {kind}(key: "x") {{
          all: opportunities(orderBy: {{field: INTERACTIONS, direction: DESC}}) {{ nodes {{ key }} }}
          open: opportunities(states: [OPEN]) {{ totalCount nodes {{ key }} }}
        }} }}""",
    )
    assert [node["key"] for node in data[kind]["all"]["nodes"]] == ["lost", "made", "said"]
    assert data[kind]["open"] == {"totalCount": 2, "nodes": [{"key": "made"}, {"key": "said"}]}


async def test_a_seller_lists_who_reports_to_them(store: Store) -> None:
    await store.upsert_records([a_seller("max"), a_seller("ann", manager_id="max"), a_seller("zoe", manager_id="ann")])
    data = await ask(store, '{ seller(key: "max") { reports { nodes { key reports { nodes { key } } } } } }')
    assert data["seller"]["reports"]["nodes"] == [{"key": "ann", "reports": {"nodes": [{"key": "zoe"}]}}]


async def test_a_seller_lists_what_they_own(store: Store) -> None:
    own = {"owner_id": "ann"}
    owned = [an_account("a", **own), a_contact("c", **own), a_lead("l", **own), an_opportunity("o", **own)]
    await store.upsert_records([a_seller("ann"), *owned, an_account("other"), a_contact("else")])
    fields = ("accounts", "contacts", "leads", "opportunities")
    data = await ask(store, f'{{ seller(key: "ann") {{ {" ".join(f"{f} {{ nodes {{ key }} }}" for f in fields)} }} }}')
    assert [[node["key"] for node in data["seller"][field]["nodes"]] for field in fields] == [
        ["a"],
        ["c"],
        ["l"],
        ["o"],
    ]
