"""Marks of what is written to Neo4j, in order of commit though several write at the same time."""

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from neo4j import AsyncManagedTransaction as Transaction

from graph.backends import cypher, cypher_changes
from graph.backends.bolt_session import BoltSession, found, run
from graph.backends.trace import ERASED, Trace, touched
from graph.store import Touched

P = ParamSpec("P")
T = TypeVar("T")


def marked(
    work: Callable[Concatenate[Transaction, Trace, P], Awaitable[T]],
) -> Callable[Concatenate[Transaction, P], Awaitable[T]]:
    """Return work of a whole transaction that keeps under the next mark whom its writing touched."""

    async def write(tx: Transaction, /, *args: P.args, **options: P.kwargs) -> T:
        trace = Trace()
        outcome = await work(tx, trace, *args, **options)
        # The last of all statements, for from here on all who write wait for us.
        await _keep(tx, trace)
        return outcome

    return write


async def touched_since(session: BoltSession, mark: int) -> Touched:
    """See :meth:`graph.store.Store.touched_since`."""
    if await session.fetch(cypher_changes.MARK) == mark:
        return Touched(mark, frozenset())
    return await session.run(_touched_since, mark)


async def _keep(tx: Transaction, trace: Trace) -> None:
    if trace:
        await run(
            tx,
            cypher_changes.ADD_CHANGE,
            keys=list(trace.records),
            interactions=list(trace.interactions),
            people=list(trace.people),
            forgotten=await _forgotten(tx, trace),
        )


async def _touched_since(tx: Transaction, mark: int) -> Touched:
    latest, first = await found(tx, cypher_changes.LOCK_MARKS)
    dropped = latest if first is None else first - 1
    if dropped <= mark <= latest:
        return touched(latest, await found(tx, cypher_changes.TOUCHED_SINCE, mark=mark))
    return touched(latest, [ERASED, *await found(tx, cypher_changes.EVERY_RECORD)])


async def _forgotten(tx: Transaction, trace: Trace) -> list[str]:
    """Remove what is kept under the ids to be forgotten, unless they are someone else's, and return them."""
    if not trace.forgotten:
        return []
    still_known = await found(tx, cypher.KNOWN, keys=list(trace.forgotten))
    forgotten = list(trace.forgotten.difference(still_known))
    await run(tx, cypher_changes.FORGET_CHANGES, forgotten=forgotten)
    await run(tx, cypher_changes.FORGET_LEDGERS, forgotten=forgotten)
    return forgotten
