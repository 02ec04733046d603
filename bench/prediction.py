"""
What health has to tell: which pairs, in touch within half a year, are in touch again within 30 days.

It is asked at many dates of a book; every signal is a number of each pair at each date, the higher the likelier.
"""

from dataclasses import dataclass

import numpy as np

from graph.errors import InputError
from graph.interactions import Bool, Float64, Int64
from graph.settings import OrganizationSettings
from kpi.facts import Facts
from kpi.health_score import raw_scores, signals
from kpi.health_weights import weighed
from kpi.window import DAY

ACTIVE_DAYS = 180
AGAIN_DAYS = 30
HALF_LIVES = (7, 14, 30, 60)
COUNT_DAYS = (60, 180)
# Clocks go wrong: the first and the last of a hundred are not taken for the ends of a book.
ENDS = (0.01, 0.99)

HEALTH = "health score"
RECENCY = "recency"


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Pairs at dates: ``again`` tells what came, ``signals`` what was known, ``talk`` how much each side talked."""

    pair: Int64
    date: Int64
    again: Bool
    signals: dict[str, Float64]
    talk: list[Float64]


def dates_of(facts: Facts, number: int) -> Int64:
    """Return dates spread evenly over a book, from half a year (or a quarter of it) in to a month before its end."""
    if not len(facts):
        raise InputError("There is no interaction between a seller and a customer; is the team named?")
    first, last = np.quantile(facts.at, ENDS)
    begin = first + min(ACTIVE_DAYS * DAY, (last - first) / 4)
    return np.linspace(begin, max(last - AGAIN_DAYS * DAY, begin), number).astype(np.int64)


def samples_of(facts: Facts, dates: Int64) -> Samples:
    """Return every pair that was in touch lately, at each of the dates."""
    parts = [_samples_at(facts, number, int(date)) for number, date in enumerate(dates)]
    return Samples(
        pair=np.concatenate([part.pair for part in parts]),
        date=np.concatenate([part.date for part in parts]),
        again=np.concatenate([part.again for part in parts]),
        signals={name: np.concatenate([part.signals[name] for part in parts]) for name in parts[0].signals},
        talk=[np.concatenate(columns) for columns in zip(*(part.talk for part in parts), strict=True)],
    )


def _samples_at(facts: Facts, number: int, date: int) -> Samples:
    size = len(facts.records)
    age = (date - facts.at) / DAY
    last = np.full(size, np.inf)
    np.minimum.at(last, facts.record[age >= 0], age[age >= 0])
    active = np.flatnonzero(last <= ACTIVE_DAYS)
    soon = (age < 0) & (age >= -AGAIN_DAYS)
    again = np.bincount(facts.record[soon], minlength=size) > 0
    score = raw_scores(signals(weighed(facts, OrganizationSettings()), date), OrganizationSettings())
    columns = {HEALTH: score, RECENCY: -last, **_counts(facts, age), **_decays(facts, age)}
    half = 0.5 ** (np.where(age < 0, np.inf, age) / 30)
    talk = [_total(facts, half * side)[active] for side in (facts.we_talk, facts.they_talk)]
    chosen = {name: column[active] for name, column in columns.items()}
    return Samples(active, np.full(len(active), number), again[active], chosen, talk)


def _counts(facts: Facts, age: Float64) -> dict[str, Float64]:
    return {f"count, {days} days": _total(facts, (age >= 0) & (age <= days)) for days in COUNT_DAYS}


def _decays(facts: Facts, age: Float64) -> dict[str, Float64]:
    past = np.where(age < 0, np.inf, age)
    return {f"decay, half-life {days} days": _total(facts, 0.5 ** (past / days)) for days in HALF_LIVES}


def _total(facts: Facts, column: Float64 | Bool) -> Float64:
    return np.bincount(facts.record, column, minlength=len(facts.records))
