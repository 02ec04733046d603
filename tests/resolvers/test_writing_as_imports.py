"""Writing lines over the API gives the same graph as importing a file of them."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from graph.connect import open_store
from graph.store import Store
from ingest.export import export
from ingest.generate import generate
from ingest.lines import BadLineError, parse_line
from ingest.load import LoadOptions, load
from tests.asking import ask
from tests.ingest.helpers import ANN, BOB, DEAL, GLOBEX, mail, opened
from tests.ingest.test_lines import BAD
from tests.ingest.test_load_lines import outcomes
from tests.ingest.test_load_reference import a_store, book

MUTATIONS = {
    "record": "mutation M($input: [RecordInput!]!) { upsertRecords(input: $input) { counts { ...C } } }",
    "interaction": "mutation M($input: [InteractionInput!]!) { recordInteractions(input: $input) { counts { ...C } } }",
    "engagement": "mutation M($input: [EngagementInput!]!) { recordEngagement(input: $input) { counts { ...C } } }",
}
COUNTS = " fragment C on WriteCounts { created updated unchanged skipped rejected }"
AT_ONCE = 1000

Line = dict[str, Any]


def batches(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Return lines as calls: records, interactions, then engagement, each up to a thousand."""
    sorted_: dict[str, list[Line]] = {family: [] for family in MUTATIONS}
    for line in lines:
        family = line["type"] if line["type"] in MUTATIONS else "record"
        sorted_[family].append(line)
    return [
        (family, found[start : start + AT_ONCE])
        for family, found in sorted_.items()
        for start in range(0, len(found), AT_ONCE)
    ]


def as_input(line: Line) -> Line:
    fields = {name: value for name, value in line.items() if name not in ("type", "copyKey")}
    return fields if line["type"] in MUTATIONS else {**fields, "type": line["type"].upper()}


async def write(store: Store, family: str, lines: list[Line]) -> dict[str, int]:
    (payload,) = (await ask(store, MUTATIONS[family] + COUNTS, input=list(map(as_input, lines)))).values()
    counts: dict[str, int] = payload["counts"]
    return counts


async def imported(store: Store, folder: Path, lines: list[Line]) -> dict[str, int]:
    """Import lines as a file, and return the counts in the terms of the API."""
    file = folder / "lines.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    report = await load(store, [file], LoadOptions(rejects=folder / "rejects.jsonl"))
    tallies = report.tallies.values()
    return {
        "created": sum(t.added for t in tallies),
        "updated": sum(t.updated for t in tallies),
        "unchanged": sum(t.unchanged for t in tallies),
        "skipped": sum(t.merged for t in tallies) + report.skipped.total(),
        "rejected": report.rejected,
    }


async def lines_of(store: Store) -> list[str]:
    return [line async for line in export(store)]


@settings(max_examples=60)
def told_of(line: Line) -> str:
    with pytest.raises(BadLineError) as refused:
        parse_line(json.dumps(line))
    return str(refused.value)


# One value for a list of one is GraphQL's own, and types are an enum there.
BAD_HERE = [
    line for line, _ in BAD
    if isinstance(line, dict) and line.get("type") not in (None, "person") and not isinstance(line.get("emails"), str)
]  # fmt: skip


@pytest.mark.parametrize("family", MUTATIONS)
async def test_every_bad_line_is_refused_in_the_same_words(store: Store, family: str) -> None:
    lines = [line for line in BAD_HERE if (line["type"] if line["type"] in MUTATIONS else "record") == family]
    query = MUTATIONS[family].replace("counts { ...C }", "items { error { message } }")
    (payload,) = (await ask(store, query, input=list(map(as_input, lines)))).values()
    assert len(lines) > 1
    assert [item["error"]["message"] for item in payload["items"]] == list(map(told_of, lines))


UNKNOWN = [
    {**BOB, "accountId": "no"},
    {**BOB, "id": "b1", "ownerId": "no"},
    {**BOB, "id": "b2", "accountId": "ann"},
    {**DEAL, "contactId": "no"},
    {**DEAL, "id": "d1", "contactId": None, "salesTeamIds": ["ann", "no"]},
    {**GLOBEX, "primaryContactId": "no"},
    {**GLOBEX, "id": "ann"},
    {**ANN, "id": "mine", "managerId": "no"},
    mail("ann", "ann", "max@us.example"),
    mail("n1", "ann", "no"),
    mail("n2", "ann", "acme"),
    mail("n3", "ann", "m@us.example", regardingId="no"),
    mail("n4", "ann", "m@us.example", regardingId="ann"),
    opened("no", "ann"),
    opened("m1", "no"),
    opened("m1", "acme"),
]


async def test_whoever_is_not_known_is_told_in_the_same_words(store: Store) -> None:
    acme = {"type": "account", "id": "acme", "name": "Acme"}
    known = [ANN, acme, mail("m1", "ann", "max@us.example", regardingId="acme")]
    await outcomes(store, *known)
    for line, told in zip(UNKNOWN, await outcomes(store, *UNKNOWN), strict=True):
        family = line["type"] if line["type"] in MUTATIONS else "record"
        query = MUTATIONS[family].replace("counts { ...C }", "items { error { message } }")
        (payload,) = (await ask(store, query, input=as_input(line))).values()
        assert payload["items"] == [{"error": {"message": told.reason}}]


@given(book)
async def test_any_lines_come_to_the_same(lines: list[Line]) -> None:
    async with a_store() as (by_file, folder), a_store() as (by_call, _):
        for family, batch in batches(lines):
            assert await write(by_call, family, batch) == await imported(by_file, folder, batch)
        assert await lines_of(by_call) == await lines_of(by_file)


async def test_a_book_written_call_by_call_is_the_book_imported(store: Store, tmp_path: Path) -> None:
    lines = [json.loads(text) for text in generate(1500, 3, datetime(2026, 11, 22, tzinfo=UTC))]
    other = await open_store(f"sqlite:///{tmp_path}/other.db")
    await imported(other, tmp_path, lines)
    for family, batch in batches(lines):
        await write(store, family, batch)
    assert await lines_of(store) == await lines_of(other)
    for family, batch in batches(lines):
        assert (await write(store, family, batch))["unchanged"] == len(batch)
    await other.aclose()
