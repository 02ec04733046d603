"""
KPIs for many records at once: the questions of a tick, answered with one read of the store for each instant.

Fifty records with nine widgets each are 450 questions, one read of the columns, and nine passes over them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from graph.interactions import Interactions
from graph.model import to_micros
from graph.settings import OrganizationSettings, SettingsVersion
from graph.store import Store
from kpi.email_engagement import Events
from kpi.window import Window
from resolvers.engagement import engagement_with

# What a KPI returns for one record; each has a type of its own.
Answer = Any
# Of interactions and a window, and of the events of followed emails where a measure asks for them.
Kpi = Callable[..., Sequence[Answer]]
Settings = Callable[[], Awaitable[SettingsVersion]]

# Up to here the passes take a few milliseconds, less than handing them to a thread is worth.
SMALL = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """
    A KPI over a window; equal ones are the same, as :func:`measure_of` returns them.

    ``ahead`` shows it what comes after *as of* too, not only what led up to it. It gets one argument more where it is
    ``engaged``, the events of the followed emails by us, and where it is ``settled``, the organisation's settings.
    """

    kpi: Kpi
    window: Window
    ahead: bool = False
    engaged: bool = False
    settled: bool = False


# Asked for hundreds of times in a request that wants a dozen.
measure_of = lru_cache(maxsize=1024)(Measure)


class Question(NamedTuple):
    """A measure of one record."""

    measure: Measure
    record: str


# What a measure says of each record.
Results = dict[Measure, dict[str, Answer]]


async def answers(store: Store, settings: Settings, questions: Sequence[Question]) -> list[Answer]:
    """Answer each question, in order, from the sources that count."""
    asked: dict[datetime, list[Question]] = {}
    for question in questions:
        asked.setdefault(question.measure.window.as_of, []).append(question)
    found = await asyncio.gather(*(_results(store, settings, as_of, batch) for as_of, batch in asked.items()))
    results = dict(zip(asked, found, strict=True))
    return [results[q.measure.window.as_of][q.measure][q.record] for q in questions]


async def _results(store: Store, settings: Settings, as_of: datetime, questions: Sequence[Question]) -> Results:
    """Return what each measure that is asked for says of each record."""
    records = list(dict.fromkeys(question.record for question in questions))
    measures = list(dict.fromkeys(question.measure for question in questions))
    # What led up to the instant and what comes after it are read at once: little of most records is planned.
    after = None if any(not m.ahead for m in measures) else as_of
    until = None if any(m.ahead for m in measures) else as_of
    columns = await store.interactions_of(records, after=after, until=until)
    # Known since the records were read.
    current = await settings()
    columns = columns.of_sources(current.settings.sources)
    past = columns.up_to(to_micros(as_of))
    events = await engagement_with(store, past, [m.window for m in measures if m.engaged])
    if len(columns) <= SMALL:
        return _compute(_Found(past, columns, events, current.settings), measures)
    return await asyncio.to_thread(_compute, _Found(past, columns, events, current.settings), measures)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read for the questions about an instant; the past is part of the whole."""

    past: Interactions
    whole: Interactions
    events: Events
    settings: OrganizationSettings

    def result(self, measure: Measure) -> Sequence[Answer]:
        more = [*([self.events] if measure.engaged else []), *([self.settings] if measure.settled else [])]
        return measure.kpi(self.whole if measure.ahead else self.past, measure.window, *more)


def _compute(found: _Found, measures: Sequence[Measure]) -> Results:
    return {m: dict(zip(found.past.records, found.result(m), strict=True)) for m in measures}
