"""Every KPI against a second implementation, on random books."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings

from graph.model import Record
from kpi.window import Window
from tests.kpi import reference
from tests.kpi.books import RECORDS, books, interactions, mails
from tests.kpi.catalogue import KPIS, REFERENCES, plain, same
from tests.situations import DEAL, GLOBEX, LEA, SITUATIONS, columns


def expected(name: str, record: Any, **book: Any) -> Any:
    contacts = ("bob",) if record is GLOBEX else ()
    deals = {DEAL.id, LEA.id} - {record.id}
    return plain(REFERENCES[name](reference.view(record, contacts=contacts, deals=deals, **book)))


def assert_all_as_defined(records: Iterable[Record], book: dict[str, Any]) -> None:
    read = columns(*book["interactions"], records=records, opted_out=book["opted_out"], stored=book["stored"])
    for name, kpi in KPIS.items():
        results = kpi(read, Window(book["as_of"], book["days"], book["zone"]))
        for record, result in zip(records, results, strict=True):
            actual, right = plain(result), expected(name, record, **book)
            assert same(actual, right), f"{name} of {record.id} is {actual}, should be {right}"


@given(book=books(mails))
@settings(max_examples=100)
def test_every_kpi_of_a_correspondence_is_what_its_definition_says(book: dict[str, Any]) -> None:
    assert_all_as_defined(RECORDS, book)


@given(book=books(interactions))
@settings(max_examples=100)
def test_every_kpi_is_what_its_definition_says(book: dict[str, Any]) -> None:
    assert_all_as_defined(RECORDS, book)


@pytest.mark.parametrize("days", [2, 60, None])
@pytest.mark.parametrize("name", [name for name in SITUATIONS if name != "dated_wrongly"])
def test_every_kpi_is_what_its_definition_says_in_a_named_situation(name: str, days: int | None) -> None:
    s = SITUATIONS[name]
    places = {"as_of": s.as_of, "zone": s.zone, "days": days}
    assert_all_as_defined(s.records, {"interactions": s.interactions, "opted_out": s.opted_out, "stored": (), **places})
