"""What is kept of records' interactions in a SQLite file; see :meth:`graph.store.Store.ledgers`."""

from collections.abc import Mapping
from sqlite3 import Connection

from graph.backends import sql
from graph.inserting import insert_many
from graph.model import RecordKind
from graph.store import Ledgers


def ledgers(db: Connection, kind: RecordKind, basis: str) -> Ledgers | None:
    """See :meth:`graph.store.Store.ledgers`."""
    state = db.execute(sql.LEDGER_STATE, [kind]).fetchone()
    if state is None or state[0] != basis:
        return None
    return Ledgers(state[1], dict(db.execute(sql.LEDGERS, [kind])))


def save_ledgers(
    db: Connection, kind: RecordKind, basis: str, rows: Mapping[str, bytes], *, since: int | None, mark: int
) -> bool:
    """See :meth:`graph.store.Store.save_ledgers`."""
    if since is None:
        db.execute(sql.CLEAR_LEDGERS, [kind])
    elif db.execute(sql.LEDGER_STATE, [kind]).fetchone() != (basis, since):
        return False
    insert_many(db, sql.SAVE_LEDGER, ((kind, record, content) for record, content in rows.items()))
    db.execute(sql.SAVE_LEDGER_STATE, [kind, basis, mark])
    db.execute(sql.DROP_CHANGES)
    return True
