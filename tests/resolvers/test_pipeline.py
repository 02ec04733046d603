"""The pipeline: open deals as points, and what is left out."""

from datetime import date, timedelta

import pytest

from graph.model import OpportunityState
from graph.store import Store
from tests.asking import ask
from tests.builders import NOON, a_call, a_contact, a_seller, an_opportunity

QUERY = """query Q($at: DateTime, $zone: String) { pipeline(asOf: $at, timeZone: $zone) {
  totalCount withoutCloseDate overdue
  points { key closeDate health state grade revenue opportunity { key health { score state grade } } }
} }"""
ANN, BOB = a_seller("ann"), a_contact("bob")
TODAY = NOON.date()


@pytest.fixture
async def book(store: Store) -> Store:
    deals = {
        "later": {"estimated_close_date": TODAY + timedelta(days=9), "estimated_revenue": 5.5, "contact_id": "bob"},
        "b": {"estimated_close_date": TODAY},
        "a": {"estimated_close_date": TODAY, "estimated_revenue": 3.0},
        "overdue": {"estimated_close_date": TODAY - timedelta(days=1)},
        "undated": {},
        "won": {"estimated_close_date": TODAY, "state": OpportunityState.WON, "closed_at": NOON},
        "unborn": {"estimated_close_date": TODAY, "created_at": NOON + timedelta(seconds=1)},
    }
    await store.upsert_records([ANN, BOB, *(an_opportunity(key, owner_id="ann", **d) for key, d in deals.items())])
    await store.upsert_interactions([a_call(f"c{n}", ANN, BOB, at=NOON - timedelta(days=n)) for n in range(4)])
    return store


async def test_points_are_by_close_date_then_key_with_the_health_of_their_deals(book: Store) -> None:
    found = (await ask(book, QUERY, at=NOON.isoformat()))["pipeline"]
    assert [point["key"] for point in found["points"]] == ["a", "b", "later"]
    assert (found["totalCount"], found["withoutCloseDate"], found["overdue"]) == (3, 1, 1)
    for point in found["points"]:
        health = point["opportunity"]["health"]
        assert (point["health"], point["state"], point["grade"]) == (
            health["score"] or 0,
            health["state"],
            health["grade"],
        )
    assert [point["revenue"] for point in found["points"]] == [3.0, 0.0, 5.5]
    assert found["points"][2]["health"] > 0


async def test_the_day_is_that_of_the_zone(book: Store) -> None:
    found = (await ask(book, QUERY, at=(NOON - timedelta(minutes=1)).isoformat(), zone="Pacific/Kiritimati"))[
        "pipeline"
    ]
    # There it is the third of November already, and the deal won at noon is still open.
    assert date(2026, 11, 2) == TODAY
    assert ([point["key"] for point in found["points"]], found["overdue"]) == (["later"], 4)


async def test_an_empty_store_has_an_empty_pipeline(store: Store) -> None:
    found = (await ask(store, QUERY))["pipeline"]
    assert found == {"totalCount": 0, "withoutCloseDate": 0, "overdue": 0, "points": []}
