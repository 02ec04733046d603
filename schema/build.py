"""The schema as one object: its types, its limits, its caches and its way with errors."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache, partial
from typing import Any

import strawberry
from graphql import ASTValidationRule, GraphQLError, GraphQLSchema, OperationDefinitionNode, parse, specified_rules
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document
from strawberry.types import ExecutionResult

from schema.enums import describe_enums
from schema.errors import shown
from schema.execution import PlainExecutor
from schema.limits import Limits, limit_rule
from schema.mutation import Mutation
from schema.query import Query
from schema.records import Account, Contact, Lead, Opportunity, Seller
from schema.scalars import SCALARS

CACHED_QUERIES = 500


class _Texts:
    """What became of the latest query texts; by text, since comparing documents means to hash the whole of them."""

    def __init__(self, limits: Limits) -> None:
        self.max_tokens = limits.tokens
        self._rules: tuple[type[ASTValidationRule], ...] = (*specified_rules, limit_rule(limits))
        self.parsed = lru_cache(CACHED_QUERIES)(partial(parse, max_tokens=limits.tokens))
        self.complaints = lru_cache(CACHED_QUERIES)(self._complaints)

    def _complaints(self, schema: GraphQLSchema, text: str) -> list[GraphQLError]:
        return validate_document(schema, self.parsed(text), self._rules)


class _Reading(SchemaExtension):
    """Parses and validates each query text once."""

    def __init__(self, texts: _Texts) -> None:
        self._texts = texts

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        # Complaints are left to Strawberry, which parses then: an error raised in here would escape its handling.
        context.parse_options["max_tokens"] = self._texts.max_tokens
        with suppress(GraphQLError):
            context.graphql_document = self._texts.parsed(context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        context.pre_execution_errors = self._texts.complaints(context.schema._schema, context.query)
        yield


class _OneOperation(SchemaExtension):
    """Without a name there must be one operation; Strawberry would run the first of several."""

    def on_parse(self) -> Iterator[None]:
        yield
        context = self.execution_context
        if context._provided_operation_name is None and context.graphql_document is not None:
            operations = [d for d in context.graphql_document.definitions if isinstance(d, OperationDefinitionNode)]
            if len(operations) > 1:
                raise GraphQLError("The document holds several operations; name the one to run.", operations)


class RapportSchema(strawberry.Schema):
    """A schema whose errors all have a code, and tell no more than they should."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Execute an operation; unexpected errors are logged once and masked."""
        result = await super().execute(*args, **kwargs)
        if result.errors:
            result.errors = shown(result.errors)
        return result

    def process_errors(self, errors: object, execution_context: object = None) -> None:
        """Log nothing here: :func:`schema.errors.shown` does, where it knows what is unexpected."""


@cache
def build_schema(limits: Limits = Limits()) -> RapportSchema:  # noqa: B008 - frozen
    """Return the schema that answers queries up to these limits."""
    describe_enums()
    texts = _Texts(limits)
    return RapportSchema(
        Query,
        Mutation,
        types=[Account, Contact, Lead, Opportunity, Seller],
        config=StrawberryConfig(scalar_map=SCALARS),
        execution_context_class=PlainExecutor,
        extensions=[lambda: _Reading(texts), _OneOperation],
    )


schema = build_schema()
