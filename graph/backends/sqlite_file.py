"""
A SQLite file as a store uses it: opened and checked, its threads, its transactions, its errors as ours.

SQLite blocks, so it works in threads: one that writes, a few that read, each with a connection of its own. To hand work
over takes longer than most reads, so what is asked for in one turn of the event loop is handed over together.
"""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from graph.backends import sql, sql_schema
from graph.errors import (
    ForeignStoreError,
    InputError,
    RapportError,
    StoreAccessError,
    StoreError,
    StoreLockedError,
    StoreUnavailableError,
    StoreVersionError,
)

P = ParamSpec("P")
T = TypeVar("T")
# What some work returned, or the error that it raised.
_Outcome = tuple[Any, Exception | None]

MEMORY = ":memory:"
# More do not read faster: SQLite is bound by the processor, and Python runs one thread at a time.
READERS = 4
RETRY_SECONDS = 0.02


@dataclass(slots=True)
class _Turn:
    """What is asked for in one turn of an event loop."""

    loop: asyncio.AbstractEventLoop
    asked: list[tuple[Callable[[sqlite3.Connection], Any], asyncio.Future[Any]]]

    def work(self, connection: sqlite3.Connection) -> list[_Outcome]:
        """Do all of it; what fails does not keep the others from their answers."""
        return [_outcome(work, connection) for work, _ in self.asked]

    def failed(self, error: Exception) -> list[_Outcome]:
        """Return the outcome where none of it could be done."""
        return [(None, error)] * len(self.asked)

    def tell(self, outcomes: Sequence[_Outcome]) -> None:
        """Tell who asked, unless they have given up."""
        for (_, asked), (value, error) in zip(self.asked, outcomes, strict=True):
            if asked.done():
                continue
            if error is None:
                asked.set_result(value)
            else:
                asked.set_exception(error)


def _outcome(work: Callable[[sqlite3.Connection], Any], connection: sqlite3.Connection) -> _Outcome:
    try:
        return work(connection), None
    except Exception as error:
        return None, error


