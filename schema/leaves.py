"""Leaves of an answer: how to complete a column of scalars or of values of an enum."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from typing import Any

from graphql import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT, GraphQLEnumType

Column = Sequence[Any]
Read = Callable[[Any], Any]
# A :data:`schema.plans.Plan` that asks nobody and needs no place.
LeafPlan = Callable[[Column, object, object], Column]


class Unusual(Exception):  # noqa: N818 - nobody ever sees it
    """A value that the ordinary execution has to deal with."""


def _leaf(kind: type, *, fits: Callable[[Column], bool] | None = None, text: Read | None = None) -> LeafPlan:
    """Return how to complete values of exactly one Python type."""
    only = frozenset({kind}).issuperset

    def complete(column: Column, _asking: object, _places: object) -> Column:
        if not only(map(type, column)) or (fits and not fits(column)):
            raise Unusual
        return list(map(text, column)) if text else column

    return complete


def enum_plan(type_: GraphQLEnumType) -> LeafPlan | None:
    """Return how to complete values of an enum, None where it stands for no Python enum."""
    kind = getattr(type_, "wrapped_cls", None)
    return kind and _leaf(kind, text={value: type_.coerce_output_value(value) for value in kind}.__getitem__)


def _in_32_bits(column: Column) -> bool:
    return not column or (min(column) >= GRAPHQL_MIN_INT and max(column) <= GRAPHQL_MAX_INT)


def _finite(column: Column) -> bool:
    return all(map(isfinite, column))


# Those whose values need no more than this to be what GraphQL answers.
SCALARS: Mapping[str, LeafPlan] = {
    "Boolean": _leaf(bool),
    "Int": _leaf(int, fits=_in_32_bits),
    "Float": _leaf(float, fits=_finite),
    "String": _leaf(str),
    "ID": _leaf(str),
    # The same few days, in the points of every record.
    "Date": _leaf(date, text=lru_cache(maxsize=4096)(date.isoformat)),
    "DateTime": _leaf(datetime, text=datetime.isoformat),
}
