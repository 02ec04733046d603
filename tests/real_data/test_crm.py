"""A CRM export of 8,800 opportunities by the mapping that ships as an example, imported twice."""

import csv
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from bench.similar import interval
from graph.connect import open_store
from graph.model import to_micros
from graph.store import Store
from ingest.detect import Format
from ingest.export import export
from ingest.load import LoadOptions, load
from ingest.report import Report, Tally
from kpi.similarity.learning import fit
from resolvers.deals import closed_deals
from tests.asking import ask
from tests.real_data import DATA, needs_data

pytestmark = needs_data

MAPPING = Path(__file__).parents[2] / "examples" / "crm.toml"
OPTIONS = LoadOptions(format=Format.CRM, mapping=MAPPING)
STATES = {"Won": "WON", "Lost": "LOST", "Engaging": "OPEN", "Prospecting": "OPEN"}

Row = dict[str, str]


class Imported(NamedTuple):
    """The export in a store, and what the two imports told."""

    store: Store
    first: Report
    second: Report


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Imported]:
    store = await open_store(f"sqlite:///{tmp_path_factory.mktemp('crm')}/crm.db")
    first, second = [await load(store, [DATA / "crm"], OPTIONS) for _ in range(2)]
    yield Imported(store, first, second)
    await store.aclose()


def rows(name: str) -> list[Row]:
    with (DATA / "crm" / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_the_second_run_adds_nothing(crm: Imported) -> None:
    records = crm.first.tally("records")
    assert crm.second.tally("records") == Tally(unchanged=records.added, merged=records.merged)
    assert (crm.first.rejected, crm.first.skipped.total(), crm.second.rejected) == (0, 0, 0)


def test_what_is_added_is_what_the_files_hold(crm: Imported) -> None:
    teams = rows("sales_teams.csv")
    sellers = {row[column] for row in teams for column in ("sales_agent", "manager")}
    records = len(sellers) + len(rows("accounts.csv")) + len(rows("sales_pipeline.csv"))
    assert crm.first.tally("records").added == records
    assert crm.first.read == 2 * len(teams) + len(rows("accounts.csv")) + len(rows("sales_pipeline.csv"))


def test_what_is_mended_is_told(crm: Imported) -> None:
    assert {text.split(":")[0]: times for text, times in crm.first.warnings.items()} == {
        "product": sum(row["product"] == "GTXPro" for row in rows("sales_pipeline.csv")),
        "sector": sum(row["sector"] == "technolgy" for row in rows("accounts.csv")),
    }


async def test_opportunities_are_counted_by_state(crm: Imported) -> None:
    parts = (f"{state}: opportunities(states: [{state}]) {{ totalCount }}" for state in set(STATES.values()))
    answer = await ask(crm.store, f"{{ {' '.join(parts)} all: opportunities {{ totalCount }} }}")
    expected = Counter(STATES[row["deal_stage"]] for row in rows("sales_pipeline.csv"))
    assert {name: part["totalCount"] for name, part in answer.items()} == {**expected, "all": expected.total()}


@pytest.mark.parametrize("column", ["account", "sales_agent"])
async def test_opportunities_are_counted_by_account_and_by_owner(crm: Imported, column: str) -> None:
    argument = {"account": "account", "sales_agent": "owner"}[column]
    query = f"query Q($key: String!) {{ opportunities({argument}: $key) {{ totalCount }} }}"
    for key, times in Counter(row[column] for row in rows("sales_pipeline.csv") if row[column]).items():
        assert (await ask(crm.store, query, key=key))["opportunities"]["totalCount"] == times, key


async def test_every_opportunity_is_as_its_row_says(crm: Imported) -> None:
    prices = {row["product"].replace(" ", ""): float(row["sales_price"]) for row in rows("products.csv")}
    sectors = {row["account"]: row["sector"].replace("technolgy", "technology") for row in rows("accounts.csv")}
    lines = [json.loads(line) async for line in export(crm.store)]
    found = {line["id"]: _told(line) for line in lines if line["type"] == "opportunity"}
    expected = {r["opportunity_id"]: _row(r, prices, sectors) for r in rows("sales_pipeline.csv")}
    assert found == expected


def _told(line: dict[str, Any]) -> tuple[Any, ...]:
    dates = (line["createdAt"], line["closedAt"])
    revenue = (line["estimatedRevenue"], line["actualRevenue"])
    attributes = line["attributes"]
    return (line["ownerId"], line["accountId"], line["state"], *dates, *revenue, attributes.get("sector"))


def _row(row: Row, prices: dict[str, float], sectors: dict[str, str]) -> tuple[Any, ...]:
    state, is_closed = STATES[row["deal_stage"]], row["deal_stage"] in ("Won", "Lost")
    dates = (_midnight(row["engage_date"]), _midnight(row["close_date"]) if is_closed else None)
    actual = float(row["close_value"]) if state == "WON" else None
    revenue = (prices[row["product"].replace(" ", "")], actual)
    return (row["sales_agent"], row["account"] or None, state, *dates, *revenue, sectors.get(row["account"]))


def _midnight(day: str) -> str | None:
    return f"{day}T00:00:00Z" if day else None


@pytest.mark.slow
@pytest.mark.parametrize("date", ["2017-05-31", "2017-07-31", "2017-09-30"])
async def test_what_is_learned_from_closed_deals_ranks_later_ones_better_than_chance(crm: Imported, date: str) -> None:
    deals = await closed_deals(crm.store)
    known = deals.until(to_micros(datetime.fromisoformat(f"{date}T00:00:00Z")))
    learned = fit(deals, known)
    assert learned.shares
    low, _ = interval(learned.scores[~known], deals.won[~known])
    assert low > 0.5


@pytest.mark.parametrize("date", ["2017-03-02", "2017-06-30", "2018-01-01"])
async def test_similar_won_deals_are_as_the_rows_say(crm: Imported, date: str) -> None:
    closed = [
        row for row in rows("sales_pipeline.csv") if row["deal_stage"] in ("Won", "Lost") and row["close_date"] <= date
    ]
    won = {row["opportunity_id"]: row["close_date"] for row in closed if row["deal_stage"] == "Won"}
    asked = max(won)
    query = f"""{{ opportunity(key: "{asked}", asOf: "{date}T12:00:00Z") {{ similarWonDeals(first: 100) {{
      basis {{ method wonDeals lostDeals fields {{ weight }} }} deals {{ similarity opportunity {{ key }} }}
    }} }} }}"""
    found = (await ask(crm.store, query))["opportunity"]["similarWonDeals"]
    basis, shown = found["basis"], [(row["similarity"], row["opportunity"]["key"]) for row in found["deals"]]
    assert (basis["wonDeals"], basis["lostDeals"]) == (len(won), len(closed) - len(won))
    assert basis["method"] == ("LEARNED" if min(len(won), len(closed) - len(won)) >= 30 else "MOST_RECENT")
    by_rank = sorted(shown, key=lambda row: row[1])
    by_rank.sort(key=lambda row: won[row[1]], reverse=True)
    by_rank.sort(key=lambda row: -(row[0] or 0))
    assert (shown, len(shown)) == (by_rank, min(100, len(won) - 1))
    assert asked not in {key for _, key in shown}
