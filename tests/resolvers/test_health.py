"""Health over the API: of every kind of record, by the settings as they are, asking the store no more than it must."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph.model import LeadState, OpportunityState
from graph.settings import Frequency, OrganizationSettings, SettingsVersion
from graph.settings_versions import add_version
from graph.store import Store
from tests.asking import ask, refusals
from tests.builders import NOON, a_contact, a_lead, a_seller, an_account, an_email, an_opportunity
from tests.resolvers.test_batching import calls

AS_OF = NOON + timedelta(days=10)
HEALTH = """health {
  state score grade trend trendDelta terms { name value weight contribution }
  lastInteractionDays expectedIntervalDays computedAt settingsVersion
}"""
ANN, BOB, LEA = a_seller("ann"), a_contact("bob", account_id="globex"), a_lead("lea", owner_id="ann")
DEAL = an_opportunity(
    "deal", account_id="globex", contact_id="bob", owner_id="ann", created_at=NOON - timedelta(days=9)
)
KINDS = {"contact": "bob", "lead": "lea", "opportunity": "deal", "account": "globex"}


@pytest.fixture
async def book(store: Store) -> Store:
    """Mail a week apart between Ann and both customers, the last three days before AS_OF."""
    await store.upsert_records([ANN, BOB, LEA, an_account("globex"), DEAL])
    mails = [
        an_email(
            f"m{n}-{customer.id}",
            *([ANN, customer] if n % 2 else [customer, ANN]),
            at=AS_OF - timedelta(days=3 + 7 * n),
        )
        for n in range(4)
        for customer in (BOB, LEA)
    ]
    await store.upsert_interactions(mails)
    return store


async def health(store: Store, kind: str, as_of: datetime = AS_OF) -> Any:
    query = f'{{ {kind}(key: "{KINDS[kind]}", asOf: "{as_of.isoformat()}") {{ {HEALTH} }} }}'
    return (await ask(store, query))[kind]["health"]


async def history(store: Store, kind: str, arguments: str = "points: 3", as_of: datetime = AS_OF) -> list[Any]:
    fields = f"healthHistory({arguments}) {{ at state score grade }}"
    query = f'{{ {kind}(key: "{KINDS[kind]}", asOf: "{as_of.isoformat()}") {{ {fields} }} }}'
    points: list[Any] = (await ask(store, query))[kind]["healthHistory"]
    return points


async def decide(store: Store, **settings: Any) -> None:
    version = SettingsVersion(1, OrganizationSettings(**settings), datetime.now(UTC), "ann")
    assert await add_version(store, version)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_record_has_health(book: Store, kind: str) -> None:
    before = datetime.now(UTC)
    found = await health(book, kind)
    assert before <= datetime.fromisoformat(found.pop("computedAt")) <= datetime.now(UTC)
    terms = found.pop("terms")
    assert found == {
        "state": "AVAILABLE", "score": 82.9, "grade": "GOOD", "trend": "STEADY", "trendDelta": None,
        "lastInteractionDays": 3.0, "expectedIntervalDays": 7.0, "settingsVersion": 0,
    }  # fmt: skip
    assert [(term["name"], term["weight"]) for term in terms] == [
        ("ACTIVITY", 45.0),
        ("RECENCY", 15.0),
        ("RECIPROCITY", 40.0),
        ("CAP", 1.0),
    ]
    assert sum(term["contribution"] for term in terms) == pytest.approx(82.9, abs=0.05)


async def test_the_settings_act_and_the_number_names_their_version(book: Store) -> None:
    await decide(book, frequency=Frequency.DAILY, good_from=90.0, email_weight_percent=-50.0)
    found = await health(book, "contact")
    assert (found["expectedIntervalDays"], found["settingsVersion"], found["grade"]) == (1.0, 1, "POOR")


@pytest.mark.parametrize("kind", KINDS)
async def test_turned_off_there_is_no_number_anywhere(book: Store, kind: str) -> None:
    await decide(book, health=False)
    found = await health(book, kind)
    assert found.pop("computedAt")
    assert found == {
        "state": "TURNED_OFF", "score": None, "grade": None, "trend": None, "trendDelta": None, "terms": [],
        "lastInteractionDays": None, "expectedIntervalDays": 7.0, "settingsVersion": 1,
    }  # fmt: skip
    assert {point["state"] for point in await history(book, kind)} == {"TURNED_OFF"}


@pytest.mark.parametrize("state", [LeadState.QUALIFIED, LeadState.DISQUALIFIED])
async def test_of_a_lead_that_is_done_with_there_is_none_at_any_time(book: Store, state: LeadState) -> None:
    await book.upsert_records([replace(LEA, state=state)])
    assert (await health(book, "lead", NOON))["state"] == "NOT_APPLICABLE"
    assert {point["state"] for point in await history(book, "lead")} == {"NOT_APPLICABLE"}


async def test_a_deal_has_health_until_it_is_closed(book: Store) -> None:
    closed = AS_OF - timedelta(days=1)
    await book.upsert_records([replace(DEAL, state=OpportunityState.WON, closed_at=closed)])
    assert (await health(book, "opportunity"))["state"] == "NOT_APPLICABLE"
    assert (await health(book, "opportunity", closed - timedelta(microseconds=1)))["state"] == "AVAILABLE"
    assert (await health(book, "account"))["state"] == "AVAILABLE"


async def test_before_it_was_created_a_deal_has_none_however_much_was_said(book: Store) -> None:
    await book.upsert_records([replace(DEAL, created_at=AS_OF)])
    assert (await health(book, "opportunity"))["state"] == "AVAILABLE"
    found = await health(book, "opportunity", AS_OF - timedelta(microseconds=1))
    assert (found["state"], found["terms"]) == ("NOT_ENOUGH_INFORMATION", [])


async def test_two_interactions_are_not_enough_but_tell_when_the_last_one_was(book: Store) -> None:
    found = await health(book, "contact", AS_OF - timedelta(days=14))
    assert (found["state"], found["score"], found["lastInteractionDays"]) == ("NOT_ENOUGH_INFORMATION", None, 3.0)


async def test_a_history_ends_at_as_of_with_the_health_of_then(book: Store) -> None:
    points = await history(book, "contact")
    assert [datetime.fromisoformat(point["at"]) for point in points] == [AS_OF - timedelta(weeks=n) for n in (2, 1, 0)]
    assert [point["state"] for point in points] == ["NOT_ENOUGH_INFORMATION", "AVAILABLE", "AVAILABLE"]
    assert [point["score"] for point in points] == [
        None,
        (await health(book, "contact", AS_OF - timedelta(7)))["score"],
        82.9,
    ]
    assert points[-1]["grade"] == "GOOD"


async def test_a_history_of_a_deal_knows_its_life(book: Store) -> None:
    """Created 19 days before AS_OF, closed three days before."""
    await book.upsert_records([replace(DEAL, state=OpportunityState.LOST, closed_at=AS_OF - timedelta(days=3))])
    states = [point["state"] for point in await history(book, "opportunity", "points: 4")]
    assert states == ["NOT_ENOUGH_INFORMATION", "NOT_ENOUGH_INFORMATION", "AVAILABLE", "NOT_APPLICABLE"]


async def test_a_history_has_26_weeks_unless_told_otherwise(book: Store) -> None:
    assert (
        len(await history(book, "contact", "every: WEEK")) == len(await history(book, "contact", "points: null")) == 26
    )
    first, *_ = await history(book, "contact", "points: 120, every: MONTH")
    assert datetime.fromisoformat(first["at"]) == AS_OF.replace(year=2016, month=12)


@pytest.mark.parametrize("points", [0, 121])
async def test_there_are_so_many_points_and_no_more(book: Store, points: int) -> None:
    query = f'{{ contact(key: "bob") {{ healthHistory(points: {points}) {{ at }} }} }}'
    assert await refusals(book, query) == ["BAD_INPUT"]


async def test_health_beside_other_widgets_costs_no_further_call(book: Store) -> None:
    record = f'contact(key: "bob", asOf: "{AS_OF.isoformat()}")'
    others = "emailRatio { sent } lastInteraction { at }"
    both = f"health {{ score }} healthHistory {{ score }} {others}"
    assert await calls(book, f"{{ {record} {{ {both} }} }}") == await calls(book, f"{{ {record} {{ {others} }} }}")


async def test_where_the_record_decides_no_interaction_is_read(book: Store) -> None:
    await book.upsert_records([replace(LEA, state=LeadState.QUALIFIED)])
    found = await calls(book, '{ lead(key: "lea") { health { state } healthHistory { state } } }')
    assert "interactions_of" not in found


async def test_what_a_mutation_returns_has_its_health(book: Store) -> None:
    mutation = """mutation { upsertRecords(input: [{type: LEAD, id: "lea", name: "Lea", state: QUALIFIED}]) {
      items { record { health { state } ... on Lead { healthHistory(points: 1) { state } } } }
    } }"""
    (item,) = (await ask(book, mutation))["upsertRecords"]["items"]
    assert item["record"] == {
        "health": {"state": "NOT_APPLICABLE"},
        "healthHistory": [{"state": "NOT_APPLICABLE"}],
    }
