"""From the URL of a store to an open store; a backend is imported only when a URL asks for it."""

from importlib import import_module
from typing import Any

from graph.errors import StoreUrlError
from graph.store import Store

BOLT = "graph.backends.bolt:BoltStore"
BACKENDS = {
    "sqlite": "graph.backends.sqlite:SqliteStore",
    "neo4j": BOLT,
    "neo4j+s": BOLT,
    "neo4j+ssc": BOLT,
    "bolt": BOLT,
    "bolt+s": BOLT,
    "bolt+ssc": BOLT,
}


async def open_store(url: str, **options: Any) -> Store:
    """Open the store at a URL with options of its backend; the caller closes it."""
    scheme, separator, _rest = url.partition("://")
    if not separator or scheme not in BACKENDS:
        # Never the whole URL: it may hold a password.
        raise StoreUrlError(
            f"{scheme.partition('@')[0]!r} does not begin the URL of a store; write sqlite:///rapport.db, "
            "neo4j://user:password@host:7687 or bolt://user:password@host:7687."
        )
    module, name = BACKENDS[scheme].split(":")
    store: Store = await getattr(import_module(module), name).open(url, **options)
    return store
