"""
GraphQL over HTTP: what a request may look like, and in which form it is answered.

As the GraphQL-over-HTTP specification has it: ``application/graphql-response+json`` for clients that ask for it, with
status 400 for what was not executed; else ``application/json``, with 200 for whatever is well-formed.
"""

import json
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import graphiql
from app.execution import Answer, NotReadOnlyError, Operation, execute
from graph.errors import InputError
from resolvers.context import new_context
from schema.build import RapportSchema

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
# What we can answer with, for each type that a client may accept; the first of equals.
ANYTHING = "*/*"
ANSWERS = {GRAPHQL_JSON: GRAPHQL_JSON, JSON: JSON, ANYTHING: JSON, "application/*": JSON}
HTML = "text/html"


class Refusal(Exception):  # noqa: N818 - it is an answer
    """A request that is not one of GraphQL over HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Endpoint:
    """Answers queries from the store of the application, and shows GraphiQL to people."""

    def __init__(self, schema: RapportSchema, page: str, max_body_bytes: int) -> None:
        self._schema = schema
        self._page = page
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        person = _is_person(request)
        response = graphiql.response(self._page) if person else await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        media_type = JSON
        try:
            media_type = _media_type(request)
            operation = _operation(await self._parameters(request), read_only=request.method == "GET")
            languages = _preferred(request, "accept-language", "")
            context = new_context(request.state.store, request.state.writer, languages)
            answer = await execute(self._schema, context, operation)
        except NotReadOnlyError:
            message = "A GET asks and changes nothing; send a mutation by POST."
            return _response(_error(message, "BAD_REQUEST"), media_type, 405, allow="POST")
        except Refusal as refusal:
            return _response(_error(str(refusal), "BAD_REQUEST"), media_type, refusal.status)
        except InputError as error:
            return _response(_error(str(error), error.code), media_type, 400)
        return _response(answer, media_type, 400 if media_type == GRAPHQL_JSON and "data" not in answer else 200)

    async def _parameters(self, request: Request) -> dict[str, Any]:
        if request.method == "GET":
            given: dict[str, Any] = dict(request.query_params)
            return given | {name: _json(given[name]) for name in ("variables", "extensions") if given.get(name)}
        if request.method != "POST":
            raise Refusal(405, "GraphQL is asked by GET or POST.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise Refusal(415, f"The body of a query is sent as content-type: {JSON}.")
        parameters = _json(await self._body(request))
        if not isinstance(parameters, dict):
            raise Refusal(400, 'The body must be one JSON object, such as {"query": "{ sellers { totalCount } }"}.')
        return parameters

    async def _body(self, request: Request) -> bytes:
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > self._max_body_bytes:
                    raise Refusal(413, f"The body is larger than the {self._max_body_bytes:,} bytes that are read.")
        except ClientDisconnect:
            raise Refusal(400, "The body ended early.") from None
        return bytes(body)


def _is_person(request: Request) -> bool:
    return (
        request.method == "GET"
        and "query" not in request.query_params
        and HTML in _preferred(request, "accept", ANYTHING)
    )


def _preferred(request: Request, header: str, otherwise: str) -> list[str]:
    """Return what a client accepts (media types or languages) in a header, what it likes best first."""
    ranked = []
    for entry in (request.headers.get(header) or otherwise).split(","):
        choice, _, parameters = entry.partition(";")
        ranked.append((_quality(parameters), choice.strip().lower()))
    ranked.sort(key=lambda accepted: -accepted[0])
    return [choice for quality, choice in ranked if quality > 0]


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            return float(value) if value.replace(".", "", 1).isdecimal() else 0.0
    return 1.0


def _media_type(request: Request) -> str:
    for accepted in _preferred(request, "accept", ANYTHING):
        if accepted in ANSWERS:
            return ANSWERS[accepted]
    raise Refusal(406, f"Answers are {GRAPHQL_JSON} or {JSON}, and the accept header allows neither.")


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except UnicodeDecodeError:
        raise Refusal(400, "The body is not UTF-8.") from None
    except ValueError as error:
        raise Refusal(400, f"The request holds what is not JSON: {error}.") from None
    except RecursionError:
        raise Refusal(400, "The JSON of the request is nested too deeply.") from None


def _operation(parameters: dict[str, Any], *, read_only: bool) -> Operation:
    query, variables, name = (parameters.get(key) for key in ("query", "variables", "operationName"))
    if not isinstance(query, str):
        raise Refusal(400, "query is missing or not a string.")
    if not isinstance(variables, dict | None):
        raise Refusal(400, "variables is not a JSON object.")
    if not isinstance(name, str | None):
        raise Refusal(400, "operationName is not a string.")
    return Operation(query, variables or {}, name or None, read_only)


def _error(message: str, code: str) -> Answer:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def _response(answer: Answer, media_type: str, status: int, allow: str = "GET, POST") -> Response:
    # Both decide what an answer looks like, so a cache must keep answers apart by them.
    headers = {"vary": "accept, accept-language"} | ({"allow": allow} if status == 405 else {})
    return Response(json.dumps(answer, separators=(",", ":")), status, headers, media_type)
