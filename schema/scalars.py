"""Dates and instants as text, and what a malformed one is answered with."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from graph.errors import InputError

Json = NewType("Json", object)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return instant.astimezone(UTC)


def _parser(parse: Callable[[str], Any], what: str) -> Callable[[object], Any]:
    """Return a parser whose complaint has a code, wherever in the query or its variables the text stands."""

    def parsed(value: object) -> Any:
        try:
            return parse(value if isinstance(value, str) else "")
        except (ValueError, OverflowError):
            message = f"{value!r} is not {what}."
            raise GraphQLError(message, extensions={"code": InputError.code}) from None

    return parsed


def _scalar(name: str, parse: Callable[[str], Any], what: str, description: str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        serialize=lambda value: value.isoformat(),
        parse_value=_parser(parse, what),
    )


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        _instant,
        "an instant with an offset, as in 2026-11-22T09:00:00Z",
        "An instant in ISO 8601 with an offset from UTC, such as `2026-11-22T09:00:00Z`. Answers are in UTC.",
    ),
    date: _scalar(
        "Date", date.fromisoformat, "a date, as in 2026-11-22", "A calendar day in ISO 8601, such as `2026-11-22`."
    ),
    Json: strawberry.scalar(name="JSON", description="Any JSON value: text, a number, true, a list, an object."),
}
