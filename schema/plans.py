"""
What a query selects of values, compiled: how to complete a whole column of them.

A plan takes a column of values of one type and returns what GraphQL answers for each. Most fields are plain: they only
read their object (an attribute, or a function of nothing but the object); attributes of one leaf type are one column.
The others ask a resolver, of all objects before any answer is waited for; their answers are put into place when they
are there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from operator import attrgetter
from types import NoneType
from typing import Any, NamedTuple, Protocol, cast

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_argument_values,
    get_nullable_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import CollectedFields, FieldDetailsList
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, UndefinedType
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.leaves import SCALARS, Column, Read, Unusual, enum_plan

Rows = Sequence[dict[str, Any]]
# Where in the answer each value stands; worked out only for fields that ask.
Places = Callable[[], Sequence[Path | None]]

# What graphql-core answers without looking at any field.
NO_OBJECTS = (NoneType, UndefinedType, Exception)


class Asking(Protocol):
    """Whoever asks resolvers, waits for the answers and puts them into their rows."""

    def ask(self, field: "Asked", objects: Column, places: Sequence[Path | None], rows: Rows) -> None:
        """Ask a field of objects, for the rows that are answered for them."""
        ...


Plan = Callable[[Column, Asking, Places], Column]
Collect = Callable[[GraphQLObjectType, FieldDetailsList], CollectedFields]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A selected field that asks a resolver, and the plan of what that answers."""

    name: str
    parent: GraphQLObjectType
    definition: GraphQLField
    declared: StrawberryField
    nodes: list[FieldNode]
    plan: Plan
    resolve: Callable[..., Any]
    informed: bool
    # Where no variable is among them they are the same in every request.
    constant: Mapping[str, Any] | None

    def arguments(self, schema: GraphQLSchema, variables: VariableValues) -> Mapping[str, Any]:
        """Return what the query gives to the resolver."""
        if self.constant is not None:
            return self.constant
        return _arguments(schema, self.definition, self.declared, self.nodes[0], variables)


