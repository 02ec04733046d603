"""How every store removes interactions, merges people and forgets them."""

from dataclasses import replace

import pytest

from graph.errors import InputError
from graph.model import Interaction, InteractionKind, Record, RecordKind, Role
from graph.store import Store
from tests.builders import (
    NOON,
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

ANN, MAX = a_seller("ann"), a_seller("max")
BOB, ZOE = a_contact("bob"), a_contact("zoe")
NEW = a_contact("new@x.example", provisional=True)
RECORDS = [ANN, MAX, BOB, ZOE, NEW]


@pytest.fixture(autouse=True)
async def _people(store: Store) -> None:
    await store.upsert_records(RECORDS)


async def test_deleted_interactions_are_gone_with_their_engagement(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB), an_email("m2", ANN, BOB)])
    await store.upsert_engagement([an_engagement("m1", BOB), an_engagement("m2", BOB)])
    assert await store.delete_interactions(["m1", "nothing"]) == 1
    assert list((await store.interactions_of(["bob"])).id) == ["m2"]
    assert (await store.engagement_of(["m1", "m2"])).keys() == {"m2"}
    counts = await store.counts()
    assert (counts.interactions, counts.engagement) == (1, 1)


async def test_a_deleted_interaction_can_be_written_again(store: Store) -> None:
    mail = an_email("m1", ANN, BOB)
    await store.upsert_interactions([mail])
    await store.delete_interactions(["m1"])
    assert (await store.upsert_interactions([mail])).added == {"m1"}
    assert len(await store.interactions_of(["bob"])) == 1


async def test_deleting_nothing_deletes_nothing(store: Store) -> None:
    assert await store.delete_interactions([]) == 0


async def test_a_deleted_interaction_is_no_longer_there_to_be_answered(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, ZOE), an_email("m2", ANN, BOB, in_reply_to_id="m1")])
    await store.delete_interactions(["m1"])
    assert (await store.interactions_of(["bob"])).reply_to.tolist() == [-1]


async def test_provisional_people_go_with_the_last_interaction_that_made_them(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, NEW), an_email("m2", ANN, NEW)])
    await store.delete_interactions(["m1"])
    assert NEW.id in await store.records([NEW.id])
    await store.delete_interactions(["m2"])
    assert await store.records([NEW.id]) == {}
    assert await store.people_at(NEW.emails) == {}


async def test_other_people_stay_without_any_interaction(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    await store.delete_interactions(["m1"])
    assert (await store.records(["ann", "bob"])).keys() == {"ann", "bob"}


async def test_provisional_people_whom_a_record_names_stay(store: Store) -> None:
    await store.upsert_records([an_opportunity(stakeholder_ids=(NEW.id,))])
    await store.upsert_interactions([an_email("m1", ANN, NEW)])
    await store.delete_interactions(["m1"])
    assert NEW.id in await store.records([NEW.id])


async def test_provisional_people_whom_an_interaction_regards_stay(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, NEW), an_email("m2", ANN, MAX, regarding_id=NEW.id)])
    await store.delete_interactions(["m1"])
    assert NEW.id in await store.records([NEW.id])


async def test_provisional_people_with_engagement_elsewhere_stay(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, NEW), an_email("m2", ANN, BOB)])
    await store.upsert_engagement([an_engagement("m2", NEW)])
    await store.delete_interactions(["m1"])
    assert NEW.id in await store.records([NEW.id])
    await store.delete_interactions(["m2"])
    assert await store.records([NEW.id]) == {}


