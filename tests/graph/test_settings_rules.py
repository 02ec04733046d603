"""What a setting may be, and what is told of one that it may not."""

from dataclasses import asdict, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import SettingsError
from graph.model import SOURCES, Source
from graph.settings import BulkSign, Change, Frequency, OrganizationSettings, changes
from graph.settings_rules import PLACEHOLDERS, RULES, changed, repaired, shown_name

DEFAULTS = OrganizationSettings()
WEIGHTS = [f"{kind}_weight_percent" for kind in ("email", "meeting", "call", "other")]


def complaints(**given: object) -> list[dict[str, str]]:
    with pytest.raises(SettingsError) as refused:
        changed(DEFAULTS, given)
    told = refused.value.details["fields"]
    assert isinstance(told, list)
    assert str(refused.value) == " ".join(dict.fromkeys(one["message"] for one in told))
    return told


def complaint(**given: object) -> str:
    (told,) = complaints(**given)
    return told["message"]


def test_every_setting_has_a_rule_that_the_default_passes() -> None:
    assert changed(DEFAULTS, asdict(DEFAULTS)) == DEFAULTS
    assert RULES.keys() == {field.name for field in fields(OrganizationSettings)}


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("value", [-50, -50.0, 0, 12.5, 50])
def test_a_weight_is_up_to_fifty_per_cent_either_way(name: str, value: float) -> None:
    assert getattr(changed(DEFAULTS, {name: value}), name) == value


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("value", [-50.1, 51, float("nan"), float("inf"), True, "10", None, [1]])
def test_any_other_weight_is_refused_with_field_and_range(name: str, value: object) -> None:
    message = complaint(**{name: value})
    assert message.startswith(shown_name(name) + " is ")
    assert message.endswith("; it must be a number from -50 to 50.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"good_from": 100.5}, "goodFrom is 100.5; it must be a number from 0 to 100."),
        ({"fair_from": -1}, "fairFrom is -1; it must be a number from 0 to 100."),
        ({"good_from": 40}, "fairFrom is 40 and goodFrom 40; fairFrom must be below goodFrom."),
        ({"moderate_from": 0}, "moderateFrom is 0; it must be a number above 0 and at most 1."),
        ({"strong_from": 1.01}, "strongFrom is 1.01; it must be a number above 0 and at most 1."),
        ({"strong_from": 0.2}, "moderateFrom is 0.33 and strongFrom 0.2; moderateFrom must be below strongFrom."),
        ({"smallest_group": 0}, "smallestGroup is 0; it must be a whole number from 1 to 1000."),
        ({"smallest_group": 1001}, "smallestGroup is 1001; it must be a whole number from 1 to 1000."),
        ({"smallest_group": 2.5}, "smallestGroup is 2.5; it must be a whole number from 1 to 1000."),
        ({"sources": []}, "sources is []; it must be a list of at least one of CRM, MAILBOX, CALENDAR, each once."),
        ({"sources": None}, "sources is null; it must be a list of at least one of CRM, MAILBOX, CALENDAR, each once."),
        (
            {"sources": ["CRM", "CRM"]},
            "sources is [CRM, CRM]; it must be a list of at least one of CRM, MAILBOX, CALENDAR, each once.",
        ),
        ({"health": None}, "health is null; it must be true or false."),
        ({"health": 1}, "health is 1; it must be true or false."),
        (
            {"frequency": "HOURLY"},
            "frequency is 'HOURLY'; it must be one of DAILY, EVERY_FEW_DAYS, WEEKLY, EVERY_COUPLE_OF_WEEKS, MONTHLY.",
        ),
        ({"introduction_subject": " "}, "introduction.subject is ' '; it must be a text of 1 to 200 characters."),
        ({"introduction_subject": "a\nb"}, "introduction.subject is 'a\\nb'; it must be a single line."),
        ({"introduction_body": None}, "introduction.body is null; it must be a text of 1 to 10,000 characters."),
    ],
)
def test_what_is_outside_its_range_is_refused_with_field_and_range(given: dict[str, Any], message: str) -> None:
    assert complaint(**given) == message


