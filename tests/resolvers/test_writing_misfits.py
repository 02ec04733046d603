"""Items that GraphQL would not take: refused one by one, so that the others land, on every store."""

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.main import run_query
from graph.store import Store
from ingest.lines import BadLineError, parse_line
from tests.asking import ask, refusals
from tests.ingest.helpers import stored
from tests.resolvers.test_writing import (
    ANN,
    BOB,
    DEAL,
    DELETE,
    ENGAGEMENT,
    INTERACTIONS,
    LEA,
    RECORDS,
    TEAM,
    an_email,
    an_opening,
)

INSTANT = "must be an RFC 3339 instant with offset, such as 2026-11-02T09:30:00+01:00"
MAIL = an_email("m1", "ann", "bob")
OPENING = an_opening("m1", "bob")


async def items(store: Store, query: str, given: Any) -> list[Any]:
    (payload,) = (await ask(store, query, input=given)).values()
    return list(payload["items"])


@pytest.fixture
async def book(store: Store) -> Store:
    await ask(store, RECORDS, input=TEAM)
    return store


# What is told in the same words of a line of a file.
BAD_INTERACTIONS = [
    ({**MAIL, "at": "soon"}, f"at: {INSTANT}, found 'soon'"),
    ({**MAIL, "at": "2026-11-02T09:30:00"}, f"at: {INSTANT}, found '2026-11-02T09:30:00'"),
    ({**MAIL, "at": 5}, f"at: {INSTANT}, found 5"),
    ({**MAIL, "at": " "}, "at is required"),
    ({**MAIL, "at": None}, "at is required"),
    ({**MAIL, "kind": "FAX"}, "kind: must be one of EMAIL, MEETING, CALL, OTHER, found 'FAX'"),
    ({**MAIL, "kind": ""}, "kind is required"),
    ({**MAIL, "kind": 7}, "kind: must be one of EMAIL, MEETING, CALL, OTHER, found 7"),
    ({**MAIL, "id": 7}, "id: must be text, found 7"),
    ({**MAIL, "id": None}, "id is required"),
    ({**MAIL, "durationMinutes": "5"}, "durationMinutes: must be a number, found '5'"),
    ({**MAIL, "durationMinutes": True}, "durationMinutes: must be a number, found true"),
    ({**MAIL, "followed": "yes"}, "followed: must be true or false, found 'yes'"),
    ({**MAIL, "subject": ["x"]}, "subject: must be text, found [x]"),
    ({**MAIL, "subject": {}}, "subject: must be text, found an object"),
    ({**MAIL, "source": "FAX"}, "source: must be one of CRM, MAILBOX, CALENDAR, found 'FAX'"),
    ({**MAIL, "participants": None}, "participants is required"),
    ({**MAIL, "participants": ["ann"]}, "participants.0: must be an object, found 'ann'"),
    ({**MAIL, "participants": [None]}, "participants.0 is required"),
    ({**MAIL, "participants": [{"personId": "ann"}]}, "participants.0.role is required"),
    ({**MAIL, "participants": [{"email": 5, "role": "FROM"}]}, "participants.0.email: must be text, found 5"),
]
BAD_RECORDS = [
    ({**ANN, "name": 5}, "name: must be text, found 5"),
    ({**ANN, "emails": [None]}, "emails.0 is required"),
    ({**ANN, "role": "BOSS"}, "role: must be one of SELLER, MANAGER, ADMIN, found 'BOSS'"),
    ({**DEAL, "createdAt": "2026-02-30T00:00:00Z"}, f"createdAt: {INSTANT}, found '2026-02-30T00:00:00Z'"),
    ({**DEAL, "estimatedCloseDate": "x"}, "estimatedCloseDate: must be a date such as 2027-01-31, found 'x'"),
    ({**DEAL, "estimatedRevenue": "12"}, "estimatedRevenue: must be a number, found '12'"),
]
BAD_EVENTS = [
    ({**OPENING, "event": "READ"}, "event: must be one of OPEN, LINK_CLICK, ATTACHMENT_VIEW, found 'READ'"),
    ({**OPENING, "at": 2**80}, f"at: {INSTANT}, found 1208925819614629174706176"),
]
# A file ignores fields that it does not know, has its types in small letters, and takes blanks for nothing.
BAD_HERE_ONLY = [
    ({**ANN, "type": "X"}, "type: must be one of SELLER, ACCOUNT, CONTACT, LEAD, OPPORTUNITY, found 'X'"),
    ({**ANN, "type": None}, "type is required"),
    ({**ANN, "role": ""}, "role: must be one of SELLER, MANAGER, ADMIN, found ''"),
    ({**ANN, "shoeSize": 43}, "shoeSize is no field of RecordInput; leave it out"),
    ({**ANN, "managerid": "x"}, "managerid is no field of RecordInput; did you mean managerId?"),
    ({**LEA, "state": "DONE"}, "state: must be one of OPEN, QUALIFIED, DISQUALIFIED, WON, LOST, found 'DONE'"),
]


