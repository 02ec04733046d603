"""The facts of many records, most of them in one large lot, those that were read lately in a small one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from graph.interactions import Int64
from kpi.facts import Facts
from kpi.ledger import joined, replaced, taken, unpack
from kpi.ranking import Column

# The small lot joins the large one when it has so many rows, and so large a share of them.
SMALL_ROWS = 20_000
SMALL_SHARE = 8
# Where so small a share of the records is asked about, they are taken out before anything is computed.
FEW_SHARE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Facts and where each record stands in them: the position in the large lot, or behind its end in the small one."""

    large: Facts
    small: Facts
    in_large: dict[str, int]
    in_small: dict[str, int]

    def __contains__(self, id_: str) -> bool:
        return id_ in self.in_small or id_ in self.in_large

    def __len__(self) -> int:
        return len(self.large) + len(self.small)

    def updated(self, parts: Sequence[Facts]) -> "Held":
        """Return these facts with those of some records read anew."""
        small = replaced(self.small, joined(parts))
        if len(small) > SMALL_ROWS and len(small) * SMALL_SHARE > len(self.large):
            return held(replaced(self.large, small))
        return Held(self.large, small, self.in_large, _places(small))

    def positions(self, ids: Sequence[str]) -> Int64:
        """Return int64[ids], where each record stands."""
        behind, large, small = len(self.large.records), self.in_large, self.in_small
        return np.array([behind + small[id_] if id_ in small else large[id_] for id_ in ids], dtype=np.int64)

    def column(self, compute: Callable[[Facts], Column]) -> Column:
        """Return a number of each record, in the order of their positions."""
        large, small = compute(self.large), compute(self.small)
        return Column(np.concatenate([large.values, small.values]), np.concatenate([large.known, small.known]))

    def narrowed(self, ids: Collection[str]) -> "Held":
        """Return facts of these records at least, and of few others."""
        if len(ids) * FEW_SHARE > len(self.large.records):
            return self
        wanted = np.array([self.in_large[id_] for id_ in ids if id_ in self.in_large], dtype=np.int64)
        large = taken(self.large, wanted)
        return Held(large, self.small, _places(large), self.in_small)


def held(facts: Facts) -> Held:
    """Return facts as one large lot."""
    return Held(facts, NOTHING, _places(facts), {})


def _places(facts: Facts) -> dict[str, int]:
    return {id_: i for i, id_ in enumerate(facts.records)}


NOTHING = unpack({})
