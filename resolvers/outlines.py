"""Outlines of listings, read once as long as nothing is written, whatever the instant they are looked at."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.model import OpportunityState, RecordKind, to_micros
from graph.store import Listing, Outline, Store

MOST_KEPT = 8


class KeptOutlines:
    """What this process keeps of the listings of a store, with the marks up to which they are true."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Listing, tuple[int, Sequence[Outline]]] = OrderedDict()

    async def read(
        self, store: Store, listings: Sequence[Listing], marks: Mapping[RecordKind, int]
    ) -> list[Sequence[Outline]]:
        """Return those of each listing, read anew unless they are of the mark of its kind."""
        sources = [_whenever(listing) for listing in listings]
        found = {source: kept[1] for source in sources if (kept := self._of_mark(source, marks.get(source.kind)))}
        missing = [source for source in dict.fromkeys(sources) if source not in found]
        if missing:
            found |= dict(zip(missing, await store.outlines(missing), strict=True))
        self._keep(found, marks)
        return [_at_instant(found[source], listing) for source, listing in zip(sources, listings, strict=True)]

    def _of_mark(self, source: Listing, mark: int | None) -> tuple[int, Sequence[Outline]] | None:
        kept = self._kept.get(source)
        return kept if kept is not None and kept[0] == mark else None

    def _keep(self, found: Mapping[Listing, Sequence[Outline]], marks: Mapping[RecordKind, int]) -> None:
        for source, outlines in found.items():
            if source.kind in marks:
                self._kept[source] = marks[source.kind], outlines
                self._kept.move_to_end(source)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _whenever(listing: Listing) -> Listing:
    """Return what a listing is taken from: deals created whenever and in any state."""
    of_instant = listing.kind is RecordKind.OPPORTUNITY and listing.at is not None
    return replace(listing, at=None, states=None if of_instant else listing.states)


def _at_instant(outlines: Sequence[Outline], listing: Listing) -> Sequence[Outline]:
    if listing.kind is not RecordKind.OPPORTUNITY or listing.at is None:
        return outlines
    at, states = to_micros(listing.at), listing.states
    there = [outline for outline in outlines if outline.created is None or outline.created <= at]
    return there if states is None else [outline for outline in there if _state(outline, at) in states]


def _state(outline: Outline, at: int) -> str | None:
    """Return the state at an instant: what was closed later was open."""
    return OpportunityState.OPEN if outline.closed is not None and outline.closed > at else outline.state
