"""The pipeline: open deals by close date, health and revenue, and how many are left out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.model import Opportunity, OpportunityState, RecordKind, to_micros
from graph.store import Listing
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
    [listed] = await rankings.listed(store, [listing], settings)
    today = moment.window(1).date(moment.window(1).last_day).isoformat()
    dated = listed.taken(listed.closes != "")
    shown = dated.taken(dated.closes >= today)
    facts = await rankings.facts(store, kind, shown.ids.tolist(), settings)
    points = await asyncio.to_thread(_points, Lines(Sheet(facts, kind, to_micros(moment.as_of), settings), shown))
    return Pipeline(points, len(listed) - len(dated), len(dated) - len(shown))


def _points(lines: Lines) -> list[Point]:
    listed, health, settings = lines.listed, lines.health(), lines.sheet.settings
    exempt = HealthState.NOT_ENOUGH_INFORMATION if settings.health else HealthState.TURNED_OFF
    columns = (listed.ids, listed.closes, health.values, health.known, np.nan_to_num(listed.revenue))
    points = [
        Point(
            key=key,
            close_date=date.fromisoformat(closes),
            health=score if known else 0.0,
            state=HealthState.AVAILABLE if known else exempt,
            grade=grade_of(score, settings) if known else None,
            revenue=revenue,
        )
        for key, closes, score, known, revenue in zip(*(column.tolist() for column in columns), strict=True)
    ]
    return sorted(points, key=lambda point: (point.close_date, point.key))


async def opportunity(root: Point, info: Info) -> Opportunity | None:
    """Return the deal of a point; None where it was removed meanwhile."""
    record = await info.context.loaders.records.load(root.key)
    return record if isinstance(record, Opportunity) else None
