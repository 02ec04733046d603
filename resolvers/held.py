"""The facts of many records, most of them in one large lot, those that were read lately in a small one."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.interactions import Int64
from kpi.facts import Facts
from kpi.ledger import joined, replaced, taken, unpack
from kpi.ranking import Column, end_to_end
from resolvers.lot import Lot, Part

# The small lot joins the large one when it has so many rows, and so large a share of them.
SMALL_ROWS = 20_000
SMALL_SHARE = 8
# Where so small a share of the records is asked about, they are taken out before anything is computed.
FEW_SHARE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """
    A large lot of facts, a small one, and where each record stands in them.

    ``in_large`` are the positions in the large lot; ``places`` those at which the facts of each record are as they were
    read last, in the large lot or behind its end in the small one.
    """

    large_lot: Lot
    small_lot: Lot
    in_large: dict[str, int]
    places: dict[str, int]

    @property
    def large(self) -> Facts:
        """The facts of the large lot."""
        return self.large_lot.facts

    @property
    def small(self) -> Facts:
        """The facts of the small lot."""
        return self.small_lot.facts

    def __contains__(self, id_: str) -> bool:
        return id_ in self.places

    def __len__(self) -> int:
        return len(self.large) + len(self.small)

    def updated(self, parts: Sequence[Facts]) -> "Held":
        """Return these facts with those of some records read anew."""
        small = replaced(self.small, joined(parts))
        if len(small) > SMALL_ROWS and len(small) * SMALL_SHARE > len(self.large):
            return held(replaced(self.large, small))
        return _two_lots(self.large_lot, small, self.in_large)

    def unknown(self, ids: Sequence[str]) -> list[str]:
        """Return those of which there are no facts."""
        there = self.places.__contains__
        return [] if all(map(there, ids)) else [id_ for id_ in ids if not there(id_)]

    def positions(self, ids: Sequence[str]) -> Int64:
        """Return int64[ids], where each record stands."""
        return np.fromiter(map(self.places.__getitem__, ids), dtype=np.int64, count=len(ids))

    def column(self, key: Hashable, compute: Callable[[Part], Column]) -> Column:
        """Return a number of each record, in the order of their positions; the same key means the same number."""
        return end_to_end([lot.column(key, compute) for lot in (self.large_lot, self.small_lot)])

    def narrowed(self, ids: Collection[str]) -> "Held":
        """Return facts of these records at least, and of few others."""
        if len(ids) * FEW_SHARE > len(self.large.records):
            return self
        wanted = np.array([self.in_large[id_] for id_ in ids if id_ in self.in_large], dtype=np.int64)
        large = taken(self.large, wanted)
        return _two_lots(Lot(large), self.small, _places(large))


def held(facts: Facts) -> Held:
    """Return facts as one large lot."""
    places = _places(facts)
    return Held(Lot(facts), Lot(NOTHING), places, places)


def _two_lots(large: Lot, small: Facts, in_large: dict[str, int]) -> Held:
    return Held(large, Lot(small), in_large, in_large | _places(small, len(in_large)))


def _places(facts: Facts, first: int = 0) -> dict[str, int]:
    return {id_: i for i, id_ in enumerate(facts.records, first)}


NOTHING = unpack({})
