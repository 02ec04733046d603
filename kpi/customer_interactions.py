"""Customer interactions: how many there were, of which kind and by whom."""

from dataclasses import dataclass

from graph.interactions import THEM, US, Interactions
from kpi.columns import ByKind, count_kinds_by_side
from kpi.window import Window


@dataclass(frozen=True, slots=True)
class CustomerInteractions:
    """Counts by kind: all, those we began and those they began. What nobody began is in the first alone."""

    total: ByKind[int]
    by_us: ByKind[int]
    by_them: ByKind[int]


def customer_interactions(interactions: Interactions, window: Window) -> list[CustomerInteractions]:
    """
    Count the interactions of each record in the window.

    Parameters
    ----------
    interactions : Interactions
    window : Window

    Returns
    -------
    list of CustomerInteractions
        One for each of ``interactions.records``, in order.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": activities sent to and received from the customer.
    """
    counts = count_kinds_by_side(interactions, window.contains(interactions.at))
    return [
        CustomerInteractions(ByKind(*row.sum(axis=0).tolist()), ByKind(*row[US].tolist()), ByKind(*row[THEM].tolist()))
        for row in counts
    ]
