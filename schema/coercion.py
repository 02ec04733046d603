"""
Variables that are taken or refused piece by piece.

GraphQL coerces a variable as a whole, so that one malformed instant would refuse a thousand interactions. Variables
that hold items of a write are coerced here instead, an element at a time: one that does not fit becomes a
:class:`resolvers.writer.Misfit` in its place, which the write tells of as it tells of any other bad item. Settings are
coerced a field at a time: what does not fit is left as it is, for their rules know its range too. All other variables,
and whatever is written into the query's text, are GraphQL's own affair.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    coerce_input_value,
    get_named_type,
    get_operation_ast,
    is_required_input_field,
    type_from_ast,
)
from graphql.pyutils import suggestion_list

from graph.complaints import (
    DAY,
    FLAG,
    INSTANT,
    MOST_TOLD,
    NUMBER,
    OBJECT,
    TEXT,
    WHOLE_TEXT,
    is_whole,
    mismatch,
    one_of,
    required,
    shown,
    told,
)
from graph.errors import InputError
from resolvers.writer import Misfit
from resolvers.writing import MAX_ITEMS
from schema.inputs import EngagementInput, InteractionInput, RecordInput
from schema.inputs_settings import SettingsInput

ITEMS = frozenset(item.__name__ for item in (RecordInput, InteractionInput, EngagementInput))
EXPECTED = {"String": TEXT, "Float": NUMBER, "Boolean": FLAG, "DateTime": INSTANT, "Date": DAY}
# What a complaint about an item as a whole is about.
ITEM = "the item"

# Where in an item, and what is wrong there.
Complaint = tuple[str, str]


def apart(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, given: Mapping[str, Any]
) -> tuple[DocumentNode, dict[str, Any]]:
    """Return a document without the variables that are taken piece by piece, and these."""
    operation = get_operation_ast(document, name)
    if operation is None:
        return document, {}
    taken: dict[str, Any] = {}
    others = []
    for definition in operation.variable_definitions or ():
        variable = definition.variable.name.value
        pieces = _pieces(given.get(variable), cast("GraphQLInputType", type_from_ast(schema, definition.type)))
        if pieces is Undefined:
            others.append(definition)
        else:
            taken[variable] = pieces
    rest = replace(operation, variable_definitions=tuple(others))
    definitions = tuple(rest if definition is operation else definition for definition in document.definitions)
    return replace(document, definitions=definitions), taken


def halved(variables: Mapping[str, object]) -> list[GraphQLError]:
    """Return what is told of variables that hold half of a character."""
    messages = [mismatch(f"${name}", WHOLE_TEXT, value) for name, value in variables.items() if not is_whole(value)]
    return [GraphQLError(message, original_error=InputError(message)) for message in messages]


def _pieces(value: object, type_: GraphQLInputType) -> Any:
    """Return a value coerced piece by piece, Undefined where that is not how it is taken."""
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if value is not None and get_named_type(inner).name in ITEMS:
        return _items(value, inner)
    if isinstance(inner, GraphQLInputObjectType) and inner.name == SettingsInput.__name__:
        return _fields(value, inner)
    return Undefined


def _fields(value: object, type_: GraphQLInputObjectType) -> Any:
    """Return an object with each field coerced or, where it does not fit, as it is; Undefined for what is none."""
    if not isinstance(value, dict) or not value.keys() <= type_.fields.keys() or not is_whole(value):
        return Undefined
    fields = {name: _field(given, type_.fields[name].type) for name, given in value.items()}
    return Undefined if any(field is Undefined for field in fields.values()) else fields


def _field(value: object, type_: GraphQLInputType) -> Any:
    if isinstance(type_, GraphQLInputObjectType) and value is not None:
        return _fields(value, type_)
    coerced = coerce_input_value(value, type_)
    return value if coerced is Undefined else coerced


def _items(value: object, type_: GraphQLInputType) -> Any:
    if not isinstance(type_, GraphQLList):
        return _item(value, type_)
    values = value if isinstance(value, list) else [value]
    # A list that is too long is refused as a whole, so nobody looks at what is in it.
    return values if len(values) > MAX_ITEMS else [_item(item, type_.of_type) for item in values]


def _item(value: object, type_: GraphQLInputType) -> Any:
    coerced = coerce_input_value(value, type_)
    if coerced is not Undefined and is_whole(value):
        return coerced
    complaints = list(_complaints(value, type_, ""))
    return Misfit(value, complaints[0][0] or None, told([message for _, message in complaints]))


def _complaints(value: object, type_: GraphQLInputType, path: str) -> Iterator[Complaint]:
    """Yield what is wrong with a value that does not fit."""
    match type_:
        case GraphQLNonNull():
            yield from _required(value, type_.of_type, path)
        case _ if value is None:
            return
        case GraphQLList():
            yield from _list(value, type_, path)
        case GraphQLInputObjectType():
            yield from _object(value, type_, path)
        case GraphQLScalarType() | GraphQLEnumType():
            yield from _leaf(value, type_, path)


def _required(value: object, type_: GraphQLInputType, path: str) -> Iterator[Complaint]:
    # Blank text is no value, as in a file; what takes text at all knows it when it sees it.
    blank = isinstance(value, str) and not value.strip() and type_ is not GraphQLString
    if path and (value is None or value is Undefined or blank):
        yield path, required(path)
    elif value is None:
        yield path, mismatch(ITEM, OBJECT, None)
    else:
        yield from _complaints(value, type_, path)


def _list(value: object, type_: GraphQLList[Any], path: str) -> Iterator[Complaint]:
    if not isinstance(value, list):
        yield from _complaints(value, type_.of_type, path)
        return
    for index, item in enumerate(value):
        yield from _complaints(item, type_.of_type, f"{path}.{index}")


def _object(value: object, type_: GraphQLInputObjectType, path: str) -> Iterator[Complaint]:
    if not isinstance(value, dict):
        yield path, mismatch(path or ITEM, OBJECT, value)
        return
    for name, field in type_.fields.items():
        if name in value or is_required_input_field(field):
            yield from _complaints(value.get(name, Undefined), field.type, _below(path, name))
    # Of more nobody is told.
    for name in islice((name for name in value if name not in type_.fields), MOST_TOLD):
        where = _below(path, shown(name)[1:-1])
        alike = suggestion_list(name, list(type_.fields))
        yield (
            where,
            f"{where} is no field of {type_.name}; " + (f"did you mean {alike[0]}?" if alike else "leave it out"),
        )


def _leaf(value: Any, type_: GraphQLScalarType | GraphQLEnumType, path: str) -> Iterator[Complaint]:
    if not is_whole(value):
        yield path, mismatch(path, WHOLE_TEXT, value)
        return
    with suppress(Exception):
        if type_.coerce_input_value(value) is not Undefined:
            return
    expected = one_of(type_.values) if isinstance(type_, GraphQLEnumType) else EXPECTED[type_.name]
    yield path, mismatch(path, expected, value)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
