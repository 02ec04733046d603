"""What holds for every KPI in every situation."""

import random
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from graph.interactions import Interactions
from kpi.activities import Points
from kpi.window import Window
from tests.kpi.catalogue import KPIS, Kpi, plain
from tests.situations import AS_OF, SITUATIONS, Situation, columns, email

DAYS = [1, 36_600, None]
every_kpi = pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
every_situation = pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)


def read(situation: Situation) -> Interactions:
    return columns(*situation.interactions, records=situation.records, opted_out=situation.opted_out)


def results(kpi: Kpi, interactions: Interactions, situation: Situation) -> list[list[Any]]:
    return [kpi(interactions, Window(situation.as_of, days, situation.zone)) for days in DAYS]


def arrays(interactions: Interactions) -> list[np.ndarray[Any, Any]]:
    values = [getattr(interactions, field.name) for field in fields(interactions)]
    return [value for value in values if isinstance(value, np.ndarray)]


@every_situation
@every_kpi
def test_there_is_one_result_for_each_record(kpi: Kpi, situation: Situation) -> None:
    for found in results(kpi, read(situation), situation):
        assert len(found) == len(situation.records)


@every_situation
@every_kpi
def test_a_kpi_leaves_its_input_alone_and_answers_the_same_twice(kpi: Kpi, situation: Situation) -> None:
    interactions = read(situation)
    for array in arrays(interactions):
        array.flags.writeable = False
    assert results(kpi, interactions, situation) == results(kpi, interactions, situation)


@every_situation
@every_kpi
def test_the_order_in_which_a_store_reads_does_not_matter(kpi: Kpi, situation: Situation) -> None:
    shuffled = list(situation.interactions)
    random.Random(7).shuffle(shuffled)
    again = read(replace(situation, interactions=tuple(shuffled)))
    assert results(kpi, again, situation) == results(kpi, read(situation), situation)


@every_situation
@every_kpi
def test_a_record_alone_is_as_in_a_batch(kpi: Kpi, situation: Situation) -> None:
    together = kpi(read(situation), Window(situation.as_of, 60, situation.zone))
    alone = [
        kpi(read(replace(situation, records=(record,))), Window(situation.as_of, 60, situation.zone))[0]
        for record in situation.records
    ]
    assert together == alone


@every_situation
@every_kpi
def test_results_hold_plain_values(kpi: Kpi, situation: Situation) -> None:
    def check(value: Any) -> None:
        if isinstance(value, list | tuple):
            for item in value:
                check(item)
        elif is_dataclass(value) and not isinstance(value, Points):
            for field in fields(value):
                check(getattr(value, field.name))
        else:
            assert type(value).__module__ not in ("numpy",), f"{value!r} of {type(value)}"

    for found in results(kpi, read(situation), situation)[:1]:
        check(found)
        check(plain(found))


@pytest.mark.parametrize("kpi", [KPIS[name] for name in KPIS if name != "next_interaction"])
def test_what_comes_later_changes_nothing(kpi: Kpi) -> None:
    past = SITUATIONS["conversation"]
    later = email("m8", datetime(2026, 12, 1, tzinfo=UTC), "ann", "bob", thread_id="t", in_reply_to_id="m4")
    now = replace(past, interactions=(*past.interactions, later))
    assert results(kpi, read(now), past) == results(kpi, read(past), past)


@pytest.fixture(scope="module")
def long_correspondence() -> Interactions:
    begin = datetime(1990, 1, 1, tzinfo=UTC)
    step = (AS_OF - begin) / 100_000
    names = [("ann", "bob"), ("bob", "ann"), ("max", "bob")]
    mails = (email(f"m{n}", begin + n * step, *names[n % 3], thread_id=f"t{n % 1000}") for n in range(100_000))
    return columns(*mails)


@every_kpi
def test_a_hundred_thousand_mails_of_one_record_are_read(kpi: Kpi, long_correspondence: Interactions) -> None:
    assert len(kpi(long_correspondence, Window(AS_OF, None, "Europe/Madrid"))) == 1