class Alike(NamedTuple):
    """Selected fields of one leaf type, which are completed together: ``read`` gets them all of an object."""

    names: tuple[str, ...]
    read: Callable[[Any], tuple[Any, ...]]
    plan: Plan

    def fill(self, rows: Rows, objects: Column, asking: Asking, places: Places) -> None:
        """Give each row the values of its object."""
        values = self.plan(list(chain.from_iterable(map(self.read, objects))), asking, places)
        for i, name in enumerate(self.names):
            fill(rows, name, values[i :: len(self.names)])


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles selections; there is no plan, None, of what the ordinary execution has to do."""

    schema: GraphQLSchema
    collect: Collect

    def field(self, parent: GraphQLObjectType, name: str, selection: FieldDetailsList) -> Plan | None:
        """Return how to get from objects to what a plain field of theirs answers."""
        node = selection[0].node
        if node.name.value == "__typename":
            return lambda objects, _asking, _places: [parent.name] * len(objects)
        field = parent.fields.get(node.name.value)
        read = field and _reader(field)
        plan = field and read and self.value(field.type, selection)
        return plan and read and _plain(read, plan, name, parent.name)

    def value(self, type_: GraphQLOutputType, selection: FieldDetailsList) -> Plan | None:
        """Return how to complete values of a type."""
        if isinstance(type_, GraphQLNonNull):
            return self._present(type_.of_type, selection)
        plan = self._present(type_, selection)
        return plan and _nullable(plan)

    def _present(self, type_: GraphQLOutputType, selection: FieldDetailsList) -> Plan | None:
        match type_:
            case GraphQLScalarType():
                return SCALARS.get(type_.name)
            case GraphQLEnumType():
                return enum_plan(type_)
            case GraphQLList():
                plan = self.value(type_.of_type, selection)
                return plan and _lists(plan)
            case GraphQLObjectType():
                return self._object(type_, selection)
            case GraphQLInterfaceType() | GraphQLUnionType():
                return self._abstract(type_, selection)
        return None

    def _object(self, type_: GraphQLObjectType, selection: FieldDetailsList) -> Plan | None:
        plans: dict[str, Plan] = {}
        asked: list[Asked] = []
        selected = self.collect(type_, selection).grouped_field_set
        alike = self._alike(type_, selected)
        done = frozenset(chain.from_iterable(leaves.names for leaves in alike))
        for name, details in selected.items():
            if name in done:
                continue
            if plan := self.field(type_, name, details):
                plans[name] = plan
            elif field := self._asked(type_, name, details):
                asked.append(field)
            else:
                return None
        return _objects(type_, selected, alike, plans, asked) if selected else None

    def _alike(self, parent: GraphQLObjectType, selected: Mapping[str, FieldDetailsList]) -> list[Alike]:
        """Return the fields that read attributes of one leaf type, where there are several."""
        found: dict[str, dict[str, str]] = {}
        plans: dict[str, Plan] = {}
        for name, details in selected.items():
            field = parent.fields.get(details[0].node.name.value)
            attribute = _attribute(field) if field and is_leaf_type(get_nullable_type(field.type)) else None
            if field and attribute and (plan := self.value(field.type, details)):
                plans[str(field.type)] = plan
                found.setdefault(str(field.type), {})[name] = attribute
        return [
            Alike(tuple(names), attrgetter(*names.values()), plans[type_])
            for type_, names in found.items()
            if len(names) > 1
        ]

    def _asked(self, parent: GraphQLObjectType, name: str, selection: FieldDetailsList) -> Asked | None:
        definition = parent.fields.get(selection[0].node.name.value)
        declared = definition and definition.extensions.get("strawberry-definition")
        if definition is None or not isinstance(declared, StrawberryField) or declared.extensions:
            return None
        resolver = declared.base_resolver
        plan = self.value(definition.type, selection) if resolver else None
        if plan is None or resolver is None or "root" not in resolver.signature.parameters:
            return None
        nodes = [details.node for details in selection]
        informed = "info" in resolver.signature.parameters
        constant = None if _varies(nodes[0]) else _arguments(self.schema, definition, declared, nodes[0])
        resolve = cast("Callable[..., Any]", resolver.wrapped_func)
        return Asked(name, parent, definition, declared, nodes, plan, resolve, informed, constant)

    def _abstract(self, type_: GraphQLAbstractType, selection: FieldDetailsList) -> Plan | None:
        plans: dict[GraphQLObjectType, Plan] = {}
        for possible in self.schema.get_possible_types(type_):
            plan = self._object(possible, selection)
            if plan is None or possible.is_type_of is None:
                return None
            plans[possible] = plan
        return _one_of(plans)


def _varies(node: FieldNode) -> bool:
    """Tell whether a variable may be among the arguments."""
    places = [argument.loc for argument in node.arguments or ()]
    return any(place is None or "$" in place.source.body[place.start : place.end] for place in places)


def _arguments(
    schema: GraphQLSchema,
    definition: GraphQLField,
    declared: StrawberryField,
    node: FieldNode,
    variables: VariableValues | None = None,
) -> dict[str, Any]:
    """Return the arguments of a field as its resolver takes them."""
    given = get_argument_values(definition, node, variables)
    converter = schema._strawberry_schema.schema_converter  # type: ignore[attr-defined]
    return convert_arguments(given, declared.arguments, converter.scalar_registry, converter.config)


def _reader(field: GraphQLField) -> Read | None:
    """Return how a field reads its object, None where it needs more than that."""
    declared = field.extensions.get("strawberry-definition")
    if not isinstance(declared, StrawberryField) or declared.extensions or declared.is_async:
        return None
    if declared.base_resolver is None:
        return attrgetter(declared.python_name) if declared.default_resolver is getattr else None
    resolver = declared.base_resolver
    return cast("Read", resolver.wrapped_func) if list(resolver.signature.parameters) == ["root"] else None


def _attribute(field: GraphQLField) -> str | None:
    """Return the attribute that is all a field reads, if so."""
    declared = field.extensions.get("strawberry-definition")
    return declared.python_name if isinstance(_reader(field), attrgetter) and declared else None


def _plain(read: Read, plan: Plan, name: str, typename: str) -> Plan:
    def complete(objects: Column, asking: Asking, places: Places) -> Column:
        return plan(list(map(read, objects)), asking, lambda: [Path(place, name, typename) for place in places()])

    return complete


def _nullable(plan: Plan) -> Plan:
    def complete(column: Column, asking: Asking, places: Places) -> Column:
        if NoneType not in map(type, column):
            return plan(column, asking, places)

        def present(values: Column) -> Column:
            return [value for value, other in zip(values, column, strict=True) if other is not None]

        completed = iter(plan(present(column), asking, lambda: present(places())))
        return [None if value is None else next(completed) for value in column]

    return complete


def _lists(plan: Plan) -> Plan:
    def complete(lists: Column, asking: Asking, places: Places) -> Column:
        if not all(isinstance(values, Sequence) and not isinstance(values, str | bytes) for values in lists):
            raise Unusual

        def below() -> list[Path]:
            return [
                Path(place, i, None) for place, values in zip(places(), lists, strict=True) for i in range(len(values))
            ]

        items = plan(list(chain.from_iterable(lists)), asking, below)
        return [list(items[start:end]) for start, end in pairwise(accumulate(map(len, lists), initial=0))]

    return complete


def _objects(
    type_: GraphQLObjectType,
    names: Iterable[str],
    alike: Sequence[Alike],
    plans: Mapping[str, Plan],
    asked: Sequence[Asked],
) -> Plan:
    blank = dict.fromkeys(names)
    known: set[type] = set()

    def complete(objects: Column, asking: Asking, places: Places) -> Column:
        _check(objects, known)
        if type_.is_type_of is not None and not all(_is_of(type_, value) for value in objects):
            raise Unusual
        rows = [blank.copy() for _ in objects]
        for leaves in alike:
            leaves.fill(rows, objects, asking, places)
        for name, plan in plans.items():
            fill(rows, name, plan(objects, asking, places))
        if asked:
            here = places()
            for field in asked:
                asking.ask(field, objects, here, rows)
        return rows

    return complete


def _check(objects: Column, known: set[type]) -> None:
    """Raise Unusual where something is no object, unless it is of a type that is known to be one."""
    if not known.issuperset(kinds := set(map(type, objects))):
        if any(issubclass(kind, NO_OBJECTS) or hasattr(kind, "__await__") for kind in kinds):
            raise Unusual
        known.update(kinds)


def fill(rows: Rows, name: str, column: Column) -> None:
    """Give each row its value of a field."""
    for row, value in zip(rows, column, strict=True):
        row[name] = value


def _one_of(plans: Mapping[GraphQLObjectType, Plan]) -> Plan:
    def complete(objects: Column, asking: Asking, places: Places) -> Column:
        kinds = [next(kind for kind in plans if _is_of(kind, value)) for value in objects]

        def of(kind: GraphQLObjectType, values: Column) -> Column:
            return [value for value, other in zip(values, kinds, strict=True) if other is kind]

        def rows(kind: GraphQLObjectType) -> Iterator[Any]:
            return iter(plans[kind](of(kind, objects), asking, lambda: of(kind, places())))

        completed = {kind: rows(kind) for kind in dict.fromkeys(kinds)}
        return [next(completed[kind]) for kind in kinds]

    return complete


def _is_of(type_: GraphQLObjectType, value: object) -> bool:
    # Our types tell by the value alone; one that wants more fails here, and the ordinary execution asks it.
    return type_.is_type_of is not None and type_.is_type_of(value, None) is True  # type: ignore[arg-type]
