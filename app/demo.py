"""A book of business to look at: made once, kept with whatever is added to it."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.files import replacing
from app.graphiql import ASSETS
from app.settings import Settings
from app.stores import opened
from ingest.generate import generate
from ingest.load import LoadOptions, load
from ingest.report import Watch

STORE = "sqlite:///demo.db"
BOOK = Path("demo.jsonl")
INTERACTIONS = 20_000
SEED = 1

QUERY = (
    "{ opportunities(first: 3, states: [OPEN]) { nodes { key name customerInteractions { total { total } } "
    "responseTime { theirs { medianHours } } } } }"
)


def prepare(settings: Settings, watch: Watch) -> None:
    """Load a generated book into an empty store; its file is there only until all of it is in."""
    if not BOOK.exists():
        if not asyncio.run(_is_empty(settings)):
            return
        _write_book(watch)
    asyncio.run(_load_book(settings, watch))
    BOOK.unlink()


async def _is_empty(settings: Settings) -> bool:
    async with opened(settings) as store:
        return not (await store.counts()).interactions


def _write_book(watch: Watch) -> None:
    watch.phase("Generating", None, "lines")
    with replacing(BOOK) as text:
        for line in generate(INTERACTIONS, SEED, datetime.now(UTC)):
            text.write(line + "\n")
            watch.advance(1)


async def _load_book(settings: Settings, watch: Watch) -> None:
    async with opened(settings) as store:
        await load(store, [BOOK], LoadOptions(), watch)


def welcome(settings: Settings) -> str:
    """Say where everything is, what to try and how to stop."""
    return "\n".join(_welcome(f"http://{settings.host}:{settings.port}/graphql"))


def _welcome(address: str) -> Iterator[str]:
    body = json.dumps({"query": QUERY})
    yield ""
    yield f"  In a browser  {address}" + ("" if ASSETS.exists() else "  (the page is not built: make graphiql)")
    yield f"  By hand       curl -s {address} -H 'content-type: application/json' -d '{body}'"
    yield f"  Your own      {_command()} import PATH --store {STORE}"
    yield f"  A fresh book  stop, remove {STORE.removeprefix('sqlite:///')}, start again"
    yield "  Stop          Ctrl-C"
    yield ""


def _command() -> str:
    """Return the command as it can be typed here, whether or not the environment is activated."""
    path = Path(sys.argv[0])
    return "rapport" if shutil.which("rapport") == str(path) else os.path.relpath(path)
