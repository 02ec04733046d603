"""
Types and fields that cannot be declared without saying what they are.

A type's docstring is its description; a field is one line: ``name: Annotated[Type, field("what it tells")]``.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import strawberry
from strawberry import UNSET

C = TypeVar("C", bound=type)


def object_type(cls: C) -> C:
    """Declare an object type; its values are plain objects with attributes of the fields' names."""
    return strawberry.type(cls, description=inspect.getdoc(cls))


def interface(cls: C) -> C:
    """Declare an interface."""
    return strawberry.interface(cls, description=inspect.getdoc(cls))


def mapping_type(cls: C) -> C:
    """Declare an input type whose values are what the client sent, by name: a thousand objects take half a second."""
    declared = strawberry.input(cls, description=inspect.getdoc(cls))
    declared.__strawberry_definition__.from_input = _as_it_is  # type: ignore[attr-defined]
    return declared


def _as_it_is(_type: type, value: Mapping[str, Any], _context: object) -> Mapping[str, Any]:
    return value


def node_type(*, of: type) -> Callable[[C], C]:
    """Declare an object type whose values are those of a class of the graph."""

    def declare(cls: C) -> C:
        cls.is_type_of = lambda value, _info: isinstance(value, of)  # type: ignore[attr-defined]
        return object_type(cls)

    return declare


def field(description: str, resolver: Callable[..., Any] | None = None, *, name: str | None = None) -> Any:
    """Return a field that reads the attribute of its name, or asks a resolver."""
    if resolver is None:
        return strawberry.field(description=description, name=name)
    return strawberry.field(resolver=resolver, description=description, name=name)


def optional(description: str) -> Any:
    """Return a field of an input that may be left out."""
    return strawberry.field(description=description, default=UNSET)
