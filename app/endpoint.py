"""
GraphQL over HTTP: what a request may look like, and in which form it is answered.

Follows the GraphQL-over-HTTP specification: ``application/graphql-response+json`` where the client asks for it, then
with status 400 for a request that was not executed; else ``application/json``, with 200 as clients of old expect.
"""

import json
from typing import Any

from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse

from app.graphiql import page
from graph.errors import InputError
from resolvers.context import Context, new_context
from schema.build import RapportSchema

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
WILDCARDS = ("*/*", "application/*")


class Endpoint(GraphQL[Context, None]):
    """Answers queries from the store of the application."""

    def __init__(self, schema: RapportSchema, max_body_bytes: int) -> None:
        # No protocol of subscriptions: there are none, and clients that would merely accept a stream get plain JSON.
        super().__init__(schema, subscription_protocols=())
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is wrong with it is said as a GraphQL error too."""
        request = Request(scope, _limited(receive, self._max_body_bytes))
        try:
            _check_accept(request)
            _check_content_type(request)
            response = await self.run(request)
        except HTTPException as error:
            response = _refusal(error)
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """Return the context of one request."""
        return new_context(request.state.store)

    def should_render_graphql_ide(self, request: Any) -> bool:
        """Tell whether a person opened the address in a browser."""
        return request.method == "GET" and "query" not in request.query_params and _accepts(request, "text/html")

    async def render_graphql_ide(self, request: Request) -> Response:
        """Return GraphiQL."""
        return page()

    def parse_json(self, data: str | bytes) -> Any:
        """Parse a body, or the variables in a query string; anything but an object is refused."""
        try:
            value = json.loads(data)
            # Half of a surrogate pair is valid in JSON and in no encoding that a store could keep it in.
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise HTTPException(400, f"The request is not JSON that can be read: {_reason(error)}.") from error
        if not isinstance(value, dict):
            raise HTTPException(400, 'The request is not a JSON object such as {"query": "{ sellers { totalCount } }"}.')
        return value

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """Return the answer; :meth:`run` gives it the form that the client asked for."""
        return Response(self.encode_json(response_data), media_type=JSON)
