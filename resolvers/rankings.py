"""Rankings of listings, many with one look at the store, and those of a moment ago again while nothing is written."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from weakref import WeakKeyDictionary

from graph.model import RecordKind, to_micros
from graph.settings import OrganizationSettings
from graph.store import Listing, Store
from resolvers.answers import SMALL
from resolvers.held import NOTHING, Held, held
from resolvers.ledger import Ledger
from resolvers.listed import Listed
from resolvers.outlines import kept_outlines
from resolvers.ranking import Ranking, Wanted, rank
from resolvers.sheet import Lines, Sheet

# For so long the ranking of a moment ago is that of now, unless something was written.
LATELY = timedelta(seconds=10)
MOST_KEPT = 32

Facts = Mapping[RecordKind, Held]
Marks = Mapping[RecordKind, int]


class Rankings:
    """What this process keeps of the records of a store, to put them in order."""

    def __init__(self) -> None:
        self._ledgers: dict[RecordKind, Ledger] = {}
        self._kept: OrderedDict[tuple[object, ...], tuple[int, Ranking]] = OrderedDict()

    def ledger(self, kind: RecordKind, settings: OrganizationSettings) -> Ledger:
        """Return the facts of the records of a kind, over the sources that count."""
        ledger = self._ledgers.get(kind)
        if ledger is None or ledger.sources != settings.sources:
            ledger = self._ledgers[kind] = Ledger(kind, settings.sources)
        return ledger

    async def rank(self, store: Store, wanted: Sequence[Wanted], settings: OrganizationSettings) -> list[Ranking]:
        """Return each ranking, in order, none older than the last write."""
        marks = await self._marks(store, [w.listing for w in wanted if not w.of_records], settings)
        found = {w: ranking for w in wanted if (ranking := self._find(w, settings, marks))}
        if missing := [w for w in wanted if w not in found]:
            ranked = zip(missing, await self._rank(store, missing, settings, marks), strict=True)
            found |= {w: self._keep(w, settings, marks, ranking) for w, ranking in ranked}
        return [found[w] for w in wanted]

    async def listed(self, store: Store, listings: Sequence[Listing], settings: OrganizationSettings) -> list[Listed]:
        """Return the records of each listing, none older than the last write."""
        return await kept_outlines(store).read(store, listings, await self._marks(store, listings, settings))

    async def facts(self, store: Store, kind: RecordKind, ids: Sequence[str], settings: OrganizationSettings) -> Held:
        """Return the facts of these records, none older than the last look at what was written."""
        facts = await self.ledger(kind, settings).read(store, ids)
        return facts.narrowed(ids)

    async def _marks(
        self, store: Store, listings: Sequence[Listing], settings: OrganizationSettings
    ) -> dict[RecordKind, int]:
        """Learn what was written about records of the kinds listed, and return the marks up to which that is known."""
        kinds = dict.fromkeys(listing.kind for listing in listings)
        return {kind: await self.ledger(kind, settings).update(store) for kind in kinds}

    async def _rank(
        self, store: Store, wanted: Sequence[Wanted], settings: OrganizationSettings, marks: Marks
    ) -> list[Ranking]:
        listings = await kept_outlines(store).read(store, [replace(w.listing, at=w.as_of) for w in wanted], marks)
        ids: dict[RecordKind, list[list[str]]] = {}
        for w, listed in zip(wanted, listings, strict=True):
            if not w.of_records:
                ids.setdefault(w.listing.kind, []).append(listed.ids.tolist())
        facts = {
            kind: await self.facts(store, kind, list(dict.fromkeys(chain.from_iterable(each))), settings)
            for kind, each in ids.items()
        }
        work = partial(_ranked, wanted, listings, facts, settings)
        size = sum(map(len, listings)) + sum(map(len, facts.values()))
        return work() if size <= SMALL else await asyncio.to_thread(work)

    def _find(self, wanted: Wanted, settings: OrganizationSettings, marks: Marks) -> Ranking | None:
        key = _key(wanted, settings, None if wanted.lately else wanted.as_of)
        mark, ranking = self._kept.get(key, (None, None))
        if ranking is None or mark != marks.get(wanted.listing.kind):
            return None
        self._kept.move_to_end(key)
        return ranking if not wanted.lately or wanted.as_of - ranking.as_of < LATELY else None

    def _keep(self, wanted: Wanted, settings: OrganizationSettings, marks: Marks, ranking: Ranking) -> Ranking:
        if wanted.of_records:
            return ranking
        # For those who ask for now, and for those who turn the page of what these were given.
        for as_of in (None, wanted.as_of) if wanted.lately else (wanted.as_of,):
            self._kept[_key(wanted, settings, as_of)] = (marks[wanted.listing.kind], ranking)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return ranking


def _key(wanted: Wanted, settings: OrganizationSettings, as_of: datetime | None) -> tuple[object, ...]:
    return wanted.listing, wanted.order, wanted.conditions, settings, as_of


def _ranked(
    wanted: Sequence[Wanted], listings: Sequence[Listed], facts: Facts, settings: OrganizationSettings
) -> list[Ranking]:
    """Put each listing in order; those of one instant share a sheet."""
    sheets: dict[tuple[RecordKind, datetime], Sheet] = {}
    rankings = []
    for w, listed in zip(wanted, listings, strict=True):
        kind = w.listing.kind
        sheet = Sheet(facts.get(kind, held(NOTHING)), kind, to_micros(w.as_of), settings)
        rankings.append(rank(w, Lines(sheets.setdefault((kind, w.as_of), sheet), listed)))
    return rankings


_kept: WeakKeyDictionary[Store, Rankings] = WeakKeyDictionary()


def kept_rankings(store: Store) -> Rankings:
    """Return what this process keeps of a store, to put its records in order."""
    return _kept.setdefault(store, Rankings())
