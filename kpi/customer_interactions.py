"""Customer interactions: how many there were, of which kind and by whom."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import NOBODY, THEM, US, Interactions
from graph.model import KINDS, SIDES
from kpi.columns import ByKind, count
from kpi.window import Period


@dataclass(frozen=True, slots=True)
class CustomerInteractions:
    """Counts by kind: all, those we began and those they began. What nobody began is in the first alone."""

    total: ByKind[int]
    by_us: ByKind[int]
    by_them: ByKind[int]


def customer_interactions(interactions: Interactions, window: Period) -> list[CustomerInteractions]:
    """
    Count the interactions of each record in the window.

    Parameters
    ----------
    interactions : Interactions
    window : Window or Spans

    Returns
    -------
    list of CustomerInteractions
        One for each of ``interactions.records``, in order.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": activities sent to and received from the customer.

    Examples
    --------
    >>> from kpi.window import Window
    >>> from tests.situations import AS_OF, ago, columns, email, meeting
    >>> read = columns(email("m1", ago(2), "ann", "bob"), meeting("n1", ago(1), "bob", "ann"))
    >>> [counts] = customer_interactions(read, Window(AS_OF))
    >>> counts.by_them, counts.total.total
    (ByKind(emails=0, meetings=1, calls=0, others=0), 2)
    """
    inside = window.contains(interactions.at)
    # One column more than there are sides: what nobody began.
    initiator = np.where(interactions.initiator == NOBODY, len(SIDES), interactions.initiator)
    shape = (len(interactions.records), len(SIDES) + 1, len(KINDS))
    counts = count(shape, interactions.record[inside], initiator[inside], interactions.kind[inside])
    totals = counts.sum(axis=1).tolist()
    return [
        CustomerInteractions(ByKind(*total), ByKind(*sides[US]), ByKind(*sides[THEM]))
        for total, sides in zip(totals, counts.tolist(), strict=True)
    ]
