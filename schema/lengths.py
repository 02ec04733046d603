"""
How many objects a query asks for: the lengths of its lists, multiplied where one is inside another.

An argument tells how long most lists are; those of whatever length the data have count with a guess, so that what is
below them is multiplied too. What two selections of the same list have in common is counted for each, though GraphQL
answers it once. Rows of plain values, such as the points of a chart, take a hundredth of the time of a record: they are
counted in tenths of an object. Lists of texts count for nothing, as any value does.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
)

from kpi.health_history import MAX_POINTS
from kpi.most_contacted import FIRST as MOST_PEOPLE
from kpi.window import MAX_DAYS
from resolvers.nodes import MAX_NODES
from resolvers.paging import MAX_FIRST
from resolvers.writing import MAX_ITEMS

# The arguments that say how long a list is; a larger value is refused where it is resolved, in words of its own.
LONGEST = {"first": MAX_FIRST, "ids": MAX_NODES, "input": MAX_ITEMS, "days": MAX_DAYS, "points": MAX_POINTS}
# Those that do for any field which has them, and the fields of charts, which have a point for each day or step.
LENGTHS = ("first", "ids", "input")
CHARTS = {"activities": "days", "healthHistory": "points"}
# All time is as long as the data go back.
ALL_TIME = 1826
# How long other lists are taken to be: those of people, and of facts about a record.
PEOPLE, FACTS = 5, 10
GUESSED = {
    "pipeline": 100,
    "people": MOST_PEOPLE,
    **dict.fromkeys(("participants", "salesTeam", "stakeholders"), PEOPLE),
    **dict.fromkeys(("attributes", "changes", "fields", "insights", "kinds", "moves", "terms"), FACTS),
}
# Lists whose length the field above tells: counted there whether they are asked for or not, or where they stand.
COUNTED_ABOVE, TOLD_ABOVE = ("nodes", "edges", "deals"), ("items", "points")
# In tenths.
ROW, OBJECT = 1, 10
# The value at which a directive leaves out what it stands at.
LEAVES_OUT = {GraphQLSkipDirective.name: True, GraphQLIncludeDirective.name: False}
# In place of a variable whose value is not known.
ANYTHING = object()


def most_objects(schema: GraphQLSchema, document: DocumentNode) -> int:
    """Return how many objects a valid document can ask for, whatever its variables are."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return max(_Counter(schema, document, _anything(operation)).operation(operation) for operation in operations)


def check_objects(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    limit: int,
) -> list[GraphQLError]:
    """Return a complaint where an operation with these variables asks for too many objects."""
    found = _Counter(schema, document, {**_defaults(operation), **variables}).operation(operation)
    if found <= limit:
        return []
    advice = "ask for fewer `days`, or for fewer at a time with a smaller `first`, and for the rest with `after`."
    if operation.operation is OperationType.MUTATION:
        advice = "ask for less in return, or send fewer items at a time. Nothing was written."
    message = (
        f"The query asks for up to {found:,} objects: the lengths of its lists, multiplied where one is inside another,"
        f" with ten points of a chart as one. {limit:,} are allowed; {advice}"
    )
    return [GraphQLError(message, operation)]


def _anything(operation: OperationDefinitionNode) -> dict[str, Any]:
    """Return the variables of an operation without their values."""
    return {definition.variable.name.value: ANYTHING for definition in operation.variable_definitions or ()}


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """Return the variables of an operation that have defaults, with these."""
    return {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value
    }


def _weight(type_: GraphQLNamedType) -> int:
    """Return what an object of a type counts for, in tenths of one."""
    fields = type_.fields.values() if isinstance(type_, GraphQLObjectType) else ()
    return ROW if fields and all(is_leaf_type(get_named_type(field.type)) for field in fields) else OBJECT


class _Counter:
    """Counts what selections ask for; each fragment once, however often it is spread."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self._schema = schema
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._variables = variables
        self._counted: dict[str, int] = {}

    def operation(self, operation: OperationDefinitionNode) -> int:
        """Return how many objects an operation can be answered with."""
        return -(-self._selections(operation.selection_set, self._schema.get_root_type(operation.operation)) // OBJECT)

    def _selections(self, selections: SelectionSetNode | None, parent: object) -> int:
        return sum([self._part(node, parent) for node in selections.selections]) if selections else 0

    def _part(self, node: SelectionNode, parent: object) -> int:
        if self._left_out(node):
            return 0
        match node:
            case FieldNode():
                return self._field(node, getattr(parent, "fields", {}).get(node.name.value))
            case FragmentSpreadNode():
                return self._fragment(node.name.value)
            case InlineFragmentNode():
                condition = node.type_condition
                return self._selections(node.selection_set, self._type(condition.name.value) if condition else parent)
        return 0

    def _field(self, node: FieldNode, field: GraphQLField | None) -> int:
        if field is None:
            return 0
        name, type_ = node.name.value, get_named_type(field.type)
        if is_leaf_type(type_):
            return 0
        argument = CHARTS.get(name) or next((length for length in LENGTHS if length in field.args), None)
        length = self._length(node, field, argument) if argument else GUESSED.get(name, 1)
        listed = is_list_type(get_nullable_type(field.type)) and (argument or name not in COUNTED_ABOVE)
        own = _weight(type_) if listed or argument == "first" else 0
        return length * (own + self._selections(node.selection_set, type_))

    def _left_out(self, node: SelectionNode) -> bool:
        return any(
            value_from_ast_untyped(argument.value, self._variables) is LEAVES_OUT[directive.name.value]
            for directive in node.directives or ()
            if directive.name.value in LEAVES_OUT
            for argument in directive.arguments or ()
        )

    def _fragment(self, name: str) -> int:
        if name not in self._counted:
            definition = self._fragments[name]
            found = self._selections(definition.selection_set, self._type(definition.type_condition.name.value))
            self._counted[name] = found
        return self._counted[name]

    def _length(self, node: FieldNode, field: GraphQLField, name: str) -> int:
        given = next((argument.value for argument in node.arguments or () if argument.name.value == name), None)
        value = value_from_ast_untyped(given, self._variables) if given else Undefined
        if value is None and name == "days":
            return ALL_TIME
        match field.args[name].default_value if value is None or value is Undefined else value:
            case int(number) | float(number) if number == number // 1:  # 2.0 is an Int too
                return min(max(int(number), 0), LONGEST[name])
            case list(items):
                return min(len(items), LONGEST[name])
            case str() | dict():  # one, which GraphQL takes for a list of one; settings are one too
                return 1
        return LONGEST[name]

    def _type(self, name: str) -> object:
        return self._schema.type_map[name]
