"""Pages of ordered lists: one after the other while others write, and what they cost."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph.model import Contact
from graph.store import Store
from resolvers.tokens import decode, encode
from tests.asking import ask, refusals
from tests.builders import NOON, a_call, a_contact, a_meeting, a_seller, an_account, an_opportunity
from tests.resolvers.test_batching import Counting, calls

AS_OF = NOON + timedelta(days=10)
ANN = a_seller("ann")
SIZE = 24


def contact(n: int) -> Contact:
    return a_contact(f"c{n:02}", account_id=f"a{n % 3}", owner_id="ann")


@pytest.fixture
async def book(store: Store) -> Store:
    """Contacts who were met 0 to 4 times, many equally often."""
    people = [contact(n) for n in range(SIZE)]
    await store.upsert_records([ANN, *people, *(an_account(f"a{n}") for n in range(3))])
    meetings = [
        a_meeting(f"m{n}-{i}", ANN, people[n], at=AS_OF - timedelta(days=i + 1))
        for n in range(SIZE)
        for i in range(n * 7 % 5)
    ]
    await store.upsert_interactions(meetings)
    return store


QUERY = """query Q($after: String, $at: DateTime, $first: Int, $order: ListOrder, $filter: NumberFilter) {
  contacts(first: $first, after: $after, asOf: $at, orderBy: $order, filter: $filter) {
    totalCount
    edges { cursor node { key customerInteractions { total { total } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
BUSIEST = {"field": "INTERACTIONS", "direction": "DESC"}
LEAST = {"field": "INTERACTIONS", "direction": "ASC"}


async def page(store: Store, after: str | None = None, **variables: Any) -> Any:
    """Return a page of five of the busiest contacts."""
    given = {"first": 5, "order": BUSIEST, "at": AS_OF.isoformat(), **variables}
    return (await ask(store, QUERY, after=after, **given))["contacts"]


def keys(listed: Any) -> list[str]:
    return [edge["node"]["key"] for edge in listed["edges"]]


async def walk(store: Store, **variables: Any) -> list[str]:
    """Return the keys of all pages."""
    found, after = [], None
    while True:
        listed = await page(store, after, **variables)
        found += keys(listed)
        after = listed["pageInfo"]["endCursor"]
        if not listed["pageInfo"]["hasNextPage"]:
            return found


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["INTERACTIONS", "LAST_INTERACTION", "HEALTH", "OUR_MINUTES", "KEY"])
async def test_pages_follow_each_other_without_gaps_or_repeats(book: Store, field: str, direction: str) -> None:
    order = {"field": field, "direction": direction}
    whole = keys(await page(book, order=order, first=100))
    assert len(set(whole)) == SIZE
    assert await walk(book, order=order) == whole
    assert await walk(book, order=order, first=1) == whole


async def test_a_page_tells_where_it_stands(book: Store) -> None:
    first = await page(book)
    last = await page(book, first["pageInfo"]["endCursor"], first=19)
    assert [first["totalCount"], last["totalCount"]] == [SIZE, SIZE]
    assert (first["pageInfo"]["hasPreviousPage"], first["pageInfo"]["hasNextPage"]) == (False, True)
    assert (last["pageInfo"]["hasPreviousPage"], last["pageInfo"]["hasNextPage"]) == (True, False)
    assert first["edges"][-1]["cursor"] == first["pageInfo"]["endCursor"]


async def test_nothing_follows_the_last_page(book: Store) -> None:
    last = await page(book, first=SIZE)
    after = await page(book, last["pageInfo"]["endCursor"])
    assert (after["edges"], after["totalCount"], after["pageInfo"]["hasNextPage"]) == ([], SIZE, False)


@pytest.mark.parametrize("order", [BUSIEST, LEAST, {"field": "LAST_INTERACTION", "direction": "ASC"}])
async def test_what_nobody_touches_is_on_one_page_each_while_others_write(book: Store, order: Any) -> None:
    found: list[str] = []
    after, touched = None, set()
    for n in range(100):
        listed = await page(book, after, order=order)
        found += keys(listed)
        if not listed["pageInfo"]["hasNextPage"]:
            break
        after = listed["pageInfo"]["endCursor"]
        # Somebody moves up, somebody moves down, somebody goes, somebody comes, behind and before the place we are at.
        up, down, gone = contact(n * 5 % SIZE), contact((n * 7 + 3) % SIZE), contact(23 - n)
        await book.upsert_records([a_contact(f"d{n}"), a_contact(f"b{n}"), up, down])
        await book.upsert_interactions([a_call(f"x{n}", ANN, up, at=AS_OF - timedelta(hours=1))])
        await book.delete_interactions([f"m{int(down.id[1:])}-0"])
        await book.erase_records([gone.id])
        touched |= {up.id, down.id, gone.id}
    untouched = [contact(n).id for n in range(SIZE) if contact(n).id not in touched]
    assert len(untouched) > 5
    counted = Counter(found)
    assert [counted[key] for key in untouched] == [1] * len(untouched)


async def test_the_page_after_one_that_is_gone_begins_where_it_was(book: Store) -> None:
    whole = keys(await page(book, first=100))
    first = await page(book)
    await book.erase_records(whole[:7])
    assert keys(await page(book, first["pageInfo"]["endCursor"])) == whole[7:12]


async def test_without_an_instant_all_pages_are_of_that_of_the_first(store: Store) -> None:
    now = datetime.now(UTC)
    people = [contact(n) for n in range(6)]
    await store.upsert_records([ANN, *people])
    # Soon after the first page everybody of the second is met once more than they were by then.
    soon = now + timedelta(seconds=2)
    await store.upsert_interactions(
        [a_meeting(f"m{n}", ANN, people[n], at=now - timedelta(days=1, minutes=n)) for n in range(6)]
        + [a_meeting(f"s{n}", ANN, people[n], at=soon) for n in range(3, 6)]
    )
    first = await page(store, at=None, first=3)
    await asyncio.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds()) + 0.1)
    second = await page(store, first["pageInfo"]["endCursor"], at=None, first=3)
    assert keys(first) + keys(second) == [p.id for p in people]
    assert [edge["node"]["customerInteractions"]["total"]["total"] for edge in second["edges"]] == [1, 1, 1]


NESTED = """query Q($after: String, $at: DateTime, $first: Int) {
  account(key: "a1", asOf: $at) {
    customerInteractions { total { total } }
    contacts(first: $first, after: $after, orderBy: {field: INTERACTIONS, direction: DESC}) {
      nodes { key customerInteractions { total { total } } owner { key } }
      pageInfo { endCursor }
    }
  }
}"""


async def test_pages_of_a_list_below_a_record_are_of_one_instant_too(book: Store) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    await book.upsert_interactions([a_meeting(f"s{n}", ANN, contact(n), at=soon) for n in range(1, SIZE, 3)])
    first = (await ask(book, NESTED, first=4))["account"]
    await asyncio.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds()) + 0.1)
    second = (await ask(book, NESTED, first=4, after=first["contacts"]["pageInfo"]["endCursor"]))["account"]
    whole = first["contacts"]["nodes"] + second["contacts"]["nodes"]
    assert len({node["key"] for node in whole}) == 8
    # The account is as of now, with the meetings that have taken place meanwhile; the pages of its contacts are not.
    before, after = (found["customerInteractions"]["total"]["total"] for found in (first, second))
    assert after == before + 8
    assert sum(node["customerInteractions"]["total"]["total"] for node in whole) == before


