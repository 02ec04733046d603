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

# The periods that weights hold for begin at midnight (UTC) of every Monday, as that of 5 January 1970 was.
MONDAY = 4 * 24 * 3600 * 1_000_000
PERIOD = 7 * 24 * 3600 * 1_000_000


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


def learned_until(deals: Deals, as_of: int) -> int | None:
    """
    Return the instant up to which closed deals are learned from at another one.

    Parameters
    ----------
    deals : Deals
    as_of : int
        Microseconds since 1970.

    Returns
    -------
    int or None
        Microseconds since 1970: the beginning of the period of seven days that *as of* lies in. Where 30 deals of each
        end were not closed by then but are by *as of*, when the last of these was, so that nobody waits for the next
        period. None where there are fewer.

    Notes
    -----
    It depends on the deals and *as of* alone, so that who asked before, and when, makes no difference.

    Examples
    --------
    >>> from graph.model import from_micros, to_micros
    >>> from tests.kpi.deals import LAST_CLOSE, record as deals
    >>> known = deals(won={"gold": 30}, lost={"gold": 30})
    >>> [str(from_micros(learned_until(known, to_micros(LAST_CLOSE) + days * PERIOD // 7))) for days in (0, 3)]
    ['2026-11-01 00:00:00+00:00', '2026-11-02 00:00:00+00:00']
    """
    if not record(deals, as_of).suffices:
        return None
    # The latest closed is the first, so the 30th to close is the 30th from the end.
    enough = max(deals.closed[deals.won][-LEAST_WON], deals.closed[~deals.won][-LEAST_LOST])
    return max(int(enough), as_of - (as_of - MONDAY) % PERIOD)


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
