"""The closed deals of the organisation, read for whatever compares deals."""

import asyncio

from graph.model import Opportunity, OpportunityState, RecordKind
from graph.store import Listing, Store
from kpi.similarity.deals import Deals, deals_of

CLOSED = Listing(kind=RecordKind.OPPORTUNITY, states=frozenset({OpportunityState.WON, OpportunityState.LOST}))


async def closed_deals(store: Store) -> Deals:
    """Return every deal that is won or lost, as recorded now."""
    [outlines] = await store.outlines([CLOSED])
    records = await store.records([outline.id for outline in outlines])
    return await asyncio.to_thread(deals_of, [deal for deal in records.values() if isinstance(deal, Opportunity)])