@pytest.mark.parametrize(
    "text", ["{nobody}", "{}", "{0}", "{customer.name}", "{customer!r}", "{customer:10}", "{customer[0]}"]
)
def test_a_template_with_anything_but_its_placeholders_is_refused(text: str) -> None:
    assert "stands for nothing; it may hold {customer}, {colleague}, {seller}, and {{ for" in complaint(
        introduction_body=text
    )


@pytest.mark.parametrize("text", ["{", "Hello {customer", "}", "{{customer}"])
def test_a_template_with_half_a_pair_of_braces_is_refused(text: str) -> None:
    assert "a brace without its pair" in complaint(introduction_subject=text)


@given(st.lists(st.one_of(st.text(), st.sampled_from(["{customer}", "{seller}", "{", "}", "{{", "}}"]))).map("".join))
def test_a_template_that_is_taken_can_be_filled_in(text: str) -> None:
    try:
        taken = changed(DEFAULTS, {"introduction_body": text}).introduction_body
    except SettingsError:
        return
    taken.format(**dict.fromkeys(PLACEHOLDERS, "x"))


def test_a_subject_may_be_of_any_script() -> None:
    subject = "介紹\u3000{customer}"
    assert changed(DEFAULTS, {"introduction_subject": subject}).introduction_subject == subject


def test_all_complaints_come_at_once_each_with_its_field() -> None:
    told = complaints(email_weight_percent=80, good_from=30, fair_from=35, sources=[], health=True)
    assert [one["field"] for one in told] == ["emailWeightPercent", "sources", "fairFrom", "goodFrom"]


def test_a_refused_threshold_is_compared_with_nothing() -> None:
    assert [one["field"] for one in complaints(good_from=30, fair_from=500)] == ["fairFrom"]


def test_both_thresholds_may_move_past_where_one_of_them_was() -> None:
    after = changed(DEFAULTS, {"good_from": 30, "fair_from": 20})
    assert (after.good_from, after.fair_from) == (30, 20)


def test_lists_have_the_order_of_their_values() -> None:
    given = {"sources": [Source.CALENDAR, Source.CRM], "bulk_signs": []}
    after = changed(DEFAULTS, given)
    assert (after.sources, after.bulk_signs) == ((Source.CRM, Source.CALENDAR), ())


def test_what_is_not_given_stays() -> None:
    before = changed(DEFAULTS, {"frequency": Frequency.DAILY, "smallest_group": 3})
    after = changed(before, {"call_weight_percent": 10})
    assert changes(before, after) == [Change("call_weight_percent", 0.0, 10.0)]


def test_changes_are_what_differs_in_the_order_of_the_settings() -> None:
    after = changed(DEFAULTS, {"sources": ["CRM"], "good_from": 70, "health": True})
    assert changes(DEFAULTS, after) == [
        Change("good_from", 60.0, 70.0),
        Change("sources", SOURCES, (Source.CRM,)),
    ]


# repaired


@given(st.dictionaries(st.sampled_from(sorted(RULES)), st.none() | st.booleans() | st.integers() | st.text()))
def test_whatever_was_written_gives_settings_that_keep_the_rules(written: dict[str, Any]) -> None:
    settings = repaired(written)
    assert changed(settings, asdict(settings)) == settings


def test_thresholds_that_were_written_together_are_read_together() -> None:
    settings = repaired({"good_from": 30.0, "fair_from": 20.0})
    assert (settings.good_from, settings.fair_from) == (30.0, 20.0)


def test_thresholds_in_the_wrong_order_are_the_defaults() -> None:
    assert repaired({"good_from": 20.0, "fair_from": 30.0, "smallest_group": 9}) == OrganizationSettings(
        smallest_group=9
    )


def test_values_that_only_a_newer_rapport_knows_are_left_out() -> None:
    settings = repaired({"sources": ["CRM", "TELEPATHY", {}], "bulk_signs": ["SMELL"], "frequency": "HOURLY"})
    assert (settings.sources, settings.bulk_signs, settings.frequency) == ((Source.CRM,), (), Frequency.WEEKLY)


def test_all_signs_of_bulk_mail_are_heeded_by_default() -> None:
    assert set(DEFAULTS.bulk_signs) == set(BulkSign)
