"""What a change of the settings would do to the grades of all records, before it is made."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from graph.interactions import Int8
from graph.model import OpportunityState, RecordKind, Source, to_micros
from graph.settings import Change, OrganizationSettings, changes
from graph.settings_rules import changed
from graph.store import Listing, Store
from kpi.facts import facts_of
from kpi.health import Grade, grades_of
from kpi.ledger import joined
from resolvers.batches import batches
from resolvers.context import Info, begin
from resolvers.held import NOTHING, Held, held
from resolvers.listed import Listed
from resolvers.rankings import kept_rankings
from resolvers.settings import current_settings
from resolvers.sheet import Lines, Sheet

OPEN = frozenset({OpportunityState.OPEN})
KINDS = (RecordKind.ACCOUNT, RecordKind.CONTACT, RecordKind.LEAD, RecordKind.OPPORTUNITY)

# None where there is no score.
GRADES: tuple[Grade | None, ...] = (*Grade, None)


@dataclass(frozen=True, slots=True)
class GradeMove:
    """How many records go from one grade, or none, to another or the same."""

    before: Grade | None
    after: Grade | None
    records: int


@dataclass(frozen=True, slots=True)
class KindPreview:
    """What a change does to the records of one kind."""

    kind: RecordKind
    moves: Sequence[GradeMove]

    @property
    def records(self) -> int:
        """How many there are."""
        return sum(move.records for move in self.moves)

    @property
    def changed(self) -> int:
        """How many change grade."""
        return sum(move.records for move in self.moves if move.before is not move.after)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do."""

    changes: Sequence[Change]
    kinds: Sequence[KindPreview]


async def preview_settings(info: Info, given: Mapping[str, object], as_of: datetime | None) -> Preview:
    """Tell what a change of the settings would do to the whole book; it is checked as the change would be."""
    moment, store = begin(info, as_of, None), info.context.store
    before = (await current_settings(info)).settings
    after = changed(before, given)
    listings = [
        Listing(kind=kind, at=moment.as_of, states=OPEN if kind is RecordKind.OPPORTUNITY else None) for kind in KINDS
    ]
    listed = await kept_rankings(store).listed(store, listings, before)
    change = _Change(before, after, to_micros(moment.as_of))
    return Preview(
        changes(before, after),
        [await change.of_kind(store, kind, records) for kind, records in zip(KINDS, listed, strict=True)],
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """Two settings to compare, at an instant."""

    before: OrganizationSettings
    after: OrganizationSettings
    until: int

    async def of_kind(self, store: Store, kind: RecordKind, listed: Listed) -> KindPreview:
        """Tell what the change does to records of a kind."""
        ids = listed.ids.tolist()
        facts = facts_after = await kept_rankings(store).facts(store, kind, ids, self.before)
        if self.after.sources != self.before.sources:
            facts_after = await _facts(store, ids, self.after.sources)
        sheets = Sheet(facts, kind, self.until, self.before), Sheet(facts_after, kind, self.until, self.after)
        return KindPreview(kind, await asyncio.to_thread(_moves, *(Lines(sheet, listed) for sheet in sheets)))


async def _facts(store: Store, ids: Sequence[str], sources: Sequence[Source]) -> Held:
    """Read the facts over other sources than those that count now, which nobody keeps."""
    parts = [facts_of((await store.interactions_of(batch)).of_sources(sources)) for batch in batches(ids)]
    return held(joined([NOTHING, *parts]))


def _moves(before: Lines, after: Lines) -> list[GradeMove]:
    """Count how many go from which grade to which, best first, none last."""
    moves, records = np.unique(_grades(before) * len(GRADES) + _grades(after), return_counts=True)
    pairs = zip(moves.tolist(), records.tolist(), strict=True)
    return [GradeMove(GRADES[move // len(GRADES)], GRADES[move % len(GRADES)], number) for move, number in pairs]


def _grades(lines: Lines) -> Int8:
    """Return the place of each grade in GRADES."""
    health = lines.health()
    return np.where(health.known, grades_of(health.values, lines.sheet.settings), GRADES.index(None)).astype(np.int8)
