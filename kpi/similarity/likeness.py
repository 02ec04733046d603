"""How alike deals are to one, by learned weights."""

import math
from collections.abc import Mapping

import numpy as np

from graph.interactions import Float64
from kpi.similarity.deals import MISSING, Column, Deals, number
from kpi.similarity.fields import Value
from kpi.similarity.learning import FieldWeight, Weights

UNKNOWN = -1


def likeness(weights: Weights, deals: Deals, fields: Mapping[str, Value]) -> Float64:
    r"""
    Compare every deal with the fields of one.

    .. math:: s = \sum_f w_f m_f

    with the match m of a field: for categories 1 where they are equal, else 0; for numbers 1 less the share of deals
    that lie between the two. Missing matches missing alone.

    Parameters
    ----------
    weights : Weights
    deals : Deals
    fields : mapping of str to str, float or bool
        As :func:`kpi.similarity.fields.fields_of` returns them.

    Returns
    -------
    float64[n]
        0 to 1; 1 for a deal of the same fields, and for all where no field has a weight.

    Examples
    --------
    >>> from tests.kpi.deals import record
    >>> deals = record(won={"gold": 1, "tin": 1})
    >>> likeness(Weights((FieldWeight("metal", 1.0),), True, 0.9), deals, {"metal": "gold"})
    array([1., 0.])
    """
    if not weights.fields:
        return np.ones(len(deals))
    found = np.zeros(len(deals))
    for field in weights.fields:
        found += field.weight * _match(field, deals.columns.get(field.name), fields.get(field.name), len(deals))
    # Shares that add up to 1 may do so but for rounding.
    return np.clip(found, 0.0, 1.0).round(12)


def _match(field: FieldWeight, column: Column | None, value: Value | None, size: int) -> Float64:
    """Return float64[n], how well each deal agrees in a field."""
    if column is None:
        return np.full(size, float(value is None))
    if value is None:
        return np.asarray(column.codes == MISSING, dtype=np.float64)
    if field.scale is None or math.isnan(number(value)):
        return np.asarray(column.codes == column.categories.get(str(value), UNKNOWN), dtype=np.float64)
    values, shares = np.array(field.scale).reshape(-1, 2).T
    distance = np.abs(np.interp(column.numbers, values, shares) - np.interp(number(value), values, shares))
    return np.where(np.isnan(distance), 0.0, 1 - distance)
