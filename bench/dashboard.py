"""
What a dashboard costs: every widget of one contact, one opportunity, one account and of fifty opportunities.

``python -m bench.dashboard`` asks for them in process and over HTTP, shows where the time goes, and sets it beside the
same rows fetched and encoded by hand.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Annotated

import typer

from app.main import run_query
from app.memory import collect_rarely
from bench.books import AS_OF, generated
from bench.by_hand import ByHand, by_hand
from bench.parts import parts_of
from bench.printing import out, print_machine, run, table
from bench.serving import Client, served
from bench.subjects import DOCUMENT, Subject, find_subjects
from bench.timing import Step, Stopwatch, in_turns, ratio
from graph.connect import open_store
from graph.store import Store

BY_HAND, COLUMNS, LOOK_UPS, KPIS, WHOLE = "by hand", "columns", "look-ups", "KPIs", "whole"
HTTP_BY_HAND, HTTP = "HTTP by hand", "HTTP"
IN_PROCESS = ("interactions", BY_HAND, COLUMNS, LOOK_UPS, KPIS, "GraphQL", WHOLE, "× hand", "CPU × hand")
HEAD = (*IN_PROCESS, HTTP_BY_HAND, HTTP, "× hand")


def main(
    interactions: Annotated[int, typer.Option(min=1, help="How large a book to generate.")] = 1_000_000,
    repeat: Annotated[int, typer.Option(min=1, help="How many turns to take the median of.")] = 30,
    store: Annotated[str | None, typer.Option(metavar="URL", help="Measure this store, not a generated book.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(metavar="INSTANT", parser=datetime.fromisoformat, help="Ask for this instant; default now."),
    ] = None,
) -> None:
    """Measure what dashboards cost."""
    collect_rarely()  # as a server does
    print_machine()
    if store is not None:
        asyncio.run(_measure(store, as_of or datetime.now(UTC), repeat))
        return
    asyncio.run(_generated(interactions, as_of or AS_OF, repeat))


async def _generated(interactions: int, as_of: datetime, repeat: int) -> None:
    async with generated(interactions) as url:
        await _measure(url, as_of, repeat)


async def _measure(url: str, as_of: datetime, repeat: int) -> None:
    store = await open_store(url)
    stored = (await store.counts()).interactions
    rows = table(f"Every widget, in milliseconds; {stored:,} interactions in {url.partition(':')[0]}", *HEAD)
    async with by_hand(url) as floor:
        with (
            served("app.main:application", "/graphql", url) as api,
            served("bench.by_hand:application", "/", url) as hand,
        ):
            for subject in await find_subjects(store, as_of):
                size, steps = await _steps(store, subject, as_of, floor)
                steps |= _over_http(subject, api, hand)
                rows.add_row(subject.title, f"{size:,}", *_cells(await in_turns(steps, repeat)))
    await store.aclose()
    out.print(rows)


async def _steps(store: Store, subject: Subject, as_of: datetime, floor: ByHand) -> tuple[int, dict[str, Step]]:
    """Return how many interactions a subject's widgets are made of, and what to measure in process."""
    parts = await parts_of(store, subject, as_of)
    columns = await parts.columns()

    async def kpis() -> None:
        parts.kpis(columns)

    async def whole() -> None:
        answer = await run_query(store, DOCUMENT, variables=subject.variables, operation_name=subject.operation)
        json.dumps(answer)

    async def by_hand() -> None:
        await floor(subject.keys)

    steps: dict[str, Step] = {BY_HAND: by_hand, COLUMNS: parts.columns, LOOK_UPS: parts.look_ups, KPIS: kpis}
    return len(columns), steps | {WHOLE: whole}


def _over_http(subject: Subject, api: Client, hand: Client) -> dict[str, Step]:
    async def by_hand() -> None:
        hand.ask(subject.keys)

    async def http() -> None:
        api.ask(subject.request)

    return {HTTP_BY_HAND: by_hand, HTTP: http}


def _cells(turns: Mapping[str, Sequence[Stopwatch]]) -> list[str]:
    seconds = {name: [watch.seconds for watch in watches] for name, watches in turns.items()}
    cpu = {name: [watch.cpu_seconds for watch in watches] for name, watches in turns.items()}
    parts = (seconds[name] for name in (WHOLE, COLUMNS, LOOK_UPS, KPIS))
    rest = [whole - columns - look_ups - kpis for whole, columns, look_ups, kpis in zip(*parts, strict=True)]
    return [
        *(_milliseconds(seconds[name]) for name in (BY_HAND, COLUMNS, LOOK_UPS, KPIS)),
        _milliseconds(rest),
        _milliseconds(seconds[WHOLE]),
        f"{ratio(seconds[WHOLE], seconds[BY_HAND]):.1f}",
        f"{ratio(cpu[WHOLE], cpu[BY_HAND]):.1f}",
        *(_milliseconds(seconds[name]) for name in (HTTP_BY_HAND, HTTP)),
        f"{ratio(seconds[HTTP], seconds[HTTP_BY_HAND]):.1f}",
    ]


def _milliseconds(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1000:.2f}"


if __name__ == "__main__":
    run(main)
