"""What every store does with whole interactions and engagement."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graph.errors import InputError
from graph.model import (
    EngagementEvent,
    Interaction,
    InteractionKind,
    InteractionState,
    Role,
    Source,
)
from graph.store import Changes, Store
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
    an_engagement,
    an_interaction,
    an_opportunity,
)

TICK = timedelta(microseconds=1)
ANN, MAX = a_seller("ann"), a_seller("max")
BOB, ZOE, LEA = a_contact("bob"), a_contact("zoe"), a_lead("lea")
PEOPLE = [ANN, MAX, BOB, ZOE, LEA]
RECORDS = [*PEOPLE, an_account(), an_opportunity()]

FULL = Interaction(
    id="<m1@us.example>",
    kind=InteractionKind.EMAIL,
    at=datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    participants=an_email("", ANN, BOB, LEA, cc=(MAX, BOB)).participants,
    duration_minutes=12.345,
    source=Source.MAILBOX,
    subject='Re: "Ünï" \U0001f680\nsecond line',
    thread_id="thread 'one'",
    in_reply_to_id="<m0@nowhere.example>",
    regarding_id="deal",
    state=InteractionState.SCHEDULED,
    followed=True,
    automatic=True,
    copy_key="key|1",
)
EACH_KIND = [
    FULL,
    a_meeting("n1", ANN, BOB, source=Source.CALENDAR, duration_minutes=0.0),
    an_interaction("n2", InteractionKind.MEETING, [(BOB, Role.ORGANIZER), (ANN, Role.OPTIONAL)]),
    a_call("c1", BOB, ANN, state=InteractionState.CANCELED),
    a_task("t1", ANN, BOB, regarding_id="bob"),
    an_interaction("t2", InteractionKind.OTHER, [(ANN, Role.INITIATOR), (BOB, Role.PARTICIPANT)]),
    an_interaction("m2", InteractionKind.EMAIL, [(ANN, Role.FROM), (BOB, Role.BCC)], at=NOON + TICK),
    an_email("m3", ANN, MAX, regarding_id="globex"),
    an_email("m4", ANN, MAX),
]


@pytest.fixture(autouse=True)
async def _people(store: Store) -> None:
    await store.upsert_records(RECORDS)


def ids(interactions: Sequence[Interaction]) -> list[str]:
    return [i.id for i in interactions]


@pytest.mark.parametrize("interaction", EACH_KIND, ids=lambda i: i.id)
async def test_every_field_of_an_interaction_comes_back(store: Store, interaction: Interaction) -> None:
    await store.upsert_interactions([interaction])
    assert await store.interactions([interaction.id]) == {interaction.id: interaction}


async def test_someone_in_two_roles_comes_back_in_both(store: Store) -> None:
    mail = an_email("m1", ANN, BOB, cc=(BOB, ANN))
    await store.upsert_interactions([mail])
    assert await store.interactions(["m1"]) == {"m1": mail}


async def test_a_mail_in_reply_to_an_id_of_any_length_comes_back(store: Store) -> None:
    mail = an_email("m1", ANN, BOB, in_reply_to_id="ü" * 20_000)
    await store.upsert_interactions([mail])
    assert await store.interactions(["m1"]) == {"m1": mail}
    assert (await store.interactions_of(["bob"])).reply_to.tolist() == [-1]
    assert (await store.upsert_interactions([mail])).unchanged == {"m1"}


async def test_unknown_interactions_are_missing(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    assert (await store.interactions(["m1", "m2", "ann"])).keys() == {"m1"}


async def test_an_upsert_tells_what_was_added_updated_and_unchanged(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB), an_email("m2", ANN, BOB)])
    changes = await store.upsert_interactions(
        [an_email("m1", ANN, BOB), an_email("m2", ANN, ZOE), an_email("m3", ANN, BOB)]
    )
    assert (changes.added, changes.updated, changes.unchanged) == ({"m3"}, {"m2"}, {"m1"})


async def test_writing_the_same_again_changes_nothing(store: Store) -> None:
    await store.upsert_interactions(EACH_KIND)
    assert (await store.upsert_interactions(EACH_KIND)).unchanged == set(ids(EACH_KIND))
    assert (await store.counts()).interactions == len(EACH_KIND)


async def test_an_upsert_without_interactions_does_nothing(store: Store) -> None:
    assert await store.upsert_interactions([]) == Changes()


async def test_of_one_id_twice_in_a_batch_the_later_stays(store: Store) -> None:
    later = an_email("m1", ANN, ZOE)
    changes = await store.upsert_interactions([an_email("m1", ANN, BOB), later])
    assert changes.added == {"m1"}
    assert await store.interactions(["m1"]) == {"m1": later}


async def test_a_changed_interaction_leaves_those_who_no_longer_took_part(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB, regarding_id="deal")])
    await store.upsert_interactions([an_email("m1", MAX, ZOE, regarding_id="globex")])
    columns = await store.interactions_of(["bob", "zoe", "deal", "globex"])
    assert [columns.records[r] for r in columns.record] == ["zoe", "globex"]


async def test_a_changed_instant_moves_the_interaction(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    await store.upsert_interactions([an_email("m1", ANN, BOB, at=NOON + timedelta(days=1))])
    assert len(await store.interactions_of(["bob"], until=NOON)) == 0
    assert len(await store.interactions_of(["bob"])) == 1


async def test_a_changed_interaction_keeps_its_engagement(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    await store.upsert_engagement([an_engagement("m1", BOB)])
    await store.upsert_interactions([an_email("m1", ANN, ZOE)])
    assert await store.engagement_of(["m1"]) == {"m1": [an_engagement("m1", BOB)]}


async def test_a_dry_run_tells_the_changes_and_makes_none(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB), an_email("m2", ANN, BOB)])
    given = [an_email("m1", ANN, BOB), an_email("m2", ANN, ZOE), an_email("m3", ANN, BOB)]
    foreseen = await store.upsert_interactions(given, dry_run=True)
    assert await store.interactions(["m2", "m3"]) == {"m2": an_email("m2", ANN, BOB)}
    assert await store.upsert_interactions(given) == foreseen


async def test_a_dry_run_may_name_people_who_are_not_written_yet(store: Store) -> None:
    changes = await store.upsert_interactions([an_email("m1", ANN, a_contact("new"))], dry_run=True)
    assert changes.added == {"m1"}


@pytest.mark.parametrize(
    "bad", [an_email("m2", ANN, a_contact("nobody")), an_email("m2", ANN, BOB, regarding_id="nothing")]
)
async def test_a_batch_that_names_someone_unknown_is_not_written_at_all(store: Store, bad: Interaction) -> None:
    with pytest.raises(InputError, match="no"):
        await store.upsert_interactions([an_email("m1", ANN, BOB), bad])
    assert (await store.counts()).interactions == 0


async def test_what_an_opportunity_names_and_nobody_wrote_is_unknown(store: Store) -> None:
    await store.upsert_records([an_opportunity(contact_id="ghost")])
    with pytest.raises(InputError, match="ghost"):
        await store.upsert_interactions([an_email("m1", ANN, a_contact("ghost"))])


async def test_thousands_of_interactions_in_one_batch(store: Store) -> None:
    batch = [an_email(f"m{i:05}", ANN, BOB, at=NOON + i * TICK) for i in range(5000)]
    assert len((await store.upsert_interactions(batch)).added) == 5000
    assert len((await store.upsert_interactions(batch)).unchanged) == 5000


async def test_an_interaction_with_hundreds_of_people(store: Store) -> None:
    crowd = [a_contact(f"c{i:03}") for i in range(400)]
    await store.upsert_records(crowd)
    mail = an_email("m1", ANN, *crowd)
    await store.upsert_interactions([mail])
    assert await store.interactions(["m1"]) == {"m1": mail}
    assert list((await store.interactions_of(["c399"])).customers) == [400]


async def test_the_lowest_id_stands_for_a_copy_key(store: Store) -> None:
    await store.upsert_interactions([an_email(i, ANN, BOB, copy_key="k") for i in ("m3", "m1", "m2")])
    await store.upsert_interactions([an_email("m0", ANN, BOB), an_email("m9", ANN, BOB, copy_key="other")])
    assert await store.copies_of(["k", "none", "other"]) == {"k": "m1", "other": "m9"}


async def test_a_copy_key_that_was_given_up_finds_nothing(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB, copy_key="k")])
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    assert await store.copies_of(["k"]) == {}


async def test_ids_are_found_by_how_they_begin(store: Store) -> None:
    names = ["m1", "m1/a", "m1/b\U0001f680", "m1/Ä", "m10", "m2/a", "m", "M1/a", "%/a", "m1\U0010ffff"]
    await store.upsert_interactions([an_email(i, ANN, BOB) for i in names])
    assert await store.ids_beginning(["m1/", "m1/", "m2", "m1/b", "m3", "%", "_"]) == {
        "m1/": ["m1/a", "m1/b\U0001f680", "m1/Ä"],
        "m2": ["m2/a"],
        "m1/b": ["m1/b\U0001f680"],
        "%": ["%/a"],
    }
    assert await store.ids_beginning([]) == {}


async def test_an_export_pages_through_everything_in_order_of_id(store: Store) -> None:
    names = ["m10", "m2", "Ä", "a", "B", "\U0001f680", "\uffff", "é"]
    await store.upsert_interactions([an_email(i, ANN, BOB) for i in names])
    seen: list[str] = []
    while page := await store.export_interactions(after=seen[-1] if seen else None, limit=3):
        assert len(page) <= 3
        seen += ids(page)
    assert seen == sorted(names)


async def test_an_export_gives_whole_interactions_back(store: Store) -> None:
    await store.upsert_interactions(EACH_KIND)
    assert {i.id: i for i in await store.export_interactions()} == {i.id: i for i in EACH_KIND}


async def test_an_export_of_people_has_what_they_took_part_in_and_what_regards_them(store: Store) -> None:
    await store.upsert_interactions(
        [
            an_email("m1", ANN, BOB, cc=(ZOE,)),
            an_email("m2", MAX, LEA),
            an_email("m3", MAX, ANN, regarding_id="zoe"),
            an_email("m4", ANN, LEA, regarding_id="deal"),
            an_email("m5", MAX, BOB, state=InteractionState.CANCELED),
            an_email("m6", ANN, MAX),
        ]
    )
    assert ids(await store.export_interactions(people=["bob", "zoe", "unknown"])) == ["m1", "m3", "m5"]
    assert ids(await store.export_interactions(people=["ann"], after="m1", limit=2)) == ["m3", "m4"]
    assert ids(await store.export_interactions(people=["max"], after="m3")) == ["m5", "m6"]
    assert await store.export_interactions(people=[]) == []


async def test_engagement_comes_back_in_order(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB, ZOE), an_email("m2", ANN, BOB), an_email("m3", ANN, BOB)])
    events = [
        an_engagement("m1", ZOE, at=NOON - TICK),
        an_engagement("m1", BOB, event=EngagementEvent.OPEN, at=NOON + TICK),
        an_engagement("m1", BOB, event=EngagementEvent.OPEN),
        an_engagement("m1", BOB, event=EngagementEvent.LINK_CLICK, at=datetime(1960, 1, 1, tzinfo=UTC)),
        an_engagement("m1", BOB, event=EngagementEvent.ATTACHMENT_VIEW),
        an_engagement("m2", LEA),
    ]
    assert await store.upsert_engagement(events) == 6
    found = await store.engagement_of(["m2", "m1", "m3", "nothing"])
    assert found == {"m1": sorted(events[:-1]), "m2": events[-1:]}


async def test_the_same_engagement_twice_is_one(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    event = an_engagement("m1", BOB)
    assert await store.upsert_engagement([event, event]) == 1
    assert await store.upsert_engagement([event, replace(event, at=NOON + TICK)]) == 1
    assert (await store.counts()).engagement == 2


async def test_a_dry_run_of_engagement_counts_what_would_be_new(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    event = an_engagement("m1", BOB)
    await store.upsert_engagement([event])
    events = [event, replace(event, at=NOON + TICK), an_engagement("not yet", a_contact("new"))]
    assert await store.upsert_engagement(events, dry_run=True) == 2
    assert (await store.counts()).engagement == 1


@pytest.mark.parametrize("bad", [an_engagement("m0", BOB), an_engagement("m1", a_contact("nobody"))])
async def test_engagement_with_what_is_unknown_is_not_written(store: Store, bad: object) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    with pytest.raises(InputError):
        await store.upsert_engagement([an_engagement("m1", BOB), bad])  # type: ignore[list-item]
    assert (await store.counts()).engagement == 0
