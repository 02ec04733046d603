"""What only Neo4j does: how the graph looks in it, and what two writers do to each other."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import neo4j
import pytest
import pytest_asyncio

from graph.backends import cypher, cypher_changes
from graph.backends.bolt import BoltStore
from graph.errors import (
    InputError,
    StoreError,
)
from graph.model import InteractionState, Record
from tests.builders import (
    NOON,
    a_contact,
    a_lead,
    a_meeting,
    a_seller,
    a_task,
    an_account,
    an_email,
    an_engagement,
    an_opportunity,
)
from tests.neo4j_server import driver_of

pytestmark = pytest.mark.neo4j

ANN, MAX = a_seller("ann", manager_id="max"), a_seller("max")
BOB, ZOE, LEA = a_contact("bob", account_id="globex", owner_id="ann"), a_contact("zoe"), a_lead("lea", owner_id="ann")
GLOBEX = an_account("globex", domains=("globex.example",), owner_id="ann", primary_contact_id="bob")
DEAL = an_opportunity(
    "deal",
    account_id="globex",
    contact_id="bob",
    owner_id="ann",
    sales_team_ids=("max",),
    stakeholder_ids=("zoe", "lea"),
)
EVERYONE: list[Record] = [ANN, MAX, BOB, ZOE, LEA, GLOBEX, DEAL]

EDGES = """
MATCH (a)-[e:INTERACTED]->(b) RETURN a.key, b.key, coalesce(e.regarding, false) AS regarding ORDER BY a.key, b.key
"""
DRAWN = "MATCH (a)-[r]->(b) WHERE type(r) <> 'HAS_ADDRESS' RETURN a.key, type(r), b.key"


@pytest.fixture
def driver(neo4j_database: str) -> AsyncIterator[neo4j.Driver]:
    with driver_of(neo4j_database) as opened:
        yield opened


@pytest_asyncio.fixture
async def store(neo4j_database: str) -> AsyncIterator[BoltStore]:
    opened = await BoltStore.open(neo4j_database)
    yield opened
    await opened.aclose()


def rows(driver: neo4j.Driver, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    return [tuple(record.values()) for record in driver.execute_query(query, parameters).records]


# --- how the graph looks -----------------------------------------------------------------------------------------


async def test_every_record_has_the_label_of_its_kind(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    found = rows(driver, "MATCH (n:Entity) UNWIND labels(n) AS l WITH n, l WHERE l <> 'Entity' RETURN n.key, l")
    assert dict(found) == {
        "ann": "Seller",
        "max": "Seller",
        "bob": "Contact",
        "zoe": "Contact",
        "lea": "Lead",
        "globex": "Account",
        "deal": "Opportunity",
    }


async def test_what_records_name_is_drawn(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    assert set(rows(driver, DRAWN)) == {
        ("ann", "REPORTS_TO", "max"),
        ("bob", "WORKS_FOR", "globex"),
        ("bob", "PRIMARY_CONTACT_OF", "globex"),
        ("globex", "HAS_DOMAIN", "globex.example"),
        ("ann", "OWNS", "globex"),
        ("ann", "OWNS", "bob"),
        ("ann", "OWNS", "lea"),
        ("ann", "OWNS", "deal"),
        ("deal", "FOR", "globex"),
        ("bob", "CUSTOMER_CONTACT_OF", "deal"),
        ("max", "ON_TEAM_OF", "deal"),
        ("zoe", "STAKEHOLDER_OF", "deal"),
        ("lea", "STAKEHOLDER_OF", "deal"),
    }


async def test_an_email_is_an_edge_for_each_pair_and_to_what_it_regards(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    await store.upsert_interactions([an_email("m1", ANN, BOB, MAX, regarding_id="deal")])
    assert rows(driver, EDGES) == [
        ("ann", "bob", False),
        ("ann", "deal", True),
        ("bob", "deal", True),
        ("max", "bob", False),
        ("max", "deal", True),
    ]


async def test_what_regards_one_who_took_part_is_an_edge_of_each_sort(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    await store.upsert_interactions([an_email("m1", ANN, LEA, regarding_id="lea")])
    assert sorted(rows(driver, EDGES)) == [("ann", "lea", False), ("ann", "lea", True)]


async def test_mail_among_ourselves_is_an_edge_between_sellers(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    await store.upsert_interactions([an_email("m1", ANN, MAX)])
    assert rows(driver, EDGES) == [("ann", "max", False)]


async def test_an_edge_says_when_what_and_to_whom(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    at = NOON + timedelta(microseconds=1)
    await store.upsert_interactions([a_meeting("m1", ANN, BOB, at=at, state=InteractionState.SCHEDULED)])
    ((edge,),) = rows(driver, "MATCH ()-[e:INTERACTED]->() RETURN properties(e)")
    assert edge.pop("at").to_native() == at
    assert edge == {"id": "m1", "kind": "MEETING", "state": "SCHEDULED", "to": "bob"}


async def test_an_interaction_written_anew_leaves_no_edge_of_the_old(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    await store.upsert_interactions([an_email("m1", ANN, BOB, regarding_id="deal")])
    await store.upsert_interactions([an_email("m1", MAX, ZOE, at=NOON + timedelta(days=1))])
    assert rows(driver, EDGES) == [("max", "zoe", False)]


async def test_one_who_changes_sides_changes_labels(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records([a_contact("pat", account_id="globex"), a_seller("pat")])
    await store.upsert_records([a_contact("pat", account_id="globex")])
    await store.upsert_records([a_seller("pat")])
    assert rows(driver, "MATCH (n {key: 'pat'}) RETURN labels(n), n.accountId") == [(["Entity", "Seller"], None)]


async def test_what_is_named_before_it_is_written_is_no_record(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records([DEAL])
    assert rows(driver, "MATCH (n {key: 'globex'}) RETURN labels(n)") == [(["Entity"],)]
    assert (await store.records(["globex", "deal"])).keys() == {"deal"}


async def test_nothing_is_left_of_names_and_addresses_that_were_given_up(
    store: BoltStore, driver: neo4j.Driver
) -> None:
    await store.upsert_records([DEAL, BOB])
    await store.upsert_records([an_opportunity("deal"), a_contact("bob", emails=())])
    assert rows(driver, "MATCH (n) WHERE NOT n:Rapport AND NOT n:Change RETURN n.key ORDER BY n.key") == [
        ("bob",),
        ("deal",),
    ]


async def test_nothing_is_left_of_people_who_are_erased(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records(EVERYONE)
    await store.upsert_interactions([an_email("m1", ANN, BOB, regarding_id="deal"), an_email("m2", BOB, ANN)])
    await store.upsert_engagement([an_engagement("m1", BOB)])
    await store.erase_records(["bob"])
    everything = rows(driver, "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN properties(n), properties(r)")
    assert "bob" not in str(everything)


async def test_attributes_of_a_deal_are_properties(store: BoltStore, driver: neo4j.Driver) -> None:
    await store.upsert_records([an_opportunity(attributes=(("product", "GTX"), ("units", 3.0)))])
    query = "MATCH (o:Opportunity) RETURN o.`attributes.product`, o.`attributes.units`"
    assert rows(driver, query) == [("GTX", 3.0)]


@pytest.mark.parametrize(
    "statement",
    [
        cypher.ROWS,
        cypher.SCOPES,
        cypher.WRITE_INTERACTIONS,
        cypher.DROP_EDGES,
        cypher_changes.ADD_CHANGE,
        cypher_changes.TOUCHED_SINCE,
        cypher_changes.SAVE_LEDGERS,
        cypher_changes.DROP_CHANGES,
    ],
)
async def test_no_statement_on_interactions_reads_all_of_them(
    store: BoltStore, driver: neo4j.Driver, statement: str
) -> None:
    nothing = {"keys": [], "ids": [], "rows": [], "touched": [], "after": None, "until": None}
    nothing |= {"interactions": [], "people": [], "forgotten": [], "mark": 0, "kind": "LEAD"}
    plan = driver.execute_query("EXPLAIN " + statement, nothing).summary.plan
    assert not [name for name in operators(plan) if "Scan" in name]


def operators(plan: dict[str, Any]) -> list[str]:
    return [plan["operatorType"], *(name for child in plan.get("children", ()) for name in operators(child))]


async def test_keys_addresses_and_interaction_ids_are_indexed(store: BoltStore, driver: neo4j.Driver) -> None:
    found = rows(driver, "SHOW CONSTRAINTS YIELD labelsOrTypes, properties RETURN labelsOrTypes[0], properties")
    labels = {"Seller", "Account", "Contact", "Lead", "Opportunity", "Entity", "Address", "Domain", "Rapport"}
    others = {("Interaction", "id"), ("Change", "mark"), ("Document", "kind", "key"), ("Ledger", "kind", "key")}
    assert {(label, *properties) for label, properties in found} == {(label, "key") for label in labels} | others


# --- writing -----------------------------------------------------------------------------------------------------


async def test_two_who_write_the_same_interactions_make_each_edge_once(
    neo4j_database: str, store: BoltStore, driver: neo4j.Driver
) -> None:
    other = await BoltStore.open(neo4j_database)
    await store.upsert_records(EVERYONE)
    mails = [an_email(f"m{i}", ANN, BOB, at=NOON + timedelta(minutes=i)) for i in range(300)]
    both = await asyncio.gather(store.upsert_interactions(mails), other.upsert_interactions(mails[::-1]))
    assert sum(len(changes.added) for changes in both) == len(mails)
    assert len(rows(driver, EDGES)) == len(mails)
    await other.aclose()


async def test_two_who_rewrite_the_same_interactions_leave_the_edges_of_one(
    store: BoltStore, driver: neo4j.Driver
) -> None:
    await store.upsert_records(EVERYONE)
    await store.upsert_interactions([an_email(f"m{i}", ANN, BOB) for i in range(100)])
    await asyncio.gather(
        store.upsert_interactions([an_email(f"m{i}", ANN, ZOE, at=NOON + timedelta(days=1)) for i in range(100)]),
        store.upsert_interactions([an_email(f"m{i}", MAX, LEA, at=NOON - timedelta(days=1)) for i in range(100)]),
    )
    assert len(rows(driver, EDGES)) == 100
    assert {(a, b) for a, b, _ in rows(driver, EDGES)} <= {("ann", "zoe"), ("max", "lea")}


async def test_a_batch_larger_than_a_transaction_is_written_whole(store: BoltStore) -> None:
    await store.upsert_records(EVERYONE)
    mails = [an_email(f"m{i:05}", ANN, BOB, MAX, regarding_id="deal") for i in range(3000)]
    changes = await store.upsert_interactions(mails)
    assert len(changes.added) == 3000
    assert len(await store.interactions_of(["deal"])) == 3000


async def test_nothing_of_a_large_batch_is_written_where_someone_is_unknown(store: BoltStore) -> None:
    await store.upsert_records(EVERYONE)
    mails = [an_email(f"m{i}", ANN, BOB) for i in range(3000)]
    with pytest.raises(InputError, match="nobody"):
        await store.upsert_interactions([*mails, an_email("last", ANN, a_contact("nobody"))])
    assert (await store.counts()).interactions == 0


async def test_people_with_many_interactions_are_erased_in_steps(
    store: BoltStore, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.backends.bolt.INTERACTIONS_A_BATCH", 2)
    await store.upsert_records(EVERYONE)
    await store.upsert_interactions([an_email(f"m{i}", ANN, BOB, ZOE) for i in range(5)])
    await store.upsert_interactions([a_task(f"t{i}", ANN, BOB) for i in range(5)])
    assert await store.erase_records(["bob"]) == 1
    assert rows(driver, EDGES) == [("ann", "zoe", False)] * 5


async def test_half_a_surrogate_pair_is_an_error_of_ours(store: BoltStore) -> None:
    with pytest.raises(InputError, match="surrogate"):
        await store.upsert_records([a_contact("bob", name="\ud800")])


async def test_a_closed_store_says_so(neo4j_database: str) -> None:
    store = await BoltStore.open(neo4j_database)
    await store.aclose()
    with pytest.raises(StoreError):
        await store.counts()
