"""Marks of what is written to a SQLite file; one process writes at a time, so they are in order of commit."""

from collections.abc import Callable, Iterable
from sqlite3 import Connection
from typing import Concatenate, ParamSpec, TypeVar

from graph.backends import sql
from graph.backends.sqlite_rows import THEM, as_json, unpack
from graph.backends.trace import ERASED, SCOPE_FIELDS, Trace, touched
from graph.store import Touched

P = ParamSpec("P")
T = TypeVar("T")


def marked(work: Callable[Concatenate[Connection, Trace, P], T]) -> Callable[Concatenate[Connection, P], T]:
    """Return work of a whole transaction that keeps under the next mark whom its writing touched."""

    def write(db: Connection, /, *args: P.args, **options: P.kwargs) -> T:
        trace = Trace()
        outcome = work(db, trace, *args, **options)
        if trace:
            ids = trace.records | _indirectly(db, trace)
            db.execute(sql.ADD_CHANGE, [as_json(ids - _forgotten(db, trace))])
        return outcome

    return write


def touched_since(db: Connection, mark: int) -> Touched:
    """See :meth:`graph.store.Store.touched_since`."""
    latest, first = db.execute(sql.MARKS).fetchone()
    dropped = latest if first is None else first - 1
    if dropped <= mark <= latest:
        found = db.execute(sql.TOUCHED_SINCE, {"mark": mark, "fields": as_json(SCOPE_FIELDS)})
        return touched(latest, (id_ for (id_,) in found))
    return touched(latest, [ERASED, *(id_ for (id_,) in db.execute(sql.EVERY_RECORD))])


def names(db: Connection, rows: Iterable[tuple[int | None, bytes]]) -> set[str]:
    """Return the customers and regarding records of rows of (regarding record, participants)."""
    numbers: set[int] = set()
    for regarding, packed in rows:
        numbers.update(no for no, _role, side in unpack(packed) if side == THEM)
        if regarding is not None:
            numbers.add(regarding)
    return {id_ for _no, id_ in db.execute(sql.NAMES, [as_json(numbers)])} if numbers else set()


def _indirectly(db: Connection, trace: Trace) -> set[str]:
    rows = [*db.execute(sql.REPLIES, [as_json(trace.interactions)])] if trace.interactions else []
    if trace.people:
        rows += db.execute(sql.INTERACTIONS_WITH, [as_json(trace.people)])
    return names(db, rows)


def _forgotten(db: Connection, trace: Trace) -> set[str]:
    """Remove what is kept under the ids to be forgotten, unless they are someone else's, and return them."""
    if not trace.forgotten:
        return set()
    still_known = dict(db.execute(sql.RECORD_NUMBERS, [as_json(trace.forgotten)]))
    forgotten = trace.forgotten - still_known.keys()
    db.execute(sql.FORGET_CHANGES, {"forgotten": as_json(forgotten)})
    db.execute(sql.FORGET_LEDGERS, [as_json(forgotten)])
    return forgotten
