"""How every store tells whose interactions may have changed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from graph.connect import open_store
from graph.model import InteractionState, Record
from graph.store import Store, Touched
from tests.builders import (
    a_contact,
    a_lead,
    a_seller,
    an_account,
    an_email,
    an_engagement,
    an_opportunity,
)
from tests.graph.following import Follower, write_something

ANN, MAX = a_seller("ann"), a_seller("max")
BOB, ZOE, LEA = a_contact("bob", account_id="globex"), a_contact("zoe"), a_lead("lea", owner_id="ann")
GLOBEX, OTHER = an_account("globex"), an_account("other")
DEAL = an_opportunity("deal", account_id="globex", owner_id="ann", contact_id="bob")
RECORDS: list[Record] = [ANN, MAX, BOB, ZOE, LEA, GLOBEX, OTHER, DEAL]
MAIL = an_email("m1", ANN, ZOE)


async def mark_of(store: Store) -> int:
    return (await store.touched_since(0)).mark


@pytest_asyncio.fixture
async def mark(store: Store) -> AsyncIterator[int]:
    """The mark of a store that holds the records and a mail to Zoe."""
    await store.upsert_records(RECORDS)
    await store.upsert_interactions([MAIL])
    yield await mark_of(store)


async def touched(store: Store, mark: int) -> set[str]:
    """Return the records touched since a mark, sellers left out."""
    return {*(await store.touched_since(mark)).records} - {"ann", "max"}


async def test_nothing_is_touched_in_an_empty_store(store: Store) -> None:
    assert (await store.touched_since(0)).records == frozenset()


async def test_since_the_beginning_everything_is_touched(store: Store, mark: int) -> None:
    assert await touched(store, 0) == {"bob", "zoe", "lea", "globex", "other", "deal"}


async def test_since_the_last_mark_nothing_is(store: Store, mark: int) -> None:
    assert await store.touched_since(mark) == Touched(mark, frozenset())


async def test_since_a_mark_there_never_was_everything_is_touched(store: Store, mark: int) -> None:
    assert await touched(store, mark + 1) == await touched(store, 0)
    assert (await store.touched_since(mark + 1)).mark == mark
    assert await touched(store, -1) == await touched(store, 0)


async def test_what_changes_nothing_has_no_mark(store: Store, mark: int) -> None:
    await store.upsert_records(RECORDS)
    await store.upsert_interactions([MAIL])
    await store.delete_interactions(["nothing"])
    await store.merge_people({})
    await store.erase_records(["nobody"])
    await store.upsert_records([a_contact("new"), replace(BOB, name="Robert")], dry_run=True)
    await store.upsert_interactions([an_email("m2", ANN, BOB)], dry_run=True)
    await store.add_document("settings", "1", "text")
    assert (await store.touched_since(mark)).mark == mark


async def test_a_mark_grows_with_every_write_and_tells_each_apart(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, LEA)])
    middle = await mark_of(store)
    await store.upsert_interactions([an_email("m3", ANN, ZOE)])
    assert mark < middle < await mark_of(store)
    assert await touched(store, mark) == {"lea", "zoe"}
    assert await touched(store, middle) == {"zoe"}


async def test_a_new_record_is_touched_with_its_account(store: Store, mark: int) -> None:
    await store.upsert_records([a_contact("new", account_id="other")])
    assert await touched(store, mark) == {"new", "other"}


async def test_an_interaction_touches_its_customers_and_what_it_regards(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, ZOE, regarding_id="lea")])
    assert await touched(store, mark) == {"zoe", "lea"}


async def test_a_contact_touches_the_account_and_every_deal_that_names_it(store: Store, mark: int) -> None:
    await store.upsert_records(
        [
            an_account("first", primary_contact_id="bob"),
            a_lead("second", stakeholder_ids=("bob",)),
            an_opportunity("third", stakeholder_ids=("bob",)),
            an_opportunity("fourth", account_id="globex"),
        ]
    )
    mark = await mark_of(store)
    await store.upsert_interactions([an_email("m2", BOB, ANN)])
    assert await touched(store, mark) == {"bob", "globex", "deal", "first", "second", "third"}


async def test_what_regards_a_deal_touches_its_account(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, MAX, regarding_id="deal")])
    assert await touched(store, mark) == {"deal", "globex"}


async def test_an_interaction_written_anew_touches_those_before_and_after(store: Store, mark: int) -> None:
    await store.upsert_interactions([replace(an_email("m1", ANN, LEA), regarding_id="other")])
    assert await touched(store, mark) == {"zoe", "lea", "other"}


async def test_a_canceled_interaction_touches_its_people(store: Store, mark: int) -> None:
    await store.upsert_interactions([replace(MAIL, state=InteractionState.CANCELED)])
    assert await touched(store, mark) == {"zoe"}


async def test_a_deleted_interaction_touches_its_people(store: Store, mark: int) -> None:
    await store.delete_interactions(["m1"])
    assert await touched(store, mark) == {"zoe"}


async def test_a_provisional_contact_who_goes_touches_the_account(store: Store, mark: int) -> None:
    new = a_contact("new@globex.example", account_id="globex", provisional=True)
    await store.upsert_records([new])
    await store.upsert_interactions([an_email("m2", ANN, new)])
    mark = await mark_of(store)
    await store.delete_interactions(["m2"])
    assert await touched(store, mark) == {new.id, "globex"}


async def test_a_contact_who_moves_touches_both_accounts(store: Store, mark: int) -> None:
    await store.upsert_records([replace(BOB, account_id="other")])
    assert await touched(store, mark) == {"bob", "globex", "other", "deal"}


async def test_a_deal_that_moves_touches_both_accounts(store: Store, mark: int) -> None:
    await store.upsert_records([replace(DEAL, account_id="other")])
    assert await touched(store, mark) == {"deal", "globex", "other"}


async def test_a_mail_that_comes_after_its_answer_touches_who_got_the_answer(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m3", ANN, LEA, in_reply_to_id="m2", regarding_id="globex")])
    mark = await mark_of(store)
    await store.upsert_interactions([an_email("m2", ANN, ZOE)])
    assert await touched(store, mark) == {"zoe", "lea", "globex"}


async def test_a_mail_that_goes_touches_who_got_an_answer(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, LEA, in_reply_to_id="m1")])
    mark = await mark_of(store)
    await store.delete_interactions(["m1"])
    assert await touched(store, mark) == {"zoe", "lea"}


async def test_a_mail_among_ourselves_touches_who_got_an_answer(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, LEA, in_reply_to_id="m3")])
    mark = await mark_of(store)
    await store.upsert_interactions([an_email("m3", ANN, MAX)])
    assert await touched(store, mark) == {"lea"}


async def test_merged_people_touch_those_who_named_them(store: Store, mark: int) -> None:
    await store.merge_people({"bob": "zoe"})
    assert await touched(store, mark) >= {"bob", "globex", "deal"}


async def test_an_erased_contact_touches_who_was_with_them_and_who_named_them(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, BOB, ZOE, regarding_id="lea")])
    mark = await mark_of(store)
    await store.erase_records(["bob"])
    assert await touched(store, mark) >= {"zoe", "lea", "globex", "deal"}


async def test_no_id_of_the_erased_is_told_to_anyone(store: Store, mark: int) -> None:
    provisional = a_contact("bob@globex.example", emails=("bob@globex.example",), provisional=True)
    await store.upsert_records([provisional])
    await store.upsert_interactions([an_email("m2", ANN, provisional)])
    await store.upsert_interactions([an_email("m2", ANN, BOB)])
    await store.merge_people({provisional.id: "bob"})
    await store.erase_records(["bob"])
    assert not await touched(store, 0) & {"bob", provisional.id}
    assert not await touched(store, mark) & {"bob", provisional.id}


async def test_that_some_were_erased_is_told_to_those_who_did_not_know(store: Store, mark: int) -> None:
    await store.erase_records(["bob"])
    erased = await mark_of(store)
    await store.upsert_records([a_contact("new")])
    assert [(await store.touched_since(since)).erased for since in (mark, erased)] == [True, False]


async def test_who_asks_from_a_mark_there_never_was_may_know_of_some_erased(store: Store, mark: int) -> None:
    assert (await store.touched_since(mark + 1)).erased


async def test_merged_people_and_those_who_go_with_an_interaction_are_told_by_name(store: Store, mark: int) -> None:
    new = a_contact("new@globex.example", provisional=True)
    await store.upsert_records([new])
    await store.upsert_interactions([an_email("m2", ANN, new)])
    await store.merge_people({"bob": "zoe"})
    await store.delete_interactions(["m2"])
    found = await store.touched_since(mark)
    assert found.records >= {"bob", new.id}
    assert not found.erased


async def test_a_record_that_changes_hands_is_touched(store: Store, mark: int) -> None:
    of_joe = {"owner_id": "joe"}
    records = [replace(ZOE, **of_joe), replace(GLOBEX, **of_joe), replace(LEA, **of_joe), replace(DEAL, **of_joe)]
    await store.upsert_records([a_seller("joe"), *records])
    assert await touched(store, mark) >= {"zoe", "globex", "lea", "deal"}
    mark = await mark_of(store)
    await store.merge_people({"joe": "max"})
    assert await touched(store, mark) >= {"zoe", "globex", "lea", "deal"}
    mark = await mark_of(store)
    await store.erase_records(["max"])
    assert await touched(store, mark) >= {"zoe", "globex", "lea", "deal"}


async def test_an_address_of_the_erased_that_is_anothers_id_is_told(store: Store, mark: int) -> None:
    shared = a_contact("info@globex.example", emails=("info@globex.example",), provisional=True)
    await store.upsert_records([shared, replace(BOB, emails=shared.emails)])
    await store.upsert_interactions([an_email("m2", ANN, shared)])
    await store.erase_records(["bob"])
    assert shared.id in await touched(store, mark)


async def test_who_opts_out_touches_everyone_they_met(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, BOB, cc=(LEA,))])
    mark = await mark_of(store)
    await store.upsert_records([replace(LEA, opted_out=True)])
    assert await touched(store, mark) >= {"lea", "bob", "globex", "deal"}
    mark = await mark_of(store)
    await store.upsert_records([replace(ANN, opted_out=True)])
    assert await touched(store, mark) >= {"zoe", "lea", "bob", "globex", "deal"}


async def test_a_contact_who_becomes_a_lead_takes_from_a_deal_what_regards_them(store: Store, mark: int) -> None:
    await store.upsert_interactions([an_email("m2", ANN, BOB, regarding_id="zoe")])
    mark = await mark_of(store)
    assert len(await store.interactions_of(["deal"])) == 1
    await store.upsert_records([a_lead("zoe")])
    assert len(await store.interactions_of(["deal"])) == 0
    assert "deal" in await touched(store, mark)


async def test_engagement_touches_nobody(store: Store, mark: int) -> None:
    await store.upsert_engagement([an_engagement("m1", ZOE)])
    assert await touched(store, mark) == set()


async def test_a_large_write_touches_everyone_in_it(store: Store) -> None:
    people = [a_contact(f"c{i}", account_id="globex") for i in range(3000)]
    await store.upsert_records([ANN, GLOBEX, *people])
    mark = await mark_of(store)
    await store.upsert_interactions([an_email(f"m{p.id}", ANN, p) for p in people])
    assert await touched(store, mark) == {"globex", *(p.id for p in people)}


async def test_who_reads_while_others_write_misses_nothing(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    follower = Follower(store)
    people = [a_contact(f"c{i}") for i in range(4)]
    await store.upsert_records([ANN, *people, DEAL])

    async def write(writer: Store, name: str) -> None:
        for i in range(12):
            answer = an_email(f"{name}{i}", ANN, people[i % 4], in_reply_to_id=f"{'yx'[name == 'y']}{i}")
            await writer.upsert_interactions([answer, an_email("same", ANN, people[i % 3])])

    async def read() -> None:
        while not writing.done():
            await follower.follow()

    writing = asyncio.gather(write(store, "x"), write(other, "y"))
    await asyncio.gather(writing, read())
    await follower.follow()
    await follower.is_right()
    await other.aclose()


@given(st.integers(0, 2**32))
def test_whoever_follows_the_marks_of_any_writes_holds_what_is_stored(seed: int) -> None:
    asyncio.run(follow_in_memory(seed))


async def follow_in_memory(seed: int) -> None:
    store = await open_store("sqlite:///:memory:")
    await follow(store, Random(seed))
    await store.aclose()


@pytest.mark.parametrize("seed", range(4))
async def test_whoever_follows_the_marks_of_some_writes_holds_what_is_stored(store: Store, seed: int) -> None:
    await follow(store, Random(seed))


async def follow(store: Store, random: Random) -> None:
    follower = Follower(store)
    for _ in range(12):
        for _ in range(random.randrange(1, 4)):
            await write_something(store, random)
        await follower.follow()
        await follower.is_right()