async def test_provisional_people_who_were_in_nothing_that_is_deleted_stay(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    await store.delete_interactions(["m1"])
    assert NEW.id in await store.records([NEW.id])


async def test_merged_people_are_gone_with_their_addresses(store: Store) -> None:
    await store.merge_people({NEW.id: "bob"})
    assert (await store.records([NEW.id, "bob"])).keys() == {"bob"}
    assert await store.people_at(NEW.emails) == {}


async def test_every_record_that_named_merged_people_names_the_other(store: Store) -> None:
    before = [
        an_opportunity(owner_id="old", contact_id="old", sales_team_ids=("old", "max"), stakeholder_ids=("zoe", "old")),
        an_account(owner_id="old", primary_contact_id="old"),
        a_lead(owner_id="old", stakeholder_ids=("old",)),
        a_contact("zoe", owner_id="old", account_id="globex"),
        a_seller("max", manager_id="old"),
    ]
    await store.upsert_records([a_contact("old"), *before])
    await store.merge_people({"old": "bob"})
    after = [
        an_opportunity(owner_id="bob", contact_id="bob", sales_team_ids=("bob", "max"), stakeholder_ids=("zoe", "bob")),
        an_account(owner_id="bob", primary_contact_id="bob"),
        a_lead(owner_id="bob", stakeholder_ids=("bob",)),
        a_contact("zoe", owner_id="bob", account_id="globex"),
        a_seller("max", manager_id="bob"),
    ]
    assert await store.records([r.id for r in after]) == {r.id: r for r in after}
    assert (await store.upsert_records(after)).unchanged == {r.id for r in after}


async def test_a_list_that_names_both_names_the_other_once(store: Store) -> None:
    await store.upsert_records([an_opportunity(stakeholder_ids=(NEW.id, "zoe", "bob"))])
    await store.merge_people({NEW.id: "bob"})
    assert (await store.records(["deal"])) == {"deal": an_opportunity(stakeholder_ids=("bob", "zoe"))}


async def test_several_people_may_merge_into_one(store: Store) -> None:
    await store.upsert_records([an_opportunity(stakeholder_ids=("zoe", NEW.id), contact_id="zoe")])
    await store.merge_people({NEW.id: "bob", "zoe": "bob"})
    assert (await store.records(["deal"])) == {"deal": an_opportunity(stakeholder_ids=("bob",), contact_id="bob")}


async def test_engagement_moves_to_the_other(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB)])
    shared = an_engagement("m1", NEW)
    await store.upsert_engagement([shared, an_engagement("m1", BOB), an_engagement("m1", NEW, at=NOON.replace(hour=1))])
    await store.merge_people({NEW.id: "bob"})
    moved = [an_engagement("m1", BOB, at=NOON.replace(hour=1)), an_engagement("m1", BOB)]
    assert await store.engagement_of(["m1"]) == {"m1": moved}


async def test_a_take_over_to_the_other_side_keeps_history(store: Store) -> None:
    history = [an_email("m1", ANN, NEW), an_email("m2", MAX, BOB, NEW), an_email("m3", ANN, BOB, regarding_id=NEW.id)]
    await store.upsert_interactions(history)
    await store.upsert_records([a_seller("neo", emails=NEW.emails)])
    touched = await store.export_interactions(people=[NEW.id])
    neo = a_seller("neo")
    again = [an_email("m1", ANN, neo), an_email("m2", MAX, BOB, neo), an_email("m3", ANN, BOB)]
    assert [i.id for i in touched] == [i.id for i in again]
    await store.upsert_interactions(again)
    await store.merge_people({NEW.id: "neo"})
    assert (await store.records([NEW.id])) == {}
    assert list((await store.interactions_of(["bob"])).sellers) == [2, 1]


async def test_merging_nobody_changes_nothing(store: Store) -> None:
    await store.merge_people({})
    await store.merge_people({"nobody": "bob", "bob": "bob"})
    assert len(await store.records([r.id for r in RECORDS])) == len(RECORDS)


async def test_nobody_merges_into_someone_unknown(store: Store) -> None:
    with pytest.raises(InputError, match="nobody"):
        await store.merge_people({"bob": "nobody"})
    assert "bob" in await store.records(["bob"])


async def test_erased_people_are_gone_from_every_place_that_named_them(store: Store) -> None:
    deal = an_opportunity(contact_id="bob", stakeholder_ids=("zoe", "bob"), owner_id="ann")
    await store.upsert_records([deal, an_account(primary_contact_id="bob"), a_lead(stakeholder_ids=("bob",))])
    assert await store.erase_records(["bob", "nobody"]) == 1
    left = [replace(deal, contact_id=None, stakeholder_ids=("zoe",)), an_account(), a_lead()]
    assert await store.records(["bob", *(r.id for r in left)]) == {r.id: r for r in left}
    assert await store.people_at(BOB.emails) == {}


