"""Many rows go into SQLite, whatever their number."""

import sqlite3
from contextlib import closing

import pytest

from graph.inserting import ROWS_A_STATEMENT, insert_many


@pytest.mark.parametrize("number", [0, 1, ROWS_A_STATEMENT - 1, ROWS_A_STATEMENT, 3 * ROWS_A_STATEMENT + 7])
def test_every_row_is_inserted_once_and_in_order(number: int) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE pair (a INTEGER, b TEXT)")
        insert_many(db, "INSERT INTO pair (a, b) VALUES (?, ?)", ((i, str(i)) for i in range(number)))
        assert db.execute("SELECT a, b FROM pair ORDER BY rowid").fetchall() == [(i, str(i)) for i in range(number)]


def test_a_file_that_allows_few_values_a_statement_gets_more_statements() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 5)
        db.execute("CREATE TABLE pair (a INTEGER, b TEXT)")
        insert_many(db, "INSERT INTO pair VALUES (?, ?)", [(i, "") for i in range(7)])
        assert db.execute("SELECT count(*), sum(a) FROM pair").fetchone() == (7, 21)


def test_rows_that_are_there_are_replaced_one_by_one() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE pair (a INTEGER PRIMARY KEY, b TEXT)")
        upsert = "INSERT INTO pair (a, b) VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET b = excluded.b"
        insert_many(db, upsert, [(i, "old") for i in range(ROWS_A_STATEMENT + 1)])
        insert_many(db, upsert, [(i, "new") for i in range(1, ROWS_A_STATEMENT + 1)])
        assert db.execute("SELECT b, count(*) FROM pair GROUP BY b").fetchall() == [("new", 1000), ("old", 1)]
