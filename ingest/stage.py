"""
Where an import waits until all of it is read: a temporary SQLite file.

References are resolved only when every input is known, and memory must not grow with the input, so lines lie on disk.
Every line has a number, ``seq``, in the order of reading.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from graph.inserting import insert_many
from graph.model import Account, Opportunity, Record, side_of
from ingest.lines import EngagementLine, InteractionLine, RecordLine, parse_line

TABLES = """
CREATE TABLE source (no INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE line (seq INTEGER PRIMARY KEY, source INTEGER, number INTEGER, text TEXT);
CREATE TABLE record (seq INTEGER PRIMARY KEY, id TEXT, family TEXT, opted_out INTEGER, provisional INTEGER,
                     weak INTEGER, latest INTEGER DEFAULT 0);
CREATE INDEX record_id ON record (id);
CREATE TABLE ref (seq INTEGER, field TEXT, id TEXT, family TEXT);
CREATE INDEX ref_id ON ref (id);
CREATE TABLE interaction (seq INTEGER PRIMARY KEY, id TEXT, mail INTEGER, draft BLOB);
CREATE TABLE engagement (seq INTEGER PRIMARY KEY, interaction TEXT, key TEXT, by_address INTEGER, event TEXT,
                         at INTEGER);
CREATE TABLE stored (id TEXT PRIMARY KEY, family TEXT, side TEXT, provisional INTEGER, opted_out INTEGER) WITHOUT ROWID;
CREATE TABLE person (id TEXT PRIMARY KEY, side TEXT, rank INTEGER, provisional INTEGER) WITHOUT ROWID;
CREATE TABLE opt_out (id TEXT PRIMARY KEY, opted_out INTEGER) WITHOUT ROWID;
CREATE TABLE holder (address TEXT, person TEXT, PRIMARY KEY (address, person)) WITHOUT ROWID;
CREATE TABLE domain (domain TEXT, account TEXT, PRIMARY KEY (domain, account)) WITHOUT ROWID;
CREATE TABLE alias (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID;
CREATE TABLE made (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE name (address TEXT, name TEXT, times INTEGER, PRIMARY KEY (address, name)) WITHOUT ROWID;
CREATE TABLE wanted (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE fate (id TEXT PRIMARY KEY, landed INTEGER) WITHOUT ROWID;
CREATE TABLE meeting (seq INTEGER PRIMARY KEY, uid TEXT, entry TEXT, revision TEXT, canceled INTEGER);
CREATE TABLE entry (no INTEGER PRIMARY KEY, uid TEXT, key TEXT, sequence INTEGER, stamp TEXT, until INTEGER,
                    single TEXT);
CREATE TABLE revised (id TEXT PRIMARY KEY, revision TEXT, canceled INTEGER) WITHOUT ROWID;
CREATE TABLE settled (seq INTEGER PRIMARY KEY);
CREATE TABLE dropped (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""

# Made when all is read, for then an index costs half of what it does row by row.
INDEX = "CREATE INDEX IF NOT EXISTS interaction_id ON interaction (id)"

PERSON, ACCOUNT, OPPORTUNITY, INTERACTION = "person", "account", "opportunity", "interaction"
FAMILIES = {"seller": PERSON, "contact": PERSON, "lead": PERSON, "account": ACCOUNT, "opportunity": OPPORTUNITY}
REFERENCES = {
    "manager_id": PERSON,
    "owner_id": PERSON,
    "account_id": ACCOUNT,
    "primary_contact_id": PERSON,
    "contact_id": PERSON,
    "sales_team_ids": PERSON,
    "stakeholder_ids": PERSON,
}


class Stage:
    """The temporary file of one import; closing it removes it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rapport-import-")
        file = Path(self._folder.name) / "stage.db"
        self.db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        # Nothing here outlives the import, so nothing needs to survive a crash.
        self.db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;" + TABLES
        )

    def close(self) -> None:
        """Remove the file."""
        self.db.close()
        self._folder.cleanup()

    def index(self) -> None:
        """Make what finds interactions by id; called when all lines are there."""
        self.db.execute(INDEX)

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for many rows in one transaction."""
        self.db.execute("BEGIN")
        self.db.executemany(statement, rows)
        self.db.execute("COMMIT")

    def insert(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run an INSERT of the values of one row for many rows in one transaction."""
        self.db.execute("BEGIN")
        insert_many(self.db, statement, rows)
        self.db.execute("COMMIT")

    def batches(self, query: str, size: int, parameters: Sequence[Any] = ()) -> Iterator[list[Any]]:
        """Yield the rows of a query in lists; the query may not read what the reader changes meanwhile."""
        cursor = self.db.execute(query, parameters)
        while rows := cursor.fetchmany(size):
            yield rows

    def note_stored(self, records: Iterable[Record]) -> None:
        """Note what the store holds."""
        self.many("INSERT OR IGNORE INTO stored VALUES (?, ?, ?, ?, ?)", map(_stored_row, records))

    def source(self, name: str) -> int:
        """Return the number of a source file."""
        self.db.execute("INSERT OR IGNORE INTO source (name) VALUES (?)", (name,))
        return int(self.db.execute("SELECT no FROM source WHERE name = ?", (name,)).fetchone()[0])

    def line(self, seq: int) -> tuple[str, int, str]:
        """Return where a line came from and what it said."""
        row: tuple[str, int, str] = self.db.execute(
            "SELECT name, number, text FROM line JOIN source ON source.no = line.source WHERE seq = ?", (seq,)
        ).fetchone()
        return row

    def record(self, seq: int) -> RecordLine:
        """Return a record line, read again from its text."""
        parsed = parse_line(self.line(seq)[2])
        assert not isinstance(parsed, InteractionLine | EngagementLine)
        return parsed


def _stored_row(record: Record) -> tuple[str, str, str | None, bool | None, bool | None]:
    family = FAMILIES[record.kind.lower()]
    if isinstance(record, Account | Opportunity):
        return record.id, family, None, None, None
    return record.id, family, side_of(record).value, record.provisional, record.opted_out


def with_article(family: str) -> str:
    """
    Return a family with its article.

    >>> with_article("account"), with_article("person")
    ('an account', 'a person')
    """
    return f"{'an' if family[0] in 'aio' else 'a'} {family}"


def id_is_taken(id_: str, family: str) -> str:
    """Return what is told of a line whose id is something else's."""
    return f"id: {id_!r} is the id of {with_article(family)} already; all ids are one space, so give it another"


def references(line: RecordLine) -> Iterator[tuple[str, str, str]]:
    """Yield (field, id, family) for everything a record line names."""
    for field, family in REFERENCES.items():
        value = getattr(line, field, None)
        for id_ in (value,) if isinstance(value, str) else value or ():
            yield field, id_, family
