"""The records of listings, kept whatever the instant they are looked at; of what is written only that is read again."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from graph.model import OpportunityState, RecordKind, to_micros
from graph.store import Listing, Outline, Store
from kpi.facts import FOREVER
from resolvers.answers import SMALL
from resolvers.listed import Listed, listed

MOST_KEPT = 8
# Where more records were touched, all are read anew: sooner or later that is quicker than to look each of them up.
MOST_TOUCHED = 2_000

# The mark up to which it is true; without one it is of no use to anybody else.
Kept = tuple[int | None, Listed]


class KeptOutlines:
    """What this process keeps of the listings of a store, with the marks up to which they are true."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Listing, Kept] = OrderedDict()

    async def read(self, store: Store, listings: Sequence[Listing], marks: Mapping[RecordKind, int]) -> list[Listed]:
        """Return the records of each listing; those of a kind that has a mark are of this mark or later."""
        sources = [_whenever(listing) for listing in listings]
        found = {source: self._kept[source] for source in sources if source in self._kept}
        if behind := {source: kept for source, kept in found.items() if kept[0] != marks.get(source.kind)}:
            mark, caught_up = await _caught_up(store, behind)
            found = {source: kept for source, kept in found.items() if source not in behind} | caught_up
            marks = {**marks, **{source.kind: mark for source in behind}}
        if missing := [source for source in dict.fromkeys(sources) if source not in found]:
            read = zip(missing, await store.outlines(missing), strict=True)
            found |= {source: (marks.get(source.kind), await _columns(outlines)) for source, outlines in read}
        self._keep(found)
        return [_filtered(found[source][1], listing) for source, listing in zip(sources, listings, strict=True)]

    def _keep(self, found: Mapping[Listing, Kept]) -> None:
        for source, kept in found.items():
            if kept[0] is not None:
                self._kept[source] = kept
                self._kept.move_to_end(source)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


async def _caught_up(store: Store, behind: Mapping[Listing, Kept]) -> tuple[int, dict[Listing, Kept]]:
    """Return a mark, and listings as they are at it; none where it is better to read all of them anew."""
    touched = await store.touched_since(min(mark for mark, _ in behind.values() if mark is not None))
    if touched.erased or len(touched.records) > MOST_TOUCHED:
        return touched.mark, {}
    found = await store.outlines(list(behind), among=touched.records) if touched.records else [[] for _ in behind]
    pairs = zip(behind.items(), found, strict=True)
    return touched.mark, {
        source: (touched.mark, known.replaced(touched.records, listed(outlines)))
        for (source, (_, known)), outlines in pairs
    }


async def _columns(outlines: Sequence[Outline]) -> Listed:
    return listed(outlines) if len(outlines) <= SMALL else await asyncio.to_thread(listed, outlines)


def _whenever(listing: Listing) -> Listing:
    """Return what a listing is taken from: records in any state, deals created and expected to close whenever."""
    return replace(listing, at=None, states=None, closes_from=None, closes_until=None)


def _filtered(found: Listed, listing: Listing) -> Listed:
    """Return those that are in a listing, of what it is taken from."""
    rows = np.ones(len(found), dtype=np.bool_)
    at = to_micros(listing.at) if listing.at is not None and listing.kind is RecordKind.OPPORTUNITY else FOREVER
    rows &= found.created <= at
    if listing.states is not None:
        # What was closed later was open.
        closed_later = (found.closed > at) & (found.closed != FOREVER)
        rows &= np.where(closed_later, OpportunityState.OPEN in listing.states, found.in_states(listing.states))
    if listing.closes_from is not None:
        rows &= found.closes >= listing.closes_from.isoformat()
    if listing.closes_until is not None:
        rows &= (found.closes != "") & (found.closes <= listing.closes_until.isoformat())
    return found if rows.all() else found.taken(rows)


_kept: WeakKeyDictionary[Store, KeptOutlines] = WeakKeyDictionary()


def kept_outlines(store: Store) -> KeptOutlines:
    """Return what this process keeps of the listings of a store."""
    return _kept.setdefault(store, KeptOutlines())
