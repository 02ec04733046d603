"""The application: one store, one schema, and the addresses they are reached at."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app import graphiql
from app.endpoint import Endpoint
from app.execution import Answer, Operation, execute
from app.ledgers import keep_ledgers
from app.memory import collect_rarely
from app.settings import Settings, load_settings
from app.stores import opened
from app.writing import StoreWriter
from graph.errors import RapportError
from graph.store import Store
from resolvers.context import new_context
from resolvers.languages import languages
from resolvers.writer import Writer
from schema.build import RapportSchema, build_schema
from schema.build import schema as default_schema
from schema.limits import Limits

PLACES = {
    "graphql": "/graphql",
    "graphiql": "/graphql in a browser",
    "live": "/healthz",
    "ready": "/readyz",
}


class State(TypedDict):
    """What every request can reach."""

    store: Store
    writer: Writer


def application() -> Starlette:
    """Return the application that the environment asks for; what a server calls in each of its processes."""
    collect_rarely()
    return create_app(load_settings())


def create_app(settings: Settings, store: Store | None = None) -> Starlette:
    """Return the application; it opens and closes the store of the settings, unless it is given one."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[State]:
        if store is not None:
            yield _state(store, settings)
            return
        async with opened(settings) as own:
            warming = asyncio.create_task(keep_ledgers(own))
            yield _state(own, settings)
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)

    languages()  # read once, at start
    endpoint = Endpoint(_schema(settings), graphiql.html(), settings.max_body_bytes)
    routes = [
        Route("/", _index),
        Route("/graphql", endpoint),
        Route("/healthz", _live),
        Route("/readyz", _ready),
        *graphiql.routes(),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def run_query(
    store: Store,
    document: str,
    *,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    team_domains: tuple[str, ...] = (),
) -> Answer:
    """Answer a GraphQL document without a server, exactly as the server does."""
    context = new_context(store, StoreWriter(store, team_domains))
    return await execute(default_schema, context, Operation(document, variables or {}, operation_name))


def _state(store: Store, settings: Settings) -> State:
    return State(store=store, writer=StoreWriter(store, settings.team_domains))


def _schema(settings: Settings) -> RapportSchema:
    return build_schema(
        Limits(
            depth=settings.max_query_depth,
            tokens=settings.max_query_tokens,
            aliases=settings.max_query_aliases,
            objects=settings.max_query_objects,
        )
    )


async def _index(_request: Request) -> JSONResponse:
    return JSONResponse({"name": "Rapport", "places": PLACES})


async def _live(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _ready(request: Request) -> JSONResponse:
    """Ask the store for anything at all."""
    try:
        await request.state.store.records(["readiness"])
    except RapportError as error:
        return JSONResponse({"status": "unavailable", "code": error.code, "message": str(error)}, 503)
    return JSONResponse({"status": "ok"})
