"""Similar won deals: gates, order, weights that last seven days, and what is left out."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from graph.errors import StoreError
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


async def test_weights_last_seven_days_while_everything_else_is_live(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    before = await similar(store)
    size = tuple(("size", "big" if state is WON else "small") for state in (WON, LOST))
    news = [
        a_closed_deal(f"new{n:03}", state, NOON + HOUR, attributes=(size[n % 2],))
        for n, state in enumerate([WON, LOST] * 40)
    ]
    await store.upsert_records(news)
    almost = NOON + 7 * DAY - timedelta(microseconds=1)
    during, after = await similar(store, at=almost), await similar(store, at=NOON + 7 * DAY)
    assert during["basis"]["fields"] == before["basis"]["fields"] == [{"name": "metal", "weight": 1.0}]
    assert (during["basis"]["learnedAt"], during["basis"]["wonDeals"]) == (NOON.isoformat(), 70)
    assert after["basis"]["learnedAt"] == (NOON + 7 * DAY).isoformat()
    assert set(weights(after)) == {"metal", "size"}


async def test_weights_can_be_learned_anew_at_once(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    assert weights(await similar(store)) == {"metal": 1.0}
    await store.upsert_records(
        [a_closed_deal(f"new{n:03}", (WON, LOST)[n % 2], attributes=(("size", "SL"[n % 2]),)) for n in range(80)]
    )
    assert weights(await similar(store)) == {"metal": 1.0}
    learned = await refresh(store, NOON)
    assert (learned["asOf"], learned["basis"]["learnedAt"]) == (NOON.isoformat(), NOON.isoformat())
    assert set(weights(learned)) == {"metal", "size"}
    assert weights(await similar(store)) == weights(learned)


async def test_learning_anew_takes_as_many_deals(store: Store) -> None:
    await store.upsert_records(record(29, 30))
    learned = await refresh(store, NOON)
    assert learned["basis"] == {"method": "MOST_RECENT", "wonDeals": 29, "learnedAt": None, "fields": []}
    assert await store.documents(KIND) == {}


async def test_what_was_learned_later_is_not_used_for_the_past(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    await store.upsert_records(record(300, 300, last=NOON + 30 * DAY, prefix="new-", luck="tin"))
    later, then = await similar(store, at=NOON + 30 * DAY), await similar(store)
    assert later["basis"]["learnedAt"] == (NOON + 30 * DAY).isoformat()
    assert (then["basis"]["learnedAt"], then["basis"]["wonDeals"]) == (NOON.isoformat(), 30)


async def test_the_past_is_learned_from_what_was_closed_then(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    size = [
        a_closed_deal(f"n{n}", (WON, LOST)[n % 2], NOON + HOUR, attributes=(("size", "SL"[n % 2]),)) for n in range(80)
    ]
    await store.upsert_records(size)
    assert weights(await similar(store)) == {"metal": 1.0}


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


class FailingToSave:
    """A store that can be read, but keeps no documents."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def add_document(self, *_: object) -> bool:
        raise StoreError("The store is read-only.")


async def test_a_store_that_keeps_no_weights_is_answered_from_all_the_same(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    assert await similar(FailingToSave(store)) == await similar(store)  # type: ignore[arg-type]


async def test_weights_of_another_version_are_learned_anew(store: Store) -> None:
    await store.upsert_records([*record(30, 30), an_opportunity("deal", attributes=of_metal("gold"))])
    await store.add_document(KIND, f"{NOON.isoformat(timespec='microseconds')} x", '{"format": 99}')
    assert weights(await similar(store)) == {"metal": 1.0}