class SqliteFile:
    """An open file; every write is one transaction, and so are the reads of a turn."""

    def __init__(self, path: str, *, readers: int, lock_timeout: float) -> None:
        self.path = path
        self._lock_timeout = lock_timeout
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False
        self._turn: _Turn | None = None
        self._writer = ThreadPoolExecutor(1, "rapport-write")
        # A database in memory belongs to one connection, so to one thread.
        self._readers = self._writer if path == MEMORY else ThreadPoolExecutor(readers, "rapport-read")

    async def prepare(self, *, create: bool) -> None:
        """Make the tables, or bring them up to this version; raise where the file is not ours, or not there yet."""
        try:
            await self._run(self._writer, lambda: self._prepare(create))
        except BaseException:
            await self.aclose()
            raise

    async def read(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run work that only reads, all that is asked for in one turn of the loop at one state of the file."""
        self._check_open()
        loop = asyncio.get_running_loop()
        if self._turn is None or self._turn.loop is not loop:
            self._turn = _Turn(loop, [])
            loop.call_soon(self._hand_over, self._turn)
        asked: asyncio.Future[T] = loop.create_future()
        self._turn.asked.append((lambda connection: work(connection, *args, **options), asked))
        try:
            return await asked
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise _translated(error, self.path) from error

    async def write(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run work that writes, all of it or nothing."""
        transact = partial(self._transact, sql.BEGIN_WRITE, lambda connection: work(connection, *args, **options))
        return await self._run(self._writer, transact)

    async def aclose(self) -> None:
        """Wait for what runs, then close every connection; a second call does nothing."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.shutdown()
        self._writer.shutdown()
        for connection in self._connections:
            connection.close()

    def _hand_over(self, turn: _Turn) -> None:
        self._turn = None
        try:
            self._readers.submit(self._read_all, turn)
        except RuntimeError:
            turn.tell(turn.failed(self._closed_error()))

    def _read_all(self, turn: _Turn) -> None:
        """Read in a thread what a turn asks for, and have its loop tell who asked."""
        try:
            outcomes = self._transact(sql.BEGIN_READ, turn.work)
        except Exception as error:
            outcomes = turn.failed(error)
        # Not by a future of the loop: that takes several turns more.
        turn.loop.call_soon_threadsafe(turn.tell, outcomes)

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        self._check_open()
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise _translated(error, self.path) from error

    def _check_open(self) -> None:
        if self._closed:
            raise self._closed_error()

    def _closed_error(self) -> StoreUnavailableError:
        return StoreUnavailableError(f"The store {self.path} is closed; open it again.")

    def _transact(self, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection()
        with connection:
            connection.execute(begin)
            return work(connection)

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        # No implicit transactions: each is begun above. Closed from another thread, when its own has ended.
        connection = sqlite3.connect(
            self.path, timeout=self._lock_timeout, isolation_level=None, check_same_thread=False
        )
        self._connections.append(connection)
        for setting in sql.SETTINGS:
            connection.execute(setting)
        return connection

    def _prepare(self, create: bool) -> None:
        _check_path(self.path)
        if not create and not os.path.exists(self.path):
            raise StoreUnavailableError(
                f"There is no store at {self.path} yet; import something, or check the address."
            )
        connection = self._connection()
        if _version(connection, self.path) == sql_schema.VERSION:
            return
        self._use_wal(connection)
        with connection:
            connection.execute(sql.BEGIN_WRITE)
            # Looked at again: another process may have been quicker.
            for migration in sql_schema.MIGRATIONS[_version(connection, self.path) :]:
                for statement in migration:
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {sql_schema.APPLICATION_ID:d}")
            connection.execute(f"PRAGMA user_version = {sql_schema.VERSION:d}")

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """Switch to write-ahead logging; SQLite does not wait for others here, so we do."""
        deadline = time.monotonic() + self._lock_timeout
        while True:
            try:
                connection.execute(sql_schema.USE_WAL)
            except sqlite3.OperationalError as error:
                if not _is_locked(error) or time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_SECONDS)
            else:
                return


def _version(connection: sqlite3.Connection, path: str) -> int:
    """Return the version of a file, 0 for an empty one; raise where it is foreign or newer."""
    version = int(_value(connection, sql_schema.READ_VERSION))
    if _value(connection, sql_schema.READ_APPLICATION_ID) != sql_schema.APPLICATION_ID:
        if _value(connection, sql_schema.COUNT_TABLES):
            raise ForeignStoreError(f"{path} is a database of another program; name another file for the store.")
        return 0
    if version > sql_schema.VERSION:
        raise StoreVersionError(
            f"{path} has store version {version}, this Rapport knows up to {sql_schema.VERSION}; "
            "upgrade Rapport to open it."
        )
    return version


def _value(connection: sqlite3.Connection, statement: str) -> int:
    with closing(connection.execute(statement)) as cursor:
        return int(cursor.fetchone()[0])


def _check_path(path: str) -> None:
    """Raise where the path cannot be a file of ours; SQLite itself says no more than that it cannot open it."""
    if path == MEMORY:
        return
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise StoreUnavailableError(f"The folder {folder} does not exist; create it, or name another file.")
    if os.path.isdir(path):
        raise ForeignStoreError(
            f"{path} is a folder; name a file in it, as in sqlite:///{path.rstrip('/')}/rapport.db."
        )
    # The log files of SQLite lie beside the store, so the folder has to be writable too.
    if not os.access(folder, os.W_OK | os.X_OK) or (os.path.exists(path) and not os.access(path, os.R_OK | os.W_OK)):
        raise StoreAccessError(f"No right to read and write {path} and its folder; change the rights or the file.")


def _is_locked(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _translated(error: sqlite3.Error | UnicodeEncodeError, path: str) -> RapportError:
    """Return the error of ours that an error of SQLite stands for."""
    if isinstance(error, UnicodeEncodeError):
        return InputError(f"Text for the store is not valid Unicode: {error.object!r:.80}")
    name = getattr(error, "sqlite_errorname", "")
    if _is_locked(error):
        return StoreLockedError(f"Another process keeps {path} locked; wait until it is done, or stop it.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return StoreAccessError(f"No right to write {path}; change its rights or name another file.")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return ForeignStoreError(f"{path} is not a SQLite database, or damaged; name another file for the store.")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL")):
        return StoreUnavailableError(f"Cannot use {path}: {error}; look at the disk's space, state and rights.")
    return StoreError(f"SQLite refused what was asked of {path}: {error}.")
