"""How two columns of numbers compare."""

import numpy as np

from graph.interactions import Bool, Float64

# Numbers that differ by less would be read as the same, and may be written the same.
LEAST_SHARE = 0.1
# So would times that differ by less than a minute of work, or by less than six minutes of waiting.
LEAST_MINUTES = 1.0
LEAST_HOURS = 0.1


def telling(a: Float64, b: Float64) -> Bool:
    """
    Return bool[n], whether two numbers from 0 differ by a tenth of the larger one or more.

    Examples
    --------
    >>> telling(np.array([10.0, 10.0, 0.0]), np.array([9.0, 9.5, 0.0]))
    array([ True, False, False])
    """
    return np.asarray((a != b) & (np.abs(a - b) >= LEAST_SHARE * np.maximum(a, b)), dtype=np.bool_)


def differ(a: float, b: float) -> bool:
    """Tell whether two numbers are :func:`telling`."""
    return a != b and abs(a - b) >= LEAST_SHARE * max(a, b)


def log_ratio(a: Float64, b: Float64) -> Float64:
    """Return float64[n], the logarithm of a / b; 0 where either is not above 0."""
    known = (a > 0) & (b > 0)
    return np.asarray(np.log(np.where(known, a, 1.0) / np.where(known, b, 1.0)))


def root(variance: Float64) -> Float64:
    """Return the standard deviation; 1 where there is no variance, so that nothing is divided by 0."""
    return np.asarray(np.sqrt(np.where(variance > 0, variance, 1.0)))


def inverse(counts: Float64) -> Float64:
    """Return float64[n], one by each count; 0 for 0."""
    return np.asarray(np.where(counts > 0, 1 / np.maximum(counts, 1), 0.0))
