"""Numbers of a lot of facts are the same in one part and in two, and worked out once."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from graph.model import to_micros
from graph.settings import Frequency, OrganizationSettings
from kpi.facts import facts_of
from kpi.health import deltas_at, scores_at
from kpi.ranking import Column, Measure, measured
from kpi.window import Window
from resolvers.lot import MOST_KEPT, Lot, Part
from tests.situations import AS_OF, BOB, DEAL, GLOBEX, LEA, ago, columns, email, meeting

SIDES = ("ann", "bob"), ("bob", "ann")
FACTS = facts_of(
    columns(
        *(email(f"m{n}", ago(n * 5), *SIDES[n % 2], thread_id=f"t{n // 3}") for n in range(40)),
        meeting("later", ago(-3), "ann", "bob"),
        records=(LEA, BOB, DEAL, GLOBEX),
    )
)
DEFAULT = OrganizationSettings()
NOW = to_micros(AS_OF)


@pytest.fixture
def two_parts(monkeypatch: pytest.MonkeyPatch) -> Lot:
    monkeypatch.setattr("resolvers.lot.ROWS_FOR_TWO", 2)
    return Lot(FACTS)


def plain(column: Column) -> list[Any]:
    return [column.values.tolist(), column.known.tolist()]


@pytest.mark.parametrize("measure", Measure)
def test_a_measure_of_two_parts_is_that_of_the_whole(two_parts: Lot, measure: Measure) -> None:
    window = Window(AS_OF, 30, "Europe/Madrid")
    found = two_parts.column(measure, lambda part: measured(part.facts, measure, window))
    assert plain(found) == plain(measured(FACTS, measure, window))


@pytest.mark.parametrize("compute", [scores_at, deltas_at])
def test_the_health_of_two_parts_is_that_of_the_whole(two_parts: Lot, compute: Any) -> None:
    def column(part: Part) -> Column:
        values = compute(part.weighed(DEFAULT), NOW, DEFAULT)
        return Column(values, np.ones(len(values), dtype=np.bool_))

    right = column(Part(FACTS)).values.tolist()
    assert len(right) == 4
    assert two_parts.column("health", column).values.tolist() == pytest.approx(right, nan_ok=True, abs=0)


def counted(column: Column) -> Any:
    """Return a way to compute a column that counts how often it is asked for."""
    asked = []

    def compute(part: Part) -> Column:
        asked.append(part)
        return column

    return compute, asked


def test_a_number_is_worked_out_once_as_long_as_few_others_are_asked_for() -> None:
    lot = Lot(FACTS)
    compute, asked = counted(measured(FACTS, Measure.INTERACTIONS, Window(AS_OF)))
    for _ in range(3):
        lot.column("one", compute)
    assert len(asked) == 1
    for n in range(MOST_KEPT):
        lot.column(n, compute)
    lot.column("one", compute)
    assert len(asked) == MOST_KEPT + 2


def test_what_rows_weigh_follows_the_settings_that_say_so() -> None:
    part = Part(FACTS)
    book = part.weighed(DEFAULT)
    assert part.weighed(OrganizationSettings(good_from=90.0)) is book
    heavier = part.weighed(OrganizationSettings(email_weight_percent=50))
    assert heavier.weight.tolist()[0] == 1.5
    seldom = part.weighed(OrganizationSettings(frequency=Frequency.MONTHLY))
    assert seldom.interval > timedelta(days=7) / timedelta(microseconds=1)