async def cursor(store: Store, **variables: Any) -> str:
    found: str = (await page(store, **variables))["pageInfo"]["endCursor"]
    return found


@pytest.mark.parametrize(
    "asked",
    [
        {"order": LEAST},
        {"order": {"field": "INTERACTIONS_BY_US", "direction": "DESC"}},
        {"order": {**BUSIEST, "days": 59}},
        {"order": None},
        {"order": None, "filter": {"silentForDays": 1}},
        {"at": (AS_OF + timedelta(microseconds=1)).isoformat()},
    ],
)
async def test_a_cursor_of_another_order_is_refused(book: Store, asked: dict[str, Any]) -> None:
    given = {"first": 5, "order": BUSIEST, "at": AS_OF.isoformat(), **asked}
    assert await refusals(book, QUERY, after=await cursor(book), **given) == ["BAD_CURSOR"]


async def test_a_cursor_of_the_list_by_key_is_none_of_an_order(book: Store) -> None:
    by_key = await cursor(book, order=None)
    assert await refusals(book, QUERY, after=by_key, order=BUSIEST, at=AS_OF.isoformat()) == ["BAD_CURSOR"]


async def test_an_order_without_a_window_takes_any_days(book: Store) -> None:
    order = {"field": "LAST_INTERACTION"}
    after = await cursor(book, order={**order, "days": 7})
    assert len(keys(await page(book, after, order={**order, "days": None}))) == 5


