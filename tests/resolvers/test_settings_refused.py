"""Settings that cannot be: each is refused with its field and range, and nothing is saved."""

import math
from typing import Any

import pytest

from graph.settings_versions import newest_version
from graph.store import Store
from tests.asking import refusals
from tests.builders import a_seller
from tests.resolvers.test_settings import UPDATE, refused, update


@pytest.fixture
async def team(store: Store) -> Store:
    """A seller, who may change settings."""
    await store.upsert_records([a_seller("ann")])
    return store


PREVIEW = "query Preview($input: SettingsInput!) { previewSettings(input: $input) { changes { field } } }"
WEIGHT, SCORE, FLAG = "a number from -50 to 50", "a number from 0 to 100", "true or false"
STRENGTH, GROUP = "a number above 0 and at most 1", "a whole number from 1 to 1000"
SOURCES = "a list of at least one of CRM, MAILBOX, CALENDAR, each once"
SIGNS = "a list of any of LIST_UNSUBSCRIBE, LIST_ID, PRECEDENCE, AUTO_SUBMITTED, each once"
FREQUENCIES = "one of DAILY, EVERY_FEW_DAYS, WEEKLY, EVERY_COUPLE_OF_WEEKS, MONTHLY"
SUBJECT, BODY = "a text of 1 to 200 characters", "a text of 1 to 10,000 characters"
UNFIT = {
    **dict.fromkeys(
        ["emailWeightPercent", "meetingWeightPercent", "callWeightPercent", "otherWeightPercent"],
        (WEIGHT, ["x", True, [1], {}, 50.1, -51, math.nan, math.inf, -math.inf, 10**400]),
    ),
    **dict.fromkeys(["goodFrom", "fairFrom"], (SCORE, ["high", False, -0.1, 101, math.nan, math.inf])),
    **dict.fromkeys(["strongFrom", "moderateFrom"], (STRENGTH, ["0.5", True, 0, -0.0, 1.01, math.nan, math.inf])),
    **dict.fromkeys(["health", "whoKnowsWhom"], (FLAG, ["yes", 1, 0.0, [True]])),
    "frequency": (FREQUENCIES, ["HOURLY", "weekly", "", 7, [], {}]),
    "sources": (SOURCES, [[], ["FAX"], ["CRM", "FAX"], ["CRM", "CRM"], [None], [7], "FAX", {}, [["CRM"]], [{}]]),
    "bulkSigns": (SIGNS, [["SMELL"], ["LIST_ID", "LIST_ID"], [None], 5]),
    "smallestGroup": (GROUP, [0, 1001, 2.5, "5", True, 2**40, math.nan, [5]]),
    "introduction.subject": (SUBJECT, ["", " ", "x" * 201, 5, None, ["x"]]),
    "introduction.body": (BODY, ["", "x" * 10_001, 5, None, {}]),
}


@pytest.mark.parametrize("field", UNFIT)
async def test_what_a_setting_cannot_be_is_refused_with_its_range_and_nothing_is_saved(team: Store, field: str) -> None:
    expected, values = UNFIT[field]
    name, _, part = field.partition(".")
    for value in values:
        input_ = {name: {part: value} if part else value, "bulkSigns": ["LIST_ID"]} | (
            {name: value} if name == "bulkSigns" else {}
        )
        error = await refused(team, input=input_)
        assert (error["code"], [one["field"] for one in error["fields"]]) == ("BAD_SETTING", [field])
        assert error["message"].startswith(f"{field} is ")
        assert error["message"].endswith(f"; it must be {expected}.")
        assert await refusals(team, PREVIEW, input=input_) == ["BAD_SETTING"]
    assert (await newest_version(team)).number == 0


async def test_whatever_is_wrong_is_told_with_what_does_not_fit(team: Store) -> None:
    error = await refused(team, input={"goodFrom": "high", "fairFrom": 101, "introduction": {"body": 5}})
    assert [one["field"] for one in error["fields"]] == ["goodFrom", "fairFrom", "introduction.body"]


@pytest.mark.parametrize("part", ["subject", "body"])
@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x9f"])
async def test_a_control_character_is_refused_with_the_field(team: Store, part: str, character: str) -> None:
    error = await refused(team, input={"introduction": {part: f"a{character}b"}})
    assert error["fields"][0]["field"] == f"introduction.{part}"
    assert error["message"].endswith(f"it must not hold the control character U+{ord(character):04X}.")


async def test_line_ends_and_tabs_are_kept(team: Store) -> None:
    found = await update(team, input={"introduction": {"body": "Dear {colleague},\r\n\tplease"}})
    assert found["settings"]["introduction"]["body"] == "Dear {colleague},\r\n\tplease"


@pytest.mark.parametrize("input_", [{"mood": 1}, {"introduction": "x"}, {"introduction": {"mood": 1}}, 5, None, []])
async def test_what_is_no_setting_is_refused(team: Store, input_: Any) -> None:
    assert await refusals(team, UPDATE, input=input_) == ["GRAPHQL_VALIDATION_FAILED"]
    assert (await newest_version(team)).number == 0
