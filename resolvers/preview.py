"""What a change of the settings would do to the grades of all records, before it is made."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.interactions import Interactions
from graph.model import OpportunityState, RecordKind, to_micros
from graph.settings import Change, OrganizationSettings, changes
from graph.settings_rules import changed
from graph.store import Listing, Outline, Store
from kpi.facts import Facts, facts_of
from kpi.health import Grade, exemption, grade_of, health_scores
from resolvers.batches import batches
from resolvers.context import Info, begin
from resolvers.settings import current_settings

OPEN = frozenset({OpportunityState.OPEN})
KINDS = (RecordKind.ACCOUNT, RecordKind.CONTACT, RecordKind.LEAD, RecordKind.OPPORTUNITY)

# A grade before and after; None where there is no score.
Grades = tuple[Grade | None, Grade | None]


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


@dataclass(frozen=True, slots=True)
class _Change:
    """Two settings to compare, at an instant."""

    before: OrganizationSettings
    after: OrganizationSettings
    as_of: datetime

    def grades(self, kind: RecordKind, outlines: Sequence[Outline], interactions: Interactions) -> list[Grades]:
        """Return the grades of records by both settings."""
        facts = facts_of(interactions.of_sources(self.before.sources))
        before = self._grades(kind, outlines, facts, self.before)
        if self.after.sources != self.before.sources:
            facts = facts_of(interactions.of_sources(self.after.sources))
        return list(zip(before, self._grades(kind, outlines, facts, self.after), strict=True))

    def _grades(
        self, kind: RecordKind, outlines: Sequence[Outline], facts: Facts, settings: OrganizationSettings
    ) -> list[Grade | None]:
        at = to_micros(self.as_of)
        scores = health_scores(facts, at, settings, trends=False).score.tolist()
        graded = zip(outlines, scores, strict=True)
        return [
            None
            if score != score or exemption(kind, o.state, o.created, o.closed, at, settings) is not None
            else grade_of(score, settings)
            for o, score in graded
        ]


async def preview_settings(info: Info, given: Mapping[str, object], as_of: datetime | None) -> Preview:
    """Tell what a change of the settings would do to the whole book; it is checked as the change would be."""
    moment = begin(info, as_of, None)
    before = (await current_settings(info)).settings
    after = changed(before, given)
    listings = [
        Listing(kind=kind, at=moment.as_of, states=OPEN if kind is RecordKind.OPPORTUNITY else None) for kind in KINDS
    ]
    change = _Change(before, after, moment.as_of)
    found = zip(KINDS, await info.context.store.outlines(listings), strict=True)
    return Preview(
        changes(before, after), [await _of_kind(info.context.store, kind, all_, change) for kind, all_ in found]
    )


async def _of_kind(store: Store, kind: RecordKind, outlines: Sequence[Outline], change: _Change) -> KindPreview:
    moves: Counter[Grades] = Counter()
    for batch in batches(outlines):
        interactions = await store.interactions_of([outline.id for outline in batch], until=change.as_of)
        moves.update(await asyncio.to_thread(change.grades, kind, batch, interactions))
    ordered = sorted(moves.items(), key=lambda move: [_rank(grade) for grade in move[0]])
    return KindPreview(kind, [GradeMove(*grades, number) for grades, number in ordered])


def _rank(grade: Grade | None) -> int:
    return len(Grade) if grade is None else list(Grade).index(grade)
