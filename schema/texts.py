"""
What is kept of the latest query texts: parsed, what is wrong with them, what they may ask for, and their plans.

All of it takes some two hundred bytes for each character of a text. So the texts are bounded by their characters too,
and what is kept of a text goes with it. It is kept by text, since comparing documents means to hash the whole of them.
"""

from collections import OrderedDict
from functools import cached_property

from graphql import ASTValidationRule, DocumentNode, GraphQLError, GraphQLSchema, Source, parse, specified_rules
from graphql.execution.collect_fields import FieldDetailsList
from strawberry.schema.schema import validate_document

from schema.lengths import most_objects
from schema.limits import Limits, limit_rule
from schema.plans import Plan

MOST_TEXTS, MOST_CHARACTERS = 500, 250_000
# A longer text is not kept at all: a few such would crowd out all others.
LONGEST_TEXT = MOST_CHARACTERS // 5


class KeptSource(Source):
    """The source of a text that is kept; whoever has one of its nodes finds the plans of what they select."""

    def __init__(self, body: str) -> None:
        super().__init__(body)
        # By type and nodes. What is kept beside a plan keeps the nodes alive, so that no others come to be the same.
        self.plans: dict[object, tuple[FieldDetailsList, Plan | None]] = {}


class Text:
    """A parsed text, and what else is worked out from it when it is first asked for."""

    def __init__(
        self, document: DocumentNode, schema: GraphQLSchema, rules: tuple[type[ASTValidationRule], ...]
    ) -> None:
        self.document = document
        self._schema = schema
        self._rules = rules

    @cached_property
    def complaints(self) -> list[GraphQLError]:
        """What is wrong with it."""
        return validate_document(self._schema, self.document, self._rules)

    @cached_property
    def most_objects(self) -> int:
        """How many objects it may ask for, whatever its variables are."""
        return most_objects(self._schema, self.document)


class Texts:
    """The texts of a schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._rules: tuple[type[ASTValidationRule], ...] = (*specified_rules, limit_rule(limits))
        self._tokens = limits.tokens
        self._kept: OrderedDict[str, tuple[Text, KeptSource]] = OrderedDict()
        self._characters = 0

    def read(self, text: str) -> Text:
        """Return what there is to know of a text; raise where it is no GraphQL."""
        if (kept := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            return kept[0]
        if len(text) > LONGEST_TEXT:
            return self._parsed(Source(text))
        source = KeptSource(text)
        found = self._parsed(source)
        self._kept[text] = found, source
        self._characters += len(text)
        while len(self._kept) > MOST_TEXTS or self._characters > MOST_CHARACTERS:
            self._drop_oldest()
        return found

    def _parsed(self, source: Source) -> Text:
        document = parse(source, max_tokens=self._tokens)
        _unlink(document)
        return Text(document, self._schema, self._rules)

    def _drop_oldest(self) -> None:
        text, (_, source) = self._kept.popitem(last=False)
        self._characters -= len(text)
        # Plans and nodes know each other, and a server looks for such circles rarely.
        source.plans.clear()


def _unlink(document: DocumentNode) -> None:
    """Take apart the chain of tokens, which nobody reads after parsing: its links are circles too."""
    token = document.loc and document.loc.start_token
    while token:
        token.prev, token.next, token = None, None, token.next
