"""A CRM export of 8,800 opportunities by the mapping that ships as an example, imported twice."""

import csv
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from graph.connect import open_store
from graph.store import Store
from ingest.detect import Format
from ingest.export import export
from ingest.load import LoadOptions, load
from ingest.report import Report, Tally
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
