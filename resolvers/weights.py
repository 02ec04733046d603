"""The weights that deals are compared by: learned anew with every period of seven days, or when somebody asks."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from graph.model import Opportunity, from_micros, to_micros
from graph.store import Store
from kpi.similar_won import learned_until
from kpi.similarity.deals import Deals, deals_of
from kpi.similarity.learning import FieldWeight, Weights, learn

KIND = "similar-refresh"
FORMAT = 1
# More instants than anybody looks back at within a while: a year, week by week.
MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights, and the instant up to which closed deals were learned from."""

    weights: Weights
    at: datetime


class KeptWeights:
    """What this process learned from closed deals, for as long as just those were closed by the same instants."""

    def __init__(self) -> None:
        self._learned: dict[int, tuple[tuple[Opportunity, ...], Weights]] = {}
        self._lock = asyncio.Lock()

    async def of(self, deals: Deals, until: int) -> Weights:
        """Return what is learned from the deals that were closed by an instant, and from no other."""
        closed = deals.deals[int((~deals.until(until)).sum()) :]
        async with self._lock:
            kept, weights = self._learned.get(len(closed), ((), None))
            if weights is None or kept != closed:
                weights = await asyncio.to_thread(_learn, closed)
                self._keep(closed, weights)
            return weights

    def _keep(self, closed: tuple[Opportunity, ...], weights: Weights) -> None:
        if len(self._learned) >= MOST_KEPT:
            self._learned.pop(next(iter(self._learned)))
        self._learned[len(closed)] = closed, weights


class WeightBook:
    """The weights of an organisation at any instant; a request reads those that were asked for once."""

    def __init__(self, store: Store, kept: KeptWeights) -> None:
        self._store = store
        self._kept = kept
        self._refreshes: asyncio.Task[dict[str, str]] | None = None

    async def at(self, deals: Deals, as_of: datetime) -> Learned | None:
        """Return the weights of an instant: those last asked for in its period, else those the period begins with."""
        until = learned_until(deals, to_micros(as_of))
        if until is None:
            return None
        if self._refreshes is None:
            self._refreshes = asyncio.create_task(self._store.documents(KIND))
        refreshed = _newest(await self._refreshes, from_micros(until), as_of)
        return refreshed or Learned(await self._kept.of(deals, until), from_micros(until))

    async def refresh(self, deals: Deals, as_of: datetime) -> Learned | None:
        """Learn from what was closed by an instant, and keep it for the rest of its period."""
        if learned_until(deals, to_micros(as_of)) is None:
            return None
        weights = await self._kept.of(deals, to_micros(as_of))
        await self._store.add_document(KIND, _key(as_of, datetime.now(UTC)), _text(weights))
        return Learned(weights, as_of)


def _learn(closed: tuple[Opportunity, ...]) -> Weights:
    # As columns of their own: a value that only a later deal has would tell of the future.
    return learn(deals_of(closed), np.ones(len(closed), dtype=np.bool_))


def _newest(refreshes: dict[str, str], since: datetime, as_of: datetime) -> Learned | None:
    """Return what was learned last of what may be used at an instant; of the same instant what was learned later."""
    for key in sorted(refreshes, reverse=True):
        at = datetime.fromisoformat(key.partition(" ")[0])
        if since <= at <= as_of and (weights := _weights(refreshes[key])) is not None:
            return Learned(weights, at)
    return None


def _key(as_of: datetime, now: datetime) -> str:
    """Return the instant learned as of and the one learned at, so that keys are in order of both."""
    return " ".join(instant.astimezone(UTC).isoformat(timespec="microseconds") for instant in (as_of, now))


def _text(weights: Weights) -> str:
    fields = [[field.name, field.weight, field.scale] for field in weights.fields]
    return json.dumps({"format": FORMAT, "proven": weights.proven, "separation": weights.separation, "fields": fields})


def _weights(text: str) -> Weights | None:
    """Return the weights of a document; None where it is of another version of Rapport."""
    content = json.loads(text)
    if content["format"] != FORMAT:
        return None
    fields = tuple(FieldWeight(name, weight, _scale(scale)) for name, weight, scale in content["fields"])
    return Weights(fields, content["proven"], content["separation"])


def _scale(points: list[list[float]] | None) -> tuple[tuple[float, float], ...] | None:
    return None if points is None else tuple((value, share) for value, share in points)