@pytest.mark.parametrize("instant", [2**70, -(2**62), 0.5, None, "x"])
@pytest.mark.parametrize("value", [1, "c01"])
async def test_a_cursor_that_nobody_was_given_is_refused(book: Store, instant: Any, value: Any) -> None:
    parts = decode(await cursor(book)) or ()
    forged = encode(*parts[:-3], instant, value, parts[-1])
    assert await refusals(book, QUERY, after=forged, order=BUSIEST) == ["BAD_CURSOR"]


async def test_a_cursor_with_a_value_of_another_sort_is_refused(book: Store) -> None:
    *parts, _, key = decode(await cursor(book)) or ()
    forged = encode(*parts, "many", key)
    assert await refusals(book, QUERY, after=forged, order=BUSIEST, at=AS_OF.isoformat()) == ["BAD_CURSOR"]


async def test_a_cursor_from_before_an_opt_out_goes_on(book: Store) -> None:
    whole = keys(await page(book, first=100))
    first = await page(book)
    await book.upsert_records([a_contact(whole[4], owner_id="ann", opted_out=True)])
    assert keys(await page(book, first["pageInfo"]["endCursor"])) == whole[5:10]


ORDERED = f"""{{ contacts(first: 50, asOf: "{AS_OF.isoformat()}", orderBy: {{field: HEALTH}}) {{
  totalCount nodes {{ key health {{ score }} lastInteraction {{ at }} }}
}} }}"""
NOW = "{ contacts(orderBy: {field: HEALTH}) { nodes { key health { score } } } }"


async def of_each(store: Store, *queries: str) -> list[Counter[str]]:
    """Return the calls of each query, asked one after the other in one process."""
    counting, before, found = Counting(store), Counter[str](), []
    for query in queries:
        await ask(counting, query)  # type: ignore[arg-type]
        found.append(counting.calls - before)
        before = counting.calls.copy()
    return found


@pytest.mark.parametrize("query", [ORDERED, NOW])
async def test_an_order_is_kept_while_nothing_is_written(book: Store, query: str) -> None:
    first, second = await of_each(book, query, query)
    assert second == {"newest_document": 1, "touched_since": 1, "interactions_of": 1, "records": 1}
    assert first - second == {"ledgers": 1, "outlines": 1, "interactions_of": 1}


async def test_an_order_by_what_records_say_does_not_look_at_interactions(book: Store) -> None:
    counted = await calls(book, "{ contacts(orderBy: {field: KEY, direction: DESC}) { nodes { key } } }")
    assert counted == {"newest_document": 1, "outlines": 1, "records": 1}


async def test_many_orders_of_one_kind_cost_one_look_at_what_was_written(book: Store) -> None:
    fields = ("HEALTH", "TREND", "INTERACTIONS", "OUR_MINUTES")
    lists = " ".join(
        f'{field}: contacts(orderBy: {{field: {field}}}, asOf: "{AS_OF.isoformat()}") {{ totalCount }}'
        for field in fields
    )
    counted = await calls(book, f"{{ {lists} }}")
    assert (counted["touched_since"], counted["outlines"], counted["interactions_of"]) == (1, 1, 1)


async def test_ordered_lists_of_many_records_cost_the_calls_of_one(book: Store) -> None:
    await book.upsert_records([an_opportunity(f"o{n}", account_id=f"a{n % 3}") for n in range(9)])
    nested = "nodes { opportunities(orderBy: {field: INTERACTIONS}) { nodes { key } } }"
    one, many = [
        await calls(book, f'{{ accounts(first: {n}, asOf: "{AS_OF.isoformat()}") {{ {nested} }} }}') for n in (1, 3)
    ]
    assert one == many
    assert many["outlines"] == 1
