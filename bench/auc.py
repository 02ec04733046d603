"""How well a number tells two groups apart, how sure that is, and how well a logistic regression does with many."""

from dataclasses import dataclass

import numpy as np

from graph.interactions import Bool, Float64, Int64

NEWTON_STEPS = 25
RIDGE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """A signal's order of samples, worked out once: ``rank`` int64[n], equal where the signal is."""

    rank: Int64
    again: Bool

    def auc(self, weight: Float64 | None = None) -> float:
        """
        Return the area under the ROC curve: how often one that came again ranks above one that did not, ties half.

        With float64[n] weights, samples count so many times.
        """
        weight = np.ones(len(self.rank)) if weight is None else weight
        came = np.bincount(self.rank, weight * self.again)
        stayed = np.bincount(self.rank, weight * ~self.again)
        above = came * (np.cumsum(stayed) - stayed / 2)
        pairs = came.sum() * stayed.sum()
        return float(above.sum() / pairs) if pairs else float("nan")


def ranking(signal: Float64, again: Bool) -> Ranking:
    """Return the ranking by a signal."""
    _, rank = np.unique(signal, return_inverse=True)
    return Ranking(rank, again)


def resampled(pair: Int64, date: Int64, times: int, seed: int = 1) -> list[Float64]:
    """Return weights of the samples as if pairs, and dates, had been drawn anew with replacement, so many times."""
    dice = np.random.default_rng(seed)
    return [_drawn(dice, pair)[pair] * _drawn(dice, date)[date] for _ in range(times)]


def _drawn(dice: np.random.Generator, codes: Int64) -> Float64:
    there = np.unique(codes)
    weight = np.zeros(int(there[-1]) + 1)
    weight[there] = np.bincount(dice.integers(0, len(there), len(there)), minlength=len(there))
    return weight


def interval(values: list[float]) -> tuple[float, float]:
    """Return what 95 of a hundred values lie between."""
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def logistic(features: Float64, again: Bool, fitted: Bool) -> Float64:
    """Return float64[n], the score of a logistic regression on float64[n, k], fitted where it is said to be."""
    scale = features[fitted].std(axis=0)
    standard = (features - features[fitted].mean(axis=0)) / np.where(scale > 0, scale, 1)
    columns = np.column_stack([np.ones(len(features)), standard])
    known, came = columns[fitted], again[fitted].astype(np.float64)
    weights = np.zeros(columns.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(known @ weights, -30, 30)))
        gradient = known.T @ (came - chance) - RIDGE * weights
        curvature = (known * (chance * (1 - chance))[:, None]).T @ known + RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(curvature, gradient)
    return np.asarray(columns @ weights, dtype=np.float64)