@pytest.mark.parametrize(
    ("type_", "item", "message"),
    [
        (type_ or item["type"].lower(), item, message)
        for type_, cases in [("interaction", BAD_INTERACTIONS), ("", BAD_RECORDS), ("engagement", BAD_EVENTS)]
        for item, message in cases
    ],
)
def test_a_mistake_is_told_of_a_line_of_a_file(type_: str, item: dict[str, Any], message: str) -> None:
    with pytest.raises(BadLineError) as told:
        parse_line(json.dumps({**item, "type": type_}))
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("query", "cases", "good"),
    [
        (INTERACTIONS, BAD_INTERACTIONS, MAIL),
        (RECORDS, BAD_RECORDS + BAD_HERE_ONLY, ANN),
        (ENGAGEMENT, BAD_EVENTS, OPENING),
    ],
)
async def test_each_mistake_is_told_of_an_item_with_its_field_and_the_good_one_lands(
    book: Store, query: str, cases: list[tuple[dict[str, Any], str]], good: dict[str, Any]
) -> None:
    await items(book, INTERACTIONS, [MAIL])
    found = await items(book, query, [*(item for item, _ in cases), good])
    assert [item["index"] for item in found] == list(range(len(cases) + 1))
    assert [item["error"] for item in found[:-1]] == [
        {"code": "BAD_INPUT", "message": message, "field": message.partition(" ")[0].rstrip(":")}
        for _, message in cases
    ]
    assert found[-1]["status"] == ("CREATED" if query == ENGAGEMENT else "UNCHANGED")


async def test_a_field_that_nobody_knows_is_named_with_its_place(book: Store) -> None:
    hat = {**MAIL, "participants": [{"personId": "ann", "role": "FROM", "hat": 1}]}
    (item,) = await items(book, INTERACTIONS, [hat])
    assert item["error"]["message"] == "participants.0.hat is no field of ParticipantInput; leave it out"


async def test_all_that_is_wrong_with_an_item_is_told_at_once(store: Store) -> None:
    (item,) = await items(store, INTERACTIONS, [{"id": "m1", "at": "soon", "followed": 1, "source": 2, "state": 3}])
    assert item["error"]["message"] == (
        f"kind is required; at: {INSTANT}, found 'soon'; participants is required; and 3 more"
    )
    assert item["error"]["field"] == "kind"


@pytest.mark.parametrize("nothing", [None, 5, "x", [], [ANN]])
async def test_what_is_no_object_is_no_item(store: Store, nothing: Any) -> None:
    none, ann = await items(store, RECORDS, [nothing, ANN])
    assert (none["status"], none["key"], none["error"]["field"], ann["status"]) == ("REJECTED", "", None, "CREATED")
    assert none["error"]["message"].startswith("the item: must be an object, found ")


@pytest.mark.parametrize("alone", [ANN, {**ANN, "role": "BOSS"}, "nobody", 5])
async def test_one_item_is_a_list_of_one(store: Store, alone: Any) -> None:
    (item,) = await items(store, RECORDS, alone)
    assert item["status"] == ("CREATED" if alone == ANN else "REJECTED")


async def test_items_in_variables_of_their_own_are_taken_one_by_one(store: Store) -> None:
    query = """mutation M($a: RecordInput!, $b: RecordInput!) {
      upsertRecords(input: [$a, $b, {type: ACCOUNT, id: "globex", name: "Globex"}]) { items { index status } }
    }"""
    found = await ask(store, query, a={**ANN, "role": 1}, b=ANN)
    assert [item["status"] for item in found["upsertRecords"]["items"]] == ["REJECTED", "CREATED", "CREATED"]


@pytest.mark.parametrize("missing", [{}, {"input": None}])
async def test_a_list_that_is_missing_refuses_the_call(store: Store, missing: dict[str, Any]) -> None:
    assert await refusals(store, RECORDS, **missing) == ["GRAPHQL_VALIDATION_FAILED"]


