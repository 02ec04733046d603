"""The schema as one object: its types, its limits, its caches and its way with errors."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

import strawberry
from graphql import ASTValidationRule, GraphQLError, OperationDefinitionNode
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
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


class _ParserCache(ParserCache):
    """A parser cache that leaves complaints to the parser: an error raised in here would escape its handling."""

    def on_parse(self) -> Iterator[None]:
        with suppress(GraphQLError):
            context = self.execution_context
            context.graphql_document = self.cached_parse_document(context.query, **context.parse_options)
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
    # The rule is made once: the validation cache compares rules by identity.
    rules: list[type[ASTValidationRule]] = [limit_rule(limits)]
    return RapportSchema(
        Query,
        Mutation,
        types=[Account, Contact, Lead, Opportunity, Seller],
        config=StrawberryConfig(scalar_map=SCALARS),
        execution_context_class=PlainExecutor,
        extensions=[
            lambda: MaxTokensLimiter(limits.tokens),
            lambda: AddValidationRules(rules),
            lambda: _ParserCache(CACHED_QUERIES),
            _OneOperation,
            lambda: ValidationCache(CACHED_QUERIES),
        ],
    )


schema = build_schema()
