"""Widgets: the moment and the window they are computed for, and whom they name."""

from datetime import UTC, datetime, timedelta

import pytest

from graph.store import Store
from tests.asking import ask, refusals
from tests.builders import NOON, a_contact, a_meeting, a_seller, an_account, an_email, an_opportunity

AS_OF = NOON + timedelta(days=10)
ANN, BOB = a_seller("ann"), a_contact("bob", account_id="globex")


async def total(store: Store, days: str, arguments: str = "") -> int:
    as_of = AS_OF.isoformat()
    field = f"customerInteractions{days} {{ total {{ total }} }}"
    found: int = (await ask(store, f'{{ contact(key: "bob", asOf: "{as_of}"{arguments}) {{ {field} }} }}'))["contact"][
        "customerInteractions"
    ]["total"]["total"]
    return found


@pytest.fixture
async def mailed(store: Store) -> Store:
    """Three emails with Bob: 100, 10 and 0 days before AS_OF."""
    await store.upsert_records([ANN, BOB, an_account("globex")])
    days = {"old": 100, "older": 10, "new": 0}
    await store.upsert_interactions([an_email(i, ANN, BOB, at=AS_OF - timedelta(days=d)) for i, d in days.items()])
    return store


async def test_the_window_is_sixty_days_where_it_is_left_out(mailed: Store) -> None:
    assert await total(mailed, "") == 2


async def test_an_explicit_null_is_all_time(mailed: Store) -> None:
    assert await total(mailed, "(days: null)") == 3


async def test_one_day_is_the_day_of_the_asked_instant(mailed: Store) -> None:
    assert await total(mailed, "(days: 1)") == 1


async def test_the_day_begins_in_the_asked_time_zone(store: Store) -> None:
    await store.upsert_records([ANN, BOB])
    await store.upsert_interactions([an_email("m", ANN, BOB, at=AS_OF - timedelta(hours=13))])
    assert await total(store, "(days: 1)") == 0
    assert await total(store, "(days: 1)", ', timeZone: "Asia/Tokyo"') == 1


@pytest.mark.parametrize("days", [0, -1, 36_601])
async def test_days_outside_their_range_are_refused(mailed: Store, days: int) -> None:
    query = 'query Q($n: Int) { contact(key: "bob") { emailRatio(days: $n) { sent } } }'
    assert await refusals(mailed, query, n=days) == ["BAD_INPUT"]


async def test_an_unknown_time_zone_is_refused_with_or_without_widgets(mailed: Store) -> None:
    assert await refusals(mailed, '{ contact(key: "bob", timeZone: "Mars/Base") { key } }') == ["BAD_TIME_ZONE"]


async def test_a_null_time_zone_is_utc(mailed: Store) -> None:
    assert await total(mailed, "(days: 1)", ", timeZone: null") == 1


async def test_each_root_field_has_a_moment_of_its_own(mailed: Store) -> None:
    query = """query Q($then: DateTime, $now: DateTime) {
      then: contact(key: "bob", asOf: $then) { customerInteractions(days: null) { total { total } } }
      now: account(key: "globex", asOf: $now) {
        contacts { nodes { customerInteractions(days: null) { total { total } } } }
      }
    }"""
    data = await ask(mailed, query, then=(AS_OF - timedelta(days=50)).isoformat(), now=AS_OF.isoformat())
    assert data["then"]["customerInteractions"]["total"]["total"] == 1
    assert data["now"]["contacts"]["nodes"][0]["customerInteractions"]["total"]["total"] == 3


async def test_the_moment_is_now_where_it_is_left_out(store: Store) -> None:
    await store.upsert_records([ANN, BOB])
    now = datetime.now(UTC)
    mail = [
        an_email("past", ANN, BOB, at=now - timedelta(hours=1)),
        an_email("next", ANN, BOB, at=now + timedelta(hours=1)),
    ]
    await store.upsert_interactions(mail)
    data = await ask(store, '{ contact(key: "bob") { lastInteraction { key } nextInteraction { key } } }')
    assert data["contact"] == {"lastInteraction": {"key": "past"}, "nextInteraction": {"key": "next"}}


