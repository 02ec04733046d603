"""What holds for the health of any book of business, whatever the formula."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from graph.model import Interaction, InteractionKind, InteractionState, to_micros
from graph.settings import Frequency, OrganizationSettings
from kpi.facts import facts_of
from kpi.health import Grade, Health, HealthState, deltas_at, health, scores_at
from kpi.health_history import HistoryStep, health_history
from kpi.health_score import raw_scores, signals
from kpi.health_weights import weighed, weighed_interactions
from kpi.window import Window
from tests.kpi import reference, reference_health
from tests.kpi.books import RECORDS
from tests.kpi.catalogue import plain, same
from tests.situations import AS_OF, DEAL, LEA, call, columns, email, meeting, other

DEFAULT = OrganizationSettings()
# Sums in another order end in another digit.
ROUNDING = 1e-9
WEIGHTS = ("email_weight_percent", "meeting_weight_percent", "call_weight_percent", "other_weight_percent")
PERCENT = st.floats(-50, 50)
PEOPLE = ("ann", "max", "bob", "cat")

thorough = profile(max_examples=100)


@dataclass(frozen=True)
class Both:
    """What each record's health says, and the formula's number whether it is shown or not."""

    shown: list[Health]
    raw: list[float]


def both(interactions: list[Interaction], as_of: datetime = AS_OF, settings: OrganizationSettings = DEFAULT) -> Both:
    read = columns(*interactions, records=RECORDS)
    raw = raw_scores(signals(weighed_interactions(read, settings), to_micros(as_of)), settings)
    return Both(health(read, Window(as_of), settings), raw.tolist())


def assert_none_is_lower(than: Both, now: Both) -> None:
    for before, after in zip(than.raw, now.raw, strict=True):
        assert after >= before - ROUNDING
    for was, found in zip(than.shown, now.shown, strict=True):
        assert was.score is None or (found.score is not None and found.score >= was.score)


@st.composite
def all_settings(draw: st.DrawFn) -> OrganizationSettings:
    fair, good = sorted(draw(st.lists(st.floats(0.1, 100), min_size=2, max_size=2)))
    return OrganizationSettings(
        **{name: draw(PERCENT) for name in WEIGHTS},  # type: ignore[arg-type]
        frequency=draw(st.sampled_from(Frequency)),
        good_from=good,
        fair_from=fair,
    )


@st.composite
def interactions(draw: st.DrawFn, ids: str = "i", ahead: int = 20) -> Interaction:
    """Anything there can be: of all kinds, by anybody, long ago or planned, about anything, called off or not."""
    at = AS_OF - timedelta(hours=draw(st.one_of(st.integers(-ahead, 200), st.integers(-24 * ahead, 24 * 200))))
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True))
    fields: dict[str, Any] = {
        "regarding_id": draw(st.sampled_from([None, None, "deal", "lea", "bob", "globex"])),
        "state": draw(st.sampled_from([*InteractionState, *[InteractionState.COMPLETED] * 5])),
    }
    id_ = f"{ids}{draw(st.integers(0, 10**9))}"
    minutes = draw(st.sampled_from([None, 0.0, 30.0]))
    match draw(st.sampled_from(InteractionKind)):
        case InteractionKind.EMAIL:
            return email(id_, at, *people, **fields)
        case InteractionKind.MEETING:
            return meeting(id_, at, *people, duration_minutes=minutes, **fields)
        case InteractionKind.CALL:
            return call(id_, at, *people, duration_minutes=minutes, **fields)
        case _:
            first = people[0] if draw(st.booleans()) else None
            return other(id_, at, first, *(people if first is None else people[1:]), duration_minutes=minutes, **fields)


books = st.lists(interactions(), max_size=30, unique_by=lambda i: i.id)


@given(book=books, settings=all_settings())
@thorough
def test_the_terms_add_up_to_the_score(book: list[Interaction], settings: OrganizationSettings) -> None:
    for found in both(book, settings=settings).shown:
        if found.score is not None:
            assert sum(term.contribution for term in found.terms) == pytest.approx(found.score, abs=0.05 + ROUNDING)
            assert all(term.value * term.weight == term.contribution for term in found.terms)


@given(book=books, settings=all_settings())
@thorough
def test_scores_are_from_0_to_100(book: list[Interaction], settings: OrganizationSettings) -> None:
    found = both(book, settings=settings)
    assert all(-ROUNDING <= raw <= 100 for raw in found.raw)
    assert all(0 <= h.score <= 100 for h in found.shown if h.score is not None)


@given(book=books, settings=all_settings(), added=interactions("added"))
@thorough
def test_adding_any_interaction_never_lowers_a_score(
    book: list[Interaction], settings: OrganizationSettings, added: Interaction
) -> None:
    assert_none_is_lower(both(book, settings=settings), both([*book, added], settings=settings))


@given(book=st.lists(interactions(ahead=0), max_size=30), settings=all_settings(), days=st.floats(0, 1000))
@thorough
def test_silence_never_raises_a_score(book: list[Interaction], settings: OrganizationSettings, days: float) -> None:
    later = AS_OF + timedelta(days=days)
    assert_none_is_lower(both(book, later, settings), both(book, AS_OF, settings))


@given(book=books, settings=all_settings(), name=st.sampled_from(WEIGHTS), percent=PERCENT)
@thorough
def test_a_weight_moves_every_score_its_own_way(
    book: list[Interaction], settings: OrganizationSettings, name: str, percent: float
) -> None:
    light, heavy = sorted((getattr(settings, name), percent))
    lighter, heavier = (replace(settings, **{name: weight}) for weight in (light, heavy))
    assert_none_is_lower(both(book, settings=lighter), both(book, settings=heavier))


@given(
    book=st.lists(st.sampled_from([email, call, other]), min_size=3, max_size=60),
    first=st.sampled_from(["ann", "bob", None]),
    ages=st.lists(st.floats(0, 300), min_size=60, max_size=60),
    settings=all_settings(),
)
@thorough
def test_only_one_side_talking_is_never_good(
    book: list[Any], first: str | None, ages: list[float], settings: OrganizationSettings
) -> None:
    """Neither with many at once, nor whatever the thresholds; nor where nobody is known to talk."""
    second = {"ann": "bob", "bob": "ann"}.get(first or "")
    made = []
    for n, (make, age) in enumerate(zip(book, ages, strict=False)):
        at = AS_OF - timedelta(days=age)
        if first is None or second is None:
            made.append(other(f"i{n}", at, None, "ann", "bob"))
        else:
            made.append(make(f"i{n}", at, first, second, **({"duration_minutes": 0.0} if make is call else {})))
    [_, bob, *_] = both(made, settings=settings).shown
    assert bob.state is HealthState.AVAILABLE
    assert bob.grade is not Grade.GOOD


@given(
    frequency=st.sampled_from(Frequency),
    make=st.sampled_from([email, meeting, call, other]),
    sides=st.permutations(["ann", "bob"]),
    times=st.integers(3, 40),
    jitter=st.lists(st.floats(-0.15, 0.15), min_size=40, max_size=40),
    passed=st.floats(0, 1),
)
@thorough
def test_one_interaction_an_interval_by_the_two_sides_in_turn_is_good(
    frequency: Frequency, make: Any, sides: list[str], times: int, jitter: list[float], passed: float
) -> None:
    """From the third on, until the next is due, and where each is up to a seventh of the interval early or late."""
    settings = OrganizationSettings(frequency=frequency)
    ages = [max((n + passed + jitter[n]) * settings.interval_days, 0.0) for n in range(times)]
    rhythm = [make(f"i{n}", AS_OF - timedelta(days=age), *sides[:: 1 - n % 2 * 2]) for n, age in enumerate(ages)]
    [_, bob, *_] = both(rhythm, settings=settings).shown
    assert bob.score is not None
    assert bob.grade is Grade.GOOD


@given(book=books, settings=all_settings())
@thorough
def test_health_is_what_the_page_about_it_says(book: list[Interaction], settings: OrganizationSettings) -> None:
    places: dict[str, Any] = {"as_of": AS_OF, "days": None, "zone": "UTC"}
    for record, found in zip(RECORDS, both(book, settings=settings).shown, strict=True):
        view = reference.view(record, book, contacts=["bob"], deals={DEAL.id, LEA.id} - {record.id}, **places)
        right = reference_health.health(view, settings)
        assert same(plain(found), right), f"{record.id} is {plain(found)}, should be {right}"


@given(book=books, settings=all_settings())
@thorough
def test_facts_and_history_have_the_same_scores(book: list[Interaction], settings: OrganizationSettings) -> None:
    read = columns(*book, records=RECORDS)
    facts = facts_of(read)
    histories = health_history(read, Window(AS_OF), settings, 6, HistoryStep.WEEK)
    for points in zip(*histories, strict=True):
        at = points[0].at
        found = health(read, Window(at), settings)
        book = weighed(facts, settings)
        scores, deltas = (compute(book, to_micros(at), settings).tolist() for compute in (scores_at, deltas_at))
        assert [h.score for h in found] == [point.score for point in points]
        assert [h.score for h in found] == [None if s != s else s for s in scores]
        assert [h.trend_delta for h in found if h.score is not None] == [
            None if d != d else d for d, s in zip(deltas, scores, strict=True) if s == s
        ]
