"""Similar won deals, and how far from them a deal is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry

from graph.model import Opportunity
from kpi.comparison import LifeCompared
from kpi.life import Life
from kpi.similar_won import MOST, SimilarDeal
from resolvers.arguments import AsOf
from resolvers.context import Info, begin, moment_of
from resolvers.lives import life_span
from resolvers.paging import page_size
from resolvers.similarity import Basis, DealAt

FEW = 5

HowMany = Annotated[
    int | None, strawberry.argument(description=f"How many to return, from 1 to {MOST}; null is {FEW}.")
]


@dataclass(frozen=True, slots=True)
class SimilarWonDeals:
    """Won deals that are like one, and by what they were found."""

    basis: Basis
    deals: Sequence[SimilarDeal]


@dataclass(frozen=True, slots=True)
class SimilarDealsRefresh:
    """What similar deals rest on from now on, and the instant for which it was learned."""

    as_of: datetime
    basis: Basis


async def similar_won_deals(root: Opportunity, info: Info, first: HowMany = FEW) -> SimilarWonDeals:
    """Return the won deals that are most like one."""
    size = page_size(first, FEW)
    found = await info.context.loaders.similarity.ranked.load(_at_moment(root, info))
    return SimilarWonDeals(found.basis, found.deals[:size])


async def similar_won(info: Info, deal: Opportunity) -> LifeCompared:
    """
    Compare a deal with the 100 won deals that are most like it, over their whole lives.

    Every comparison holds the deal's own value, the mean of the similar deals and the difference. However many
    widgets and deals of a request ask, the interactions of all these deals are read once.
    """
    return await info.context.loaders.similarity.compared.load(_at_moment(deal, info))


async def refresh_similar_deals(info: Info, as_of: AsOf = None) -> SimilarDealsRefresh:
    """Learn anew what similar deals rest on."""
    moment = begin(info, as_of, None)
    basis = await info.context.loaders.similarity.refresh(moment.as_of)
    info.context.loaders.forget()
    return SimilarDealsRefresh(moment.as_of, basis)


def similar_opportunity(root: SimilarDeal) -> Opportunity:
    """Return the deal of a row."""
    return root.deal


def compared_to_similar_won(widget: str) -> Callable[..., Awaitable[object]]:
    """Return the resolver that compares one widget of a deal; for other records it answers null."""

    async def resolve(root: object, info: Info) -> object:
        _, deal = info.context.deals.get(id(info.path.prev), (None, None))
        return None if deal is None else getattr(await similar_won(info, deal), widget)

    return resolve


def whole_life(widget: str) -> Callable[..., Awaitable[object]]:
    """Return the resolver of a widget of a similar deal, over the deal's whole life."""

    async def resolve(root: SimilarDeal, info: Info) -> object:
        return getattr(await _life(root.deal, info), widget)

    return resolve


async def _life(deal: Opportunity, info: Info) -> Life:
    moment = moment_of(info)
    return await info.context.loaders.similarity.lives.load(life_span(deal, moment.as_of, moment.zone))


def _at_moment(deal: Opportunity, info: Info) -> DealAt:
    moment = moment_of(info)
    return DealAt(deal, moment.as_of, moment.zone)
