"""A Neo4j database: its URL, its connections, its transactions."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from neo4j import (
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncResult,
    NotificationMinimumSeverity,
    RoutingControl,
)

from graph.backends.translate import translated
from graph.errors import StoreUrlError

T = TypeVar("T")
Work = Callable[..., Awaitable[T]]

# What the driver logs we raise; without a handler of the application it would land on the terminal as well.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

EXPECTED = "write neo4j://user:password@host:7687, and percent-encode what is special in a password"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is and who comes; the password is never shown."""

    place: str
    user: str
    password: str = field(repr=False)
    database: str | None

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Return the parts of a URL such as ``neo4j://user:password@host:7687/database``."""
        parts = urlsplit(url)
        _check(parts)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        user, password = unquote(parts.username or "neo4j"), unquote(parts.password or "")
        return cls(place, user, password, unquote(parts.path.strip("/")) or None)


def _check(parts: SplitResult) -> None:
    try:
        _port = parts.port
    except ValueError:
        raise StoreUrlError(f"The port of the Neo4j URL is no number from 0 to 65535; {EXPECTED}.") from None
    if not parts.hostname:
        raise StoreUrlError(f"The Neo4j URL names no host; {EXPECTED}.")
    if parts.query or parts.fragment:
        raise StoreUrlError(f"The Neo4j URL has something after ? or #; {EXPECTED}.")


class BoltSession:
    """One database by one driver; transactions are managed, so the driver repeats what failed for a passing reason."""

    def __init__(self, address: Address, *, pool_size: int, timeout_seconds: float) -> None:
        self._address = address
        self._driver: AsyncDriver = AsyncGraphDatabase.driver(
            address.place,
            auth=(address.user, address.password),
            max_connection_pool_size=pool_size,
            connection_timeout=timeout_seconds,
            connection_acquisition_timeout=timeout_seconds,
            max_transaction_retry_time=timeout_seconds,
            # The planner's advice is for us, not for the log of a user.
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )

    @property
    def place(self) -> str:
        """The address without user and password."""
        return self._address.place

    async def connect(self) -> None:
        """Raise unless the server answers and knows the user."""
        with translated(self.place):
            await self._driver.verify_connectivity()

    async def fetch(self, statement: str, **parameters: Any) -> Any:
        """Return what one reading statement found, from any member of a cluster."""
        with translated(self.place):
            return await self._driver.execute_query(
                statement,
                parameters,
                routing_=RoutingControl.READ,
                database_=self._address.database,
                result_transformer_=_found,
            )

    async def execute(self, statement: str, **parameters: Any) -> None:
        """Run one statement that changes the schema or little else."""
        with translated(self.place):
            await self._driver.execute_query(statement, parameters, database_=self._address.database)

    async def run(self, work: Work[T], *args: Any, read_only: bool = False, **kwargs: Any) -> T:
        """Run work in one transaction; it may run more than once."""
        bookmarks = self._driver.execute_query_bookmark_manager
        with translated(self.place):
            async with self._driver.session(database=self._address.database, bookmark_manager=bookmarks) as session:
                execute = session.execute_read if read_only else session.execute_write
                return await execute(work, *args, **kwargs)

    async def aclose(self) -> None:
        """Close all connections; a second call does nothing."""
        await self._driver.close()


async def found(tx: AsyncManagedTransaction, statement: str, **parameters: Any) -> Any:
    """Return what a statement found inside a transaction."""
    return await _found(await tx.run(statement, parameters))


async def run(tx: AsyncManagedTransaction, statement: str, **parameters: Any) -> None:
    """Run a statement that answers nothing."""
    await (await tx.run(statement, parameters)).consume()


async def _found(result: AsyncResult) -> Any:
    return (await result.single(strict=True))["found"]
