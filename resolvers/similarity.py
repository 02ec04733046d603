"""What a request reads and works out to compare deals: each deal, ranking and comparison once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.model import Opportunity, to_micros
from graph.store import Store
from kpi.comparison import LifeCompared, compared
from kpi.life import Life
from kpi.similar_won import SimilarDeal, SimilarityMethod, record, similar_won
from kpi.similarity.deals import Deals
from kpi.similarity.learning import FieldWeight
from resolvers.answers import Settings
from resolvers.deals import kept_deals
from resolvers.lives import LifeSpan, life_span, lives_of
from resolvers.loader import Loader
from resolvers.weights import Learned, WeightBook


@dataclass(frozen=True, slots=True)
class DealAt:
    """A deal at an instant, with days as they are in a zone."""

    deal: Opportunity
    as_of: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What similar deals were found by; ``separation`` and ``learned_at`` are None where nothing was learned."""

    method: SimilarityMethod
    fields: Sequence[FieldWeight]
    won_deals: int
    lost_deals: int
    learned_at: datetime | None
    separation: float | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The 100 won deals that are most like one, and by what they were found."""

    basis: Basis
    deals: Sequence[SimilarDeal]


class Similarity:
    """The loaders of everything that compares deals; they live as long as a request."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._closed = kept_deals(store)
        self._reading: asyncio.Task[Deals] | None = None
        self._weights = WeightBook(store, self._closed.weights)
        self.ranked = Loader(self._ranked)
        self.lives = Loader(self._lives)
        self.compared = Loader(self._compared)

    async def refresh(self, as_of: datetime) -> Basis:
        """Learn anew from the deals that were closed by an instant, where there are enough of them."""
        deals = await self._deals()
        return _basis(deals, as_of, await self._weights.refresh(deals, as_of))

    async def _deals(self) -> Deals:
        if self._reading is None:
            self._reading = asyncio.create_task(self._closed.read(self._store))
        return await self._reading

    async def _ranked(self, wanted: list[DealAt]) -> list[Ranked]:
        deals = await self._deals()
        learned = {as_of: await self._weights.at(deals, as_of) for as_of in {deal.as_of for deal in wanted}}
        return [_rank(deals, deal, learned[deal.as_of]) for deal in wanted]

    async def _lives(self, spans: list[LifeSpan]) -> list[Life]:
        return await lives_of(self._store, self._settings, self._closed.lives, spans)

    async def _compared(self, wanted: list[DealAt]) -> list[LifeCompared]:
        ranked = await self.ranked.load_many(wanted)
        spans = [_spans(one, found.deals) for one, found in zip(wanted, ranked, strict=True)]
        asked = list(dict.fromkeys(span for group in spans for span in group))
        lives = dict(zip(asked, await self._lives(asked), strict=True))
        return [_compare(one, [lives[span] for span in group]) for one, group in zip(wanted, spans, strict=True)]


def _spans(wanted: DealAt, similar: Sequence[SimilarDeal]) -> list[LifeSpan]:
    """Return the life of a deal, then those of the deals it is compared with."""
    deals = [wanted.deal, *(found.deal for found in similar)]
    return [life_span(deal, wanted.as_of, wanted.zone) for deal in deals]


def _compare(wanted: DealAt, lives: Sequence[Life]) -> LifeCompared:
    created = wanted.deal.created_at
    begun = created is None or created <= wanted.as_of
    return compared(lives[0] if begun else None, lives[1:])


def _rank(deals: Deals, wanted: DealAt, learned: Learned | None) -> Ranked:
    weights = learned.weights if learned else None
    found = similar_won(deals, wanted.deal, to_micros(wanted.as_of), weights)
    return Ranked(_basis(deals, wanted.as_of, learned), found)


def _basis(deals: Deals, as_of: datetime, learned: Learned | None) -> Basis:
    counts = record(deals, to_micros(as_of))
    if learned is None:
        return Basis(SimilarityMethod.MOST_RECENT, (), counts.won, counts.lost, None, None)
    method = SimilarityMethod.LEARNED if learned.weights.proven else SimilarityMethod.EVEN
    return Basis(method, learned.weights.fields, counts.won, counts.lost, learned.at, learned.weights.separation)