async def test_an_item_in_the_text_of_the_query_refuses_the_document(store: Store) -> None:
    query = """mutation { upsertRecords(input: [
      {type: SELLER, id: "ann", name: "Ann"}, {type: SELLER, id: "max", name: 5}
    ]) { counts { created } } }"""
    assert await refusals(store, query) == ["GRAPHQL_VALIDATION_FAILED"]
    assert await stored(store) == {}


@pytest.mark.parametrize("other", [{"at": "soon"}, {"zone": 5}, {"at": 5}])
async def test_any_other_argument_refuses_the_call_as_ever(store: Store, other: dict[str, Any]) -> None:
    query = """mutation M($input: [RecordInput!]!, $at: DateTime, $zone: String) {
      upsertRecords(input: $input, asOf: $at, timeZone: $zone) { counts { created } }
    }"""
    alone = await refusals(store, query, input=[ANN], **other)
    assert await refusals(store, query, input=[ANN, {**BOB, "name": 5}], **other) == alone
    assert len(alone) == 1
    assert await stored(store) == {}


async def test_each_mutation_of_a_document_has_its_own_refusals(store: Store) -> None:
    query = """mutation M($records: [RecordInput!]!, $mail: [InteractionInput!]!) {
      first: upsertRecords(input: $records) { ...What }
      mail: recordInteractions(input: $mail) { items { index status error { field } } }
      again: upsertRecords(input: $records) { ...What }
    }
    fragment What on UpsertRecordsPayload { items { index status error { field } } }"""
    records = [{**ANN, "name": 5}, ANN, {**BOB, "accountId": None}]
    found = await ask(store, query, records=records, mail=[MAIL, {**MAIL, "id": "m2", "at": "x"}])
    told = {
        name: [(i["status"], i["error"] and i["error"]["field"]) for i in payload["items"]]
        for name, payload in found.items()
    }
    assert told == {
        "first": [("REJECTED", "name"), ("CREATED", None), ("CREATED", None)],
        "mail": [("CREATED", None), ("REJECTED", "at")],
        "again": [("REJECTED", "name"), ("UNCHANGED", None), ("UNCHANGED", None)],
    }


async def test_bad_items_count_among_the_thousand(store: Store) -> None:
    bad = [{**ANN, "id": f"s{n}", "name": 5} for n in range(1000)]
    assert await refusals(store, RECORDS, input=[*bad, ANN]) == ["BAD_INPUT"]
    found = await items(store, RECORDS, [*bad[:999], ANN])
    assert [item["index"] for item in found if item["status"] == "CREATED"] == [999]


async def test_what_replaces_an_item_is_told_by_its_place_in_the_list_as_sent(store: Store) -> None:
    nobody, unknown = {**ANN, "role": "BOSS"}, {**ANN, "managerId": "no"}
    found = await items(store, RECORDS, [nobody, ANN, nobody, unknown, {**ANN, "name": "Anna"}])
    assert found[1]["reason"] == "item 4 of this call has the same id and replaces it"
    assert [item["status"] for item in found] == ["REJECTED", "SKIPPED", "REJECTED", "REJECTED", "CREATED"]


async def test_the_key_of_an_event_is_whatever_is_given_of_it(book: Store) -> None:
    await items(book, INTERACTIONS, [MAIL])
    at, bob = "2026-11-02T10:00:00+00:00", "bob@globex.example"
    given = [
        OPENING,
        an_opening("m1", bob),
        an_opening("m1", "no"),
        {**OPENING, "event": "READ", "at": "soon"},
        {"event": "OPEN"},
    ]
    found = await items(book, ENGAGEMENT, given)
    assert [item["key"] for item in found] == [
        f"m1 bob OPEN {at}", f"m1 {bob} OPEN {at}", f"m1 no OPEN {at}", "m1 bob READ soon", "OPEN",
    ]  # fmt: skip


async def test_the_email_of_an_event_is_at_hand_though_the_event_is_refused(book: Store) -> None:
    await items(book, INTERACTIONS, [MAIL])
    query = """mutation M($input: [EngagementInput!]!) {
      recordEngagement(input: $input) { items { interaction { key } } }
    }"""
    found = await ask(book, query, input=[{**OPENING, "event": "READ"}, OPENING, {"event": "OPEN"}])
    mail = {"interaction": {"key": "m1"}}
    assert found["recordEngagement"]["items"] == [mail, mail, {"interaction": None}]


