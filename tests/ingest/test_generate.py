"""The made-up book: the same everywhere, good in every line, and alive."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.errors import InputError
from ingest.generate import generate
from ingest.lines import EngagementLine, InteractionLine, LeadLine, OpportunityLine, SellerLine, parse_line

AS_OF = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> list[dict[str, Any]]:
    return [json.loads(text) for text in generate(6000, 7, AS_OF)]


@pytest.fixture(scope="module")
def lines() -> list[Any]:
    return [parse_line(text) for text in generate(6000, 7, AS_OF)]


def interactions(lines: list[Any]) -> list[InteractionLine]:
    return [line for line in lines if isinstance(line, InteractionLine)]


def opportunities(lines: list[Any]) -> list[OpportunityLine]:
    return [line for line in lines if isinstance(line, OpportunityLine)]


def test_the_same_arguments_give_the_same_book() -> None:
    text = "\n".join(generate(2000, 7, AS_OF))
    # The digest is that of every machine and Python; it changes with the generator alone.
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "e9c4840485d28bea"


def test_another_seed_gives_another_book() -> None:
    assert list(generate(50, 1, AS_OF)) != list(generate(50, 2, AS_OF))


def test_the_same_instant_in_another_zone_gives_the_same_book() -> None:
    local = AS_OF.astimezone(ZoneInfo("Asia/Tokyo"))
    assert list(generate(50, 1, AS_OF)) == list(generate(50, 1, local))


@pytest.mark.parametrize("size", [0, 1, 2, 17, 149, 150, 151, 4321])
def test_a_book_has_as_many_interactions_as_asked_for(size: int) -> None:
    types = Counter(json.loads(text)["type"] for text in generate(size, 3, AS_OF))
    assert types["interaction"] == size


def test_a_large_book_begins_at_once() -> None:
    assert len(list(islice(generate(100_000_000, 1, AS_OF), 10))) == 10


def test_ids_are_unique(book: list[dict[str, Any]]) -> None:
    ids = [line["id"] for line in book if "id" in line]
    assert len(ids) == len(set(ids))


def test_addresses_are_unique(book: list[dict[str, Any]]) -> None:
    emails = [email for line in book for email in line.get("emails", ())]
    assert len(emails) == len(set(emails))


def test_every_domain_is_reserved_for_examples(book: list[dict[str, Any]]) -> None:
    assert all(email.endswith(".example") for line in book for email in line.get("emails", ()))


def test_every_name_in_a_line_is_that_of_another(book: list[dict[str, Any]]) -> None:
    known = {line["id"] for line in book if "id" in line}
    single: tuple[str, ...] = (
        "managerId",
        "accountId",
        "ownerId",
        "primaryContactId",
        "contactId",
        "regardingId",
        "interactionId",
    )
    single = (*single, "personId", "inReplyToId")
    named = {line[field] for line in book for field in single if line.get(field)}
    named |= {person for line in book for field in ("salesTeamIds", "stakeholderIds") for person in line.get(field, ())}
    named |= {person["personId"] for line in book for person in line.get("participants", ())}
    assert named <= known


def test_only_meetings_lie_ahead(lines: list[Any]) -> None:
    ahead = {line.kind for line in interactions(lines) if line.at > AS_OF}
    assert ahead == {"MEETING"}


def test_what_lies_ahead_is_scheduled(lines: list[Any]) -> None:
    assert {line.state for line in interactions(lines) if line.at > AS_OF} == {"SCHEDULED"}


def test_engagement_lies_behind(lines: list[Any]) -> None:
    assert max(line.at for line in lines if isinstance(line, EngagementLine)) <= AS_OF


def test_an_answer_comes_after_its_mail(lines: list[Any]) -> None:
    at = {line.id: line.at for line in interactions(lines)}
    assert all(at[line.in_reply_to_id] < line.at for line in interactions(lines) if line.in_reply_to_id)


def test_nobody_takes_part_twice(lines: list[Any]) -> None:
    people = [[p.person_id for p in line.participants] for line in interactions(lines)]
    assert all(len(ids) == len(set(ids)) for ids in people)


def test_there_is_every_kind_of_interaction(lines: list[Any]) -> None:
    assert {line.kind for line in interactions(lines)} == {"EMAIL", "MEETING", "CALL", "OTHER"}


@pytest.mark.parametrize("mark", ["followed", "automatic", "in_reply_to_id", "regarding_id", "thread_id"])
def test_some_interactions_have_it_and_some_have_not(lines: list[Any], mark: str) -> None:
    assert {bool(getattr(line, mark)) for line in interactions(lines)} == {True, False}


def test_some_meetings_were_called_off(lines: list[Any]) -> None:
    assert any(line.state == "CANCELED" for line in interactions(lines))


def test_some_mail_is_among_ourselves(lines: list[Any]) -> None:
    assert any(
        all(not (p.person_id or "").startswith(("con-", "lead-")) for p in line.participants)
        for line in interactions(lines)
    )


def test_the_last_weeks_are_busy(lines: list[Any]) -> None:
    days = {line.at.date() for line in interactions(lines) if AS_OF - timedelta(days=60) < line.at <= AS_OF}
    assert len([day for day in days if day.weekday() < 5]) > 40


def test_weekends_are_quiet(lines: list[Any]) -> None:
    weekend = sum(line.at.weekday() == 6 for line in interactions(lines))
    assert weekend < len(interactions(lines)) / 50


def test_deals_are_won_and_lost_often_enough_to_learn_from(lines: list[Any]) -> None:
    states = Counter(line.state.value for line in opportunities(lines))
    assert states["WON"] >= 30
    assert states["LOST"] >= 30
    assert states["OPEN"] >= 10


def test_competitors_cost_deals() -> None:
    deals = [line for line in map(parse_line, generate(30_000, 1, AS_OF)) if isinstance(line, OpportunityLine)]
    closed = [deal for deal in deals if deal.state != "OPEN"]
    rates = [win_rate([deal for deal in closed if deal.attributes["competitor"] is there]) for there in (False, True)]
    assert rates[0] > rates[1] + 0.1


def win_rate(deals: list[OpportunityLine]) -> float:
    return sum(deal.state == "WON" for deal in deals) / len(deals)


def test_every_seller_has_a_manager_under_one_administrator(lines: list[Any]) -> None:
    sellers = {line.id: line for line in lines if isinstance(line, SellerLine)}
    managers = {sellers[line.manager_id or ""].role for line in sellers.values() if line.role == "SELLER"}
    assert managers == {"MANAGER"}
    assert [line.id for line in sellers.values() if line.manager_id is None] == ["adm-1"]


def test_some_people_opted_out(book: list[dict[str, Any]]) -> None:
    assert any(line.get("optedOut") for line in book)


def test_names_come_in_several_alphabets(book: list[dict[str, Any]]) -> None:
    assert any(not line["name"].isascii() for line in book if "name" in line)


@pytest.mark.parametrize("person", ["con-1", "lead-1"])
def test_the_first_of_each_has_a_bit_of_everything(lines: list[Any], person: str) -> None:
    mine = [line for line in interactions(lines) if person in {p.person_id for p in line.participants}]
    recent = [line for line in mine if AS_OF - timedelta(days=60) < line.at <= AS_OF]
    assert {line.kind for line in recent} >= {"EMAIL", "MEETING", "CALL"}
    assert any(line.at > AS_OF for line in mine)
    assert {line.participants[0].person_id == person for line in recent if line.kind == "EMAIL"} == {True, False}


def test_the_first_opportunity_is_open_and_talked_about(lines: list[Any]) -> None:
    (first,) = [line for line in opportunities(lines) if line.id == "opp-1"]
    assert first.state == "OPEN"
    assert first.contact_id == "con-1"
    assert sum(line.regarding_id == "opp-1" for line in interactions(lines)) > 5


def test_the_first_lead_is_open(lines: list[Any]) -> None:
    (first,) = [line for line in lines if isinstance(line, LeadLine) and line.id == "lead-1"]
    assert first.state == "OPEN"


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(InputError, match="needs an offset"):
        generate(1, 1, AS_OF.replace(tzinfo=None))


def test_fewer_than_no_interactions_are_refused() -> None:
    with pytest.raises(InputError, match="must be 0 or more"):
        generate(-1, 1, AS_OF)


def test_an_instant_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(InputError, match="must be from 1980 to 9990"):
        generate(1, 1, datetime(9999, 1, 1, tzinfo=UTC))
