"""
What an import costs, beside inserting the same rows raw and beside the same import again.

``python -m bench.ingest`` measures a mail log and a generated book on SQLite, and with ``--neo4j`` on a server too.
What only that needs is imported where it is used, for each process that is measured imports this module.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from app.memory import collect_rarely
from bench.books import write_book, write_stored
from bench.printing import out, print_machine, run, table
from bench.raw_sqlite import insert_rows
from bench.timing import Cost, Stopwatch, apart, ratio
from graph.connect import open_store
from graph.errors import InputError
from ingest.load import LoadOptions, load

MAIL = Path(__file__).parents[2] / "shared" / "data" / "w3c-mail.csv.gz"
MAIL_DOMAIN = "w3.org"
IMPORT, RAW, AGAIN = "import", "the same rows, raw", "the same import again"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import and whose addresses in it are ours."""

    path: Path
    team_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a source: how much it was, and the cost of each step."""

    lines: int
    interactions: int
    edges: int
    costs: dict[str, Cost]


def main(
    interactions: Annotated[int, typer.Option(min=1, help="How large a book to generate.")] = 1_000_000,
    repeat: Annotated[int, typer.Option(min=1, help="How many turns to take the median of.")] = 1,
    store: Annotated[str | None, typer.Option(metavar="URL", help="Measure what this store holds, not a book.")] = None,
    mail: Annotated[Path, typer.Option(metavar="FILE", help="A mail log to measure too; left out if missing.")] = MAIL,
    team_domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Whose addresses in it are ours.")] = MAIL_DOMAIN,
    neo4j: Annotated[str | None, typer.Option(metavar="URL", help="An empty Neo4j to measure too.")] = None,
) -> None:
    """Measure what imports cost."""
    if neo4j is not None:
        _check_empty(neo4j)
    print_machine()
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        for source in _sources(Path(folder), interactions, store, Source(mail, (team_domain,))):
            _measure(source, Path(folder), neo4j, repeat)


def _check_empty(url: str) -> None:
    from bench.raw_neo4j import is_empty

    if not asyncio.run(is_empty(url)):
        raise InputError("The Neo4j to measure holds data and would be emptied; name an empty one.")


def _sources(folder: Path, interactions: int, store: str | None, mail: Source) -> Iterator[Source]:
    if mail.path.exists():
        yield mail
    else:
        out.print(f"There is no {mail.path}; its measurement is left out.")
    if store is None:
        yield Source(write_book(folder / f"book-of-{interactions}.jsonl", interactions))
    else:
        yield Source(asyncio.run(write_stored(folder / "stored.jsonl", store)))


def _measure(source: Source, folder: Path, neo4j: str | None, repeat: int) -> None:
    sqlite_turns, neo4j_turns = [], []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory(dir=folder) as made:
            filled = Path(made, "filled.db")
            sqlite_turns.append(_on_sqlite(source, filled, Path(made, "raw.db")))
            if neo4j is not None:
                neo4j_turns.append(_on_neo4j(source, filled, neo4j))
    _show("SQLite", source, sqlite_turns)
    if neo4j_turns:
        _show("Neo4j", source, neo4j_turns)


def _on_sqlite(source: Source, filled: Path, empty: Path) -> Turn:
    (lines, interactions), first = apart(_import, f"sqlite:///{filled}", source)
    edges, raw = apart(insert_rows, filled, empty)
    _, again = apart(_import, f"sqlite:///{filled}", source)
    return Turn(lines, interactions, edges, {IMPORT: first, RAW: raw, AGAIN: again})


def _on_neo4j(source: Source, filled: Path, url: str) -> Turn:
    from bench.raw_neo4j import empty, write_rows

    (lines, interactions), first = apart(_import, url, source)
    _, again = apart(_import, url, source)
    asyncio.run(empty(url))
    edges, raw = apart(write_rows, f"sqlite:///{filled}", url)
    asyncio.run(empty(url))
    return Turn(lines, interactions, edges, {IMPORT: first, RAW: raw, AGAIN: again})


def _import(watch: Stopwatch, url: str, source: Source) -> tuple[int, int]:
    """Import a source as the command does; return how many lines were read and how many interactions are stored."""
    collect_rarely()
    return asyncio.run(_load(watch, url, source))


async def _load(watch: Stopwatch, url: str, source: Source) -> tuple[int, int]:
    options = LoadOptions(team_domains=source.team_domains, rejects=Path("/dev/null"))
    with watch.running():
        store = await open_store(url)
        report = await load(store, [source.path], options)
    stored = (await store.counts()).interactions
    await store.aclose()
    return report.read, stored


def _show(backend: str, source: Source, turns: Sequence[Turn]) -> None:
    turn = turns[0]
    size = f"{turn.lines:,} lines, {turn.interactions:,} interactions, {turn.edges:,} edges"
    columns = ("seconds", "lines/s", "interactions/s", "CPU seconds", "peak MB", "× raw", "CPU × raw")
    rows = table(f"{source.path.name} into {backend}: {size}", *columns)
    for step in turn.costs:
        seconds = _median(turns, step, lambda cost: cost.seconds)
        rows.add_row(
            step,
            f"{seconds:.2f}",
            "" if step == RAW else f"{turn.lines / seconds:,.0f}",
            f"{turn.interactions / seconds:,.0f}",
            f"{_median(turns, step, lambda cost: cost.cpu_seconds):.2f}",
            f"{_median(turns, step, lambda cost: cost.peak_bytes) / 1e6:,.0f}",
            f"{_times_raw(turns, step, lambda cost: cost.seconds):.1f}",
            f"{_times_raw(turns, step, lambda cost: cost.cpu_seconds):.1f}",
        )
    out.print(rows)


def _median(turns: Sequence[Turn], step: str, of: Callable[[Cost], float]) -> float:
    return median(of(turn.costs[step]) for turn in turns)


def _times_raw(turns: Sequence[Turn], step: str, of: Callable[[Cost], float]) -> float:
    return ratio([of(turn.costs[step]) for turn in turns], [of(turn.costs[RAW]) for turn in turns])


if __name__ == "__main__":
    run(main)
