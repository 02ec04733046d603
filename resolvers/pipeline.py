"""The pipeline: open deals by close date, health and revenue, and how many are left out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from graph.model import Opportunity, OpportunityState, RecordKind, to_micros
from graph.settings import OrganizationSettings
from graph.store import Listing, Outline
from kpi.health import Grade, HealthState, grade_of
from resolvers.arguments import AsOf, TimeZone
from resolvers.context import Info, begin
from resolvers.lists import AccountKey, OwnerKey
from resolvers.rankings import kept_rankings
from resolvers.settings import current_settings
from resolvers.sheet import Lines, Sheet

OPEN = frozenset({OpportunityState.OPEN})


@dataclass(frozen=True, slots=True)
class Point:
    """A deal of the pipeline; health and revenue are 0 where there is none."""

    key: str
    close_date: date
    health: float
    state: HealthState
    grade: Grade | None
    revenue: float


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Every open deal that is expected to close, and how many open ones are not among them."""

    points: Sequence[Point]
    without_close_date: int
    overdue: int

    @property
    def total_count(self) -> int:
        """How many points there are."""
        return len(self.points)


async def pipeline(
    info: Info, owner: OwnerKey = None, account: AccountKey = None, as_of: AsOf = None, time_zone: TimeZone = "UTC"
) -> Pipeline:
    """Return the pipeline at an instant."""
    moment = begin(info, as_of, time_zone)
    settings = (await current_settings(info)).settings
    store, kind = info.context.store, RecordKind.OPPORTUNITY
    rankings = kept_rankings(store)
    listing = Listing(kind=kind, owner_id=owner, account_id=account, states=OPEN, at=moment.as_of)
    outlines = await rankings.outlines(store, listing, settings)
    today = moment.window(1).date(moment.window(1).last_day).isoformat()
    dated = [outline for outline in outlines if outline.closes is not None]
    shown = [outline for outline in dated if (outline.closes or "") >= today]
    ids = [outline.id for outline in shown]
    sheet = Sheet(await rankings.facts(store, kind, ids, settings), kind, to_micros(moment.as_of), settings)
    points = await asyncio.to_thread(partial(_points, Lines(sheet, shown)))
    return Pipeline(points, len(outlines) - len(dated), len(dated) - len(shown))


def _points(lines: Lines) -> list[Point]:
    rows = zip(lines.outlines, lines.health(), lines.exemptions(), strict=True)
    points = [_point(outline, score, exempt, lines.sheet.settings) for outline, score, exempt in rows]
    return sorted(points, key=lambda point: (point.close_date, point.key))


def _point(outline: Outline, score: float | None, exempt: HealthState | None, settings: OrganizationSettings) -> Point:
    missing = HealthState.NOT_ENOUGH_INFORMATION if score is None else HealthState.AVAILABLE
    return Point(
        key=outline.id,
        close_date=date.fromisoformat(outline.closes or ""),
        health=score or 0.0,
        state=exempt or missing,
        grade=None if score is None else grade_of(score, settings),
        revenue=outline.revenue or 0.0,
    )


async def opportunity(root: Point, info: Info) -> Opportunity | None:
    """Return the deal of a point; None where it was removed meanwhile."""
    record = await info.context.loaders.records.load(root.key)
    return record if isinstance(record, Opportunity) else None
