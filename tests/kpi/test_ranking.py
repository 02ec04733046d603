"""Records are ranked by the very numbers that their widgets show."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from graph.interactions import Interactions
from graph.model import to_micros
from kpi.customer_interactions import customer_interactions
from kpi.email_ratio import email_ratio
from kpi.facts import facts_of
from kpi.hourly_investment import hourly_investment
from kpi.last_interaction import last_interaction, next_interaction
from kpi.ranking import Column, Measure, measured
from kpi.response_time import response_time
from kpi.window import Window
from tests.kpi.books import RECORDS, books, interactions, mails
from tests.situations import AS_OF, SITUATIONS, ago, columns, email


def _instant(touchpoint: Any) -> int | None:
    return None if touchpoint is None else to_micros(touchpoint.at)


# What each measure is of: the widget's own number.
WIDGETS: dict[Measure, Callable[[Interactions, Window], list[Any]]] = {
    Measure.LAST_INTERACTION: lambda i, w: [_instant(t) for t in last_interaction(i, w.as_of)],
    Measure.NEXT_INTERACTION: lambda i, w: [_instant(t) for t in next_interaction(i, w.as_of)],
    Measure.INTERACTIONS: lambda i, w: [c.total.total for c in customer_interactions(i, w)],
    Measure.INTERACTIONS_BY_US: lambda i, w: [c.by_us.total for c in customer_interactions(i, w)],
    Measure.INTERACTIONS_BY_THEM: lambda i, w: [c.by_them.total for c in customer_interactions(i, w)],
    Measure.OUR_RESPONSE_TIME: lambda i, w: [r.ours.mean_hours for r in response_time(i, w)],
    Measure.THEIR_RESPONSE_TIME: lambda i, w: [r.theirs.mean_hours for r in response_time(i, w)],
    Measure.OUR_MINUTES: lambda i, w: [h.our_minutes.total for h in hourly_investment(i, w)],
    Measure.THEIR_MINUTES: lambda i, w: [h.their_minutes.total for h in hourly_investment(i, w)],
    Measure.EMAIL_RATIO_BY_US: lambda i, w: [r.by_us for r in email_ratio(i, w)],
    Measure.EMAIL_RATIO_BY_THEM: lambda i, w: [r.by_them for r in email_ratio(i, w)],
}


def values(column: Column) -> list[Any]:
    pairs = zip(column.values.tolist(), column.known.tolist(), strict=True)
    return [value if known else None for value, known in pairs]


def assert_all_as_widgets_show(read: Interactions, window: Window) -> None:
    facts = facts_of(read)
    for measure, widget in WIDGETS.items():
        # To the last bit: what looks equal in two records must rank as equal.
        assert values(measured(facts, measure, window)) == widget(read, window), measure


@given(book=books(mails))
@settings(max_examples=100)
def test_every_measure_of_a_correspondence_is_the_number_that_its_widget_shows(book: dict[str, Any]) -> None:
    read = columns(*book["interactions"], records=RECORDS, stored=book["stored"])
    assert_all_as_widgets_show(read, Window(book["as_of"], book["days"], book["zone"]))


@given(book=books(interactions))
@settings(max_examples=100)
def test_every_measure_is_the_number_that_its_widget_shows(book: dict[str, Any]) -> None:
    read = columns(*book["interactions"], records=RECORDS, stored=book["stored"])
    assert_all_as_widgets_show(read, Window(book["as_of"], book["days"], book["zone"]))


@pytest.mark.parametrize("days", [1, 2, 60, None])
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_measure_is_the_number_that_its_widget_shows_in_a_named_situation(name: str, days: int | None) -> None:
    s = SITUATIONS[name]
    assert_all_as_widgets_show(columns(*s.interactions, records=s.records), Window(s.as_of, days, s.zone))


def test_equal_waits_in_another_order_are_an_equal_mean() -> None:
    waits = (0.1, 0.7, 1.3, 7.9, 0.3)

    def correspondence(customer: str, hours: tuple[float, ...]) -> list[Any]:
        asked = [email(f"{customer}{n}", ago(n + 2), customer, "ann", thread_id=f"{customer}{n}") for n in range(5)]
        return asked + [
            email(f"re-{mail.id}", ago(n + 2, hours=-hours[n]), "ann", customer, in_reply_to_id=mail.id)
            for n, mail in enumerate(asked)
        ]

    read = columns(*correspondence("bob", waits), *correspondence("cat", waits[::-1]), records=(RECORDS[1], RECORDS[3]))
    first, second = measured(facts_of(read), Measure.OUR_RESPONSE_TIME, Window(AS_OF)).values.tolist()
    assert first == second
