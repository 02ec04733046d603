"""
Many rows into SQLite, hundreds with a statement.

One statement a row costs half as much again, and Python's lock is let go and taken back for each, so that a thread
which inserts hardly gets on beside one that computes.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER, Connection
from typing import Any

# More are not quicker.
ROWS_A_STATEMENT = 1000
_ROW = re.compile(r"\((?:\?, )*\?\)")


def insert_many(db: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run an INSERT with the values of one row, such as ``(?, ?)``, for many rows."""
    given = rows if isinstance(rows, list) else list(rows)
    size = _size(statement, db.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER))
    whole = len(given) // size * size
    for start in range(0, whole, size):
        db.execute(_for_rows(statement, size), list(chain.from_iterable(given[start : start + size])))
    db.executemany(statement, given[whole:])


@lru_cache
def _size(statement: str, limit: int) -> int:
    """Return for how many rows at once a statement is run, given how many values one may have."""
    found = _ROW.search(statement)
    return max(1, min(ROWS_A_STATEMENT, limit // found.group().count("?"))) if found else 1


@lru_cache
def _for_rows(statement: str, size: int) -> str:
    return _ROW.sub(lambda row: ", ".join([row.group()] * size), statement, count=1)
