"""A list costs as many calls of the store as one record."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from graph.store import Store
from tests.asking import ask
from tests.builders import NOON, a_contact, a_lead, a_meeting, a_seller, an_account, an_email, an_opportunity

AS_OF = (NOON + timedelta(days=10)).isoformat()
MANY = 50
WIDGETS = """
  health { score trend }
  healthHistory(points: 3) { score }
  customerInteractions { total { total } }
  activities { points { date emailsSent } longestQuiet { days } }
  emailRatio { sent }
  emailEngagement { sent openRate }
  summary { insights { sentence } }
  mostContacted { people { person { displayName } } }
  mostContactedBy(days: null) { people { person { displayName } } }
  responseTime(days: 365) { ours { meanHours } }
  hourlyInvestment { ourMinutes { total } }
  lastInteraction { subject by { displayName } }
  nextInteraction { subject by { displayName } }
"""


class Counting:
    """A store that counts its calls."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        self.calls[name] += 1
        method: Callable[..., Any] = getattr(self._store, name)
        return method


@pytest.fixture
async def book(store: Store) -> Store:
    """Fifty records of each kind, each with mail and a meeting to come."""
    ann, max_ = a_seller("ann", manager_id="max"), a_seller("max")
    own = {"owner_id": "ann"}
    people = [a_contact(f"c{i}", account_id=f"a{i}", **own) for i in range(MANY)]
    accounts = [an_account(f"a{i}", primary_contact_id=f"c{i}", **own) for i in range(MANY)]
    leads = [a_lead(f"l{i}", stakeholder_ids=(f"c{i}",), **own) for i in range(MANY)]
    deals = [
        an_opportunity(f"o{i}", account_id=f"a{i}", contact_id=f"c{i}", stakeholder_ids=(f"l{i}",), **own)
        for i in range(MANY)
    ]
    await store.upsert_records([ann, max_, *people, *accounts, *leads, *deals])
    mail = [an_email(f"m{i}", ann, people[i], leads[i]) for i in range(MANY)]
    meetings = [a_meeting(f"e{i}", people[i], ann, leads[i], at=NOON + timedelta(days=40)) for i in range(MANY)]
    await store.upsert_interactions(mail + meetings)
    return store


async def calls(store: Store, query: str) -> Counter[str]:
    counting = Counting(store)
    await ask(counting, query)  # type: ignore[arg-type]
    return counting.calls


@pytest.mark.parametrize("field", ["accounts", "contacts", "leads", "opportunities"])
async def test_the_widgets_of_fifty_records_cost_the_calls_of_one(book: Store, field: str) -> None:
    one, many = [
        await calls(book, f'{{ {field}(first: {n}, asOf: "{AS_OF}") {{ nodes {{ {WIDGETS} }} }} }}') for n in (1, MANY)
    ]
    assert one == many
    shared = Counter(["list_records", "newest_document", "interactions_of", "records", "interactions"])
    # The summary of deals compares them with similar won ones.
    compared = Counter(["outlines", "touched_since", "records", "interactions_of"])
    assert one == (shared + compared if field == "opportunities" else shared)


async def test_all_widgets_of_a_record_cost_the_calls_of_one_widget(book: Store) -> None:
    record = 'opportunity(key: "o1")'
    one = await calls(book, f"{{ {record} {{ emailRatio {{ sent }} }} }}")
    assert one == {"records": 1, "newest_document": 1, "interactions_of": 1}
    same = "emailRatio { sent } hourlyInvestment { ourMinutes { total } } activities(days: 7) { points { date } }"
    assert await calls(book, f"{{ {record} {{ {same} }} }}") == one


async def test_the_same_widget_at_two_instants_costs_two_reads(book: Store) -> None:
    then = f'then: account(key: "a1", asOf: "{NOON.isoformat()}") {{ emailRatio {{ sent }} }}'
    now = f'now: account(key: "a1", asOf: "{AS_OF}") {{ emailRatio {{ sent }} }}'
    assert await calls(book, f"{{ {then} {now} }}") == {"records": 1, "newest_document": 1, "interactions_of": 2}


async def test_drill_down_of_fifty_records_costs_the_calls_of_one(book: Store) -> None:
    nodes = "nodes { interactions(first: 3) { nodes { subject notNamed participants { person { displayName } } } } }"
    one, many = [await calls(book, f'{{ contacts(first: {n}, asOf: "{AS_OF}") {{ {nodes} }} }}') for n in (1, MANY)]
    assert (
        one == many == {"list_records": 1, "newest_document": 1, "interactions_of": 1, "interactions": 1, "records": 1}
    )


async def test_records_of_fifty_records_cost_the_calls_of_one(book: Store) -> None:
    nodes = """nodes {
      owner { manager { key } } account { primaryContact { key } contacts(first: 2) { nodes { key } } }
      contact { key } stakeholders { key } salesTeam { key }
    }"""
    one, many = [await calls(book, f"{{ opportunities(first: {n}) {{ {nodes} }} }}") for n in (1, MANY)]
    assert one == many
