"""Email sent / received ratio."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import EMAIL, THEM, US, Interactions
from kpi.window import Period


@dataclass(frozen=True, slots=True)
class EmailRatio:
    """Emails each way, and each side's share of the other; a ratio is None where its divisor is 0."""

    sent: int
    received: int
    by_us: float | None
    by_them: float | None


def email_ratio(interactions: Interactions, window: Period) -> list[EmailRatio]:
    r"""
    Compare the emails we sent with those we received, for each record.

    .. math:: r_{us} = s / r, \qquad r_{them} = r / s

    over emails in which both sides took part, automatic ones included.

    Parameters
    ----------
    interactions : Interactions
    window : Window or Spans

    Returns
    -------
    list of EmailRatio
        One for each of ``interactions.records``, in order.

    Notes
    -----
    The counts may be below those of customer interactions, which include emails without a customer that regard the
    record.

    References
    ----------
    .. [1] Dynamics 365 Sales, "Relationship analytics and KPIs": email sent / received ratio.

    Examples
    --------
    >>> from kpi.window import Window
    >>> from tests.situations import AS_OF, ago, columns, email
    >>> read = columns(email("m1", ago(2), "ann", "bob"), email("m2", ago(1), "ann", "bob"))
    >>> email_ratio(read, Window(AS_OF))
    [EmailRatio(sent=2, received=0, by_us=None, by_them=0.0)]
    """
    counts = window.contains(interactions.at) & (interactions.kind == EMAIL) & interactions.both_sides
    size = len(interactions.records)
    sent, received = (
        np.bincount(interactions.record[counts & (interactions.initiator == side)], minlength=size).tolist()
        for side in (US, THEM)
    )
    return [_ratio(s, r) for s, r in zip(sent, received, strict=True)]


def _ratio(sent: int, received: int) -> EmailRatio:
    return EmailRatio(sent, received, sent / received if received else None, received / sent if sent else None)
