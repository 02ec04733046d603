"""Health once more, straight from the page that explains it: one record and one interaction at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from graph.model import Interaction, InteractionKind, Side
from graph.settings import OrganizationSettings
from tests.kpi.reference import View, both_sides, initiator_side

DAY = timedelta(days=1)
DEFAULT = OrganizationSettings()


@dataclass(frozen=True)
class Told:
    """Some interactions of a record as they are at an instant."""

    interactions: Sequence[Interaction]
    at: datetime
    settings: OrganizationSettings

    def age(self, i: Interaction) -> float:
        """Return how many expected intervals ago an interaction was."""
        return (self.at - i.at) / DAY / self.settings.interval_days

    def sum(self, power: int, side: Side | None = None) -> float:
        chosen = [i for i in self.interactions if side is None or talks(i, side)]
        return sum(self.settings.weight(i.kind) / (1 + self.age(i) / 5) ** power for i in chosen)

    @property
    def terms(self) -> list[tuple[str, float, float, float]]:
        amount = self.sum(1)
        both = (self.sum(2, Side.US) * self.sum(2, Side.THEM)) ** 2
        values = [
            amount / (amount + 1),
            max((1 / (1 + self.age(i) / self.settings.weight(i.kind) / 5) for i in self.interactions), default=0.0),
            both / (both + 0.2),
        ]
        rows = [
            (n, v, w, v * w)
            for n, v, w in zip(("ACTIVITY", "RECENCY", "RECIPROCITY"), values, (45, 15, 40), strict=True)
        ]
        alone = rows[0][-1] + rows[1][-1]
        cap = min(0.0, max(self.settings.good_from - 0.1, 0.0) - alone)
        return [*rows, ("CAP", cap, 1.0, cap)]

    @property
    def raw(self) -> float:
        return sum(points for *_, points in self.terms)

    @property
    def score(self) -> float | None:
        return round(self.raw, 1) if len(self.interactions) >= 3 else None


def talks(i: Interaction, side: Side) -> bool:
    together = i.kind is InteractionKind.MEETING or (i.kind is InteractionKind.CALL and i.duration_minutes != 0)
    return initiator_side(i) is side or (together and both_sides(i))


def told(view: View, at: datetime, settings: OrganizationSettings) -> Told:
    return Told([i for i in view.known if i.at <= at], at, settings)


def delta(view: View, settings: OrganizationSettings) -> float | None:
    interval = settings.interval_days * DAY
    step = ceil(timedelta(days=7) / interval) * interval
    changes, rises = [], []
    for n in range(4):
        late = told(view, view.as_of - n * step, settings)
        before = told(view, view.as_of - (n + 4) * step, settings)
        if len(before.interactions) >= 3:
            since = view.known[0].at + 4 * step
            young = [i for i in late.interactions if i.at >= since]
            changes.append(late.raw - before.raw)
            rises.append(Told(young, late.at, settings).raw - before.raw)
    if not changes:
        return None
    change, rise = sum(changes) / len(changes), sum(rises) / len(rises)
    return round(change if change < 0 else max(rise, 0.0), 1)


def grade(score: float | None, settings: OrganizationSettings) -> str | None:
    if score is None:
        return None
    return "GOOD" if score >= settings.good_from else "FAIR" if score >= settings.fair_from else "POOR"


def trend(points: float | None) -> str:
    return "STEADY" if points is None or abs(points) < 5 else "IMPROVING" if points > 0 else "DECLINING"


def health(view: View, settings: OrganizationSettings = DEFAULT) -> tuple[Any, ...]:
    now = told(view, view.as_of, settings)
    last = (view.as_of - now.interactions[-1].at) / DAY if now.interactions else None
    if now.score is None:
        return "NOT_ENOUGH_INFORMATION", settings.interval_days, None, None, None, None, (), last
    moved = delta(view, settings)
    score = (now.score, grade(now.score, settings), trend(moved), moved)
    return "AVAILABLE", settings.interval_days, *score, tuple(now.terms), last


def health_history(view: View, settings: OrganizationSettings = DEFAULT) -> tuple[Any, ...]:
    """Return five points a week apart."""
    instants = [view.as_of - timedelta(weeks=n) for n in (4, 3, 2, 1, 0)]
    scores = [told(view, at, settings).score for at in instants]
    states = ["NOT_ENOUGH_INFORMATION" if score is None else "AVAILABLE" for score in scores]
    return tuple((at, state, s, grade(s, settings)) for at, state, s in zip(instants, states, scores, strict=True))
