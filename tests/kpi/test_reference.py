"""Every KPI against a second implementation, on random books."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Contact, Interaction, InteractionKind, InteractionState, Participant, Record, Role, Side
from kpi.window import Window
from tests.kpi import reference
from tests.kpi.catalogue import KPIS, REFERENCES, plain, same
from tests.situations import BOB, CUSTOMERS, DEAL, GLOBEX, LEA, SELLERS, SITUATIONS, columns, email

RECORDS = (DEAL, BOB, LEA, Contact(id="cat"), GLOBEX)
ROLES = {
    InteractionKind.EMAIL: (Role.FROM, [Role.TO, Role.CC, Role.BCC]),
    InteractionKind.MEETING: (Role.ORGANIZER, [Role.REQUIRED, Role.OPTIONAL]),
    InteractionKind.CALL: (Role.CALLER, [Role.CALLEE]),
    InteractionKind.OTHER: (Role.INITIATOR, [Role.PARTICIPANT]),
}
# Where clocks do odd things: an hour twice, a day never, a midnight twice, nothing.
PLACES = [
    ("Europe/Madrid", datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 31, 9, 30, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 11, 7, 2, 45, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 5, 2, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(1986, 1, 1, 0, 0, tzinfo=UTC)),
    ("UTC", datetime(2026, 11, 22, 12, tzinfo=UTC)),
]
PEOPLE = (*SELLERS, *CUSTOMERS)


@st.composite
def interactions(draw: st.DrawFn, as_of: datetime, ids: list[str]) -> Interaction:
    kind = draw(st.sampled_from([*InteractionKind, InteractionKind.EMAIL, InteractionKind.EMAIL]))
    first_role, roles = ROLES[kind]
    who = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5))
    parts = [(p, draw(st.sampled_from(roles))) for p in who]
    parts[0] = (parts[0][0], parts[0][1] if kind is InteractionKind.OTHER and draw(st.booleans()) else first_role)
    # Few instants, so that many are the same; some lie after *as of*.
    minutes = draw(st.one_of(st.integers(-6, 2).map(lambda n: n * 5), st.integers(-200, 5).map(lambda n: n * 20)))
    return Interaction(
        id=ids.pop(),
        kind=kind,
        at=as_of + timedelta(minutes=minutes * draw(st.sampled_from([1, 1, 60]))),
        participants=tuple(Participant(p, role, Side.US if p in SELLERS else Side.THEM) for p, role in parts),
        duration_minutes=draw(st.sampled_from([None, 0.0, 12.5, 30.0, 59.9])),
        thread_id=draw(st.sampled_from(["t1", "t1", "t2", None])),
        in_reply_to_id=draw(st.sampled_from([None, None, "lost", "elsewhere", "i1", "i2", "i3", "i4", "i5"])),
        regarding_id=draw(st.sampled_from([None, None, None, "deal", "lea", "bob", "globex"])),
        state=draw(st.sampled_from([*InteractionState, InteractionState.COMPLETED])),
        automatic=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def mails(draw: st.DrawFn, as_of: datetime, ids: list[str]) -> Interaction:
    """An email between people of few, so that there is something to answer."""
    ours, theirs = draw(st.sampled_from(["ann", "max"])), draw(st.sampled_from(["bob", "bob", "cat"]))
    sender, receiver = draw(st.permutations([ours, theirs]))
    return email(
        ids.pop(),
        as_of + timedelta(hours=draw(st.integers(-72, 3))),
        sender,
        receiver,
        thread_id=draw(st.sampled_from(["t1", "t1", "t2", None])),
        in_reply_to_id=draw(st.sampled_from([None, None, "lost", "elsewhere", "i1", "i2", "i3", "i4", "i5", "i6"])),
        automatic=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def books(draw: st.DrawFn, one_of: Callable[[datetime, list[str]], st.SearchStrategy[Interaction]]) -> dict[str, Any]:
    zone, as_of = draw(st.sampled_from(PLACES))
    ids = draw(st.permutations([f"i{n}" for n in range(24)]))
    return {
        "interactions": draw(st.lists(one_of(as_of, list(ids)), max_size=24)),
        "opted_out": draw(st.sets(st.sampled_from(PEOPLE), max_size=2)),
        "stored": {"elsewhere"},
        "as_of": as_of,
        "days": draw(st.sampled_from([1, 2, 3, 7, 60, None])),
        "zone": zone,
    }


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
@settings(deadline=None, max_examples=100)
def test_every_kpi_of_a_correspondence_is_what_its_definition_says(book: dict[str, Any]) -> None:
    assert_all_as_defined(RECORDS, book)


@given(book=books(interactions))
@settings(deadline=None, max_examples=100)
def test_every_kpi_is_what_its_definition_says(book: dict[str, Any]) -> None:
    assert_all_as_defined(RECORDS, book)


@pytest.mark.parametrize("days", [2, 60, None])
@pytest.mark.parametrize("name", [name for name in SITUATIONS if name != "dated_wrongly"])
def test_every_kpi_is_what_its_definition_says_in_a_named_situation(name: str, days: int | None) -> None:
    s = SITUATIONS[name]
    places = {"as_of": s.as_of, "zone": s.zone, "days": days}
    assert_all_as_defined(s.records, {"interactions": s.interactions, "opted_out": s.opted_out, "stored": (), **places})
