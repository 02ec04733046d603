"""Settings of the organisation: asked, changed, refused, and what they do to numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from graphql import GraphQLInterfaceType

from app.main import run_query
from graph.model import SellerRole, Source
from graph.settings import OrganizationSettings, SettingsVersion
from graph.settings_versions import add_version, newest_version
from graph.store import Store
from schema.build import schema as built
from tests.asking import ask, refusals
from tests.builders import NOON, a_call, a_contact, a_meeting, a_seller, an_account, an_email, an_opportunity

UPDATE = """mutation Update($input: SettingsInput!, $by: String! = "ann", $expected: Int) {
  updateSettings(input: $input, by: $by, expectedVersion: $expected) {
    settings {
      number changedAt changedByKey changedBy { key } goodFrom frequency sources introduction { subject body }
    }
    changes { field from to }
  }
}"""
VERSIONS = """query Versions($first: Int, $after: String) {
  settingsVersions(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { settings { number changedBy { key } } changes { field from to } }
  }
}"""


@pytest.fixture
async def team(store: Store) -> Store:
    """Two sellers, neither an administrator, and a contact."""
    await store.upsert_records([a_seller("ann"), a_seller("max", role=SellerRole.MANAGER), a_contact("bob")])
    return store


async def update(store: Store, **variables: Any) -> Any:
    return (await ask(store, UPDATE, **variables))["updateSettings"]


async def refused(store: Store, **variables: Any) -> dict[str, Any]:
    answer = await run_query(store, UPDATE, variables=variables)
    (error,) = answer["errors"]
    assert answer["data"] is None
    return {"message": error["message"], **error["extensions"]}


async def test_the_defaults_are_version_0_and_nobodys(store: Store) -> None:
    query = """{ settings {
      number changedAt changedBy { key } changedByKey emailWeightPercent meetingWeightPercent callWeightPercent
      otherWeightPercent frequency goodFrom fairFrom health whoKnowsWhom introduction { subject } strongFrom
      moderateFrom sources bulkSigns smallestGroup
    } }"""
    assert (await ask(store, query))["settings"] == {
        "number": 0, "changedAt": None, "changedBy": None, "changedByKey": None,
        "emailWeightPercent": 0.0, "meetingWeightPercent": 0.0, "callWeightPercent": 0.0, "otherWeightPercent": 0.0,
        "frequency": "WEEKLY", "goodFrom": 60.0, "fairFrom": 40.0, "health": True, "whoKnowsWhom": True,
        "introduction": {"subject": "Introduction to {customer}"}, "strongFrom": 0.66, "moderateFrom": 0.33,
        "sources": ["CRM", "MAILBOX", "CALENDAR"],
        "bulkSigns": ["LIST_UNSUBSCRIBE", "LIST_ID", "PRECEDENCE", "AUTO_SUBMITTED"], "smallestGroup": 5,
    }  # fmt: skip


async def test_what_is_given_changes_and_the_rest_stays(team: Store) -> None:
    await update(team, input={"frequency": "DAILY"})
    before = datetime.now(UTC)
    found = await update(team, input={"goodFrom": 75, "sources": ["CALENDAR", "CRM"]}, by="max")
    changed_at = datetime.fromisoformat(found["settings"].pop("changedAt"))
    assert before <= changed_at <= datetime.now(UTC)
    assert found["settings"] == {
        "number": 2, "changedByKey": "max", "changedBy": {"key": "max"}, "goodFrom": 75.0, "frequency": "DAILY",
        "sources": ["CRM", "CALENDAR"],
        "introduction": {
            "subject": OrganizationSettings().introduction_subject, "body": OrganizationSettings().introduction_body,
        },
    }  # fmt: skip
    assert found["changes"] == [
        {"field": "goodFrom", "from": 60.0, "to": 75.0},
        {"field": "sources", "from": ["CRM", "MAILBOX", "CALENDAR"], "to": ["CRM", "CALENDAR"]},
    ]
    assert (await ask(team, "{ settings { number goodFrom } }"))["settings"] == {"number": 2, "goodFrom": 75.0}


async def test_part_of_the_introduction_may_be_given(team: Store) -> None:
    found = await update(team, input={"introduction": {"subject": "Meet {customer}?"}})
    assert found["changes"] == [
        {"field": "introduction.subject", "from": "Introduction to {customer}", "to": "Meet {customer}?"}
    ]


async def test_without_a_difference_there_is_no_new_version(team: Store) -> None:
    for input_ in ({}, {"goodFrom": 60}, {"sources": ["CALENDAR", "MAILBOX", "CRM"]}, {"introduction": {}}):
        found = await update(team, input=input_)
        assert (found["settings"]["number"], found["changes"]) == (0, [])
    assert (await newest_version(team)).number == 0


async def test_settings_that_were_changed_back_are_a_version_of_their_own(team: Store) -> None:
    await update(team, input={"goodFrom": 70})
    await update(team, input={"goodFrom": 60})
    assert (await newest_version(team)).number == 2


# refused


async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_saved(team: Store) -> None:
    input_ = {
        "emailWeightPercent": 80,
        "goodFrom": 30,
        "sources": [],
        "introduction": {"body": "{boss}"},
        "health": False,
    }
    error = await refused(team, input=input_)
    assert error["code"] == "BAD_SETTING"
    assert {one["field"] for one in error["fields"]} == {
        "emailWeightPercent", "goodFrom", "sources", "introduction.body",
    }  # fmt: skip
    assert "emailWeightPercent is 80; it must be a number from -50 to 50." in error["message"]
    assert (await newest_version(team)).number == 0


@pytest.mark.parametrize(
    "field",
    [
        "emailWeightPercent", "frequency", "goodFrom", "health", "whoKnowsWhom", "strongFrom", "sources", "bulkSigns",
        "smallestGroup",
    ],
)  # fmt: skip
async def test_null_is_refused_with_the_field(team: Store, field: str) -> None:
    error = await refused(team, input={field: None})
    assert (error["code"], [one["field"] for one in error["fields"]]) == ("BAD_SETTING", [field])


async def test_no_introduction_is_refused_with_both_its_fields(team: Store) -> None:
    error = await refused(team, input={"introduction": None})
    assert [one["field"] for one in error["fields"]] == ["introduction.subject", "introduction.body"]


async def test_a_version_that_is_no_longer_the_newest_is_a_conflict(team: Store) -> None:
    await update(team, input={"goodFrom": 70}, expected=0)
    error = await refused(team, input={"goodFrom": 80}, expected=0)
    assert (error["code"], error["version"]) == ("CONFLICT", 1)
    assert "expectedVersion: 1" in error["message"]
    await update(team, input={"goodFrom": 80}, expected=1)
    assert (await newest_version(team)).settings.good_from == 80


class Overtaken:
    """A store in which somebody else always adds a version just before."""

    def __init__(self, store: Store, times: int) -> None:
        self._store, self._times = store, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def add_document(self, kind: str, key: str, text: str) -> bool:
        if self._times:
            self._times -= 1
            other = OrganizationSettings(smallest_group=6 + self._times)
            await add_version(self._store, SettingsVersion(int(key), other, NOON, "max"))
        return await self._store.add_document(kind, key, text)


async def test_a_change_is_made_to_what_somebody_quicker_left(team: Store) -> None:
    found = await update(Overtaken(team, 2), input={"goodFrom": 70})  # type: ignore[arg-type]
    assert (found["settings"]["number"], found["changes"]) == (3, [{"field": "goodFrom", "from": 60.0, "to": 70.0}])
    assert (await newest_version(team)).settings == OrganizationSettings(good_from=70.0, smallest_group=6)


async def test_with_an_expected_version_somebody_quicker_is_a_conflict(team: Store) -> None:
    error = await refused(Overtaken(team, 1), input={"goodFrom": 70}, expected=0)  # type: ignore[arg-type]
    assert (error["code"], error["version"]) == ("CONFLICT", 1)


async def test_whoever_is_always_overtaken_gives_up(team: Store) -> None:
    assert (await refused(Overtaken(team, 1000), input={"goodFrom": 70}))["code"] == "CONFLICT"  # type: ignore[arg-type]


# who may


@pytest.mark.parametrize("by", ["bob", "nobody", ""])
async def test_only_sellers_may_change_settings(team: Store, by: str) -> None:
    assert (await refused(team, input={"goodFrom": 70}, by=by))["code"] == "FORBIDDEN"


async def test_where_a_seller_is_an_administrator_no_other_may(team: Store) -> None:
    # Beyond the first page of sellers, opted out, and still an administrator.
    others = [a_seller(f"s{n:04}") for n in range(1000)]
    await team.upsert_records([*others, a_seller("zoe", role=SellerRole.ADMIN, opted_out=True)])
    error = await refused(team, input={"goodFrom": 70}, by="max")
    assert (error["code"], "'max' is no administrator" in error["message"]) == ("FORBIDDEN", True)
    assert (await update(team, input={"goodFrom": 70}, by="zoe"))["settings"]["number"] == 1


# versions


async def test_versions_are_listed_newest_first_a_page_at_a_time(team: Store) -> None:
    for good in (61, 62, 63):
        await update(team, input={"goodFrom": good})
    page = (await ask(team, VERSIONS, first=2))["settingsVersions"]
    assert [(n["settings"]["number"], n["changes"]) for n in page["nodes"]] == [
        (3, [{"field": "goodFrom", "from": 62.0, "to": 63.0}]),
        (2, [{"field": "goodFrom", "from": 61.0, "to": 62.0}]),
    ]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    # What comes in front meanwhile shifts nothing.
    await update(team, input={"goodFrom": 64})
    page = (await ask(team, VERSIONS, first=2, after=page["pageInfo"]["endCursor"]))["settingsVersions"]
    assert [n["settings"]["number"] for n in page["nodes"]] == [1]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (4, False)


async def test_nobody_has_changed_a_new_store(store: Store) -> None:
    assert (await ask(store, VERSIONS))["settingsVersions"]["nodes"] == []


async def test_a_version_can_be_asked_by_its_number(team: Store) -> None:
    await update(team, input={"goodFrom": 70})
    query = "query Q($n: Int) { settings(version: $n) { number goodFrom } }"
    found = [(await ask(team, query, n=n))["settings"] for n in (0, 1, None)]
    assert [(s["number"], s["goodFrom"]) for s in found] == [(0, 60.0), (1, 70.0), (1, 70.0)]
    for number in (2, -1):
        assert await refusals(team, query, n=number) == ["BAD_INPUT"]


async def test_who_made_a_version_and_is_gone_is_known_by_key(team: Store) -> None:
    await update(team, input={"goodFrom": 70}, by="max")
    await team.erase_records(["max"])
    query = "{ settings { changedBy { key } changedByKey } }"
    assert (await ask(team, query))["settings"] == {"changedBy": None, "changedByKey": "max"}


async def test_a_seller_below_settings_has_all_that_sellers_have(team: Store) -> None:
    query = """mutation { updateSettings(input: {goodFrom: 70}, by: "ann") {
      settings { changedBy { opportunities { totalCount } } }
    } }"""
    await ask(team, query)
    await ask(team, "{ settings { changedBy { accounts { totalCount } } } }")


# sources that count

WIDGETS = {
    "customerInteractions": "customerInteractions(days: null) { total { emails meetings calls } }",
    "activities": "activities(days: 30) { points { emailsSent meetingsSent callsMade } longestQuiet { days } }",
    "emailRatio": "emailRatio { sent received }",
    "responseTime": "responseTime { theirs { answers asked } }",
    "hourlyInvestment": "hourlyInvestment { ourMinutes { total } theirMinutes { total } }",
    "mostContacted": "mostContacted { people { person { key } interactions { total } } }",
    "mostContactedBy": "mostContactedBy { people { person { key } interactions { total } } }",
    "lastInteraction": "lastInteraction { key }",
    "nextInteraction": "nextInteraction { key }",
    "interactions": "interactions { totalCount nodes { key } }",
    "health": "health { state score lastInteractionDays }",
    "healthHistory": "healthHistory(points: 1) { state score }",
    "summary": "summary { insights { code } }",
    "emailEngagement": "emailEngagement { sent replied }",
}  # fmt: skip
EXPECTED = {
    "customerInteractions": {"total": {"emails": 0, "meetings": 0, "calls": 1}},
    "emailRatio": {"sent": 0, "received": 0},
    "responseTime": {"theirs": {"answers": 0, "asked": 0}},
    "hourlyInvestment": {"ourMinutes": {"total": 10.0}, "theirMinutes": {"total": 10.0}},
    "mostContacted": {"people": [{"person": {"key": "bob"}, "interactions": {"total": 1}}]},
    "mostContactedBy": {"people": [{"person": {"key": "ann"}, "interactions": {"total": 1}}]},
    "lastInteraction": {"key": "call"},
    "nextInteraction": {"key": "soon"},
    "interactions": {"totalCount": 1, "nodes": [{"key": "call"}]},
    "health": {"state": "NOT_ENOUGH_INFORMATION", "score": None, "lastInteractionDays": 7.0},
    "healthHistory": [{"state": "NOT_ENOUGH_INFORMATION", "score": None}],
    "emailEngagement": {"sent": 0, "replied": 0},
}


@pytest.fixture
async def book(team: Store) -> Store:
    """A call of the CRM, mail of a mailbox and meetings of a calendar; one of each is to come."""
    ann, max_, bob = a_seller("ann"), a_seller("max"), a_contact("bob", account_id="globex")
    deal = an_opportunity("deal", account_id="globex", contact_id="bob", owner_id="ann", sales_team_ids=("max",))
    await team.upsert_records([ann, max_, bob, an_account("globex"), deal])
    day = timedelta(days=1)
    mailbox: dict[str, Any] = {"source": Source.MAILBOX, "thread_id": "t"}
    calendar: dict[str, Any] = {"source": Source.CALENDAR, "duration_minutes": 30.0}
    await team.upsert_interactions([
        a_call("call", ann, bob, duration_minutes=10.0),
        an_email("asked", ann, bob, at=NOON + day, followed=True, **mailbox),
        an_email("answer", bob, ann, max_, at=NOON + 2 * day, in_reply_to_id="asked", **mailbox),
        a_meeting("met", max_, bob, at=NOON + 3 * day, **calendar),
        a_meeting("sooner", max_, bob, at=NOON + 8 * day, **calendar),
        a_call("soon", ann, bob, at=NOON + 9 * day),
    ])  # fmt: skip
    return team


def test_every_widget_of_a_record_is_looked_at() -> None:
    record = built._schema.get_type("Record")
    assert isinstance(record, GraphQLInterfaceType)
    assert record.fields.keys() - {"id", "key", "name", "displayName", "owner"} == WIDGETS.keys()


@pytest.mark.parametrize("record", ['contact(key: "bob"', 'account(key: "globex"', 'opportunity(key: "deal"'])
@pytest.mark.parametrize("widget", WIDGETS)
async def test_what_comes_from_a_source_that_does_not_count_is_in_no_widget(
    book: Store, widget: str, record: str
) -> None:
    as_of = (NOON + timedelta(days=7)).isoformat()
    query = f'{{ record: {record}, asOf: "{as_of}") {{ {WIDGETS[widget]} }} }}'
    all_ = await ask(book, query)
    await update(book, input={"sources": ["CRM"]})
    crm_only = await ask(book, query)
    assert crm_only != all_
    if widget in EXPECTED:
        assert crm_only["record"][widget] == EXPECTED[widget]
    await update(book, input={"sources": ["CRM", "MAILBOX", "CALENDAR"]})
    assert await ask(book, query) == all_


async def test_numbers_below_a_change_are_those_after_it(team: Store) -> None:
    ann, bob = a_seller("ann"), a_contact("bob", owner_id="ann")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await team.upsert_records([ann, bob])
    await team.upsert_interactions([a_call("c1", ann, bob, at=yesterday)])
    query = """mutation {
      first: updateSettings(input: {sources: [MAILBOX]}, by: "ann") { settings { ...S } }
      second: updateSettings(input: {sources: [CRM]}, by: "ann") { settings { ...S } }
    }
    fragment S on Settings { number changedBy { contacts { nodes { interactions { totalCount } } } } }"""
    found = (await ask(team, query)).values()
    totals = [p["settings"]["changedBy"]["contacts"]["nodes"][0]["interactions"]["totalCount"] for p in found]
    assert totals == [0, 1]