async def test_what_erased_people_began_goes_and_the_rest_stays_without_them(store: Store) -> None:
    await store.upsert_interactions(
        [
            an_email("began", BOB, ANN, ZOE),
            an_email("only with", ANN, BOB),
            an_email("with others", ANN, BOB, ZOE, cc=(BOB,)),
            an_email("regarding", ANN, ZOE, regarding_id="bob"),
            an_email("regarding only", ANN, regarding_id="bob"),
            a_task("task", ANN, BOB, ZOE),
            an_email("among ourselves", ANN, MAX, BOB),
            an_email("without", ANN, ZOE),
        ]
    )
    await store.upsert_engagement([an_engagement("with others", BOB), an_engagement("with others", ZOE)])
    await store.erase_records(["bob"])
    left: dict[str, Interaction] = {
        i.id: i
        for i in [
            an_email("with others", ANN, ZOE),
            an_email("regarding", ANN, ZOE),
            a_task("task", ANN, ZOE),
            an_email("among ourselves", ANN, MAX),
            an_email("without", ANN, ZOE),
        ]
    }
    assert {i.id: i for i in await store.export_interactions()} == left
    assert await store.engagement_of(list(left)) == {"with others": [an_engagement("with others", ZOE)]}
    assert (await store.upsert_interactions(list(left.values()))).unchanged == left.keys()


async def test_an_erased_seller_takes_what_only_they_had_part_in(store: Store) -> None:
    await store.upsert_interactions(
        [an_email("m1", BOB, ANN), an_email("m2", BOB, ANN, MAX), a_meeting("n1", MAX, ANN)]
    )
    assert await store.erase_records(["ann"]) == 1
    assert [i.id for i in await store.export_interactions()] == ["m2"]


async def test_several_people_are_erased_at_once(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB, ZOE), an_email("m2", ANN, BOB, ZOE, NEW)])
    assert await store.erase_records(["bob", "zoe"]) == 2
    assert [i.id for i in await store.export_interactions()] == ["m2"]


async def test_provisional_people_go_with_the_erased_one_who_wrote_to_them(store: Store) -> None:
    meeting = an_interaction(
        "n1", InteractionKind.MEETING, [(BOB, Role.ORGANIZER), (ANN, Role.REQUIRED), (NEW, Role.OPTIONAL)]
    )
    await store.upsert_interactions([meeting])
    assert await store.erase_records(["bob"]) == 1
    assert await store.records([NEW.id]) == {}


async def test_an_erased_account_is_named_no_longer(store: Store) -> None:
    left = [a_contact("bob", emails=()), an_opportunity()]
    named = [a_contact("bob", emails=(), account_id="globex"), an_opportunity(account_id="globex")]
    await store.upsert_records([an_account(domains=("globex.example",)), *named])
    assert await store.erase_records(["globex", "nothing"]) == 1
    assert await store.records(["globex", "bob", "deal"]) == {record.id: record for record in left}
    assert await store.accounts_at(["globex.example"]) == {}
    assert (await store.upsert_records(left)).unchanged == {"bob", "deal"}


@pytest.mark.parametrize("record", [an_account("it"), an_opportunity("it"), a_lead("it")])
async def test_what_regards_an_erased_record_regards_nothing(store: Store, record: Record) -> None:
    await store.upsert_records([record])
    mails = [an_email("m1", ANN, BOB, regarding_id="it"), an_email("m2", ANN, MAX, regarding_id="it")]
    alone = an_email("m3", ANN, regarding_id="it")
    await store.upsert_interactions([*mails, alone])
    assert await store.erase_records(["it"]) == 1
    assert await store.export_interactions() == [replace(mail, regarding_id=None) for mail in mails]
    assert len(await store.interactions_of(["bob"])) == 1


async def test_a_record_and_its_people_are_erased_at_once(store: Store) -> None:
    await store.upsert_records([an_opportunity(contact_id="bob")])
    await store.upsert_interactions([an_email("m1", ANN, BOB, ZOE, regarding_id="deal")])
    assert await store.erase_records(["bob", "deal"]) == 2
    assert await store.export_interactions() == [an_email("m1", ANN, ZOE)]


async def test_an_erased_person_can_come_back_as_someone_new(store: Store) -> None:
    await store.upsert_interactions([an_email("m1", ANN, BOB, ZOE)])
    await store.erase_records(["bob"])
    assert (await store.upsert_records([BOB])).added == {"bob"}
    assert len(await store.interactions_of(["bob"])) == 0
    assert (await store.counts()).records[RecordKind.CONTACT] == 3
