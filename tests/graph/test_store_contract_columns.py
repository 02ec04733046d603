"""The columns every store reads of a record's interactions."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from graph.interactions import ELSEWHERE, NOT_STORED, Interactions
from graph.model import (
    KINDS,
    ROLES,
    SIDES,
    SOURCES,
    Interaction,
    InteractionKind,
    InteractionState,
    Record,
    Role,
    Side,
    Source,
    to_micros,
)
from graph.store import Store
from tests.builders import (
    NOON,
    a_call,
    a_contact,
    a_lead,
    a_meeting,
    a_seller,
    a_task,
    an_account,
    an_email,
    an_interaction,
    an_opportunity,
)
from tests.graph.reference import belonging, random_book

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
ANN, MAX = a_seller("ann"), a_seller("max")
BOB, ZOE, LEA = a_contact("bob", account_id="globex"), a_contact("zoe"), a_lead("lea", owner_id="ann")
DEAL = an_opportunity("deal", account_id="globex", owner_id="ann", contact_id="bob")
RECORDS: list[Record] = [ANN, MAX, BOB, ZOE, LEA, DEAL, an_account("globex", primary_contact_id="zoe")]


async def written(store: Store, *interactions: Interaction) -> None:
    await store.upsert_records(RECORDS)
    await store.upsert_interactions(interactions)


def rows(columns: Interactions) -> list[tuple[str, str]]:
    return [(columns.records[r], i) for r, i in zip(columns.record, columns.id, strict=True)]


async def ids_of(store: Store, record: str, **bounds: datetime) -> list[str]:
    return list((await store.interactions_of([record], **bounds)).id)


async def test_an_empty_store_has_columns_without_rows(store: Store) -> None:
    columns = await store.interactions_of(["bob"])
    assert (len(columns), columns.records) == (0, ("bob",))


async def test_no_records_no_rows(store: Store) -> None:
    await written(store, an_email("m1", ANN, BOB))
    assert len(await store.interactions_of([])) == 0


async def test_ids_that_are_no_record_have_no_rows(store: Store) -> None:
    await written(store, an_email("m1", ANN, BOB))
    columns = await store.interactions_of(["nothing", "ann", "m1", "bob", "\ud800"])
    assert rows(columns) == [("bob", "m1")]
    assert columns.records == ("nothing", "ann", "m1", "bob", "\ud800")


async def test_every_column_tells_what_was_written(store: Store) -> None:
    people = [(ANN, Role.FROM), (BOB, Role.TO), (MAX, Role.CC), (ZOE, Role.BCC), (BOB, Role.CC)]
    mail = an_interaction(
        "m1",
        InteractionKind.EMAIL,
        people,
        at=datetime(1969, 1, 1, tzinfo=UTC) + TICK,
        duration_minutes=2.5,
        source=Source.CALENDAR,
        thread_id="t",
        followed=True,
        automatic=True,
        regarding_id="deal",
    )
    await written(store, mail)
    columns = await store.interactions_of(["deal"])
    assert columns.at.tolist() == [to_micros(mail.at)]
    assert (columns.kind[0], columns.source[0]) == (KINDS.index(mail.kind), SOURCES.index(mail.source))
    assert (columns.minutes[0], columns.followed[0], columns.automatic[0]) == (2.5, True, True)
    assert (columns.initiator[0], columns.people[columns.initiator_person[0]]) == (SIDES.index(Side.US), "ann")
    assert (columns.sellers[0], columns.customers[0], columns.regards[0]) == (2, 2, True)
    assert columns.thread[0] >= 0
    present = zip(columns.present_person, columns.present_role, columns.present_side, strict=True)
    assert [(columns.people[p], ROLES[r], SIDES[s]) for p, r, s in present] == [
        ("ann", Role.FROM, Side.US),
        ("bob", Role.TO, Side.THEM),
        ("max", Role.CC, Side.US),
        ("zoe", Role.BCC, Side.THEM),
    ]


async def test_what_is_missing_is_marked_as_missing(store: Store) -> None:
    await written(store, a_task("t1", ANN, BOB))
    columns = await store.interactions_of(["bob"])
    assert np.isnan(columns.minutes[0])
    assert (columns.initiator[0], columns.initiator_person[0]) == (-1, -1)
    assert (columns.thread[0], columns.reply_to[0], bool(columns.regards[0])) == (-1, NOT_STORED, False)


async def test_a_duration_of_zero_is_not_missing(store: Store) -> None:
    await written(store, a_call("c1", ANN, BOB, duration_minutes=0.0))
    assert (await store.interactions_of(["bob"])).minutes.tolist() == [0.0]


async def test_rows_are_ordered_by_record_instant_and_id(store: Store) -> None:
    mails = [an_email(f"m{i}", ANN, BOB, ZOE, at=NOON + DAY * (i % 2)) for i in (3, 1, 2, 0)]
    await written(store, *mails)
    columns = await store.interactions_of(["zoe", "bob"])
    assert rows(columns) == [(who, m) for who in ("zoe", "bob") for m in ("m0", "m2", "m1", "m3")]


async def test_one_thread_is_one_number_and_two_are_two(store: Store) -> None:
    await written(store, *(an_email(f"m{i}", ANN, BOB, thread_id=t) for i, t in enumerate(("a", "b", "a"))))
    first, second, third = (await store.interactions_of(["bob"])).thread.tolist()
    assert first == third != second


async def test_people_who_opted_out_are_marked(store: Store) -> None:
    await store.upsert_records([ANN, a_contact("bob", opted_out=True), ZOE])
    await store.upsert_interactions([an_email("m1", ANN, a_contact("bob"), ZOE)])
    columns = await store.interactions_of(["zoe"])
    assert dict(zip(columns.people, columns.opted_out.tolist(), strict=True)) == {
        "ann": False,
        "bob": True,
        "zoe": False,
    }


async def test_until_is_included_and_after_is_not_to_the_microsecond(store: Store) -> None:
    await written(store, *(an_email(f"m{i}", ANN, BOB, at=NOON + i * TICK) for i in range(4)))
    assert await ids_of(store, "bob", until=NOON + TICK) == ["m0", "m1"]
    assert await ids_of(store, "bob", after=NOON + TICK) == ["m2", "m3"]
    assert await ids_of(store, "bob", after=NOON, until=NOON + 2 * TICK) == ["m1", "m2"]
    assert await ids_of(store, "bob", after=NOON, until=NOON) == []


async def test_bounds_hold_for_what_regards_a_record_too(store: Store) -> None:
    await written(store, *(an_email(f"m{i}", ANN, MAX, at=NOON + i * TICK, regarding_id="deal") for i in range(3)))
    assert await ids_of(store, "globex", after=NOON, until=NOON + TICK) == []
    assert await ids_of(store, "deal", after=NOON, until=NOON + TICK) == ["m1"]


async def test_instants_at_the_ends_of_the_calendar_are_read(store: Store) -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    await written(store, an_email("m1", ANN, BOB, at=first), an_email("m2", ANN, BOB, at=last))
    assert (await store.interactions_of(["bob"], until=last)).at.tolist() == [to_micros(first), to_micros(last)]


async def test_instants_before_1970_are_read_to_the_microsecond(store: Store) -> None:
    instants = [datetime(1931, 5, 4, 3, 2, 1, 123456, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC)]
    await written(store, *(an_email(f"m{i}", ANN, BOB, at=at) for i, at in enumerate(instants)))
    assert (await store.interactions_of(["bob"])).at.tolist() == [to_micros(at) for at in instants]


async def test_a_scheduled_interaction_is_read_and_a_canceled_one_is_not(store: Store) -> None:
    await written(
        store,
        a_meeting("n1", ANN, BOB, state=InteractionState.SCHEDULED),
        a_meeting("n2", ANN, BOB, state=InteractionState.CANCELED),
    )
    assert await ids_of(store, "bob") == ["n1"]


async def test_a_reply_names_the_interaction_it_answers(store: Store) -> None:
    await written(store, an_email("m1", BOB, ANN), an_email("m2", ANN, BOB, in_reply_to_id="m1", at=NOON + DAY))
    columns = await store.interactions_of(["bob"])
    assert columns.reply_to.tolist() == [NOT_STORED, columns.interaction[0]]


@pytest.mark.parametrize(
    "answered",
    [
        an_email("m1", ANN, ZOE),
        an_email("m1", BOB, ANN, state=InteractionState.CANCELED),
        an_email("m1", BOB, ANN, at=NOON + 2 * DAY),
        an_email("m1", ANN, MAX),
    ],
    ids=["of another record", "canceled", "outside the bounds", "among ourselves"],
)
async def test_a_reply_to_what_is_stored_but_not_here_says_elsewhere(store: Store, answered: Interaction) -> None:
    await written(store, answered, an_email("m2", ANN, BOB, in_reply_to_id="m1", at=NOON + DAY))
    columns = await store.interactions_of(["bob"], until=NOON + DAY)
    assert (list(columns.id), columns.reply_to.tolist()) == (["m2"], [ELSEWHERE])


async def test_a_reply_to_what_nobody_stored_answers_nothing(store: Store) -> None:
    await written(
        store, an_email("m2", ANN, BOB, in_reply_to_id="lost"), an_email("m3", ANN, BOB, in_reply_to_id="bob")
    )
    assert (await store.interactions_of(["bob"])).reply_to.tolist() == [NOT_STORED, NOT_STORED]


async def test_mail_among_ourselves_regarding_a_deal_counts_for_it_alone(store: Store) -> None:
    await written(store, an_email("m1", ANN, MAX, regarding_id="deal"))
    columns = await store.interactions_of(["deal", "globex"])
    assert rows(columns) == [("deal", "m1")]


async def test_a_seller_is_no_record_and_has_no_rows(store: Store) -> None:
    await written(store, an_email("m1", ANN, BOB))
    assert await ids_of(store, "ann") == []


async def test_a_new_stakeholder_changes_history_at_once(store: Store) -> None:
    await written(store, an_email("m1", ANN, ZOE))
    assert await ids_of(store, "deal") == []
    await store.upsert_records([an_opportunity("deal", owner_id="ann", stakeholder_ids=("zoe",))])
    assert await ids_of(store, "deal") == ["m1"]


async def test_a_contact_who_moves_takes_history_along(store: Store) -> None:
    await written(store, an_email("m1", ANN, BOB))
    await store.upsert_records([a_contact("bob", account_id="initech"), an_account("initech")])
    columns = await store.interactions_of(["globex", "initech"])
    assert rows(columns) == [("initech", "m1")]


async def test_a_deal_that_moves_to_another_account_takes_what_regards_it_along(store: Store) -> None:
    await written(store, an_email("m1", ANN, LEA, regarding_id="deal"))
    assert await ids_of(store, "globex") == ["m1"]
    await store.upsert_records([an_opportunity("deal", account_id="initech"), an_account("initech")])
    assert rows(await store.interactions_of(["globex", "initech"])) == [("initech", "m1")]


async def test_one_interaction_under_several_records_has_one_number(store: Store) -> None:
    await written(store, an_email("m1", ANN, BOB))
    columns = await store.interactions_of(["bob", "globex", "deal"])
    assert [len(columns), len(set(columns.interaction.tolist()))] == [3, 1]


@pytest.mark.slow
async def test_a_record_with_twenty_thousand_interactions(store: Store) -> None:
    await written(store)
    for start in range(0, 20_000, 5000):
        batch = range(start, start + 5000)
        await store.upsert_interactions([an_email(f"m{i}", ANN, BOB, at=NOON + i * TICK) for i in batch])
    columns = await store.interactions_of(["bob"])
    assert len(columns) == 20_000
    assert (np.diff(columns.at) == 1).all()


async def test_hundreds_of_records_in_one_call(store: Store) -> None:
    contacts = [a_contact(f"c{i:03}") for i in range(300)]
    await store.upsert_records([ANN, *contacts])
    await store.upsert_interactions([an_email(f"m{c.id}", ANN, c) for c in contacts])
    columns = await store.interactions_of([c.id for c in reversed(contacts)])
    assert rows(columns) == [(c.id, f"m{c.id}") for c in reversed(contacts)]


@pytest.mark.parametrize("seed", range(4))
async def test_a_random_book_belongs_as_the_specification_says(store: Store, seed: int) -> None:
    book = random_book(random.Random(seed))
    await store.upsert_records(book.records)
    await store.upsert_interactions(book.interactions)
    asked = [record.id for record in book.records]
    assert rows(await store.interactions_of(asked)) == belonging(book)


async def test_columns_are_the_same_whatever_the_order_of_writing(store: Store) -> None:
    book = random_book(random.Random(7))
    await store.upsert_records(book.records[::-1])
    half = len(book.interactions) // 2
    await store.upsert_interactions(book.interactions[half:])
    await store.upsert_interactions(book.interactions[:half])
    assert rows(await store.interactions_of(_ids(book.records))) == belonging(book)


def _ids(records: Sequence[Record]) -> list[str]:
    return [record.id for record in records]
