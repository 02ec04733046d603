"""What is kept of records' interactions in Neo4j; see :meth:`graph.store.Store.ledgers`."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import uuid4

from neo4j import AsyncManagedTransaction as Transaction

from graph.backends import cypher_changes
from graph.backends.bolt_session import BoltSession, found, run
from graph.model import RecordKind
from graph.store import Ledgers

# As many as go well into one transaction, and into one answer.
A_BATCH = 2000

Row = tuple[str, bytes]


async def ledgers(tx: Transaction, kind: RecordKind, basis: str) -> Ledgers | None:
    """See :meth:`graph.store.Store.ledgers`."""
    stored_basis, mark = await found(tx, cypher_changes.LOCK_LEDGERS, kind=kind.value)
    if stored_basis != basis or mark is None:
        return None
    rows: dict[str, bytes] = {}
    after = ""
    while page := await found(tx, cypher_changes.LEDGERS, kind=kind.value, after=after, limit=A_BATCH):
        rows.update(page)
        after = page[-1][0]
    return Ledgers(mark, rows)


async def save_ledgers(
    session: BoltSession, kind: RecordKind, basis: str, rows: Mapping[str, bytes], *, since: int | None, mark: int
) -> bool:
    """See :meth:`graph.store.Store.save_ledgers`."""
    saving = {"kind": kind.value, "basis": basis, "since": since, "mark": mark, "writer": uuid4().hex}
    if since is None:
        await session.execute(cypher_changes.REPLACE_LEDGERS, **saving)
        while await session.run(_clear, saving):
            pass
    batches = list(_batches(rows))
    for number, batch in enumerate(batches):
        first, last = since is not None and number == 0, number == len(batches) - 1
        if not await session.run(_save, saving, batch, first=first, last=last):
            return False
    await session.execute(cypher_changes.DROP_CHANGES)
    return True


async def _clear(tx: Transaction, saving: Mapping[str, Any]) -> bool:
    """Remove some of the ledgers that are to be replaced; tell whether there may be more."""
    mine = await found(tx, cypher_changes.GO_ON_WITH_LEDGERS, **saving)
    return bool(mine and await found(tx, cypher_changes.CLEAR_LEDGERS, kind=saving["kind"], limit=A_BATCH))


async def _save(tx: Transaction, saving: Mapping[str, Any], batch: list[Row], *, first: bool, last: bool) -> bool:
    """Save a batch unless others write these ledgers by now; tell whether it is saved."""
    mine = await found(tx, cypher_changes.EXTEND_LEDGERS if first else cypher_changes.GO_ON_WITH_LEDGERS, **saving)
    if mine:
        await run(tx, cypher_changes.SAVE_LEDGERS, kind=saving["kind"], rows=batch)
    if mine and last:
        await run(tx, cypher_changes.FINISH_LEDGERS, **saving)
    return bool(mine)


def _batches(rows: Mapping[str, bytes]) -> Iterator[list[Row]]:
    """Yield the rows in batches, and where there are none one empty batch."""
    left = iter(rows.items())
    yield list(islice(left, A_BATCH))
    while batch := list(islice(left, A_BATCH)):
        yield batch
