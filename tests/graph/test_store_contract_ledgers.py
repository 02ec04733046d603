"""How every store keeps what was worked out of records' interactions."""

import asyncio

import pytest

from graph.connect import open_store
from graph.model import RecordKind
from graph.store import Ledgers, Store
from tests.builders import a_contact, a_seller, an_email

DEALS, ACCOUNTS = RecordKind.OPPORTUNITY, RecordKind.ACCOUNT


async def test_an_empty_store_keeps_no_ledgers(store: Store) -> None:
    assert await store.ledgers(DEALS, "v1") is None


async def test_ledgers_come_back_byte_for_byte(store: Store) -> None:
    rows = {"d1": b"", "d2": bytes(range(256)) * 20, "\U0001f680": b"\x00", "D": b"D"}
    assert await store.save_ledgers(DEALS, "v1", rows, since=None, mark=7)
    found = await store.ledgers(DEALS, "v1")
    assert found == Ledgers(7, rows)
    assert found is not None
    assert {type(row) for row in found.rows.values()} == {bytes}


async def test_ledgers_of_a_kind_are_apart_from_those_of_another(store: Store) -> None:
    await store.save_ledgers(DEALS, "v1", {"x": b"deal"}, since=None, mark=1)
    await store.save_ledgers(ACCOUNTS, "v2", {"x": b"account"}, since=None, mark=2)
    assert await store.ledgers(DEALS, "v1") == Ledgers(1, {"x": b"deal"})
    assert await store.ledgers(ACCOUNTS, "v2") == Ledgers(2, {"x": b"account"})


async def test_ledgers_on_another_basis_are_of_no_use(store: Store) -> None:
    await store.save_ledgers(DEALS, "v1", {"d1": b"1"}, since=None, mark=1)
    assert await store.ledgers(DEALS, "v2") is None


async def test_newer_ledgers_are_added_to_those_at_the_mark_they_go_on_from(store: Store) -> None:
    await store.save_ledgers(DEALS, "v1", {"d1": b"1", "d2": b"2"}, since=None, mark=3)
    assert await store.save_ledgers(DEALS, "v1", {"d2": b"new", "d3": b"3"}, since=3, mark=5)
    assert await store.ledgers(DEALS, "v1") == Ledgers(5, {"d1": b"1", "d2": b"new", "d3": b"3"})


async def test_a_mark_may_move_on_without_any_ledger(store: Store) -> None:
    await store.save_ledgers(DEALS, "v1", {"d1": b"1"}, since=None, mark=3)
    assert await store.save_ledgers(DEALS, "v1", {}, since=3, mark=4)
    assert await store.ledgers(DEALS, "v1") == Ledgers(4, {"d1": b"1"})


@pytest.mark.parametrize(("basis", "since"), [("v1", 2), ("v1", 4), ("v2", 3)])
async def test_ledgers_that_go_on_from_something_else_are_not_kept(store: Store, basis: str, since: int) -> None:
    await store.save_ledgers(DEALS, "v1", {"d1": b"1"}, since=None, mark=3)
    assert not await store.save_ledgers(DEALS, basis, {"d1": b"no"}, since=since, mark=9)
    assert await store.ledgers(DEALS, "v1") == Ledgers(3, {"d1": b"1"})


async def test_ledgers_that_go_on_from_nothing_are_not_kept(store: Store) -> None:
    assert not await store.save_ledgers(DEALS, "v1", {"d1": b"1"}, since=0, mark=1)
    assert await store.ledgers(DEALS, "v1") is None


async def test_a_new_beginning_replaces_all_of_a_kind(store: Store) -> None:
    await store.save_ledgers(DEALS, "v1", {"d1": b"1", "d2": b"2"}, since=None, mark=3)
    await store.save_ledgers(DEALS, "v2", {"d2": b"new"}, since=None, mark=2)
    assert await store.ledgers(DEALS, "v1") is None
    assert await store.ledgers(DEALS, "v2") == Ledgers(2, {"d2": b"new"})


async def test_of_several_who_go_on_from_one_mark_one_is_kept(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    await store.save_ledgers(DEALS, "v1", {}, since=None, mark=0)
    saving = [
        s.save_ledgers(DEALS, "v1", {"d1": b"%d" % i}, since=0, mark=i + 1) for i, s in enumerate([store, other] * 4)
    ]
    kept = await asyncio.gather(*saving)
    assert sum(kept) == 1
    winner = kept.index(True)
    assert await store.ledgers(DEALS, "v1") == Ledgers(winner + 1, {"d1": b"%d" % winner})
    await other.aclose()


async def test_thousands_of_ledgers_are_kept_and_replaced(store: Store) -> None:
    rows = {f"d{i}": b"%d" % i * 100 for i in range(5000)}
    assert await store.save_ledgers(DEALS, "v1", rows, since=None, mark=1)
    assert await store.ledgers(DEALS, "v1") == Ledgers(1, rows)
    later = {id_: row[::-1] for id_, row in rows.items() if id_ > "d3"}
    assert await store.save_ledgers(DEALS, "v1", later, since=1, mark=2)
    assert await store.ledgers(DEALS, "v1") == Ledgers(2, rows | later)
    assert await store.save_ledgers(DEALS, "v1", {"d1": b"1"}, since=None, mark=3)
    assert await store.ledgers(DEALS, "v1") == Ledgers(3, {"d1": b"1"})


async def test_ledgers_change_no_mark(store: Store) -> None:
    await store.upsert_records([a_contact()])
    before = await store.touched_since(0)
    await store.save_ledgers(DEALS, "v1", {"d1": b"1"}, since=None, mark=0)
    assert await store.touched_since(0) == before


async def test_who_knows_less_than_all_ledgers_is_told_of_every_record(store: Store) -> None:
    ann, people = a_seller(), [a_contact(f"c{i}") for i in range(3)]
    await store.upsert_records([ann, *people])
    marks = [(await store.touched_since(0)).mark]
    for person in people:
        await store.upsert_interactions([an_email(person.id + "m", ann, person)])
        marks.append((await store.touched_since(0)).mark)
    await store.save_ledgers(DEALS, "v1", {}, since=None, mark=marks[2])
    await store.save_ledgers(ACCOUNTS, "v1", {}, since=None, mark=marks[3])
    assert (await store.touched_since(marks[1])).records == {"ann", "c0", "c1", "c2"}
    assert (await store.touched_since(marks[2])).records == {"c2"}
    assert (await store.touched_since(marks[3])).records == set()
    assert (await store.touched_since(0)).mark == marks[3]


async def test_marks_go_on_after_all_is_known(store: Store) -> None:
    await store.upsert_records([a_seller(), a_contact()])
    mark = (await store.touched_since(0)).mark
    await store.save_ledgers(DEALS, "v1", {}, since=None, mark=mark)
    await store.upsert_interactions([an_email("m1", a_seller(), a_contact())])
    touched = await store.touched_since(mark)
    assert (touched.mark > mark, touched.records) == (True, {"bob"})


async def test_no_ledger_is_left_of_the_erased(store: Store) -> None:
    await store.upsert_records([a_contact("bob"), a_contact("zoe")])
    await store.save_ledgers(RecordKind.CONTACT, "v1", {"bob": b"b", "zoe": b"z"}, since=None, mark=0)
    await store.erase_records(["bob"])
    assert await store.ledgers(RecordKind.CONTACT, "v1") == Ledgers(0, {"zoe": b"z"})
