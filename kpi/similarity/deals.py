"""Closed deals as columns: what is learned from, and what a deal is compared with."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from graph.interactions import Bool, Float64, Int64
from graph.model import Opportunity, OpportunityState, to_micros
from kpi.similarity.fields import Value, fields_of

MISSING = 0


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """
    A field of n deals, as numbers and as categories.

    Attributes
    ----------
    numbers : float64[n]
        NaN where the deal has no value, or one that is no number.
    codes : int64[n]
        Positions in ``categories``, MISSING where the deal has no value.
    categories : mapping of str to int
        The code of each value, written as text.
    """

    numbers: Float64
    codes: Int64
    categories: Mapping[str, int]

    @property
    def is_number(self) -> bool:
        """Whether every value there is is a number."""
        return bool(self.categories) and bool(np.all(np.isfinite(self.numbers) == (self.codes != MISSING)))


@dataclass(frozen=True, slots=True, eq=False)
class Deals:
    """
    Closed deals, the latest closed first, of equals the lowest id.

    Attributes
    ----------
    deals : tuple of Opportunity
    closed : int64[n]
        Microseconds since 1970.
    won : bool[n]
    columns : mapping of str to Column
        Every field that one of them has.
    """

    deals: tuple[Opportunity, ...]
    closed: Int64
    won: Bool
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.deals)

    def until(self, as_of: int) -> Bool:
        """Return bool[n], which of them were closed by then."""
        return np.asarray(self.closed <= as_of, dtype=np.bool_)


def deals_of(opportunities: Collection[Opportunity]) -> Deals:
    """
    Return the deals among these that are closed, as columns.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 11, 2, tzinfo=UTC)
    >>> won = Opportunity(id="o1", name="O", state=OpportunityState.WON, closed_at=day, owner_id="ann")
    >>> deals = deals_of([won, Opportunity(id="o2", name="P")])
    >>> len(deals), deals.won, deals.columns["owner"].categories
    (1, array([ True]), {'ann': 1})
    """
    closed = [(to_micros(deal.closed_at), deal) for deal in opportunities if deal.closed_at is not None]
    closed.sort(key=lambda pair: (-pair[0], pair[1].id))
    deals = tuple(deal for _, deal in closed)
    fields = [fields_of(deal) for deal in deals]
    names = dict.fromkeys(name for values in fields for name in values)
    return Deals(
        deals=deals,
        closed=np.array([at for at, _ in closed], dtype=np.int64),
        won=np.array([deal.state is OpportunityState.WON for deal in deals], dtype=np.bool_),
        columns={name: _column([values.get(name) for values in fields]) for name in names},
    )


def number(value: Value | None) -> float:
    """Return a value as a number, NaN where it is none; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    return float(value) if math.isfinite(value) else math.nan


def _column(values: list[Value | None]) -> Column:
    categories: dict[str, int] = {}
    codes = [MISSING if v is None else categories.setdefault(str(v), len(categories) + 1) for v in values]
    return Column(np.array([number(v) for v in values]), np.array(codes, dtype=np.int64), categories)
