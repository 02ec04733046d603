"""What a field tells about the odds of winning: measured on some deals, tried on others."""

from math import log

import numpy as np

from graph.interactions import Bool, Float64, Int64
from kpi.similarity.deals import Column

FOLDS = 5
MOST_BINS = 12
# A group of deals is believed as far as it outweighs so many deals of the average; the best of these is taken.
STRENGTHS = (5.0, 20.0, 80.0, 320.0)


def groups_of(column: Column, rows: Bool) -> Int64:
    """
    Return int64[n], the group each deal falls into by a field: its value, or for numbers a bin.

    Bins hold about as many of the chosen rows each, and there are the more the more rows there are; a deal without a
    value is in group 0.
    """
    if not column.is_number:
        return column.codes
    known = np.isfinite(column.numbers)
    bins = min(MOST_BINS, max(2, round(np.sqrt(rows.sum()) / 2)))
    chosen = column.numbers[rows & known]
    edges = np.unique(np.quantile(chosen, np.linspace(0, 1, bins + 1)[1:-1])) if len(chosen) else np.array([])
    return np.where(known, np.searchsorted(edges, column.numbers, side="right") + 1, 0)


def folds_of(won: Bool, rows: Bool) -> Int64:
    """Return int64[n], a fold for each of the chosen rows, -1 for others; each fold has its share of won and lost."""
    folds = np.full(len(won), -1)
    for outcome in (True, False):
        where = np.flatnonzero(rows & (won == outcome))
        folds[where] = np.arange(len(where)) % FOLDS
    return folds


def log_odds(won: Bool) -> float:
    """Return the log odds of winning among some deals, kept finite."""
    wins = float(won.sum())
    return log((wins + 0.5) / (len(won) - wins + 0.5))


def effects(groups: Int64, won: Bool, rows: Bool, strength: float) -> Float64:
    r"""
    Return float64[groups], by how much each group's log odds of winning differ from those of all chosen rows.

    .. math:: \log \frac{w_g + m p}{l_g + m (1 - p)} - \log \frac{p}{1 - p}

    for a group with w won and l lost deals, the share p of won deals in all and the strength m.
    """
    size = int(groups.max(initial=0)) + 1
    all_, wins = np.bincount(groups[rows], minlength=size), np.bincount(groups[rows & won], minlength=size)
    share = (won[rows].sum() + 0.5) / (rows.sum() + 1)
    odds = (wins + strength * share) / (all_ - wins + strength * (1 - share))
    return np.asarray(np.log(odds) - log(share / (1 - share)))


def unseen_effects(groups: Int64, won: Bool, folds: Int64, strength: float) -> Float64:
    """Return float64[n], the effect of each deal's group as measured on the deals of the other folds."""
    found = np.zeros(len(won))
    for fold in range(FOLDS):
        there = folds == fold
        found[there] = effects(groups, won, (folds >= 0) & ~there, strength)[groups[there]]
    return found


def gain(logits: Float64, base: float, won: Bool) -> float:
    """Return how much likelier (as a logarithm) the outcomes are with these log odds than with the same for all."""
    return float((_log_likelihood(logits, won) - _log_likelihood(np.full(len(won), base), won)).sum())


def _log_likelihood(logits: Float64, won: Bool) -> Float64:
    return -np.logaddexp(0, np.where(won, -logits, logits))


def separation(scores: Float64, won: Bool) -> float:
    """
    Return how often a won deal has the higher score of a won and a lost one; equal scores are half a win.

    This is the area under the ROC curve: 0.5 by chance, 1 at best; 0.5 where there is nothing to compare.

    Examples
    --------
    >>> separation(np.array([3.0, 1.0, 1.0]), np.array([True, True, False]))
    0.75
    """
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    wins, losses = int(won.sum()), int((~won).sum())
    if not wins or not losses:
        return 0.5
    return float((ranks[won].sum() - wins * (wins + 1) / 2) / (wins * losses))
