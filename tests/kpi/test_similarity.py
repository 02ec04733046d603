"""Learning what tells won deals from lost ones, and likeness by it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Opportunity, OpportunityState
from kpi.similar_won import similar_won
from kpi.similarity.deals import Deals, deals_of
from kpi.similarity.evidence import separation
from kpi.similarity.fields import fields_of
from kpi.similarity.learning import FieldWeight, Weights, learn
from kpi.similarity.likeness import likeness
from kpi.similarity.logistic import coefficients
from tests.kpi.deals import LAST_CLOSE, a_deal, record

WON, LOST, OPEN = OpportunityState.WON, OpportunityState.LOST, OpportunityState.OPEN
ALWAYS = 2**62


def learned(deals: Deals) -> Weights:
    return learn(deals, deals.until(ALWAYS))


def shares(weights: Weights) -> dict[str, float]:
    return {field.name: field.weight for field in weights.fields}


def outcomes(states: Iterable[OpportunityState], **attributes: Iterable[Any]) -> Deals:
    values = [dict(zip(attributes, row, strict=True)) for row in zip(*attributes.values(), strict=True)]
    return deals_of([a_deal(n, state, **row) for n, (state, row) in enumerate(zip(states, values, strict=True))])


def test_a_field_that_says_nothing_has_no_weight() -> None:
    metals, noise = ["gold"] * 90 + ["tin"] * 110, ["ab"[n * 7 % 3 % 2] for n in range(200)]
    weights = learned(outcomes([WON] * 100 + [LOST] * 100, metal=metals, noise=noise))
    assert shares(weights) == {"metal": 1.0}
    assert weights.separation == pytest.approx(0.95)


def test_a_field_that_separates_more_weighs_more() -> None:
    strong = ["x" if n % 10 else "y" for n in range(100)] + ["y" if n % 10 else "x" for n in range(100)]
    weak = ["x" if n % 10 < 7 else "y" for n in range(100)] + ["y" if n % 10 < 7 else "x" for n in range(100)]
    weights = shares(learned(outcomes([WON] * 100 + [LOST] * 100, strong=strong, weak=weak)))
    assert weights["strong"] > 2 * weights["weak"] > 0
    assert sum(weights.values()) == pytest.approx(1)


def test_a_number_that_wins_in_the_middle_separates_too() -> None:
    sizes = [float(n) for n in range(200)]
    states = [WON if 60 <= size < 140 else LOST for size in sizes]
    assert shares(learned(outcomes(states, size=sizes))) == {"size": 1.0}


def test_a_field_that_is_missing_in_lost_deals_separates() -> None:
    deals = [a_deal(n, WON, budget=float(n)) if n % 2 else a_deal(n, LOST) for n in range(100)]
    assert "budget" in shares(learned(deals_of(deals)))


def test_a_name_of_each_deal_of_its_own_says_nothing() -> None:
    deals = record(won={"gold": 50}, lost={"tin": 50}).deals
    weights = learned(deals_of([replace(deal, contact_id=f"c{deal.id}") for deal in deals]))
    assert shares(weights) == {"metal": 1.0}


def test_deals_without_any_difference_are_all_alike() -> None:
    deals = record(won={"gold": 30}, lost={"gold": 30})
    weights = learned(deals)
    assert (weights.fields, weights.proven, weights.separation) == ((), False, 0.5)
    assert likeness(weights, deals, {"metal": "tin"}).tolist() == [1.0] * 60


def test_only_the_rows_asked_for_are_learned_from() -> None:
    before = record(won={"gold": 40, "tin": 5}, lost={"tin": 40, "gold": 5}).deals
    later = [
        replace(a_deal(n, (WON, LOST)[n % 2], size="SL"[n % 2]), id=f"n{n}", closed_at=LAST_CLOSE + timedelta(days=1))
        for n in range(100)
    ]
    both = deals_of([*before, *later])
    at_first = both.until(int(deals_of(before).closed.max()))
    assert shares(learn(both, at_first)) == shares(learned(deals_of(before))) == {"metal": 1.0}


def test_learning_is_the_same_in_whatever_order_deals_come() -> None:
    deals = record(won={"gold": 40, "tin": 11}, lost={"tin": 35, "gold": 12}).deals
    assert learned(deals_of(deals)) == learned(deals_of(deals[::-1]))


def test_deals_closed_at_the_same_instant_are_in_order_of_their_ids() -> None:
    deals = [replace(a_deal(0, WON), id=id_) for id_ in "cab"]
    assert [deal.id for deal in deals_of(deals).deals] == ["a", "b", "c"]


def test_what_comes_of_the_end_is_no_field() -> None:
    deal = Opportunity(id="o", name="O", owner_id="ann", state=WON, closed_at=LAST_CLOSE, actual_revenue=5.0)
    still_open = replace(deal, state=OPEN, closed_at=None, actual_revenue=None, estimated_close_date=LAST_CLOSE.date())
    assert fields_of(deal) == fields_of(still_open)


@pytest.mark.parametrize(
    ("day", "number"), [((2026, 1, 1), 0), ((2026, 3, 31), 89), ((2026, 4, 1), 0), ((2026, 12, 31), 91)]
)
def test_the_day_of_the_quarter_is_counted_from_its_first(day: tuple[int, int, int], number: int) -> None:
    created = datetime(*day, 23, tzinfo=UTC)
    assert fields_of(Opportunity(id="o", name="O", created_at=created))["createdDayOfQuarter"] == number


def test_an_attribute_named_as_a_field_of_ours_keeps_apart() -> None:
    deal = Opportunity(id="o", name="O", owner_id="ann", attributes=(("owner", "the bank"),))
    found = fields_of(deal)
    assert (found["owner"], found["attributes.owner"]) == ("ann", "the bank")


def weighed(*fields: FieldWeight) -> Weights:
    return Weights(fields, True, 0.9)


SIZE = FieldWeight("size", 1.0, ((0.0, 0.1), (10.0, 0.5), (1000.0, 0.9)))


def test_numbers_are_as_far_apart_as_there_are_deals_between_them() -> None:
    deals = outcomes([WON] * 4, size=[0.0, 10.0, 505.0, 99999.0])
    assert likeness(weighed(SIZE), deals, {"size": 10.0}).tolist() == pytest.approx([0.6, 1.0, 0.8, 0.6])


def test_missing_matches_missing_alone() -> None:
    deals = deals_of([a_deal(0, WON, size=10.0, metal="gold"), a_deal(1, WON)])
    metal = FieldWeight("metal", 0.5)
    weights = weighed(replace(SIZE, weight=0.5), metal)
    assert likeness(weights, deals, {}).tolist() == [0.0, 1.0]
    assert likeness(weights, deals, {"size": 10.0, "metal": "gold"}).tolist() == [1.0, 0.0]


def test_a_field_that_no_deal_has_any_more_is_missing_everywhere() -> None:
    deals = outcomes([WON], metal=["gold"])
    assert likeness(weighed(SIZE), deals, {"metal": "tin"}).tolist() == [1.0]
    assert likeness(weighed(SIZE), deals, {"size": 1.0}).tolist() == [0.0]


def test_a_number_that_has_become_a_text_is_compared_as_one() -> None:
    deals = outcomes([WON, WON], size=["large", "small"])
    assert likeness(weighed(SIZE), deals, {"size": "large"}).tolist() == [1.0, 0.0]


def test_true_is_no_number() -> None:
    assert not outcomes([WON, LOST], urgent=[True, False]).columns["urgent"].is_number
    assert outcomes([WON, LOST], size=[1.0, 0.0]).columns["size"].is_number


def test_separation_is_a_coin_where_there_is_nothing_to_tell_apart() -> None:
    assert separation(np.array([1.0, 2.0]), np.array([True, True])) == 0.5


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.booleans()), min_size=1, max_size=60),
)
def test_coefficients_are_finite_and_none_counts_against(rows: list[tuple[int, int, bool]]) -> None:
    evidence = np.array([row[:2] for row in rows], dtype=np.float64) * 10
    found = coefficients(evidence, np.array([row[2] for row in rows]))
    assert np.isfinite(found).all()
    assert (found >= 0).all()


VALUES = st.one_of(st.sampled_from(["a", "b"]), st.integers(-5, 5).map(float), st.booleans())


@st.composite
def deals(draw: st.DrawFn, n: int) -> Opportunity:
    names = draw(st.sets(st.sampled_from(["metal", "size", "owner"])))
    made = a_deal(draw(st.integers(0, 5)), draw(st.sampled_from([WON, LOST])), **{name: draw(VALUES) for name in names})
    revenue = draw(st.one_of(st.none(), st.floats(0, 1e9)))
    return replace(made, id=f"d{n}", owner_id=draw(st.sampled_from(["ann", None])), estimated_revenue=revenue)


RECORDS = st.integers(1, 40).flatmap(lambda size: st.tuples(*(deals(n) for n in range(size))))


@given(RECORDS)
def test_similarity_is_from_0_to_1_in_order_and_1_for_a_deal_of_the_same_fields(
    record: tuple[Opportunity, ...],
) -> None:
    known, asked = deals_of(record), replace(record[0], id="asked")
    weights = learned(known)
    assert sum(field.weight for field in weights.fields) == pytest.approx(1 if weights.fields else 0)
    found = similar_won(known, asked, ALWAYS, weights)
    assert {f.deal.id for f in found} == {deal.id for deal in record if deal.state is WON}
    order = [(-(f.similarity or 0), -f.deal.closed_at.timestamp(), f.deal.id) for f in found if f.deal.closed_at]
    assert order == sorted(order)
    for similar in found:
        assert similar.similarity is not None
        assert 0 <= similar.similarity <= 1
        if fields_of(similar.deal) == fields_of(asked):
            assert similar.similarity == 1
