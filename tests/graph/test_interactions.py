"""Columns with only the sources that count."""

from collections.abc import Collection
from dataclasses import fields

import numpy as np
import pytest

from graph.interactions import OF_PRESENCES, OF_ROWS, Interactions
from graph.model import SOURCES, Interaction, Source
from kpi.response_time import response_time
from kpi.window import Window
from tests.situations import AS_OF, BOB, DEAL, GLOBEX, SITUATIONS, ago, call, columns, email, meeting

BOOK = (
    email("m1", ago(5), "ann", "bob", "cat", source=Source.MAILBOX, thread_id="t"),
    call("c1", ago(4), "bob", "ann", source=Source.CRM),
    email("m2", ago(3), "bob", "ann", "max", source=Source.CRM, thread_id="t", in_reply_to_id="m1"),
    meeting("e1", ago(2), "ann", "bob", "cat", source=Source.CALENDAR, regarding_id="deal"),
)
RECORDS = (BOB, DEAL, GLOBEX)


def read(*interactions: Interaction) -> Interactions:
    return columns(*interactions, records=RECORDS)


def described(interactions: Interactions) -> list[tuple[object, ...]]:
    """Return each row as values that mean the same in any columns, with its people."""
    return [
        (
            interactions.records[interactions.record[row]],
            interactions.id[row],
            *(getattr(interactions, name)[row].item() for name in ("at", "kind", "source", "initiator", "sellers")),
            [
                (interactions.people[person], role.item(), side.item())
                for at, person, role, side in zip(
                    interactions.present_row,
                    interactions.present_person,
                    interactions.present_role,
                    interactions.present_side,
                    strict=True,
                )
                if at == row
            ],
        )
        for row in range(len(interactions))
    ]


@pytest.mark.parametrize(
    "sources", [{Source.CRM}, {Source.MAILBOX, Source.CALENDAR}, set(), set(SOURCES)], ids=lambda s: "+".join(sorted(s))
)
def test_rows_of_other_sources_are_left_out_with_their_people(sources: Collection[Source]) -> None:
    counting = [i for i in BOOK if i.source in sources]
    assert described(read(*BOOK).of_sources(sources)) == described(read(*counting))


def test_where_all_sources_count_nothing_is_copied() -> None:
    interactions = read(*BOOK)
    assert interactions.of_sources(SOURCES) is interactions


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_all_rows_come_from_the_crm_or_from_elsewhere(situation: object) -> None:
    interactions = columns(*situation.interactions, records=situation.records)  # type: ignore[attr-defined]
    assert len(interactions.of_sources([Source.CRM])) == len(interactions)
    assert len(interactions.of_sources([Source.CALENDAR])) == 0


def test_every_column_is_of_rows_or_of_presences() -> None:
    others = {"records", "people", "opted_out", "named", "present_row"}
    assert {field.name for field in fields(Interactions)} == {*OF_ROWS, *OF_PRESENCES, *others}


def test_an_answer_to_what_does_not_count_answers_nothing_else() -> None:
    asked = (
        email("other", ago(6), "ann", "bob", thread_id="t"),
        email("m1", ago(5), "ann", "bob", thread_id="t", source=Source.MAILBOX),
        email("m2", ago(3), "bob", "ann", thread_id="t", in_reply_to_id="m1"),
    )
    (found,) = response_time(columns(*asked).of_sources([Source.CRM]), Window(AS_OF, 60, "UTC"))
    assert (found.theirs.answers, found.theirs.asked) == (0, 1)


def test_nothing_of_any_record_is_fine() -> None:
    nothing = columns().of_sources([Source.CRM])
    assert (len(nothing), nothing.records, nothing.present_row.dtype) == (0, ("bob",), np.int32)
