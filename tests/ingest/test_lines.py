"""A line of the format is good, or bad with the field and what is wrong."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lines import (
    BadLineError,
    ContactLine,
    EngagementLine,
    InteractionLine,
    LeadLine,
    OpportunityLine,
    SellerLine,
    parse_line,
)
from tests.ingest.helpers import ANN, DEAL, mail, opened


def parsed(line: dict[str, Any]) -> Any:
    return parse_line(json.dumps(line))


def test_what_is_missing_has_the_formats_default() -> None:
    line = parsed(mail("m1", "ann", "bob"))
    assert isinstance(line, InteractionLine)
    assert (line.state, line.source, line.followed, line.automatic) == ("COMPLETED", "CRM", False, False)
    assert parsed({"type": "lead", "id": "l", "name": "L"}).state == "OPEN"
    assert parsed(ANN).role == "SELLER"


@pytest.mark.parametrize("value", [None, "", "  \t"])
def test_null_and_blank_text_are_none(value: str | None) -> None:
    assert parsed({**ANN, "managerId": value, "role": value, "name": value}).manager_id is None


def test_instants_become_utc_to_the_microsecond() -> None:
    line = parsed(mail("m1", "ann", "bob", at="2026-11-02t09:30:00.1234567+01:00"))
    assert line.at == datetime(2026, 11, 2, 8, 30, 0, 123456, tzinfo=UTC)


def test_addresses_lose_case_and_surrounding_space() -> None:
    assert parsed({**ANN, "emails": [" Ann@US.example ", "ann@us.example", ""]}).emails == ("ann@us.example",)


def test_nul_characters_are_no_part_of_texts() -> None:
    assert parsed({**ANN, "name": "A\0nn\0"}).name == "Ann"
    assert parsed({**mail("m1", "ann"), "subject": "\0"}).subject is None
    lead = parsed({"type": "lead", "id": "l", "name": "L", "company": "New\0 Ltd"})
    assert lead.company == "New Ltd"


def test_unknown_fields_are_ignored() -> None:
    assert isinstance(parsed({**ANN, "shoeSize": 38}), SellerLine)


def test_an_other_may_have_no_initiator() -> None:
    people = [{"personId": "ann", "role": "PARTICIPANT"}]
    assert isinstance(parsed({**mail("m1", "ann"), "kind": "OTHER", "participants": people}), InteractionLine)


def test_engagement_needs_no_id() -> None:
    assert isinstance(parsed(opened("m1", "bob@x.example")), EngagementLine)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**70, 10**300])
def test_whole_numbers_that_no_store_can_hold_are_fractions(number: int) -> None:
    kept = parsed({**DEAL, "attributes": {"a": number, "b": 2**63 - 1, "c": -(2**63), "d": True}}).attributes
    assert kept == {"a": float(number), "b": 2**63 - 1, "c": -(2**63), "d": True}
    assert [type(value) for value in kept.values()] == [float, int, int, bool]


def test_attributes_keep_text_numbers_and_flags() -> None:
    line = parsed({**DEAL, "attributes": {"a": 1, "b": 0.5, "c": True, "d": "x", "e": None, "f": ""}})
    assert isinstance(line, OpportunityLine)
    assert line.attributes == {"a": 1, "b": 0.5, "c": True, "d": "x"}


BAD: list[tuple[dict[str, Any] | str, str]] = [
    ("", "not JSON"),
    ("{", "not JSON"),
    ("[]", "not a JSON object"),
    ("7", "not a JSON object"),
    ("null", "not a JSON object"),
    (
        {"type": "person", "id": "x"},
        "type: must be one of seller, account, contact, lead, opportunity, interaction, engage",
    ),
    ({"id": "x", "name": "X"}, "type must be one of"),
    ({**ANN, "id": None}, "id is required"),
    ({**ANN, "id": 7}, "id: "),
    ({**ANN, "id": "a\0b"}, "id: must not hold a NUL character"),
    ({**ANN, "emails": ["a\0nn@us.example"]}, "emails.0: must not hold a NUL character, found 'a\\x00nn@us.example'"),
    ({**ANN, "managerId": "m\0"}, "managerId: must not hold a NUL character"),
    ({"type": "account", "id": "x", "name": "X", "domains": ["x\0.example"]}, "domains.0: must not hold a NUL"),
    ({"type": "account", "id": "x", "name": "\0"}, "name"),
    (mail("m1", "ann", threadId="t\0"), "threadId: must not hold a NUL character"),
    ({"type": "seller", "id": "x"}, "name or emails is required"),
    ({"type": "account", "id": "x"}, "name is required"),
    ({**ANN, "emails": ["nobody"]}, "emails.0: 'nobody' is no address"),
    ({**ANN, "emails": ["", "a@b@c"]}, "emails.1: 'a@b@c' is no address"),
    ({**ANN, "emails": "ann@us.example"}, "emails: must be a list, found 'ann@us.example'"),
    ({**ANN, "name": 7}, "name: must be text, found 7"),
    ({**ANN, "emails": [None]}, "emails.0 is required"),
    ({**ANN, "role": "BOSS"}, "role: must be one of SELLER, MANAGER, ADMIN, found 'BOSS'"),
    ({**ANN, "optedOut": "yes"}, "optedOut: must be true or false, found 'yes'"),
    ({**DEAL, "state": "WON"}, "closedAt must be given where state is WON"),
    ({**DEAL, "closedAt": "2026-01-01T00:00:00Z"}, "closedAt must be null where state is OPEN"),
    (
        {**DEAL, "state": "LOST", "createdAt": "2026-01-02T00:00:00Z", "closedAt": "2026-01-01T00:00:00Z"},
        "closedAt must not be before createdAt, found 2026-01-01 00:00:00+00:00 and 2026-01-02 00:00:00+00:00",
    ),
    ({**DEAL, "estimatedRevenue": "12"}, "estimatedRevenue: must be a number, found '12'"),
    (
        {**DEAL, "estimatedCloseDate": "2026-02-30"},
        "estimatedCloseDate: must be a date such as 2027-01-31, found '2026-02-30'",
    ),
    ({**DEAL, "attributes": {"a": [1]}}, "attributes: 'a' must be text, a number, true or false, found [1]"),
    ({**DEAL, "attributes": {"a": 10**400}}, "attributes: 'a' must be text, a number, true or false"),
    (mail("m1", "ann", at="2026-11-02T09:30:00"), "at: must be an RFC 3339 instant with offset"),
    (mail("m1", "ann", at="2026-13-02T09:30:00Z"), "at: must be an RFC 3339 instant with offset, such as 2026-"),
    (mail("m1", "ann", at="soon"), "instant with offset, such as 2026-11-02T09:30:00+01:00, found 'soon'"),
    (mail("m1", "ann", at=1762077600), "at: must be an RFC 3339 instant"),
    (mail("m1", "ann", at=None), "at is required"),
    (mail("m1", "ann", kind="email"), "kind: must be one of EMAIL, MEETING, CALL, OTHER, found 'email'"),
    (mail("m1", "ann", durationMinutes=-1), "durationMinutes: must be a number from 0 to 1,000,000,000, found -1"),
    (mail("m1", "ann", followed=1), "followed: must be true or false, found 1"),
    (mail("m1", "ann", state="DONE"), "state: must be one of SCHEDULED, COMPLETED, CANCELED, found 'DONE'"),
    (mail("m1", "ann", participants=[]), "participants must not be empty"),
    (
        mail("m1", "ann", durationMinutes=1e308),
        "durationMinutes: must be a number from 0 to 1,000,000,000, found 1e+308",
    ),
    (mail("m1", "ann", durationMinutes="5"), "durationMinutes: must be a number, found '5'"),
    (mail("m1", "ann", participants=["ann"]), "participants.0: must be an object, found 'ann'"),
    (
        mail("m1", "ann", participants=[{"personId": "ann", "role": "TO"}]),
        "participants: EMAIL must have exactly one FROM, found 0",
    ),
    (mail("m1", "ann", participants=[{"personId": "ann", "role": "CALLER"}]), "participants.0.role: CALLER is no role"),
    (mail("m1", "ann", participants=[{"role": "FROM"}]), "participants.0: personId or email is required"),
    (mail("m1", "ann", participants=[{"personId": "a", "role": "FROM"}, {"personId": "b", "role": "FROM"}]), "found 2"),
    ({**opened("m1", "bob"), "event": "READ"}, "event: must be one of OPEN, LINK_CLICK, ATTACHMENT_VIEW, found"),
    (
        {"type": "engagement", "event": "OPEN", "at": "2026-01-01T00:00:00Z", "personId": "x"},
        "interactionId is required",
    ),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_line_says_which_field_and_why(line: dict[str, Any] | str, reason: str) -> None:
    with pytest.raises(BadLineError) as caught:
        parse_line(line if isinstance(line, str) else json.dumps(line))
    assert reason in str(caught.value)


def test_three_errors_are_told_and_the_rest_counted() -> None:
    with pytest.raises(BadLineError, match="and 2 more"):
        parsed(mail("m1", "ann", at=1, kind=1, source=1, state=1, followed=1))


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_nothing_but_a_bad_line_comes_of_nonsense(value: Any) -> None:
    for line in (value, {**ANN, "emails": value}, {**mail("m1", "ann"), "participants": value}, {**DEAL, "id": value}):
        with suppress(BadLineError):
            parse_line(json.dumps(line))


def test_people_are_told_apart_by_type() -> None:
    assert isinstance(parsed({"type": "contact", "id": "c", "emails": ["c@x.example"]}), ContactLine)
    assert isinstance(parsed({"type": "lead", "id": "l", "name": "L", "stakeholderIds": ["c", "c"]}), LeadLine)


def test_a_bad_participant_is_not_said_to_be_missing_too() -> None:
    with pytest.raises(BadLineError) as refused:
        parsed(mail("m1", "ann", participants=[{"email": "a@b@c", "role": "FROM"}]))
    assert "empty" not in str(refused.value)
    assert "at least" not in str(refused.value)
