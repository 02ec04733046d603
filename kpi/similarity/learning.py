"""Which fields separated won deals from lost ones, and how much each counts."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import Bool, Float64, Int64
from kpi.similarity.deals import MISSING, Column, Deals
from kpi.similarity.evidence import (
    FOLDS,
    STRENGTHS,
    effects,
    folds_of,
    gain,
    groups_of,
    log_odds,
    separation,
    unseen_effects,
)
from kpi.similarity.logistic import coefficients

# A field separates where it makes the outcomes of deals it has not seen more than e times as likely.
LEAST_GAIN = 1.0
MOST_KNOTS = 64


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """
    A field and its share of a similarity; the shares of all add up to 1.

    ``scale`` is for numbers: points (value, share of deals below it), between which distances are measured.
    """

    name: str
    weight: float
    scale: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """
    What was learned from closed deals.

    ``proven`` tells that the fields separate won from lost deals; where none does, all that differ count alike.
    ``separation`` is how often these fields, learned from other deals, rank a won deal above a lost one: 0.5 by chance,
    1 at best.
    """

    fields: tuple[FieldWeight, ...]
    proven: bool
    separation: float


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """A field tried on deals that it was not measured on."""

    name: str
    groups: Int64
    strength: float
    logits: Float64
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """
    The odds of winning by some fields.

    Attributes
    ----------
    shares : dict of str to float
        By how much each field moves the odds, in all 1; empty where none separates.
    scores : float64[n]
        The log odds of every deal but for a constant, of those that were not learned from too.
    """

    shares: dict[str, float]
    scores: Float64


def learn(deals: Deals, rows: Bool) -> Weights:
    """
    Learn which fields separate won deals from lost ones.

    Parameters
    ----------
    deals : Deals
    rows : bool[n]
        Which of them to learn from; there are won and lost ones.

    Returns
    -------
    Weights

    Notes
    -----
    Each value of a field, or range of a number, has its own odds of winning, pulled towards those of all deals where
    there are few. A field separates where these odds, measured on four fifths of the deals, predict the last fifth
    better than the same odds for all do. Those that do go into one logistic regression; a field's weight is its
    coefficient times the standard deviation of its log odds.

    Examples
    --------
    >>> from tests.kpi.deals import record
    >>> deals = record(won={"gold": 40, "tin": 10}, lost={"gold": 10, "tin": 40})
    >>> weights = learn(deals, deals.until(int(deals.closed.max())))
    >>> [(field.name, field.weight) for field in weights.fields], weights.proven
    ([('metal', 1.0)], True)
    """
    found = fit(deals, rows).shares
    shares = found or _even(deals, rows)
    fields = (FieldWeight(name, share, _scale(deals.columns[name], rows)) for name, share in shares.items())
    ordered = sorted(fields, key=lambda field: (-field.weight, field.name))
    return Weights(tuple(ordered), bool(found), _unseen_separation(deals, rows))


def fit(deals: Deals, rows: Bool) -> Fit:
    """
    Fit the odds of winning to some deals.

    Parameters
    ----------
    deals : Deals
    rows : bool[n]
        Which of them to fit to.

    Returns
    -------
    Fit
    """
    folds = folds_of(deals.won, rows)
    tried = (_tried(deals, name, folds) for name in deals.columns)
    evidence = [found for found in tried if found.gain > LEAST_GAIN]
    if not evidence:
        return Fit({}, np.zeros(len(deals)))
    logits = np.column_stack([found.logits[rows] for found in evidence])
    betas = coefficients(logits, deals.won[rows])
    moves = betas * logits.std(axis=0)
    known = (effects(e.groups, deals.won, rows, e.strength)[e.groups] for e in evidence)
    scores = np.sum([beta * effect for beta, effect in zip(betas, known, strict=True)], axis=0)
    shares = {e.name: float(move / moves.sum()) for e, move in zip(evidence, moves, strict=True) if move > 0}
    return Fit(shares, scores)


def _tried(deals: Deals, name: str, folds: Int64) -> _Evidence:
    """Return a field with the strength at which it predicts unseen deals best."""
    rows = folds >= 0
    groups = groups_of(deals.columns[name], rows)
    base = log_odds(deals.won[rows])
    found = []
    for strength in STRENGTHS:
        logits = unseen_effects(groups, deals.won, folds, strength)
        found.append(_Evidence(name, groups, strength, logits, gain(base + logits[rows], base, deals.won[rows])))
    return max(found, key=lambda evidence: evidence.gain)


def _unseen_separation(deals: Deals, rows: Bool) -> float:
    """Return the separation of deals that were neither measured nor fitted on, the mean over the folds."""
    folds = folds_of(deals.won, rows)
    found = []
    for fold in range(FOLDS):
        there = folds == fold
        scores = fit(deals, rows & ~there).scores
        found.append(separation(scores[there], deals.won[there]))
    return float(np.mean(found))


def _even(deals: Deals, rows: Bool) -> dict[str, float]:
    """Return the same share for each field in which the deals differ."""
    differing = [name for name, column in deals.columns.items() if len(np.unique(column.codes[rows])) > 1]
    return dict.fromkeys(differing, 1 / max(len(differing), 1))


def _scale(column: Column, rows: Bool) -> tuple[tuple[float, float], ...] | None:
    """Return values of a number with the share of deals below each, half of those that are equal to it included."""
    if not column.is_number:
        return None
    values, counts = np.unique(column.numbers[rows & (column.codes != MISSING)], return_counts=True)
    shares = (np.cumsum(counts) - counts / 2) / max(counts.sum(), 1)
    chosen = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_KNOTS)).round().astype(np.int64))
    return tuple(zip(values[chosen].tolist(), shares[chosen].tolist(), strict=True))
