"""Which interactions belong to a record: each rule by hand, and all of them against a second implementation."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.interactions import ELSEWHERE, NOT_STORED, Interactions
from graph.membership import Scope, assemble, scope_of
from graph.model import (
    Contact,
    Interaction,
    InteractionKind,
    InteractionState,
    Lead,
    Opportunity,
    Record,
    Role,
    Seller,
)
from tests.builders import (
    a_call,
    a_contact,
    a_lead,
    a_seller,
    a_task,
    an_account,
    an_email,
    an_interaction,
    an_opportunity,
)
from tests.graph.reference import Book, belonging, random_book
from tests.situations import rows

ANN, MAX, SUE = a_seller("ann"), a_seller("max"), a_seller("sue")
BOB, CAT, DAN = a_contact("bob", account_id="globex"), a_contact("cat"), a_contact("dan")
GLOBEX = an_account("globex", primary_contact_id="cat")
LEA = a_lead("lea", owner_id="ann", stakeholder_ids=("dan",))
DEAL = an_opportunity(
    "deal", account_id="globex", owner_id="ann", sales_team_ids=("max",), contact_id="bob", stakeholder_ids=("dan",)
)
OTHER_DEAL = an_opportunity("other", account_id="globex")
RECORDS: tuple[Record, ...] = (ANN, MAX, SUE, BOB, CAT, DAN, GLOBEX, LEA, DEAL, OTHER_DEAL)


def columns(book: Book) -> Interactions:
    deals = {r.id for r in book.records if isinstance(r, Lead | Opportunity)}
    scopes = [_scope(r, book) for r in book.records if not isinstance(r, Seller)]
    read = rows(book.interactions)
    read = replace(read, regards_deal=[i.regarding_id in deals for i in book.interactions])
    return assemble([r.id for r in book.records], scopes, read)


def _scope(record: Record, book: Book) -> Scope:
    return scope_of(
        record,
        contacts=[c.id for c in book.records if isinstance(c, Contact) and c.account_id == record.id],
        opportunities=[o.id for o in book.records if isinstance(o, Opportunity) and o.account_id == record.id],
    )


def records_of(interaction: Interaction, *records: Record) -> set[str]:
    """Return the records that an interaction counts for."""
    found = columns(Book(records or RECORDS, (interaction,)))
    return {found.records[r] for r in found.record}


def test_mail_to_a_contact_belongs_to_them_and_their_account() -> None:
    assert records_of(an_email("m", SUE, BOB)) == {"bob", "globex"}


def test_mail_from_a_contact_belongs_as_much_as_mail_to_them() -> None:
    assert records_of(an_email("m", BOB, SUE)) == {"bob", "globex"}


def test_the_primary_contact_counts_for_an_account_they_do_not_work_for() -> None:
    assert records_of(an_email("m", SUE, CAT)) == {"cat", "globex"}


def test_the_primary_contact_adds_nothing_to_a_deal() -> None:
    assert "deal" not in records_of(an_email("m", ANN, CAT))


def test_the_primary_contact_who_is_a_stakeholder_counts_as_one() -> None:
    deal = replace(DEAL, stakeholder_ids=("cat",))
    assert "deal" in records_of(an_email("m", ANN, CAT), CAT, GLOBEX, deal)


def test_an_account_needs_a_seller_too() -> None:
    assert records_of(an_email("m", BOB, CAT)) == set()


def test_the_owner_with_the_customer_contact_belongs_to_the_deal() -> None:
    assert records_of(an_email("m", ANN, BOB)) == {"bob", "globex", "deal"}


def test_the_sales_team_with_a_stakeholder_belongs_to_the_deal() -> None:
    assert records_of(an_email("m", MAX, DAN)) == {"dan", "deal"}


def test_a_seller_outside_the_team_does_not_make_it_the_deals() -> None:
    assert records_of(an_email("m", SUE, DAN)) == {"dan"}


def test_a_colleague_in_copy_is_enough() -> None:
    assert "deal" in records_of(an_email("m", SUE, DAN, cc=(MAX,)))


def test_a_deal_without_owner_or_team_has_only_what_regards_it() -> None:
    deal = an_opportunity("deal", contact_id="bob")
    assert records_of(an_email("m", ANN, BOB), BOB, deal) == {"bob"}
    assert records_of(an_email("m", ANN, BOB, regarding_id="deal"), BOB, deal) == {"bob", "deal"}


def test_the_owner_with_a_lead_belongs_to_the_lead() -> None:
    assert records_of(an_email("m", ANN, LEA)) == {"lea"}


def test_another_seller_with_a_lead_does_not() -> None:
    assert records_of(an_email("m", MAX, LEA)) == set()


def test_the_owner_with_a_stakeholder_of_the_lead_belongs_to_the_lead() -> None:
    assert records_of(an_email("m", ANN, DAN), DAN, LEA) == {"dan", "lea"}


def test_what_regards_another_deal_is_not_the_deals() -> None:
    assert records_of(an_email("m", ANN, BOB, regarding_id="other")) == {"bob", "globex", "other"}


def test_what_regards_a_lead_is_not_the_deals_and_the_other_way_round() -> None:
    assert records_of(an_email("m", ANN, DAN, regarding_id="lea")) == {"dan", "lea"}
    assert records_of(an_email("m", ANN, DAN, regarding_id="deal")) == {"dan", "globex", "deal"}


def test_what_regards_an_account_or_a_contact_may_be_a_deals_too() -> None:
    assert records_of(an_email("m", ANN, BOB, regarding_id="globex")) == {"bob", "globex", "deal"}
    assert records_of(an_email("m", ANN, BOB, regarding_id="cat")) == {"bob", "cat", "globex", "deal"}


def test_what_regards_a_deal_of_an_account_is_the_accounts_whoever_took_part() -> None:
    assert records_of(an_email("m", SUE, LEA, regarding_id="deal")) == {"globex", "deal"}


def test_what_regards_a_contact_is_theirs_and_not_their_accounts() -> None:
    assert records_of(an_email("m", SUE, LEA, regarding_id="bob")) == {"bob"}


def test_what_regards_a_record_counts_without_a_customer_for_that_record_alone() -> None:
    assert records_of(an_email("m", ANN, MAX, regarding_id="deal")) == {"deal"}


def test_what_is_called_off_counts_for_nobody() -> None:
    assert records_of(an_email("m", ANN, BOB, state=InteractionState.CANCELED, regarding_id="deal")) == set()


def test_what_is_scheduled_belongs_as_if_it_had_taken_place() -> None:
    assert records_of(an_email("m", SUE, BOB, state=InteractionState.SCHEDULED)) == {"bob", "globex"}


def test_people_on_the_wrong_side_have_no_effect() -> None:
    deal = an_opportunity("deal", owner_id="bob", sales_team_ids=("cat",), contact_id="ann", stakeholder_ids=("max",))
    assert records_of(an_email("m", ANN, BOB), deal, an_account("globex", primary_contact_id="ann")) == set()


def test_a_record_asked_for_alone_still_knows_what_regards_other_deals() -> None:
    read = replace(rows([an_email("m", ANN, BOB, regarding_id="other")]), regards_deal=[True])
    assert len(assemble(["deal"], [scope_of(DEAL)], read)) == 0


def test_records_without_a_scope_keep_their_place() -> None:
    found = assemble(["x", "bob", "y"], [scope_of(BOB)], rows([an_email("m", ANN, BOB)]))
    assert (found.records, found.record.tolist()) == (("x", "bob", "y"), [1])


def test_scopes_may_come_in_any_order() -> None:
    read = rows([an_email("m1", ANN, BOB), an_email("m2", ANN, CAT)])
    found = assemble(["bob", "cat"], [scope_of(CAT), scope_of(BOB)], read)
    assert (found.record.tolist(), list(found.id)) == ([0, 1], ["m1", "m2"])


def test_rows_that_touch_nobody_are_left_out() -> None:
    assert len(assemble(["bob"], [scope_of(BOB)], rows([an_email("m", ANN, CAT)]))) == 0


def test_a_person_in_two_roles_took_part_once_in_the_initiating_one() -> None:
    mail = an_email("m", ANN, BOB, cc=(ANN, BOB))
    found = assemble(["bob"], [scope_of(BOB)], rows([mail]))
    assert (found.sellers.tolist(), found.customers.tolist(), found.present_role.tolist()) == ([1], [1], [0, 4])


def test_nobody_began_an_other_without_initiator() -> None:
    found = assemble(["bob"], [scope_of(BOB)], rows([a_task("t", ANN, BOB)]))
    assert (found.initiator.tolist(), found.initiator_person.tolist()) == ([-1], [-1])


@pytest.mark.parametrize(("caller", "callee", "side"), [(ANN, BOB, 0), (BOB, ANN, 1)])
def test_the_initiator_stands_on_a_side(caller: Seller | Contact, callee: Seller | Contact, side: int) -> None:
    found = assemble(["bob"], [scope_of(BOB)], rows([a_call("c", caller, callee)]))
    assert (found.initiator.tolist(), found.people[found.initiator_person[0]]) == ([side], caller.id)


def test_people_are_in_code_point_order() -> None:
    people = [a_contact(i) for i in ("é", "b", "B", "\uffff", "\U0001f680")]
    task = an_interaction("t", InteractionKind.OTHER, [(p, Role.PARTICIPANT) for p in (ANN, BOB, *people)])
    found = assemble(["bob"], [scope_of(BOB)], rows([task]))
    assert list(found.people) == sorted(found.people)
    assert found.present_person.tolist() == list(range(7))


def test_interactions_at_one_instant_are_in_order_of_id() -> None:
    mails = [an_email(i, ANN, BOB) for i in ("b", "é", "B", "\U0001f680", "\uffff", "a")]
    assert list(assemble(["bob"], [scope_of(BOB)], rows(mails)).id) == sorted(m.id for m in mails)


def test_a_reply_outside_the_columns_is_told_from_one_to_nothing() -> None:
    mails = [
        an_email("m1", ANN, BOB, in_reply_to_id="stored"),
        an_email("m2", ANN, BOB, in_reply_to_id="lost"),
        an_email("m3", BOB, ANN, in_reply_to_id="m1"),
    ]
    found = assemble(["bob"], [scope_of(BOB)], rows(mails, stored=["stored"]))
    assert found.reply_to.tolist() == [ELSEWHERE, NOT_STORED, found.interaction[0]]


def test_no_rows_at_all() -> None:
    found = assemble(["bob"], [scope_of(BOB)], rows([]))
    assert (len(found), len(found.present_row), found.people) == (0, 0, ())


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_a_random_book_belongs_as_the_rules_say(seed: int) -> None:
    book = random_book(Random(seed))
    found = columns(book)
    assert [(found.records[r], i) for r, i in zip(found.record, found.id, strict=True)] == belonging(book)


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_columns_tell_who_took_part_in_each_row(seed: int) -> None:
    book = random_book(Random(seed))
    people = {i.id: {p.person_id for p in i.participants} for i in book.interactions}
    found = columns(book)
    present: list[set[str]] = [set() for _ in range(len(found))]
    for row, person in zip(found.present_row, found.present_person, strict=True):
        present[row].add(found.people[person])
    assert present == [people[i] for i in found.id]


def test_whom_a_record_names_is_told_though_they_took_part_in_nothing() -> None:
    deal = an_opportunity("deal", contact_id="bob", stakeholder_ids=("cat",))
    found = assemble(["deal", "x"], [scope_of(deal)], rows([]))
    assert found.named == ({"bob", "cat"}, frozenset())
