"""The summary against a second implementation, on histories long enough to have something usual."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Interaction
from kpi.summary.insight import Insight, InsightCode
from kpi.summary.summary import summary
from kpi.window import Window
from tests.kpi.books import RECORDS
from tests.kpi.catalogue import plain, same
from tests.kpi.reference import view
from tests.kpi.summary import reference
from tests.situations import AS_OF, DEAL, GLOBEX, LEA, call, columns, email, meeting

OURS, THEIRS = ("ann", "max"), ("bob", "bob", "cat")


@st.composite
def contacts(draw: st.DrawFn, n: int) -> Interaction:
    """Something between one of ours and one of theirs; an email may answer any other."""
    when = AS_OF - timedelta(hours=draw(st.integers(0, 24 * 40)), minutes=draw(st.sampled_from([0, 0, 7])))
    people = draw(st.permutations([draw(st.sampled_from(OURS)), draw(st.sampled_from(THEIRS))]))
    match draw(st.sampled_from(["email", "email", "email", "meeting", "call"])):
        case "meeting":
            return meeting(f"i{n}", when, *people, duration_minutes=draw(st.sampled_from([None, 30.0])))
        case "call":
            return call(f"i{n}", when, *people, duration_minutes=draw(st.sampled_from([None, 0.0, 12.5])))
    return email(
        f"i{n}",
        when,
        *people,
        thread_id=draw(st.sampled_from([None, "t1", "t2", "t3"])),
        in_reply_to_id=draw(st.one_of(st.none(), st.integers(0, 40).map("i{}".format))),
    )


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "interactions": [draw(contacts(n)) for n in range(draw(st.integers(0, 40)))],
        "as_of": AS_OF,
        "days": draw(st.sampled_from([1, 2, 5, 7, 10, 20, 60, None])),
        "zone": draw(st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"])),
    }


def found(history: dict[str, Any]) -> list[Any]:
    window = Window(history["as_of"], history["days"], history["zone"])
    return summary(columns(*history["interactions"], records=RECORDS), window)


@given(history=histories())
@settings(max_examples=100)
def test_the_summary_is_what_its_definition_says(history: dict[str, Any]) -> None:
    for record, result in zip(RECORDS, found(history), strict=True):
        whose = {"contacts": ("bob",) if record is GLOBEX else (), "deals": {DEAL.id, LEA.id} - {record.id}}
        right = reference.summary(view(record, **whose, **history))
        assert same(plain(result), right), f"{record.id}: {plain(result)}, should be {right}"


@given(history=histories())
@settings(max_examples=25)
def test_the_difference_is_that_of_the_two_numbers_and_never_nothing(history: dict[str, Any]) -> None:
    for insight in insights(history):
        assert insight.difference == insight.ours - insight.theirs != 0


@given(history=histories())
@settings(max_examples=25)
def test_a_distance_is_a_number_from_nothing_up(history: dict[str, Any]) -> None:
    assert all(0 <= insight.distance < 1000 for insight in insights(history))


@given(history=histories(), left_out=st.sampled_from(["email", "meeting", "call"]))
@settings(max_examples=25)
def test_nothing_is_said_of_a_kind_that_there_is_nothing_of(history: dict[str, Any], left_out: str) -> None:
    history["interactions"] = [i for i in history["interactions"] if i.kind.value != left_out.upper()]
    said = {insight.code for insight in insights(history)}
    of_kind = {
        "email": {code for code in InsightCode if "RESPONSE" in code or "WAITING" in code or "EMAIL" in code},
        "meeting": {code for code in InsightCode if "MEETING" in code},
        "call": {InsightCode.CALLS_MADE},
    }
    assert not said & of_kind[left_out]


@given(history=histories())
@settings(max_examples=25)
def test_nothing_is_said_of_the_answers_of_a_side_that_gave_none(history: dict[str, Any]) -> None:
    history["interactions"] = [i for i in history["interactions"] if i.initiator and i.initiator.person_id in OURS]
    said = {insight.code for insight in insights(history)}
    assert not any("RESPONSE" in code or "WAITING" in code or "RATIO" in code for code in said)


def insights(history: dict[str, Any]) -> list[Insight]:
    return [insight for result in found(history) for insight in result.insights]
