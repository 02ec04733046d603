"""One GraphQL operation, executed against a store and answered as plain JSON values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from graph.complaints import is_whole
from graph.errors import InputError
from resolvers.context import Context
from schema.build import RapportSchema

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """
    A GraphQL document, its variables, and which of its operations to run where it has several.

    One that is read only may change nothing.
    """

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    read_only: bool = False


class NotReadOnlyError(Exception):
    """An operation that changes something, where none may."""


async def execute(schema: RapportSchema, context: Context, operation: Operation) -> Answer:
    """Return data and errors; raise InputError where there is nothing to execute, NotReadOnlyError where it may not."""
    _check_text(operation)
    try:
        result = await schema.execute(
            operation.query,
            variable_values=dict(operation.variables),
            context_value=context,
            operation_name=operation.name,
            allowed_operation_types=(OperationType.QUERY,) if operation.read_only else None,
        )
    except MissingQueryError:
        raise InputError("There is no query; send one, such as { sellers { totalCount } }.") from None
    except InvalidOperationTypeError:
        raise NotReadOnlyError from None
    except CannotGetOperationTypeError as error:
        named = f" named {error.operation_name!r}" if error.operation_name else ""
        raise InputError(f"The document holds no operation{named}.") from None
    return _answer(result)


def _check_text(operation: Operation) -> None:
    # What of the variables is no text is told where it is known what they hold.
    if not is_whole(operation.query):
        raise InputError("The query holds half of a surrogate pair, which is no character.")


def _answer(result: ExecutionResult) -> Answer:
    """Return the response as the GraphQL specification has it: without data where nothing was executed."""
    errors = [error.formatted for error in result.errors or ()]
    if result.data is None and all("path" not in error for error in errors):
        return {"errors": errors}
    return {"data": result.data, "errors": errors} if errors else {"data": result.data}