async def test_nul_characters_are_no_part_of_texts_and_an_id_may_not_hold_one(book: Store) -> None:
    people = [{**ANN, "name": "A\0nn"}, {**LEA, "company": "\0"}, {**BOB, "ownerId": "an\0n"}, {**ANN, "id": "a\0"}]
    found = await items(book, RECORDS, people)
    assert [item["error"] and item["error"]["field"] for item in found] == [None, None, "ownerId", "id"]
    (mailed,) = await items(book, INTERACTIONS, [{**MAIL, "subject": "An\0 offer"}])
    assert mailed["status"] == "CREATED"
    kept = await stored(book)
    assert (kept["ann"]["name"], kept["lea"]["company"], kept["m1"]["subject"]) == ("Ann", None, "An offer")


CUT = "An offer \ud83d"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({**MAIL, "subject": CUT}, "subject"),
        ({**MAIL, "id": CUT}, "id"),
        ({**MAIL, "participants": [*MAIL["participants"], {"email": CUT, "role": "CC"}]}, "participants.2.email"),
        ({**MAIL, CUT: 1}, "An offer \\ud83d"),
    ],
)
async def test_half_a_character_refuses_the_item_that_holds_it(book: Store, item: dict[str, Any], field: str) -> None:
    bad, good = await items(book, INTERACTIONS, [item, {**MAIL, "id": "m2"}])
    assert (bad["error"]["field"], good["status"]) == (field, "CREATED")
    json.dumps(bad, ensure_ascii=False).encode()


async def test_half_a_character_in_a_setting_or_any_other_argument_refuses_the_call(book: Store) -> None:
    update = 'mutation U($input: SettingsInput!) { updateSettings(input: $input, by: "ann") { settings { number } } }'
    assert await refusals(book, update, input={"introduction": {"subject": CUT}}) == ["BAD_INPUT"]
    assert await refusals(book, DELETE, key=CUT) == ["BAD_INPUT"]


@pytest.mark.parametrize("depth", [3, 300, 900, 3000])
async def test_what_lies_too_deep_refuses_the_item_that_holds_it(store: Store, depth: int) -> None:
    deep: Any = "x"
    for _ in range(depth):
        deep = [{"a": deep}]
    bad, good = await items(store, RECORDS, [{**DEAL, "attributes": {"own": deep}}, ANN])
    assert (bad["error"]["field"], good["status"]) == ("attributes", "CREATED")
    assert bad["error"]["message"].startswith("attributes: 'own' must be text, a number, true or false, found [")


async def test_a_query_without_items_is_refused_as_ever(store: Store) -> None:
    assert await refusals(store, DELETE, key=5) == ["GRAPHQL_VALIDATION_FAILED"]
    two = "query A($n: Int) { sellers(first: $n) { totalCount } } query B { sellers { totalCount } }"
    answer = await run_query(store, two, variables={"n": "x"}, operation_name="A")
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


FAULTS = st.sampled_from([{"name": 5}, {"emails": [None]}, {"shoe": 1}, {"type": "X"}, {"role": 0}, {"createdAt": "x"}])
PEOPLE = st.builds(
    lambda n, name, fault: ({**ANN, "id": f"s{n}", "name": name, "emails": [], **fault}, bool(fault)),
    st.integers(0, 5),
    st.sampled_from(["Ann", "Max"]),
    st.just({}) | FAULTS,
)


@given(people=st.lists(PEOPLE, max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_good_items_land_as_if_they_were_sent_alone(
    store: Store, people: list[tuple[dict[str, Any], bool]]
) -> None:
    async def written(given: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
        """What is told of people under ids that nobody has yet, and what is stored then, by the ids as given."""
        run = uuid4().hex
        told = await items(store, RECORDS, [{**person, "id": f"{run}{person['id']}"} for person in given])
        held = [line for id_, line in (await stored(store)).items() if id_.startswith(run)]
        return json.loads(json.dumps([told, held]).replace(run, ""))

    found, held = await written([person for person, _ in people])
    alone, held_alone = await written([person for person, bad in people if not bad])
    assert held == held_alone
    assert [item["index"] for item in found] == list(range(len(people)))
    assert [item["status"] == "REJECTED" for item in found] == [bad for _, bad in people]
    good = [item for item in found if item["status"] != "REJECTED"]
    assert [(item["key"], item["status"]) for item in good] == [(item["key"], item["status"]) for item in alone]
