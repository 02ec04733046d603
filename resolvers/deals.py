"""The closed deals of the organisation and their lives, kept in memory and brought up to date by what was written."""

import asyncio
from weakref import WeakKeyDictionary

from graph.model import Opportunity, OpportunityState, RecordKind
from graph.store import Listing, Store
from kpi.similarity.deals import Deals, deals_of
from resolvers.lives import KeptLives
from resolvers.outlines import kept_outlines
from resolvers.weights import KeptWeights

CLOSED = Listing(kind=RecordKind.OPPORTUNITY, states=frozenset({OpportunityState.WON, OpportunityState.LOST}))
BEFORE_ALL = 0


class ClosedDeals:
    """The closed deals of a store as they were at a mark of its writes, and what was measured and learned of them."""

    def __init__(self) -> None:
        self.lives = KeptLives()
        self.weights = KeptWeights()
        self._mark = BEFORE_ALL
        self._records: dict[str, Opportunity] = {}
        self._deals = deals_of([])
        self._lock = asyncio.Lock()

    async def read(self, store: Store) -> Deals:
        """Return them as they are now; only what was written since the last time is read."""
        async with self._lock:
            # Marked before it is read: what is written in between is read again the next time.
            touched = await store.touched_since(self._mark)
            if touched.mark != self._mark:
                self.lives.forget(touched.records, touched.mark)
                await self._update(store, touched.records, touched.mark)
                self._mark = touched.mark
            return self._deals

    async def _update(self, store: Store, touched: frozenset[str], mark: int) -> None:
        [listed] = await kept_outlines(store).read(store, [CLOSED], {CLOSED.kind: mark})
        ids = listed.ids.tolist()
        known = {id_: self._records[id_] for id_ in ids if id_ in self._records and id_ not in touched}
        found = await store.records([id_ for id_ in ids if id_ not in known])
        known |= {id_: record for id_, record in found.items() if isinstance(record, Opportunity)}
        if known != self._records:
            self._records, self._deals = known, await asyncio.to_thread(deals_of, list(known.values()))


_kept: WeakKeyDictionary[Store, ClosedDeals] = WeakKeyDictionary()


def kept_deals(store: Store) -> ClosedDeals:
    """Return what this process keeps of the closed deals of a store."""
    return _kept.setdefault(store, ClosedDeals())


async def closed_deals(store: Store) -> Deals:
    """Return every deal that is won or lost, as recorded now."""
    return await kept_deals(store).read(store)
