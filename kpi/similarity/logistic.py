"""Logistic regression in which nothing may count against."""

import numpy as np

from graph.interactions import Bool, Float64

ITERATIONS = 50
CLOSE_ENOUGH = 1e-9
HARDLY = 1e-6


def coefficients(evidence: Float64, won: Bool) -> Float64:
    r"""
    Weigh several pieces of evidence against each other by what became of deals.

    Maximises

    .. math:: \sum_i \log P(won_i) - \frac{1}{2} \sum_j (\beta_j s_j)^2, \qquad \beta_j \ge 0

    with s the standard deviations of the columns, by Newton's method; what would count against is left out, the worst
    first.

    Parameters
    ----------
    evidence : float64[n, k]
        Log odds, a column for each piece.
    won : bool[n]

    Returns
    -------
    float64[k]
        0 for what is left out.

    Examples
    --------
    >>> won = np.array([True, True, True, False, False, False])
    >>> coefficients(np.array([[1, 0], [1, 1], [1, 0], [-1, 0], [-1, 1], [1, 1]]), won).round(2)
    array([0.95, 0.  ])
    """
    kept = np.flatnonzero(evidence.std(axis=0) > 0)
    while len(kept):
        found = _newton(evidence[:, kept], won)
        if (found > 0).all():
            break
        kept = np.delete(kept, np.argmin(found))
    else:
        found = np.zeros(0)
    result = np.zeros(evidence.shape[1])
    result[kept] = found
    return result


def _newton(evidence: Float64, won: Bool) -> Float64:
    """Return the coefficients of the columns, beside one of ones that is hardly pulled to 0."""
    columns = np.column_stack([np.ones(len(evidence)), evidence])
    pull = np.diag([HARDLY, *evidence.var(axis=0)])
    found = np.zeros(columns.shape[1])
    for _ in range(ITERATIONS):
        share = 1 / (1 + np.exp(-np.clip(columns @ found, -30, 30)))
        slope = columns.T @ (won - share) - pull @ found
        curvature = (columns * (share * (1 - share))[:, None]).T @ columns + pull
        step = np.linalg.solve(curvature, slope)
        found = found + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return found[1:]
