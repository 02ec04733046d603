"""Writes over the API: what becomes of each item, and what numbers know of it, on every store."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.main import run_query
from app.writing import StoreWriter
from graph.errors import InputError
from graph.model import Interaction, RecordKind
from graph.store import Changes, Store
from resolvers.writer import WriteStatus
from tests.asking import ask, refusals
from tests.ingest.helpers import mail, stored
from tests.resolvers.test_batching import Counting

RECORDS = """mutation Records($input: [RecordInput!]!) {
  upsertRecords(input: $input) {
    items { index key status reason error { code message field } } counts { created updated unchanged skipped rejected }
  }
}"""
INTERACTIONS = """mutation Interactions($input: [InteractionInput!]!) {
  recordInteractions(input: $input) {
    items { index key status reason error { code message field } } counts { created updated unchanged skipped rejected }
  }
}"""
ENGAGEMENT = """mutation Engagement($input: [EngagementInput!]!) {
  recordEngagement(input: $input) {
    items { index key status reason error { code message field } } counts { created updated unchanged skipped rejected }
  }
}"""
DELETE = "mutation Delete($key: String!) { deleteRecord(key: $key) { key deleted } }"

ANN = {"type": "SELLER", "id": "ann", "name": "Ann", "emails": ["ann@us.example"]}
BOB = {"type": "CONTACT", "id": "bob", "name": "Bob", "emails": ["bob@globex.example"], "accountId": "globex"}
GLOBEX = {"type": "ACCOUNT", "id": "globex", "name": "Globex", "domains": ["globex.example"]}
LEA = {"type": "LEAD", "id": "lea", "name": "Lea", "company": "New", "ownerId": "ann", "stakeholderIds": ["bob"]}
DEAL = {
    "type": "OPPORTUNITY", "id": "deal", "name": "Deal", "accountId": "globex", "contactId": "bob", "ownerId": "ann",
    "state": "WON", "estimatedRevenue": 12000, "estimatedCloseDate": "2027-01-31", "createdAt": "2026-10-01T00:00:00Z",
    "closedAt": "2026-11-01T12:00:00+02:00", "attributes": {"product": "GTX", "units": 100, "new": True},
}  # fmt: skip
TEAM = [DEAL, LEA, BOB, GLOBEX, ANN]


def an_email(id_: str, sender: str, *to: str, **fields: Any) -> dict[str, Any]:
    line = mail(id_, sender, *to, **fields)
    del line["type"]
    return line


def an_opening(interaction: str, person: str, **fields: Any) -> dict[str, Any]:
    who = {"email" if "@" in person else "personId": person}
    return {"interactionId": interaction, "event": "OPEN", "at": "2026-11-02T10:00:00Z", **who, **fields}


def key_of(item: dict[str, Any]) -> str:
    who = item.get("personId") or item.get("email")
    instant = datetime.fromisoformat(item["at"]).astimezone(UTC).isoformat() if "event" in item else ""
    return item.get("id") or f"{item['interactionId']} {who} {item['event']} {instant}"


async def items(store: Store, query: str, *given: dict[str, Any]) -> list[Any]:
    """Return the items of a payload after a look at what holds for all of them."""
    (payload,) = (await ask(store, query, input=list(given))).values()
    found = payload["items"]
    assert [item["index"] for item in found] == list(range(len(given)))
    assert [item["key"] for item in found] == [key_of(item) for item in given]
    for item in found:
        assert (item["error"] is not None) == (item["status"] == "REJECTED")
        assert (item["reason"] is not None) == (item["status"] == "SKIPPED")
    by_status = {s.lower(): sum(item["status"] == s for item in found) for s in WriteStatus}
    assert payload["counts"] == by_status
    return list(found)


async def statuses(store: Store, query: str, *given: dict[str, Any]) -> list[str]:
    return [item["status"] for item in await items(store, query, *given)]


@pytest.fixture
async def book(store: Store) -> Store:
    """A seller, a customer with an account, a lead and a deal."""
    assert set(await statuses(store, RECORDS, *TEAM)) == {"CREATED"}
    return store


# records


async def test_records_may_name_each_other_in_any_order_and_have_all_their_fields(book: Store) -> None:
    found = await stored(book)
    assert found["deal"] == {
        "type": "opportunity", "id": "deal", "name": "Deal", "accountId": "globex", "contactId": "bob",
        "ownerId": "ann", "salesTeamIds": [], "stakeholderIds": [], "state": "WON", "estimatedRevenue": 12000.0,
        "estimatedCloseDate": "2027-01-31", "createdAt": "2026-10-01T00:00:00Z", "closedAt": "2026-11-01T10:00:00Z",
        "actualRevenue": None, "attributes": {"new": True, "product": "GTX", "units": 100},
    }  # fmt: skip
    assert (found["lea"]["company"], found["lea"]["stakeholderIds"]) == ("New", ["bob"])


async def test_the_same_again_is_unchanged_and_anything_else_updated(book: Store) -> None:
    assert await statuses(book, RECORDS, *TEAM) == ["UNCHANGED"] * 5
    assert await statuses(book, RECORDS, ANN, {**BOB, "name": "Robert"}) == ["UNCHANGED", "UPDATED"]


async def test_what_is_left_out_or_null_is_empty_afterwards(book: Store) -> None:
    await items(book, RECORDS, {"type": "LEAD", "id": "lea", "name": "Lea", "company": None})
    lea = (await stored(book))["lea"]
    assert (lea["company"], lea["ownerId"], lea["stakeholderIds"], lea["state"]) == (None, None, [], "OPEN")


async def test_an_opt_out_stays_until_it_is_taken_back(book: Store) -> None:
    for given, opted_out in ((True, True), (None, True), (False, False)):
        await items(book, RECORDS, {**LEA, "optedOut": given})
        assert (await stored(book))["lea"]["optedOut"] is opted_out


async def test_own_fields_may_have_any_name_and_number(store: Store) -> None:
    own = {"": 1, "a.b c`$": "\0\n您好", "large": 2**70, "small": 5e-324, "flag": False, "none": None}
    assert await statuses(store, RECORDS, {"type": "OPPORTUNITY", "id": "o", "name": "O", "attributes": own}) == [
        "CREATED"
    ]
    assert (await stored(store))["o"]["attributes"] == {name: value for name, value in own.items() if value is not None}
    query = '{ opportunity(key: "o") { attributes { name number } } }'
    found = (await ask(store, query))["opportunity"]["attributes"]
    assert {"name": "large", "number": float(2**70)} in found


async def test_fields_of_other_types_are_ignored(store: Store) -> None:
    assert await statuses(store, RECORDS, {**ANN, "domains": ["x.example"], "accountId": "no"}) == ["CREATED"]


@pytest.mark.parametrize(
    ("record", "field", "message"),
    [
        ({**LEA, "state": "WON"}, "state", "state: must be one of OPEN, QUALIFIED, DISQUALIFIED, found 'WON'"),
        ({**BOB, "accountId": "no"}, "accountId", "accountId: no account has the id 'no'"),
        ({**BOB, "id": "globex"}, "id", "id: 'globex' is the id of an account already; all ids are one space"),
        ({**BOB, "id": " "}, "id", "id is required"),
        ({**DEAL, "closedAt": None}, "closedAt", "closedAt must be given where state is WON"),
        ({**DEAL, "attributes": [1]}, "attributes", "attributes: must be an object of text, numbers, true and false"),
        ({**BOB, "emails": ["nobody"]}, "emails.0", "emails.0: 'nobody' is no address: it needs one @"),
        ({"type": "SELLER", "id": "max"}, None, "name or emails is required"),
    ],
)
async def test_a_bad_record_says_what_is_wrong_and_the_others_land(
    book: Store, record: dict[str, Any], field: str | None, message: str
) -> None:
    bad, good = await items(book, RECORDS, record, {**ANN, "name": "Anna"})
    assert (bad["status"], bad["error"]["code"], bad["error"]["field"]) == ("REJECTED", "BAD_INPUT", field)
    assert bad["error"]["message"].startswith(message)
    assert good["status"] == "UPDATED"


async def test_of_the_same_id_the_last_item_lands(store: Store) -> None:
    first, _, last = await items(store, RECORDS, ANN, GLOBEX, {**ANN, "name": "Anna"})
    assert first["reason"] == "item 2 of this call has the same id and replaces it"
    assert last["status"] == "CREATED"
    assert (await stored(store))["ann"]["name"] == "Anna"


async def test_whoever_is_described_takes_over_the_history_of_an_address(store: Store) -> None:
    await items(store, RECORDS, ANN)
    await items(store, INTERACTIONS, an_email("m1", "ann", "bob@globex.example"))
    assert await statuses(store, RECORDS, {**BOB, "accountId": None}) == ["CREATED"]
    found = await stored(store)
    assert "bob@globex.example" not in found
    assert [p["personId"] for p in found["m1"]["participants"]] == ["ann", "bob"]
    made = {**BOB, "id": "bob@globex.example", "accountId": None, "provisional": True}
    (item,) = await items(store, RECORDS, made)
    assert item["reason"] == "somebody else is known by this address"


# interactions


async def test_an_interaction_is_stored_with_all_its_fields(book: Store) -> None:
    given = {
        "id": "n1", "kind": "MEETING", "at": "2026-11-02T09:30:00.250+01:00", "durationMinutes": 30,
        "source": "CALENDAR", "subject": "Offer", "threadId": "t", "inReplyToId": "lost", "regardingId": "deal",
        "state": "SCHEDULED", "followed": True, "automatic": True,
        "participants": [
            {"personId": "ann", "role": "ORGANIZER"},
            {"email": " New@Mail.Globex.example", "name": "Newt", "role": "OPTIONAL"},
        ],
    }  # fmt: skip
    assert await statuses(book, INTERACTIONS, given) == ["CREATED"]
    found = await stored(book)
    new = "new@mail.globex.example"
    assert found["n1"] == {
        **given, "type": "interaction", "at": "2026-11-02T08:30:00.250000Z", "durationMinutes": 30.0,
        "participants": [{"personId": "ann", "role": "ORGANIZER"}, {"personId": new, "role": "OPTIONAL"}],
    }  # fmt: skip
    assert (found[new]["name"], found[new]["accountId"], found[new]["provisional"]) == ("Newt", "globex", True)


async def test_interactions_are_created_unchanged_and_updated(book: Store) -> None:
    given = [an_email("m1", "ann", "bob"), an_email("m2", "bob", "ann")]
    assert await statuses(book, INTERACTIONS, *given) == ["CREATED", "CREATED"]
    assert await statuses(book, INTERACTIONS, *given) == ["UNCHANGED", "UNCHANGED"]
    assert await statuses(book, INTERACTIONS, given[0], {**given[1], "subject": "x"}) == ["UNCHANGED", "UPDATED"]


async def test_what_has_no_seller_is_skipped_and_goes_where_it_was_stored(book: Store) -> None:
    await items(book, INTERACTIONS, an_email("m1", "ann", "bob"))
    (item,) = await items(book, INTERACTIONS, an_email("m1", "bob", "bob"))
    assert (item["status"], item["reason"]) == ("SKIPPED", "no seller took part")
    assert "m1" not in await stored(book)


@pytest.mark.parametrize(
    ("interaction", "field"),
    [
        (an_email("m1", "ann", "nobody"), "participants.1.personId"),
        (an_email("m1", "ann", "a@b@c"), "participants.1.email"),
        (an_email("m1", "ann", "bob", regardingId="nothing"), "regardingId"),
        (an_email("m1", "ann", "bob", durationMinutes=-1), "durationMinutes"),
        (an_email("m1", "ann", "bob", participants=[]), "participants"),
        (an_email("m1", "ann", "bob", kind="CALL"), "participants.0.role"),
        (an_email("bob", "ann", "bob"), "id"),
    ],
)
async def test_a_bad_interaction_names_its_field_and_the_others_land(
    book: Store, interaction: dict[str, Any], field: str
) -> None:
    bad, good = await items(book, INTERACTIONS, interaction, an_email("m2", "ann", "bob"))
    assert (bad["error"]["field"], good["status"]) == (field, "CREATED")


async def test_a_thousand_interactions_land_at_once_and_no_more(book: Store) -> None:
    given = [an_email(f"m{n}", "ann", "bob") for n in range(1001)]
    assert await refusals(book, INTERACTIONS, input=given) == ["BAD_INPUT"]
    assert "m0" not in await stored(book)
    assert set(await statuses(book, INTERACTIONS, *given[:1000])) == {"CREATED"}
    assert (await book.counts()).interactions == 1000


async def test_a_hundred_interactions_cost_the_calls_of_one(book: Store) -> None:
    calls = []
    for many in (1, 100):
        counting = Counting(book)
        given = [an_email(f"m{many}-{n}", "ann", "bob", f"new{many}@globex.example") for n in range(many)]
        await ask(counting, INTERACTIONS, input=given)  # type: ignore[arg-type]
        calls.append(counting.calls)
    assert calls[0] == calls[1]
    assert calls[0].total() <= 12


@pytest.mark.parametrize("query", [RECORDS, INTERACTIONS, ENGAGEMENT])
async def test_nothing_may_be_written_too(store: Store, query: str) -> None:
    assert await items(store, query) == []


# engagement


async def test_engagement_is_the_same_by_interaction_person_event_and_instant(book: Store) -> None:
    await items(book, INTERACTIONS, an_email("m1", "ann", "bob", followed=True))
    opening = an_opening("m1", "bob")
    assert await statuses(book, ENGAGEMENT, opening) == ["CREATED"]
    again = an_opening("m1", "BOB@globex.example", at="2026-11-02T11:00:00+01:00")
    clicked, later = {**opening, "event": "LINK_CLICK"}, {**opening, "at": "2026-11-03T10:00:00Z"}
    assert await statuses(book, ENGAGEMENT, again, clicked, later) == ["UNCHANGED", "CREATED", "CREATED"]
    assert (await book.counts()).engagement == 3


async def test_engagement_given_twice_in_a_call_lands_once(book: Store) -> None:
    await items(book, INTERACTIONS, an_email("m1", "ann", "bob"))
    first, last = await items(book, ENGAGEMENT, an_opening("m1", "bob"), an_opening("m1", "bob"))
    assert (first["reason"], last["status"]) == ("the same event comes again later in this call", "CREATED")


async def test_engagement_with_nothing_stored_is_rejected(book: Store) -> None:
    await items(book, INTERACTIONS, an_email("m1", "ann", "bob"))
    nothing, nobody = await items(book, ENGAGEMENT, an_opening("m2", "bob"), an_opening("m1", "no"))
    assert (nothing["error"]["field"], nobody["error"]["field"]) == ("interactionId", "personId")


# deletion


@pytest.mark.parametrize("key", ["ann", "bob", "globex", "lea", "deal", "m1", "m2"])
async def test_what_is_deleted_is_gone_with_every_place_that_names_it(book: Store, key: str) -> None:
    # Of the second one nothing is left but what it regards.
    await items(book, INTERACTIONS, an_email("m1", "ann", "bob"), an_email("m2", "ann", "ann", regardingId="deal"))
    assert await ask(book, DELETE, key=key) == {"deleteRecord": {"key": key, "deleted": True}}
    found = await stored(book)
    assert not any(f'"{key}"' in json.dumps(line) for line in found.values())
    gone = {"ann": {"m1", "m2"}, "bob": {"m1"}, "deal": {"m2"}}.get(key, set())
    assert found.keys() == {"ann", "bob", "globex", "lea", "deal", "m1", "m2"} - {key} - gone
    assert await ask(book, DELETE, key=key) == {"deleteRecord": {"key": key, "deleted": False}}


# numbers after a write

SEVERAL = """mutation Several($first: [InteractionInput!]!, $second: [InteractionInput!]!, $records: [RecordInput!]!) {
  before: upsertRecords(input: $records) { items { record { ...Numbers } } }
  first: recordInteractions(input: $first) { items { interaction { regarding { ...Numbers } } } }
  second: recordInteractions(input: $second) { items { interaction { regarding { ...Numbers } } } }
  after: upsertRecords(input: $records) { items { record { ...Numbers } node { ... on Opportunity { state } } } }
  deleteRecord(key: "m2") { deleted }
  last: upsertRecords(input: $records) { items { record { ...Numbers } } }
}
fragment Numbers on Record { name interactions { totalCount } lastInteraction { key } }"""


async def test_numbers_below_a_write_hold_it_one_write_after_the_other(book: Store) -> None:
    now = datetime.now(UTC)
    deal = {**DEAL, "state": "OPEN", "closedAt": None, "name": "New", "createdAt": None}
    first, second = (
        [an_email(f"m{n}", "ann", "bob", regardingId="deal", at=(now - timedelta(days=9 - n)).isoformat())]
        for n in (1, 2)
    )
    found = await ask(book, SEVERAL, first=first, second=second, records=[deal])

    def numbers(count: int, last: str | None) -> dict[str, Any]:
        touchpoint = None if last is None else {"key": last}
        return {"name": "New", "interactions": {"totalCount": count}, "lastInteraction": touchpoint}

    assert [payload["items"][0] for name, payload in found.items() if name != "deleteRecord"] == [
        {"record": numbers(0, None)},
        {"interaction": {"regarding": numbers(1, "m1")}},
        {"interaction": {"regarding": numbers(2, "m2")}},
        {"record": numbers(2, "m2"), "node": {"state": "OPEN"}},
        {"record": numbers(1, "m1")},
    ]


async def test_a_seller_is_a_node_and_no_record(store: Store) -> None:
    query = """mutation { upsertRecords(input: [{type: SELLER, id: "ann", name: "Ann"}, {type: LEAD, id: "x"}]) {
      items { record { key } node { __typename ... on Seller { contacts { totalCount } } } }
    } }"""
    assert (await ask(store, query))["upsertRecords"]["items"] == [
        {"record": None, "node": {"__typename": "Seller", "contacts": {"totalCount": 0}}},
        {"record": None, "node": None},
    ]


async def test_numbers_below_a_write_are_as_of_the_instant_asked(book: Store) -> None:
    query = """mutation M($input: [InteractionInput!]!) {
      recordInteractions(input: $input, asOf: "2026-11-01T00:00:00Z") {
        items { interaction { regarding { interactions { totalCount } } } }
      }
    }"""
    found = await ask(book, query, input=[an_email("m1", "ann", "bob", regardingId="deal")])
    assert found["recordInteractions"]["items"] == [{"interaction": {"regarding": {"interactions": {"totalCount": 0}}}}]


async def test_an_unknown_time_zone_is_refused_before_anything_is_written(store: Store) -> None:
    query = """mutation { upsertRecords(input: [{type: SELLER, id: "ann", name: "Ann"}], timeZone: "Mars/Base") {
      counts { created }
    } }"""
    assert await refusals(store, query) == ["BAD_TIME_ZONE"]
    assert await stored(store) == {}


# at the same time


async def test_calls_at_the_same_time_do_not_break_each_other(book: Store) -> None:
    writer = StoreWriter(book)
    people = [f"new{n}@globex.example" for n in range(3)]
    written = await asyncio.gather(
        *(writer.write([{"type": "interaction", **an_email(f"m{n}", "ann", *people)}]) for n in range(10)),
        writer.write([{"type": "contact", "id": "nat", "name": "Nat", "emails": [people[0]]}]),
        *(writer.write([{"type": "interaction", **an_email(f"x{n}", people[0], "ann")}]) for n in range(10)),
    )
    assert {outcome.status for outcomes in written for outcome in outcomes} == {WriteStatus.CREATED}
    found = await stored(book)
    assert [id_ for id_ in found if id_ in people] == people[1:]
    assert all(
        {"nat"} & {p["personId"] for p in found[f"{kind}{n}"]["participants"]} for kind in "mx" for n in range(10)
    )


async def test_two_processes_write_the_same_at_the_same_time(book: Store) -> None:
    one, other = StoreWriter(book), StoreWriter(book)
    lines = [{"type": "interaction", **an_email(f"m{n}", "ann", f"new{n}@globex.example")} for n in range(50)]
    mine, yours = await asyncio.gather(one.write(lines), other.write(lines))
    assert {o.status for o in (*mine, *yours)} <= {WriteStatus.CREATED, WriteStatus.UNCHANGED}
    assert (await book.counts()).interactions == 50
    assert (await book.counts()).records[RecordKind.CONTACT] == 51


class Overtaken:
    """A store in which somebody removes a person just before they are written about."""

    def __init__(self, store: Store, times: int) -> None:
        self._store, self._times = store, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def upsert_interactions(self, interactions: list[Interaction], *, dry_run: bool = False) -> Changes:
        if interactions and self._times:
            self._times -= 1
            raise InputError("'bob' is not in the store (1 such ids); write it first.")
        return await self._store.upsert_interactions(interactions, dry_run=dry_run)


async def test_a_write_that_somebody_overtook_is_tried_again(book: Store) -> None:
    assert await statuses(Overtaken(book, 2), INTERACTIONS, an_email("m1", "ann", "bob")) == ["CREATED"]  # type: ignore[arg-type]


async def test_whoever_is_always_overtaken_is_told(book: Store) -> None:
    answer = await run_query(
        Overtaken(book, 99),  # type: ignore[arg-type]
        INTERACTIONS,
        variables={"input": [an_email("m1", "ann", "bob")]},
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["CONFLICT"]
