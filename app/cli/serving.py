"""The API as a server: serve, demo."""

import asyncio
import os
import socket
from typing import Annotated

import typer
import uvicorn

from app.cli.shared import StoreUrl, err, out
from app.demo import STORE, prepare, welcome
from app.progress import watching
from app.settings import PREFIX, LogLevel, Settings, load_settings
from app.stores import opened
from graph.errors import SettingsError

commands = typer.Typer()

Host = Annotated[
    str | None, typer.Option(help="Address to listen on. Otherwise RAPPORT_HOST.", show_default="127.0.0.1")
]
Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port to listen on. Otherwise RAPPORT_PORT.", show_default="8000")
]


@commands.command()
def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Server processes. Otherwise RAPPORT_WORKERS.", show_default="1")
    ] = None,
    store: StoreUrl = None,
) -> None:
    """
    Serve the GraphQL API.

    For example:

    ```
    rapport serve
    rapport serve --store neo4j://neo4j:PASSWORD@127.0.0.1:7687 --workers 4
    ```
    """
    settings = load_settings(host=host, port=port, workers=workers, store=store)
    check_port(settings)
    asyncio.run(_check_store(settings))
    run(settings)


@commands.command()
def demo(
    host: Host = None,
    port: Port = None,
    serving: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Whether to serve the book once it is there.")
    ] = True,
) -> None:
    """
    Make a book of business in demo.db, the first time, and serve it.

    What you add to demo.db stays; delete the file for a fresh book.
    """
    settings = load_settings(host=host, port=port, workers=1, store=STORE)
    if serving:
        check_port(settings)
    with watching(err) as watch:
        prepare(settings, watch)
    if serving:
        out.print(welcome(settings), markup=False)
        run(settings)


async def _check_store(settings: Settings) -> None:
    """Open the store once, here, where what is wrong with it is told in one line and workers do not race to make it."""
    async with opened(settings):
        pass


def check_port(settings: Settings) -> None:
    """Raise SettingsError where nobody can listen there; the server itself would tell late and at length."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Stop what runs there or choose another, such as --port 8001 (RAPPORT_PORT)."
        ) from error


def run(settings: Settings) -> None:
    """Serve until stopped. Each process reads its settings from the environment, so what was given goes there."""
    os.environ.update({PREFIX + "STORE": settings.store})
    uvicorn.run(
        "app.main:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level.value,
        # A line for each request costs a tenth of the throughput.
        access_log=settings.log_level is LogLevel.DEBUG,
    )
