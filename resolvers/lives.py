"""The numbers of deals over their whole lives, many deals with one read of the store."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.interactions import Interactions
from graph.model import Opportunity, Source, from_micros, to_micros
from graph.store import Store
from kpi.life import Life, lives
from kpi.spans import EVER
from resolvers.answers import SMALL, Settings

# A span that holds nothing, for records that are not asked about.
NEVER = (0, -1)
# More deals than anybody compares within a while; beyond that the lives of all are forgotten and begun anew.
MOST_KEPT = 50_000

Sources = tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class LifeSpan:
    """A deal from one instant to another (microseconds), with days as they are in a zone; ``ended`` with its close."""

    deal: str
    since: int
    until: int
    zone: str
    ended: bool


class KeptLives:
    """The lives of closed deals that were measured, for as long as nothing is written that they are made of."""

    def __init__(self) -> None:
        self.mark = 0
        self._lives: dict[str, dict[tuple[LifeSpan, Sources], Life]] = {}

    def forget(self, deals: Collection[str], mark: int) -> None:
        """Forget the lives of deals that were touched up to a mark."""
        self.mark = mark
        for deal in deals:
            self._lives.pop(deal, None)

    def find(self, span: LifeSpan, sources: Sources) -> Life | None:
        """Return a life that is kept."""
        return self._lives.get(span.deal, {}).get((span, sources))

    def keep(self, lives: Mapping[LifeSpan, Life], sources: Sources, mark: int) -> None:
        """Keep lives that were read from the store when it was at a mark, unless it is known to have gone on."""
        if mark != self.mark:
            return
        if len(self._lives) > MOST_KEPT:
            self._lives.clear()
        for span, life in lives.items():
            if span.ended:
                self._lives.setdefault(span.deal, {})[span, sources] = life


def life_span(deal: Opportunity, as_of: datetime, zone: str) -> LifeSpan:
    """Return the life of a deal from its creation to its close or *as of*, whichever is first."""
    begin = EVER if deal.created_at is None else to_micros(deal.created_at)
    end = as_of if deal.closed_at is None else min(deal.closed_at, as_of)
    return LifeSpan(deal.id, begin, to_micros(end), zone, ended=end == deal.closed_at)


async def lives_of(store: Store, settings: Settings, kept: KeptLives, spans: Sequence[LifeSpan]) -> list[Life]:
    """Measure each life, in order, those that are not kept with one read of the store."""
    sources = (await settings()).settings.sources
    lives = {span: kept.find(span, sources) for span in spans}
    if missing := [span for span, life in lives.items() if life is None]:
        mark = kept.mark
        measured = await _read(store, sources, missing)
        kept.keep(measured, sources, mark)
        lives |= measured
    return [life for span in spans if (life := lives[span])]


async def _read(store: Store, sources: Sources, spans: Sequence[LifeSpan]) -> dict[LifeSpan, Life]:
    deals = list(dict.fromkeys(span.deal for span in spans))
    until = from_micros(max(span.until for span in spans))
    columns = (await store.interactions_of(deals, until=until)).of_sources(sources)
    if len(columns) <= SMALL:
        return _measure(columns, spans)
    return await asyncio.to_thread(_measure, columns, spans)


def _measure(columns: Interactions, spans: Sequence[LifeSpan]) -> dict[LifeSpan, Life]:
    found: dict[LifeSpan, Life] = {}
    for zone, layer in _layers(spans):
        bounds = [(layer[deal].since, layer[deal].until) if deal in layer else NEVER for deal in columns.records]
        since, until = zip(*bounds, strict=True)
        measured = zip(columns.records, lives(columns, since, until, zone), strict=True)
        found |= {layer[deal]: life for deal, life in measured if deal in layer}
    return found


def _layers(spans: Sequence[LifeSpan]) -> list[tuple[str, dict[str, LifeSpan]]]:
    """Return the spans in groups of one zone that name each deal once: a deal may be looked at as of two instants."""
    layers: list[tuple[str, dict[str, LifeSpan]]] = []
    for span in spans:
        fitting = (layer for zone, layer in layers if zone == span.zone and span.deal not in layer)
        layer = next(fitting, None)
        if layer is None:
            layers.append((span.zone, layer := {}))
        layer[span.deal] = span
    return layers
