"""
What a sorted list costs: a page of fifty opportunities with eight columns of KPIs, in the order of a number.

``python -m bench.lists`` asks for it in a fresh process, again, at other instants, after a write, in another order and
of some grades only, and for a page by key, which nothing is computed for, beside it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.table import Table

from app.main import run_query
from app.memory import collect_rarely
from bench.books import AS_OF, generated
from bench.printing import out, print_machine, run, table
from bench.timing import Step, Stopwatch, apart, in_turns
from graph.connect import open_store
from graph.errors import InputError
from graph.model import Opportunity, RecordKind
from graph.store import Listing, Store

DOCUMENT = Path(__file__).with_name("lists.graphql").read_text(encoding="utf-8")
INTERACTION = "bench.lists"
BY_HEALTH = {"orderBy": {"field": "HEALTH", "direction": "ASC"}}
BY_TREND = {"orderBy": {"field": "TREND", "direction": "ASC"}}
BY_MINUTES = {"orderBy": {"field": "OUR_MINUTES", "direction": "DESC"}}
POOR = {"filter": {"grades": ["POOR"]}}
COLD = "by health, first of all"


def main(
    interactions: Annotated[int, typer.Option(min=1, help="How large a book to generate.")] = 1_000_000,
    repeat: Annotated[int, typer.Option(min=1, help="How many turns to take the median of.")] = 15,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Measure this store, not a generated book. An interaction is written, and removed at the end.",
        ),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(metavar="INSTANT", parser=datetime.fromisoformat, help="Ask for this instant; default now."),
    ] = None,
) -> None:
    """Measure what sorted lists cost."""
    print_machine()
    collect_rarely()  # as a server does
    if store is not None:
        asyncio.run(_measure(store, as_of or datetime.now(UTC), repeat))
    else:
        asyncio.run(_generated(interactions, as_of or AS_OF, repeat))


async def _generated(interactions: int, as_of: datetime, repeat: int) -> None:
    async with generated(interactions) as url:
        await _measure(url, as_of, repeat)


async def _measure(url: str, as_of: datetime, repeat: int) -> None:
    cold = [_in_fresh_process(url, as_of) for _ in range(min(repeat, 3))]
    store = await open_store(url)
    lists = Lists(store, as_of)
    title = await lists.title(url)
    try:
        warm = await in_turns(await lists.steps(), repeat)
    finally:
        await store.delete_interactions([INTERACTION])
        await store.aclose()
    out.print(_table(title, {COLD: cold} | warm))


def _in_fresh_process(url: str, as_of: datetime) -> Stopwatch:
    _, cost = apart(_first, url, as_of)
    return Stopwatch(cost.seconds, cost.cpu_seconds)


def _first(watch: Stopwatch, url: str, as_of: datetime) -> None:
    collect_rarely()
    asyncio.run(_first_page(watch, url, as_of))


async def _first_page(watch: Stopwatch, url: str, as_of: datetime) -> None:
    with watch.running():
        store = await open_store(url)
        await Lists(store, as_of).page(BY_HEALTH)
    await store.aclose()


class Lists:
    """The pages that are asked for of one store."""

    def __init__(self, store: Store, as_of: datetime) -> None:
        self._store = store
        self._as_of = as_of
        self._numbers = count(1)

    async def title(self, url: str) -> str:
        """Say what is measured."""
        counts = await self._store.counts()
        deals = counts.records[RecordKind.OPPORTUNITY]
        return f"{counts.interactions:,} interactions in {url.partition(':')[0]}; 50 of {deals:,} deals, milliseconds"

    async def page(self, variables: Mapping[str, Any], later: timedelta = timedelta()) -> None:
        """Ask for a page."""
        await self._ask("Page", {**variables, "asOf": (self._as_of + later).isoformat()})

    async def steps(self) -> dict[str, Step]:
        """Return each page to be measured; those that are to be worked out anew are never twice of one instant."""
        written = await self._interaction()

        def page(variables: Mapping[str, Any]) -> Step:
            return lambda: self.page(variables)

        def anew(variables: Mapping[str, Any]) -> Step:
            return lambda: self.page(variables, timedelta(seconds=next(self._numbers)))

        async def write() -> None:
            await self._ask("Write", {"input": [written | {"subject": f"Turn {next(self._numbers)}"}]})

        return {
            "by key": page({}),
            "by health, again": page(BY_HEALTH),
            "by health, another instant": anew(BY_HEALTH),
            "by trend, another instant": anew(BY_TREND),
            "by our minutes, another instant": anew(BY_MINUTES),
            "by health, poor only, another instant": anew(BY_HEALTH | POOR),
            "the write itself": write,
            "by health, after a write": page(BY_HEALTH),
        }

    async def _interaction(self) -> dict[str, Any]:
        """Return an email to a customer of a deal, as it is given to the API."""
        (listed,) = await self._store.list_records([Listing(kind=RecordKind.OPPORTUNITY, first=100)])
        for deal in listed.records:
            if isinstance(deal, Opportunity) and deal.owner_id and deal.contact_id:
                people = {"FROM": deal.owner_id, "TO": deal.contact_id}
                participants = [{"personId": id_, "role": role} for role, id_ in people.items()]
                at = (self._as_of - timedelta(days=1)).isoformat()
                return {"id": INTERACTION, "kind": "EMAIL", "at": at, "participants": participants}
        raise InputError("None of the first opportunities has both an owner and a contact; name another store.")

    async def _ask(self, operation: str, variables: Mapping[str, Any]) -> None:
        answer = await run_query(self._store, DOCUMENT, variables=variables, operation_name=operation)
        if "errors" in answer or "REJECTED" in str(answer):
            raise RuntimeError(f"{operation} failed: {answer}")


def _table(title: str, turns: Mapping[str, Sequence[Stopwatch]]) -> Table:
    rows = table(title, "time", "slowest", "CPU", "least CPU")
    for name, watches in turns.items():
        seconds, cpu = [watch.seconds for watch in watches], [watch.cpu_seconds for watch in watches]
        numbers = median(seconds), max(seconds), median(cpu), min(cpu)
        rows.add_row(name, *(f"{number * 1000:.0f}" for number in numbers))
    return rows


if __name__ == "__main__":
    run(main)
