"""The numbers of deals over their whole lives, many deals with one read of the store."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.interactions import Interactions
from graph.model import Opportunity, from_micros, to_micros
from graph.store import Store
from kpi.life import Life, lives
from kpi.spans import EVER
from resolvers.answers import SMALL, Settings

# A span that holds nothing, for records that are not asked about.
NEVER = (0, -1)


@dataclass(frozen=True, slots=True)
class LifeSpan:
    """A deal from one instant to another (microseconds), with days as they are in a zone."""

    deal: str
    since: int
    until: int
    zone: str


def life_span(deal: Opportunity, as_of: datetime, zone: str) -> LifeSpan:
    """Return the life of a deal from its creation to its close or *as of*, whichever is first."""
    begin = EVER if deal.created_at is None else to_micros(deal.created_at)
    end = as_of if deal.closed_at is None else min(deal.closed_at, as_of)
    return LifeSpan(deal.id, begin, to_micros(end), zone)


async def lives_of(store: Store, settings: Settings, spans: Sequence[LifeSpan]) -> list[Life]:
    """Measure each life, in order."""
    deals = list(dict.fromkeys(span.deal for span in spans))
    until = from_micros(max(span.until for span in spans))
    columns, current = await asyncio.gather(store.interactions_of(deals, until=until), settings())
    columns = columns.of_sources(current.settings.sources)
    if len(columns) <= SMALL:
        return _measure(columns, spans)
    return await asyncio.to_thread(_measure, columns, spans)


def _measure(columns: Interactions, spans: Sequence[LifeSpan]) -> list[Life]:
    found: dict[LifeSpan, Life] = {}
    for zone, layer in _layers(spans):
        since, until = zip(*(layer.get(record, NEVER) for record in columns.records), strict=True)
        measured = zip(columns.records, lives(columns, since, until, zone), strict=True)
        found |= {LifeSpan(record, *layer[record], zone): life for record, life in measured if record in layer}
    return [found[span] for span in spans]


def _layers(spans: Sequence[LifeSpan]) -> list[tuple[str, dict[str, tuple[int, int]]]]:
    """Return the spans in groups of one zone that name each deal once: a deal may be looked at as of two instants."""
    layers: list[tuple[str, dict[str, tuple[int, int]]]] = []
    for span in spans:
        fitting = (layer for zone, layer in layers if zone == span.zone and span.deal not in layer)
        layer = next(fitting, None)
        if layer is None:
            layers.append((span.zone, layer := {}))
        layer[span.deal] = (span.since, span.until)
    return layers
