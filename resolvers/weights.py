"""The weights of similarity that were learned, kept in the store for seven days of *as of*."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graph.errors import RapportError
from graph.model import to_micros
from graph.store import Store
from kpi.similarity.deals import Deals
from kpi.similarity.learning import FieldWeight, Weights, learn

KIND = "similar"
FORMAT = 1
KEPT = timedelta(days=7)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights, and the instant up to which closed deals were learned from."""

    weights: Weights
    at: datetime


class WeightBook:
    """The learned weights of an organisation, read once a request."""

    def __init__(self, store: Store, deals: Callable[[], Awaitable[Deals]]) -> None:
        self._store = store
        self._deals = deals
        self._documents: dict[str, str] | None = None
        self._lock = asyncio.Lock()

    async def at(self, as_of: datetime) -> Learned:
        """Return the newest weights learned in the seven days up to an instant; learn them where there are none."""
        async with self._lock:
            if self._documents is None:
                self._documents = await self._store.documents(KIND)
            return _newest(self._documents, as_of) or await self._learn(as_of)

    async def refresh(self, as_of: datetime) -> Learned:
        """Learn from what was closed by an instant, whatever was learned before."""
        async with self._lock:
            return await self._learn(as_of)

    async def _learn(self, as_of: datetime) -> Learned:
        deals = await self._deals()
        weights = await asyncio.to_thread(learn, deals, deals.until(to_micros(as_of)))
        key, text = _key(as_of, datetime.now(UTC)), _text(weights)
        if self._documents is not None:
            self._documents[key] = text
        try:
            await self._store.add_document(KIND, key, text)
        except RapportError as error:
            logger.warning("The weights of similar deals are not kept, so they are learned again next time: %s", error)
        return Learned(weights, as_of)


def _newest(documents: dict[str, str], as_of: datetime) -> Learned | None:
    """Return what was learned last of what may be used at an instant; of the same instant what was learned later."""
    for key in sorted(documents, reverse=True):
        at = datetime.fromisoformat(key.partition(" ")[0])
        if as_of - KEPT < at <= as_of and (weights := _weights(documents[key])) is not None:
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
