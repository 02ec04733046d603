"""
How well the learned fields rank deals that are won later above deals that are lost later.

    python -m bench.similar --store sqlite:///crm.db

At several dates: learn from what was closed by then, rank what was closed afterwards, and compare with how it ended.
"""

import asyncio
from collections.abc import Iterator
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from bench.printing import out, print_machine, run, table
from graph.connect import open_store
from graph.interactions import Bool, Float64
from graph.model import from_micros
from kpi.similarity.deals import Deals
from kpi.similarity.evidence import effects, groups_of, separation
from kpi.similarity.learning import fit
from resolvers.deals import closed_deals

# By each of these dates so much of the record was closed.
SHARES = (0.2, 0.35, 0.5, 0.65, 0.8)
RESAMPLES = 1000
STRENGTH = 20.0
CONFIDENCE = 0.95


def interval(scores: Float64, won: Bool) -> tuple[float, float]:
    """Return the bounds between which the separation lies with 95 % confidence, from resampled deals."""
    random = np.random.default_rng(0)
    draws = (random.integers(len(won), size=len(won)) for _ in range(RESAMPLES))
    found = [separation(scores[draw], won[draw]) for draw in draws]
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def dates(deals: Deals) -> Iterator[int]:
    """Yield instants by which a fifth, a third, ... of the deals were closed."""
    return iter(np.unique(np.quantile(deals.closed, SHARES, method="lower")).tolist())


def main(store: Annotated[str, typer.Option(help="The store whose deals to learn from; nothing is written.")]) -> None:
    """Measure how well the learned fields tell deals that are won from deals that are lost, out of sample."""
    deals = asyncio.run(_read(store))
    print_machine()
    out.print(f"{len(deals):,} closed deals, {int(deals.won.sum()):,} of them won")
    if deals.won.all() or not deals.won.any():
        out.print("There is nothing to tell apart.")
        return
    out.print(_by_date(deals))
    out.print(_by_field(deals))


async def _read(url: str) -> Deals:
    store = await open_store(url)
    try:
        return await closed_deals(store)
    finally:
        await store.aclose()


def _by_date(deals: Deals) -> Table:
    title = "Learned from what was closed by a date, tried on what was closed later"
    made = table(title, "deals", "later", "AUC", "95 %", "fields")
    for date in dates(deals):
        known = deals.until(date)
        found = fit(deals, known)
        fields = ", ".join(f"{name} {share:.2f}" for name, share in found.shares.items())
        tried = _tried(found.scores, deals, ~known)
        made.add_row(f"{from_micros(date):%Y-%m-%d}", f"{known.sum():,}", *tried, fields or "none")
    return made


def _by_field(deals: Deals) -> Table:
    """Return what each field does alone, learned from the first half."""
    half = deals.until(int(np.quantile(deals.closed, 0.5)))
    made = table("Each field alone, learned from the first half", "later", "AUC", "95 %")
    for name in deals.columns:
        groups = groups_of(deals.columns[name], half)
        made.add_row(name, *_tried(effects(groups, deals.won, half, STRENGTH)[groups], deals, ~half))
    return made


def _tried(scores: Float64, deals: Deals, later: Bool) -> tuple[str, str, str]:
    scores, won = scores[later], deals.won[later]
    low, high = interval(scores, won)
    return f"{len(won):,}", f"{separation(scores, won):.3f}", f"{low:.3f} to {high:.3f}"


if __name__ == "__main__":
    run(main)
