"""Similar won deals: which ones, by what, and how alike they are."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from graph.model import Opportunity
from kpi.similarity.deals import Deals
from kpi.similarity.fields import fields_of
from kpi.similarity.learning import Weights
from kpi.similarity.likeness import likeness

LEAST_WON = LEAST_LOST = 30
MOST = 100


class SimilarityMethod(StrEnum):
    """How similar won deals were found."""

    LEARNED = "LEARNED"
    EVEN = "EVEN"
    MOST_RECENT = "MOST_RECENT"


@dataclass(frozen=True, slots=True)
class Record:
    """How many deals were won and lost by some instant."""

    won: int
    lost: int

    @property
    def suffices(self) -> bool:
        """Whether there are enough of both to learn from: 30 each."""
        return self.won >= LEAST_WON and self.lost >= LEAST_LOST


@dataclass(frozen=True, slots=True)
class SimilarDeal:
    """A won deal and how alike it is, 0 to 1; None where nothing was learned."""

    deal: Opportunity
    similarity: float | None


def record(deals: Deals, as_of: int) -> Record:
    """
    Count the deals that were won and lost by an instant.

    Examples
    --------
    >>> from tests.kpi.deals import record as deals
    >>> record(deals(won={"gold": 31}, lost={"gold": 29}), as_of=2**62)
    Record(won=31, lost=29)
    """
    closed = deals.until(as_of)
    won = int((closed & deals.won).sum())
    return Record(won, int(closed.sum()) - won)


def similar_won(deals: Deals, deal: Opportunity, as_of: int, weights: Weights | None) -> list[SimilarDeal]:
    """
    Return the 100 won deals that are most like one, the most alike first.

    Parameters
    ----------
    deals : Deals
    deal : Opportunity
        What the others are compared with; it is never among them.
    as_of : int
        Microseconds since 1970; deals closed later are no candidates.
    weights : Weights or None
        None where there were too few deals to learn from: the latest closed ones stand in.

    Returns
    -------
    list of SimilarDeal
        Equal ones are ordered by when they closed, the latest first, then by id.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": similar won opportunities.

    Examples
    --------
    >>> from tests.kpi.deals import record as deals
    >>> won = deals(won={"gold": 1, "tin": 2})
    >>> [(found.deal.id, found.similarity) for found in similar_won(won, won.deals[0], 2**62, None)]
    [('d0001', None), ('d0002', None)]
    """
    rows = np.flatnonzero(deals.until(as_of) & deals.won)
    alike = [None] * len(rows) if weights is None else likeness(weights, deals, fields_of(deal))[rows].tolist()
    order = range(len(rows)) if weights is None else np.argsort(-np.array(alike), kind="stable")
    # One more than is wanted, since the deal itself may be among them.
    ranked = (SimilarDeal(deals.deals[rows[place]], alike[place]) for place in order[: MOST + 1])
    return [found for found in ranked if found.deal.id != deal.id][:MOST]
