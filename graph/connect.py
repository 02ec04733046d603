"""From the URL of a store to an open store; a backend is imported only when a URL asks for it."""

from importlib import import_module

from graph.errors import StoreUrlError
from graph.store import Store

DEFAULT_POOL_SIZE = 50
DEFAULT_TIMEOUT_SECONDS = 15.0
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


async def open_store(
    url: str,
    *,
    create: bool = True,
    pool_size: int = DEFAULT_POOL_SIZE,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Store:
    """
    Open the store at a URL; the caller closes it.

    It uses at most ``pool_size`` connections, and ``timeout_seconds`` is how long it waits for one, or for a lock.
    Without ``create`` a store that is not there yet is a StoreUnavailableError, for who only wants to read.
    """
    scheme, separator, _rest = url.partition("://")
    if not separator or scheme not in BACKENDS:
        # Never the whole URL: it may hold a password.
        raise StoreUrlError(
            f"{scheme.partition('@')[0]!r} does not begin the URL of a store; write sqlite:///rapport.db, "
            "neo4j://user:password@host:7687 or bolt://user:password@host:7687."
        )
    module, name = BACKENDS[scheme].split(":")
    store: Store = await getattr(import_module(module), name).open(
        url, create=create, pool_size=pool_size, timeout_seconds=timeout_seconds
    )
    return store
