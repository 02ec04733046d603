from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import (
    INITIATORS,
    ROLES,
    ROLES_OF,
    Interaction,
    InteractionKind,
    InteractionState,
    Record,
    Role,
    Side,
    Source,
    digest,
    display_name,
    edges_of,
    from_micros,
    is_storable,
    normalized_address,
    side_of,
    to_micros,
)
from tests.builders import (
    NOON,
    a_contact,
    a_lead,
    a_seller,
    a_task,
    an_account,
    an_email,
    an_interaction,
    an_opportunity,
)

ANN, MAX, SUE = a_seller("ann"), a_seller("max"), a_seller("sue")
BOB, ZOE, LEA = a_contact("bob"), a_contact("zoe"), a_lead("lea")
INSTANTS = st.datetimes(timezones=st.just(UTC))


def test_initiating_roles_come_first_so_that_the_lowest_code_is_the_initiator() -> None:
    assert set(ROLES[: len(INITIATORS)]) == INITIATORS


@pytest.mark.parametrize("kind", InteractionKind)
def test_every_kind_has_one_initiating_role(kind: InteractionKind) -> None:
    assert len(ROLES_OF[kind] & INITIATORS) == 1


def test_every_role_belongs_to_one_kind() -> None:
    assert sorted(role for roles in ROLES_OF.values() for role in roles) == sorted(Role)


def test_sellers_are_us_and_customers_are_them() -> None:
    assert [side_of(p) for p in (ANN, BOB, LEA)] == [Side.US, Side.THEM, Side.THEM]


def test_an_address_is_compared_without_case_and_space() -> None:
    assert normalized_address("  Bob.B@Globex.EXAMPLE\n") == "bob.b@globex.example"


@pytest.mark.parametrize(
    ("fields", "name"),
    [({}, "Bob"), ({"name": None}, "bob@globex.example"), ({"name": None, "emails": ()}, "bob")],
)
def test_a_person_is_called_by_name_else_address_else_id(fields: dict[str, Any], name: str) -> None:
    assert display_name(a_contact("bob", **fields)) == name


def test_the_initiator_is_found_wherever_it_stands() -> None:
    people = [(BOB, Role.TO), (ANN, Role.FROM)]
    mail = an_interaction("m", InteractionKind.EMAIL, people)
    assert mail.initiator is not None
    assert mail.initiator.person_id == "ann"


def test_an_other_may_have_no_initiator() -> None:
    assert a_task("t", ANN, BOB).initiator is None


def edges(interaction: Interaction) -> list[tuple[str, str]]:
    return sorted(edges_of(interaction))


def test_there_is_an_edge_for_each_pair_of_seller_and_customer() -> None:
    mail = an_email("m", ANN, BOB, LEA, cc=(MAX,))
    assert edges(mail) == [("ann", "bob"), ("ann", "lea"), ("max", "bob"), ("max", "lea")]


def test_someone_in_two_roles_has_one_edge() -> None:
    assert edges(an_email("m", ANN, BOB, cc=(BOB, ANN))) == [("ann", "bob")]


def test_everyone_has_an_edge_to_what_is_regarded() -> None:
    mail = an_email("m", ANN, BOB, regarding_id="deal")
    assert edges(mail) == [("ann", "bob"), ("ann", "deal"), ("bob", "deal")]


def test_nobody_has_an_edge_to_themselves_when_they_are_regarded() -> None:
    assert edges(an_email("m", ANN, BOB, ZOE, regarding_id="bob")) == [
        ("ann", "bob"),
        ("ann", "bob"),
        ("ann", "zoe"),
        ("zoe", "bob"),
    ]


def test_sellers_among_themselves_have_edges_from_the_initiator() -> None:
    assert edges(an_email("m", ANN, MAX, cc=(SUE,))) == [("ann", "max"), ("ann", "sue")]


def test_sellers_among_themselves_about_a_deal_have_edges_to_it_alone() -> None:
    assert edges(an_email("m", ANN, MAX, regarding_id="deal")) == [("ann", "deal"), ("max", "deal")]


@pytest.mark.parametrize(
    "interaction",
    [
        an_email("one seller alone", ANN),
        an_email("one seller to themselves", ANN, ANN),
        a_task("sellers in an other that nobody began", ANN, MAX),
        an_email("customers alone", BOB, ZOE),
        an_email("customers alone about a deal", BOB, ZOE, regarding_id="deal"),
    ],
    ids=lambda i: i.id,
)
def test_what_has_no_seller_or_no_edge_is_not_stored(interaction: Interaction) -> None:
    assert not is_storable(interaction)


@pytest.mark.parametrize(
    "interaction",
    [
        an_email("one seller about a deal", ANN, regarding_id="deal"),
        an_email("two sellers", ANN, MAX),
        a_task("an other that nobody began", ANN, BOB),
        an_email("called off", ANN, BOB, state=InteractionState.CANCELED),
    ],
    ids=lambda i: i.id,
)
def test_what_has_a_seller_and_an_edge_is_stored(interaction: Interaction) -> None:
    assert is_storable(interaction)


@given(INSTANTS)
def test_an_instant_is_kept_to_the_microsecond(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_microseconds_are_in_order_of_instants(one: datetime, other: datetime) -> None:
    assert (to_micros(one) < to_micros(other)) == (one < other)


def test_the_microsecond_before_1970_is_minus_one() -> None:
    assert to_micros(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_an_instant_with_an_offset_is_the_same_instant() -> None:
    assert to_micros(NOON.astimezone(timezone(timedelta(hours=-9, minutes=-30)))) == to_micros(NOON)


MAIL = an_email("m", ANN, BOB, thread_id="t")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "n"},
        {"kind": InteractionKind.OTHER},
        {"at": NOON + timedelta(microseconds=1)},
        {"participants": MAIL.participants[:1]},
        {"participants": (MAIL.participants[0], replace(MAIL.participants[1], side=Side.US))},
        {"participants": (MAIL.participants[0], replace(MAIL.participants[1], role=Role.CC))},
        {"duration_minutes": 0.0},
        {"source": Source.MAILBOX},
        {"subject": ""},
        {"thread_id": None},
        {"in_reply_to_id": "t"},
        {"regarding_id": "t"},
        {"state": InteractionState.SCHEDULED},
        {"followed": True},
        {"automatic": True},
        {"copy_key": "k"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_digest_of_an_interaction_changes_with_every_field(changes: dict[str, Any]) -> None:
    assert digest(replace(MAIL, **changes)) != digest(MAIL)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (a_contact("x", emails=()), a_lead("x", emails=())),
        (a_seller("x", opted_out=True), a_seller("x", provisional=True)),
        (an_account("x", owner_id="y"), an_account("x", primary_contact_id="y")),
        (an_opportunity("x", stakeholder_ids=("y",)), an_opportunity("x", sales_team_ids=("y",))),
        (an_opportunity("x", attributes=(("a", True),)), an_opportunity("x", attributes=(("a", "True"),))),
        (an_opportunity("x", attributes=(("a", 1.0),)), an_opportunity("x", attributes=(("a", True),))),
    ],
)
def test_records_that_differ_have_different_digests(one: Record, other: Record) -> None:
    assert digest(one) != digest(other)


def test_equal_values_have_equal_digests() -> None:
    assert digest(an_email("m", ANN, BOB)) == digest(an_email("m", ANN, BOB))


def test_text_that_is_no_unicode_has_a_digest() -> None:
    assert len(digest(a_contact(name="\ud800"))) == 16
