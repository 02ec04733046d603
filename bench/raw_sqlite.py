"""
The floor of an import into SQLite: interactions and edges that are rows already, inserted and nothing else.

They come from a file that an import has filled, and go into an equal one in transactions of the same size. Only the
inserting is measured.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.timing import Stopwatch
from graph.backends import sql
from graph.backends.sqlite_rows import unpack
from graph.connect import open_store
from ingest.interactions import BATCH

Row = tuple[Any, ...]

INTERACTIONS = "SELECT * FROM interaction ORDER BY no"
INSERT_INTERACTION = "INSERT INTO interaction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_EDGE = "INSERT INTO edge VALUES (?, ?, ?)"
# The columns of a row that its edges are made of.
NO, AT, REGARDING, PARTICIPANTS = 0, 3, 10, 15


def insert_rows(watch: Stopwatch, filled: Path, empty: Path) -> int:
    """Insert the interactions and edges of one file into another that is made here; return how many edges."""
    asyncio.run(_make_tables(empty))
    edges = 0
    with closing(_connect(filled)) as source, closing(_connect(empty)) as target:
        _copy_records(target, filled)
        for interactions, edges_there in _batches(source):
            with watch.running():
                target.execute(sql.BEGIN_WRITE)
                target.executemany(INSERT_INTERACTION, interactions)
                target.executemany(INSERT_EDGE, edges_there)
                target.execute("COMMIT")
            edges += len(edges_there)
    return edges


async def _make_tables(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}")
    await store.aclose()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in sql.SETTINGS:
        connection.execute(setting)
    return connection


def _copy_records(target: sqlite3.Connection, filled: Path) -> None:
    target.execute("ATTACH ? AS filled", [str(filled)])
    target.execute("INSERT INTO entity SELECT * FROM filled.entity")
    target.execute("DETACH filled")


def _batches(source: sqlite3.Connection) -> Iterator[tuple[list[Row], list[Row]]]:
    """Yield interactions with their edges, a few thousand at a time, the edges in the order of their table."""
    cursor = source.execute(INTERACTIONS)
    while rows := cursor.fetchmany(BATCH):
        yield rows, sorted((entity, row[AT], row[NO]) for row in rows for entity in _touched(row))


def _touched(row: Row) -> set[int]:
    people = {person for person, _role, _side in unpack(row[PARTICIPANTS])}
    return people if row[REGARDING] is None else people | {row[REGARDING]}
