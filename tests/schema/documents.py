"""Random GraphQL documents over any schema: aliases, fragments, directives, fields twice, ``__typename``."""

from dataclasses import dataclass, field

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)
from hypothesis import strategies as st

DIRECTIVES = ("", "", "", "", "@include(if: $yes) ", "@skip(if: $no) ", "@include(if: $no) ", "@skip(if: false) ")
VARIABLES = {"$yes": "$yes: Boolean! = true", "$no": "$no: Boolean! = false"}
# The clock of each execution, so no two answers are alike.
CLOCKS = {"updatedAt", "computedAt"}


@dataclass
class _Writer:
    """Writes one document."""

    draw: st.DrawFn
    schema: GraphQLSchema
    directives: bool
    fragments: list[str] = field(default_factory=list)

    def selection(self, type_: GraphQLNamedType, depth: int) -> str:
        parts = [self._part(type_, depth) for _ in range(self.draw(st.integers(1, 4)))]
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: GraphQLNamedType, depth: int) -> str:
        match self.draw(st.integers(0, 9)):
            case 0:
                return f"... on {self._narrowed(type_)} {self._directive()}{self._below(type_, depth)}"
            case 1:
                name = f"F{len(self.fragments)}"
                self.fragments.append("")
                self.fragments[int(name[1:])] = f"fragment {name} on {type_.name} {self._below(type_, depth)}"
                return f"...{name} {self._directive()}"
            case 2:
                return "__typename"
            case _:
                return self._field(type_, depth)

    def _below(self, type_: GraphQLNamedType, depth: int) -> str:
        return self.selection(type_, depth - 1) if depth else "{ __typename }"

    def _narrowed(self, type_: GraphQLNamedType) -> str:
        if not is_abstract_type(type_):
            return type_.name
        return self.draw(st.sampled_from([type_, *self.schema.get_possible_types(type_)])).name

    def _field(self, type_: GraphQLNamedType, depth: int) -> str:
        fields = {n: f for n, f in _fields(type_).items() if depth or not is_composite_type(get_named_type(f.type))}
        if not fields:
            return "__typename"
        name = self.draw(st.sampled_from(sorted(fields)))
        alias = self.draw(st.sampled_from(["", "", "", f"{name}Too: "]))
        below = get_named_type(fields[name].type)
        selected = self.selection(below, depth - 1) if is_composite_type(below) else ""
        return f"{alias}{name} {self._directive()}{selected}"

    def _directive(self) -> str:
        return self.draw(st.sampled_from(DIRECTIVES)) if self.directives else ""


def _fields(type_: GraphQLNamedType) -> dict[str, GraphQLField]:
    fields: dict[str, GraphQLField] = getattr(type_, "fields", {})
    return {n: f for n, f in fields.items() if n not in CLOCKS and not any(map(is_required_argument, f.args.values()))}


@st.composite
def documents(
    draw: st.DrawFn, schema: GraphQLSchema, root: GraphQLObjectType, wrapped: str = "{ root %s }", depth: int = 4
) -> str:
    """Return documents that ask the root type for anything; ``wrapped`` puts the selection into its place."""
    writer = _Writer(draw, schema, directives=draw(st.booleans()))
    text = "\n".join([wrapped.replace("%s", writer.selection(root, depth)), *writer.fragments])
    used = ", ".join(declared for name, declared in VARIABLES.items() if name in text)
    return f"query ({used}) {text}" if used else text
