"""Facts kept as bytes come back as they were."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.facts import Facts, facts_of
from kpi.ledger import joined, pack, parted, replaced, unpack
from tests.kpi.books import RECORDS, books, interactions
from tests.situations import BOB, DEAL, GLOBEX, LEA, SITUATIONS, ago, call, columns, email


def read(*of: Any, **how: Any) -> Facts:
    return facts_of(columns(*of, **how))


def rows(facts: Facts) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each record, whatever the order of records."""
    names = [name for name in Facts.__slots__ if name not in ("records", "record")]
    found = zip(*(getattr(facts, name).tolist() for name in names), strict=True)
    by_record: dict[str, list[tuple[Any, ...]]] = {id_: [] for id_ in facts.records}
    for record, row in zip(facts.record.tolist(), found, strict=True):
        by_record[facts.records[record]].append(row)
    return by_record


@given(book=books(interactions))
@settings(max_examples=100)
def test_what_was_packed_is_unpacked_as_it_was(book: dict[str, Any]) -> None:
    facts = read(*book["interactions"], records=RECORDS, stored=book["stored"])
    again = unpack(pack(facts))
    for name in Facts.__slots__:
        before, after = getattr(facts, name), getattr(again, name)
        assert np.array_equal(before, after)
        assert getattr(before, "dtype", None) == getattr(after, "dtype", None), name


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_record_has_its_bytes_even_without_any_interaction(name: str) -> None:
    facts = read(*SITUATIONS[name].interactions, records=SITUATIONS[name].records)
    packed = pack(facts)
    assert tuple(packed) == facts.records
    assert [len(row) // 33 for row in packed.values()] == np.bincount(
        facts.record, minlength=len(facts.records)
    ).tolist()


def test_records_unpacked_are_those_given() -> None:
    packed = pack(read(call("c1", ago(1), "ann", "bob"), records=(BOB, DEAL)))
    assert unpack({"deal": packed["deal"]}).records == ("deal",)
    assert unpack({}).records == ()


def test_facts_of_some_records_take_the_place_of_older_ones() -> None:
    older = read(call("c1", ago(2), "ann", "bob"), records=(DEAL, BOB, LEA))
    newer = read(call("c1", ago(2), "ann", "bob"), email("m2", ago(1), "bob", "ann"), records=(BOB, GLOBEX))
    assert rows(replaced(older, newer)) == rows(older) | rows(newer)


def test_facts_stay_in_order_of_record_and_instant_when_some_are_replaced() -> None:
    older = read(*(call(f"c{n}", ago(n), "ann", "bob", "cat") for n in range(5)), records=RECORDS)
    facts = replaced(older, read(call("c9", ago(1), "ann", "bob"), records=(BOB,)))
    assert (np.lexsort((facts.at, facts.record)) == np.arange(len(facts))).all()


def test_facts_of_nothing_replace_nothing() -> None:
    facts = read(call("c1", ago(2), "ann", "bob"))
    assert rows(replaced(facts, unpack({}))) == rows(facts)
    assert rows(replaced(unpack({}), facts)) == rows(facts)


@given(book=books(interactions), parts=st.integers(1, 4))
@settings(max_examples=100)
def test_parts_end_to_end_are_the_whole(book: dict[str, Any], parts: int) -> None:
    facts = read(*book["interactions"], records=RECORDS, stored=book["stored"])
    found = parted(facts, parts)
    assert len(found) <= parts
    assert all(part.records for part in found)
    again = joined(found)
    assert all(np.array_equal(getattr(again, name), getattr(facts, name)) for name in Facts.__slots__)


def test_parts_have_as_many_rows_as_whole_records_allow() -> None:
    facts = read(
        *(call(f"c{n}", ago(n), "ann", ("bob", "cat")[n % 2]) for n in range(8)), records=(LEA, BOB, RECORDS[3])
    )
    assert [len(part) for part in parted(facts, 2)] == [4, 4]
    assert [part.records for part in parted(unpack({}), 2)] == [()]