async def test_a_record_without_interactions_has_empty_widgets(store: Store) -> None:
    await store.upsert_records([an_opportunity("deal")])
    query = """{ opportunity(key: "deal") {
      customerInteractions { total { total } } activities(days: null) { points { date } openQuiet { days firstDate } }
      emailRatio { sent byUs } mostContacted { people { lastAt } } mostContactedBy { people { lastAt } }
      responseTime { ours { meanHours rate answers } } hourlyInvestment { ourMinutes { total } missingDurations }
      lastInteraction { key } nextInteraction { key } interactions { totalCount }
    } }"""
    assert (await ask(store, query))["opportunity"] == {
        "customerInteractions": {"total": {"total": 0}},
        "activities": {"points": [], "openQuiet": {"days": 0, "firstDate": None}},
        "emailRatio": {"sent": 0, "byUs": None},
        "mostContacted": {"people": []},
        "mostContactedBy": {"people": []},
        "responseTime": {"ours": {"meanHours": None, "rate": None, "answers": 0}},
        "hourlyInvestment": {"ourMinutes": {"total": 0.0}, "missingDurations": 0},
        "lastInteraction": None,
        "nextInteraction": None,
        "interactions": {"totalCount": 0},
    }


async def test_a_ranking_says_when_it_was_computed_by_the_clock(mailed: Store) -> None:
    query = """query Q($at: DateTime) { contact(key: "bob", asOf: $at) {
      mostContactedBy { updatedAt people { person { key } } }
    } }"""
    before = datetime.now(UTC)
    ranking = (await ask(mailed, query, at=AS_OF.isoformat()))["contact"]["mostContactedBy"]
    assert before <= datetime.fromisoformat(ranking["updatedAt"]) <= datetime.now(UTC)
    assert ranking["people"] == [{"person": {"key": "ann"}}]


async def test_a_ranking_leaves_out_who_opted_out_and_the_count_keeps_them(store: Store) -> None:
    cat = a_contact("cat", account_id="globex", opted_out=True)
    await store.upsert_records([ANN, BOB, cat, an_account("globex")])
    await store.upsert_interactions([an_email("m1", ANN, cat), an_email("m2", ANN, cat, BOB)])
    query = """query Q($at: DateTime) { account(key: "globex", asOf: $at) {
      mostContacted { people { person { key } interactions { total } } } customerInteractions { total { total } }
    } }"""
    assert (await ask(store, query, at=AS_OF.isoformat()))["account"] == {
        "mostContacted": {"people": [{"person": {"key": "bob"}, "interactions": {"total": 1}}]},
        "customerInteractions": {"total": {"total": 2}},
    }


async def test_the_last_interaction_of_one_who_opted_out_names_only_the_side(store: Store) -> None:
    cat = a_contact("cat", opted_out=True)
    await store.upsert_records([ANN, cat])
    await store.upsert_interactions([an_email("m", cat, ANN, subject="Hello")])
    query = (
        'query Q($at: DateTime) { contact(key: "cat", asOf: $at) { lastInteraction { subject by { key } bySide } } }'
    )
    last = (await ask(store, query, at=AS_OF.isoformat()))["contact"]["lastInteraction"]
    assert last == {"subject": "Hello", "by": None, "bySide": "THEM"}


async def test_the_next_interaction_tells_who_planned_it(store: Store) -> None:
    await store.upsert_records([ANN, BOB])
    await store.upsert_interactions([a_meeting("e", BOB, ANN, at=AS_OF + timedelta(days=3), subject="Review")])
    query = """query Q($at: DateTime) { contact(key: "bob", asOf: $at) {
      nextInteraction { kind at subject by { key } bySide }
    } }"""
    assert (await ask(store, query, at=AS_OF.isoformat()))["contact"]["nextInteraction"] == {
        "kind": "MEETING",
        "at": (AS_OF + timedelta(days=3)).isoformat(),
        "subject": "Review",
        "by": {"key": "bob"},
        "bySide": "THEM",
    }


async def test_large_reads_are_computed_aside_with_the_same_result(
    mailed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await total(mailed, "(days: null)")
    monkeypatch.setattr("resolvers.answers.SMALL", 0)
    assert await total(mailed, "(days: null)") == here
