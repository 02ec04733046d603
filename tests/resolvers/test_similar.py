"""Similar won deals: gates, order, weights that last a week, and what is left out."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from graph.connect import open_store
from graph.model import Opportunity
from graph.store import Store
from resolvers.weights import KIND
from tests.asking import ask, refusals
from tests.builders import NOON, an_opportunity
from tests.closed_deals import LOST, WON, a_closed_deal, of_metal, record

QUERY = """query Q($key: String!, $at: DateTime, $first: Int) { opportunity(key: $key, asOf: $at) {
  similarWonDeals(first: $first) {
    basis { method fields { name weight } wonDeals lostDeals learnedAt separation }
    deals { similarity opportunity { key state } }
  }
} }"""
REFRESH = """mutation M($at: DateTime) { refreshSimilarDeals(asOf: $at) {
  asOf basis { method wonDeals learnedAt fields { name weight } }
} }"""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# NOON is that of a Monday.
MONDAY = NOON - 12 * HOUR
SUNDAY = MONDAY + WEEK - timedelta(microseconds=1)


async def similar(store: Store, key: str = "deal", at: datetime = NOON, first: int = 100) -> Any:
    data = await ask(store, QUERY, key=key, at=at.isoformat(), first=first)
    return data["opportunity"]["similarWonDeals"]


async def refresh(store: Store, at: datetime) -> Any:
    return (await ask(store, REFRESH, at=at.isoformat()))["refreshSimilarDeals"]


def keys(found: Any) -> list[str]:
    return [row["opportunity"]["key"] for row in found["deals"]]


def weights(found: Any) -> dict[str, float]:
    return {field["name"]: field["weight"] for field in found["basis"]["fields"]}


async def test_thirty_won_and_thirty_lost_deals_are_learned_from(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    found = await similar(store)
    assert found["basis"] == {
        "method": "LEARNED",
        "fields": [{"name": "metal", "weight": 1.0}],
        "wonDeals": 30,
        "lostDeals": 30,
        "learnedAt": NOON.isoformat(),
        "separation": pytest.approx(0.9),
    }
    assert [row["similarity"] for row in found["deals"]] == [1.0] * 27 + [0.0] * 3


@pytest.mark.parametrize(("won", "lost"), [(29, 30), (30, 29), (29, 200)])
async def test_where_fewer_were_won_or_lost_the_latest_won_stand_in(store: Store, won: int, lost: int) -> None:
    await store.upsert_records([*record(won, lost), an_opportunity("deal", attributes=of_metal("gold"))])
    found = await similar(store)
    assert found["basis"] == {
        "method": "MOST_RECENT",
        "fields": [],
        "wonDeals": won,
        "lostDeals": lost,
        "learnedAt": None,
        "separation": None,
    }
    assert keys(found) == [f"won{n:03}" for n in range(won)]
    assert {row["similarity"] for row in found["deals"]} == {None}
    assert await store.documents(KIND) == {}


async def test_the_deal_itself_counts_in_the_gate_and_is_never_shown(store: Store) -> None:
    await store.upsert_records(record(30, 30))
    found = await similar(store, "won000")
    assert (found["basis"]["method"], found["basis"]["wonDeals"]) == ("LEARNED", 30)
    assert keys(found) == [f"won{n:03}" for n in range(30) if n not in (0, 9, 19, 29)] + ["won009", "won019", "won029"]


async def test_the_deal_itself_is_never_among_those_that_stand_in(store: Store) -> None:
    await store.upsert_records(record(120, 0))
    assert keys(await similar(store, "won002")) == [f"won{n:03}" for n in range(101) if n != 2]


async def test_five_are_shown_where_nobody_says_how_many(store: Store) -> None:
    await store.upsert_records([*record(8, 0), an_opportunity("deal")])
    query = '{ opportunity(key: "deal") { similarWonDeals { deals { opportunity { key } } } } }'
    assert len((await ask(store, query))["opportunity"]["similarWonDeals"]["deals"]) == 5
    assert len(keys(await similar(store, first=3))) == 3


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_how_many_is_refused_beyond_one_to_a_hundred(store: Store, first: int) -> None:
    await store.upsert_records([an_opportunity("deal")])
    assert await refusals(store, QUERY, key="deal", at=NOON.isoformat(), first=first) == ["BAD_INPUT"]


async def test_without_won_deals_there_is_nothing_to_show(store: Store) -> None:
    await store.upsert_records([an_opportunity("deal"), a_closed_deal("lost", LOST)])
    assert (await similar(store))["deals"] == []


@pytest.mark.parametrize("lost", [0, 30])
async def test_equal_ones_are_in_order_of_their_close_then_their_id(store: Store, lost: int) -> None:
    tied = [a_closed_deal(id_, WON, NOON - DAY, attributes=of_metal("gold")) for id_ in ("b", "a", "c")]
    later = a_closed_deal("z", WON, NOON, attributes=of_metal("gold"))
    rest = record(30, lost, last=NOON - 3 * DAY)
    await store.upsert_records([*tied, later, *rest, an_opportunity("deal", attributes=of_metal("gold"))])
    assert keys(await similar(store, first=4)) == ["z", "a", "b", "c"]


async def test_what_is_won_later_is_open_and_no_candidate(store: Store) -> None:
    await store.upsert_records([*record(31, 30), an_opportunity("deal")])
    # won000 and lost000 close at NOON, won001 and lost001 an hour before.
    found = await similar(store, at=NOON - HOUR)
    assert (found["basis"]["wonDeals"], found["basis"]["lostDeals"]) == (30, 29)
    assert found["basis"]["method"] == "MOST_RECENT"
    assert keys(found) == [f"won{n:03}" for n in range(1, 31)]
    assert {row["opportunity"]["state"] for row in found["deals"]} == {"WON"}


async def test_a_deal_closed_at_that_very_instant_counts(store: Store) -> None:
    await store.upsert_records([a_closed_deal("won", WON, NOON), an_opportunity("deal")])
    assert keys(await similar(store, at=NOON)) == ["won"]
    assert keys(await similar(store, at=NOON - timedelta(microseconds=1))) == []


async def test_a_deal_has_similar_ones_before_it_is_created(store: Store) -> None:
    await store.upsert_records([*record(1, 0), an_opportunity("deal", created_at=NOON + DAY)])
    assert keys(await similar(store)) == ["won000"]


def news(count: int = 80, closed_at: datetime = NOON) -> list[Opportunity]:
    """Return deals that are told apart by their size: big ones are won, small ones lost."""
    return [
        a_closed_deal(f"new{n:03}", state, closed_at, attributes=(("size", size),))
        for n, (state, size) in enumerate([(WON, "big"), (LOST, "small")] * (count // 2))
    ]


async def test_weights_last_a_week_while_everything_else_is_live(store: Store) -> None:
    known = record(30, 30, last=MONDAY)
    await store.upsert_records([*known, *news(), an_opportunity("deal", attributes=of_metal("gold"))])
    first, last, next_ = [await similar(store, at=at) for at in (NOON, SUNDAY, MONDAY + WEEK)]
    assert weights(first) == weights(last) == {"metal": 1.0}
    assert set(weights(next_)) == {"metal", "size"}
    assert [found["basis"]["learnedAt"] for found in (first, last, next_)] == [
        at.isoformat() for at in (MONDAY, MONDAY, MONDAY + WEEK)
    ]
    assert [found["basis"]["wonDeals"] for found in (first, last)] == [70, 70]


async def test_who_has_enough_deals_within_a_week_does_not_wait_for_the_next(store: Store) -> None:
    await store.upsert_records([*record(30, 30), *news(closed_at=NOON + DAY), an_opportunity("deal")])
    found = [await similar(store, at=at) for at in (NOON - HOUR, NOON, SUNDAY, MONDAY + WEEK)]
    learned = [None, NOON.isoformat(), NOON.isoformat(), (MONDAY + WEEK).isoformat()]
    assert [one["basis"]["learnedAt"] for one in found] == learned
    assert weights(found[1]) == weights(found[2]) == {"metal": 1.0}


async def test_whatever_was_asked_before_the_answer_is_the_same(store: Store) -> None:
    deals = [*record(60, 60, last=NOON), *news(closed_at=NOON + DAY), an_opportunity("deal")]
    instants = [NOON - 2 * DAY, NOON, NOON + 2 * DAY, MONDAY + WEEK, NOON + 3 * WEEK]
    other = await open_store("sqlite:///:memory:")
    await other.upsert_records(deals)
    await store.upsert_records(deals)
    forwards = [await similar(store, at=at) for at in instants]
    backwards = [await similar(other, at=at) for at in reversed(instants)]
    await other.aclose()
    assert forwards == backwards[::-1]


async def test_asking_writes_nothing(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal")])
    before = (await store.touched_since(0)).mark
    assert (await similar(store))["basis"]["method"] == "LEARNED"
    assert (await store.touched_since(0)).mark == before
    assert await store.documents(KIND) == {}


async def test_what_is_mended_in_closed_deals_is_learned_from_at_once(store: Store) -> None:
    await store.upsert_records([*record(30, 30, last=MONDAY), an_opportunity("deal")])
    assert weights(await similar(store)) == {"metal": 1.0}
    mended = [replace(deal, attributes=(("luck", dict(deal.attributes)["metal"]),)) for deal in record(last=MONDAY)]
    await store.upsert_records(mended)
    assert weights(await similar(store)) == {"luck": 1.0}


async def test_weights_can_be_learned_anew_at_once_for_the_rest_of_the_week(store: Store) -> None:
    known = record(30, 30, last=MONDAY)
    await store.upsert_records([*known, *news(), an_opportunity("deal", attributes=of_metal("gold"))])
    before = await similar(store)
    learned = await refresh(store, NOON + DAY)
    assert (learned["asOf"], learned["basis"]["learnedAt"]) == ((NOON + DAY).isoformat(),) * 2
    assert set(weights(learned)) == {"metal", "size"}
    assert weights(await similar(store, at=NOON + DAY)) == weights(await similar(store, at=SUNDAY)) == weights(learned)
    assert await similar(store) == before
    assert (await similar(store, at=MONDAY + WEEK))["basis"]["learnedAt"] == (MONDAY + WEEK).isoformat()


async def test_what_was_asked_for_outlasts_what_is_mended_then(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal")])
    learned = await refresh(store, NOON)
    await store.upsert_records(news())
    assert weights(await similar(store)) == weights(learned) == {"metal": 1.0}
    assert set(weights(await refresh(store, NOON))) == {"metal", "size"}
    assert set(weights(await similar(store))) == {"metal", "size"}


async def test_learning_anew_takes_as_many_deals(store: Store) -> None:
    await store.upsert_records(record(29, 30))
    learned = await refresh(store, NOON)
    assert learned["basis"] == {"method": "MOST_RECENT", "wonDeals": 29, "learnedAt": None, "fields": []}
    assert await store.documents(KIND) == {}


async def test_what_was_learned_later_is_not_used_for_the_past(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    await store.upsert_records(record(80, 80, last=NOON + 4 * DAY, prefix="new-", luck="tin"))
    await refresh(store, NOON + 4 * DAY)
    later, then = await similar(store, at=NOON + 4 * DAY), await similar(store)
    assert later["basis"]["learnedAt"] == (NOON + 4 * DAY).isoformat()
    assert (then["basis"]["learnedAt"], then["basis"]["wonDeals"]) == (NOON.isoformat(), 30)


async def test_a_value_that_only_a_later_deal_has_changes_nothing_of_the_past(store: Store) -> None:
    sizes = [
        a_closed_deal(
            f"{state}{n:02}", state, MONDAY - n * HOUR, attributes=(("size", float(n + 40 * (state is WON))),)
        )
        for n in range(40)
        for state in (WON, LOST)
    ]
    await store.upsert_records([*sizes, an_opportunity("deal", attributes=(("size", 70.0),))])
    before = await similar(store)
    await store.upsert_records([a_closed_deal("odd", WON, NOON + HOUR, attributes=(("size", "unknown"),))])
    assert await similar(store) == before


async def test_where_no_field_separates_all_that_differ_count_alike(store: Store) -> None:
    deals = [
        a_closed_deal(
            f"{state}{n:02}", state, NOON - n * HOUR, owner_id=f"s{n % 2}", attributes=of_metal("ab"[n // 2 % 2])
        )
        for n in range(40)
        for state in (WON, LOST)
    ]
    await store.upsert_records([*deals, an_opportunity("deal", owner_id="s0", attributes=of_metal("a"))])
    found = await similar(store)
    assert found["basis"]["method"] == "EVEN"
    assert weights(found) == {"metal": 0.5, "owner": 0.5}
    assert sorted({row["similarity"] for row in found["deals"]}) == [0.0, 0.5, 1.0]


async def test_weights_of_another_version_are_learned_anew(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    await store.add_document(KIND, f"{NOON.isoformat(timespec='microseconds')} x", '{"format": 99}')
    assert weights(await similar(store)) == {"metal": 1.0}
