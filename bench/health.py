"""
Does health predict? Which pairs of a seller and a customer are in touch again, against simpler signals.

``python -m bench.health mail.csv.gz --team-domain us.example`` asks at many dates of a book, over pairs that were in
touch in the last 180 days, who interacts again within 30, and prints for each signal how often it ranks right: the area
under the ROC curve. The score is the raw formula with default settings, below three interactions too.
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from bench.auc import Ranking, interval, logistic, ranking, resampled
from bench.pairs import pairs_of
from bench.prediction import HEALTH, Samples, dates_of, samples_of
from bench.printing import out, run, table
from graph.connect import open_store
from graph.errors import InputError
from graph.interactions import Bool, Float64
from graph.model import from_micros
from graph.settings import BulkSign
from ingest.load import LoadOptions, load
from kpi.facts import Facts

# Fitted on the first half of the dates, so it has a number for the second alone.
LOGISTIC = "fitted logistic regression"
HEAD = ("all dates", "95 %", "score above it by", "95 %", "mean of dates", "second half")


def main(
    datasets: Annotated[
        list[Path] | None, typer.Argument(help="Anything that can be imported; each is a book.")
    ] = None,
    store: Annotated[str | None, typer.Option(metavar="URL", help="Ask about what this store holds.")] = None,
    team_domain: Annotated[list[str] | None, typer.Option(help="A mail domain of ours; may be repeated.")] = None,
    team: Annotated[Path | None, typer.Option(help="A file with our people's addresses, one a line.")] = None,
    include_bulk: Annotated[bool, typer.Option(help="Read mailing-list and automatic mail too.")] = False,
    dates: Annotated[int, typer.Option(min=12, help="At how many dates to ask.")] = 24,
    resamples: Annotated[int, typer.Option(min=10, help="How often to draw anew for the intervals.")] = 200,
) -> None:
    """Measure how well health predicts."""
    if store is None and not datasets:
        raise InputError("Name a file to import or, with --store, a store to ask.")
    signs = () if include_bulk else tuple(BulkSign)
    options = LoadOptions(team_domains=tuple(team_domain or ()), team_file=team, bulk_signs=signs)
    books = {path.name: asyncio.run(_imported(path, options)) for path in datasets or ()}
    if store is not None:
        books["the store"] = asyncio.run(_stored(store))
    for name, facts in books.items():
        _measure(name, facts, dates, resamples)


async def _imported(path: Path, options: LoadOptions) -> Facts:
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        store = await open_store(f"sqlite:///{folder}/book.db")
        await load(store, [path], options)
        facts = await pairs_of(store)
        await store.aclose()
    return facts


async def _stored(url: str) -> Facts:
    store = await open_store(url)
    facts = await pairs_of(store)
    await store.aclose()
    return facts


def _measure(name: str, facts: Facts, dates: int, resamples: int) -> None:
    asked = dates_of(facts, dates)
    samples = samples_of(facts, asked)
    if samples.again.all() or not samples.again.any():
        raise InputError(f"{name}: none or all of the pairs were in touch again, so there is nothing to tell apart.")
    first, last = (from_micros(int(asked[i])).date() for i in (0, -1))
    out.print(
        f"{name}: {len(facts.records):,} pairs, {len(facts):,} interactions of theirs; {dates} dates from {first} to "
        f"{last}, {len(samples.pair):,} pairs at dates, of which {samples.again.mean():.1%} were in touch again",
        soft_wrap=True,
    )
    out.print(_table(samples, dates, resamples))


def _table(samples: Samples, dates: int, resamples: int) -> Table:
    weights = resampled(samples.pair, samples.date, resamples)
    late = samples.date >= dates // 2
    rankings = {name: ranking(signal, samples.again) for name, signal in samples.signals.items()}
    rows = table("Area under the ROC curve", *HEAD)
    score = [rankings[HEALTH].auc(weight) for weight in weights]
    for name, ranked in rankings.items():
        drawn = [ranked.auc(weight) for weight in weights]
        above = [ours - theirs for ours, theirs in zip(score, drawn, strict=True)]
        lead = rankings[HEALTH].auc() - ranked.auc()
        shown = ("", "") if name == HEALTH else (f"{lead:+.4f}", _interval(above, "+.4f"))
        cells = (f"{ranked.auc():.4f}", _interval(drawn, ".3f"), *shown)
        rows.add_row(name, *cells, f"{_mean(ranked, samples):.4f}", f"{ranked.auc(late.astype(np.float64)):.4f}")
    fitted = ranking(logistic(_features(samples), samples.again, ~late), samples.again)
    rows.add_row(LOGISTIC, *[""] * 5, f"{fitted.auc(late.astype(np.float64)):.4f}")
    return rows


def _interval(values: list[float], digits: str) -> str:
    low, high = interval(values)
    return f"{low:{digits}} to {high:{digits}}"


def _mean(ranked: Ranking, samples: Samples) -> float:
    """Return the mean of the areas of the dates, those left out at which there is nothing to tell apart."""
    alone: Sequence[Bool] = [samples.date == date for date in np.unique(samples.date)]
    return float(np.nanmean([ranked.auc(chosen.astype(np.float64)) for chosen in alone]))


def _features(samples: Samples) -> Float64:
    """Return all single signals and who talked, in the logarithm."""
    single: Mapping[str, Float64] = {name: column for name, column in samples.signals.items() if name != HEALTH}
    return np.column_stack([np.log1p(np.abs(column)) for column in (*single.values(), *samples.talk)])


if __name__ == "__main__":
    run(main)
