"""
How many objects a query can ask for: the lengths of its lists, multiplied where one is inside another.

Lists with a length are answered with that many objects at most: what two selections of the same list have in common is
counted for each, though GraphQL answers it once. Lists of whatever length the data have, such as the points of the
pipeline and the participants of an interaction, have no most; what is below them is counted as below a single one.
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
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

from resolvers.nodes import MAX_NODES
from resolvers.paging import MAX_FIRST
from resolvers.writing import MAX_ITEMS

# The arguments that say how long a list is; a larger value is refused where it is resolved, in words of its own.
LONGEST = {"first": MAX_FIRST, "ids": MAX_NODES, "input": MAX_ITEMS}
# What is written, and the list below it of what became of each.
WRITTEN, ITEMS = "input", "items"
# The value at which a directive leaves out what it stands at.
LEAVES_OUT = {GraphQLSkipDirective.name: True, GraphQLIncludeDirective.name: False}
# In place of a variable whose value is not known.
ANYTHING = object()


def most_objects(schema: GraphQLSchema, document: DocumentNode) -> int:
    """Return how many objects a valid document can ask for, whatever its variables are."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return max(
        _Counter(schema, document, dict.fromkeys(_defaults(operation), ANYTHING)).operation(operation)
        for operation in operations
    )


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
    advice = "ask for fewer at a time with a smaller `first`, and for the rest with `after`."
    if operation.operation is OperationType.MUTATION:
        advice = "ask for less in return, or send fewer items at a time. Nothing was written."
    message = (
        f"The query asks for up to {found:,} objects: the lengths of its lists, multiplied where one is inside another."
        f" {limit:,} are allowed; {advice}"
    )
    return [GraphQLError(message, operation)]


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """Return the variables of an operation with their defaults, None without one."""
    return {
        definition.variable.name.value: definition.default_value and value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
    }


class _Counter:
    """Counts what selections ask for; each fragment once, however often it is spread."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self._schema = schema
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._variables = variables
        self._counted: dict[str, int] = {}

    def operation(self, operation: OperationDefinitionNode) -> int:
        """Return how many objects an operation can be answered with."""
        return self._selections(operation.selection_set, self._schema.get_root_type(operation.operation))

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
        below = self._selections(node.selection_set, get_named_type(field.type))
        if node.name.value == ITEMS:  # each of them; the field above, where they are given, tells how many
            return 1 + below
        sized = next((name for name in LONGEST if name in field.args), None)
        if sized is None:
            return below
        return self._length(node, field, sized) * (below if sized == WRITTEN else 1 + below)

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
        value = given and value_from_ast_untyped(given, self._variables)
        match field.args[name].default_value if value is None else value:
            case int(number) | float(number) if number == number // 1:  # 2.0 is an Int too
                return min(max(int(number), 0), LONGEST[name])
            case list(items):
                return min(len(items), LONGEST[name])
            case str() | dict():  # one, which GraphQL takes for a list of one; settings are one too
                return 1
        return LONGEST[name]

    def _type(self, name: str) -> object:
        return self._schema.type_map[name]
