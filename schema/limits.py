"""How large a query may be: its depth, its tokens, its aliases; its objects are counted elsewhere."""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest query that is answered."""

    depth: int = 16
    tokens: int = 4000
    aliases: int = 60
    objects: int = 20_000


@dataclass(frozen=True, slots=True)
class _Size:
    depth: int = 0
    aliases: int = 0


class _Ruler:
    """Measures selections; each fragment once, however often it is spread, so that spreads cannot explode."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._measured: dict[str, _Size] = {}

    def measure(self, selections: SelectionSetNode | None) -> _Size:
        """Return the depth below, and the aliases in all, with fragments put in their places."""
        parts = [self._part(node) for node in selections.selections] if selections else []
        return _Size(max((p.depth for p in parts), default=0), sum(p.aliases for p in parts))

    def _part(self, node: object) -> _Size:
        match node:
            case FragmentSpreadNode():
                return self._fragment(node.name.value)
            case FieldNode():
                # Tools ask for the schema to any depth; graphql-core limits that itself.
                below = _Size() if node.name.value.startswith("__") else self.measure(node.selection_set)
                return _Size(below.depth + 1, below.aliases + (node.alias is not None))
            case _:
                return self.measure(getattr(node, "selection_set", None))

    def _fragment(self, name: str) -> _Size:
        if name not in self._measured:
            # Unknown fragments and circles are another rule's complaint.
            self._measured[name] = _Size()
            definition = self._fragments.get(name)
            self._measured[name] = self.measure(definition.selection_set if definition else None)
        return self._measured[name]


def limit_rule(limits: Limits) -> type[ValidationRule]:
    """Return the rule that refuses larger queries; build it once, since caches compare rules by identity."""

    class LimitRule(ValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._ruler = _Ruler(context.document)

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
            size = self._ruler.measure(node.selection_set)
            for what, found, most in (("levels", size.depth, limits.depth), ("aliases", size.aliases, limits.aliases)):
                if found > most:
                    self.report_error(GraphQLError(f"The query has {found} {what}; {most} are allowed.", node))

    return LimitRule
