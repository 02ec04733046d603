"""
What clients see of an error: a code in ``extensions``, and nothing of what we did not expect.

=========================== =======================================================================
GRAPHQL_PARSE_FAILED        the text is not GraphQL, or is too long or nested too deeply to read
GRAPHQL_VALIDATION_FAILED   the query or its variables do not fit the schema, or are over its limits
those of graph.errors       what :mod:`graph.errors` lists
INTERNAL_SERVER_ERROR       anything else: logged with its cause, shown without
=========================== =======================================================================
"""

import logging
from collections.abc import Iterable, Mapping

from graphql import GraphQLError, GraphQLSyntaxError

from graph.errors import RapportError

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL_SERVER_ERROR"

logger = logging.getLogger(__name__)


def shown(errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """Return errors as clients may see them; log each unexpected cause once, however many fields it hit."""
    logged: set[int] = set()
    return [_shown(error, logged) for error in errors]


def _shown(error: GraphQLError, logged: set[int]) -> GraphQLError:
    cause = _cause(error)
    match cause:
        case RapportError():
            return _with_code(error, cause.code, details=cause.details)
        case GraphQLSyntaxError():
            return _with_code(error, PARSE_FAILED)
        case None | GraphQLError():
            return _with_code(error, VALIDATION_FAILED)
    if id(cause) not in logged:
        logged.add(id(cause))
        logger.error("A query failed at %s.", error.path or "its start", exc_info=cause)
    return _with_code(error, INTERNAL, "Something went wrong on our side; the server's log says what.")


def _cause(error: GraphQLError) -> Exception | None:
    """Return the innermost error; GraphQL wraps its own kind too."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _with_code(
    error: GraphQLError, code: str, message: str | None = None, details: Mapping[str, object] | None = None
) -> GraphQLError:
    return GraphQLError(
        message or error.message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code, **(details or {}), **(error.extensions or {})},
    )
