"""The schema as one object: its types, its limits, its caches and its way with errors."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
)
from graphql import ExecutionResult as GraphQLResult
from strawberry.exceptions import MissingQueryError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from schema.enums import describe_enums
from schema.errors import shown
from schema.execution import PlainExecutor
from schema.lengths import check_objects
from schema.limits import Limits
from schema.mutation import Mutation
from schema.query import Query
from schema.records import Account, Contact, Lead, Opportunity, Seller
from schema.scalars import SCALARS
from schema.texts import Text, Texts


class RapportSchema(strawberry.Schema):
    """
    A schema whose errors all have a code, and tell no more than they should.

    It executes operations by itself: Strawberry's own way through its extensions, of which there are none here, takes
    as long as the widgets of a record.
    """

    texts: Texts
    most_objects: int

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Execute an operation; unexpected errors are logged once and masked."""
        if not query:
            raise MissingQueryError
        try:
            text = self.texts.read(query)
            operation = _operation(text.document, operation_name, allowed_operation_types or OperationType)
            if complaints := text.complaints or self._too_many_objects(text, operation, variable_values or {}):
                return ExecutionResult(None, shown(complaints))
            result = execute(
                self._schema,
                text.document,
                root_value,
                context_value,
                variable_values,
                operation_name,
                executor_class=self.execution_context_class,
                operation_extensions=operation_extensions,
            )
            found = result if isinstance(result, GraphQLResult) else await result
        except (CannotGetOperationTypeError, InvalidOperationTypeError):
            raise
        except Exception as error:
            told = error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)
            return ExecutionResult(None, shown([told]))
        return ExecutionResult(found.data, shown(found.errors) if found.errors else None)

    def _too_many_objects(
        self, text: Text, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> list[GraphQLError]:
        """Count what an operation asks for; by its variables only where it may ask for too much at all."""
        if text.most_objects <= self.most_objects:
            return []
        return check_objects(self._schema, text.document, operation, variables, self.most_objects)


def _operation(document: DocumentNode, name: str | None, allowed: Iterable[OperationType]) -> OperationDefinitionNode:
    """Return the operation to run; raise unless it is clear, and of a type that is allowed."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is None and len(operations) > 1:
        raise GraphQLError("The document holds several operations; name the one to run.", operations)
    operation = get_operation_ast(document, name)
    if operation is None:
        raise CannotGetOperationTypeError(name)
    if (type_ := OperationType(operation.operation.value)) not in allowed:
        raise InvalidOperationTypeError(type_)
    return operation


@cache
def build_schema(limits: Limits = Limits()) -> RapportSchema:  # noqa: B008 - frozen
    """Return the schema that answers queries up to these limits."""
    describe_enums()
    built = RapportSchema(
        Query,
        Mutation,
        types=[Account, Contact, Lead, Opportunity, Seller],
        config=StrawberryConfig(scalar_map=SCALARS),
        execution_context_class=PlainExecutor,
    )
    built.texts = Texts(built._schema, limits)
    built.most_objects = limits.objects
    return built


schema = build_schema()
