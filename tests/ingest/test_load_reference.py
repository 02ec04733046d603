"""Imports of small random books, one after the other, against a second implementation of the format."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.connect import open_store
from graph.store import Store
from ingest.export import export
from ingest.load import LoadOptions, load
from tests.ingest.reference import Graph, empty, reference_import

ADDRESSES = ["x@us.example", "y@acme.example", "z@sub.acme.example", "w@gmail.com", "v@in.us.example"]
PEOPLE = ["p1", "p2", "p3"]
ANYBODY = st.sampled_from([*PEOPLE, *ADDRESSES[:3], "nobody"])
SOMEBODY = st.sampled_from(PEOPLE)
ACCOUNT = st.sampled_from(["a1", "a1", "a2", "p1"])

KINDS = [("EMAIL", "FROM", "TO"), ("CALL", "CALLER", "CALLEE"), ("OTHER", "PARTICIPANT", "PARTICIPANT")]

LATER = "2026-11-10T09:00:00Z"

emails = st.lists(st.sampled_from(ADDRESSES), max_size=2, unique=True)
participant = st.fixed_dictionaries({"email": st.sampled_from(ADDRESSES)}) | st.fixed_dictionaries(
    {"personId": ANYBODY}
)


def a_person(type_: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    ids = st.sampled_from([*PEOPLE, ADDRESSES[0]])
    base = {"type": st.just(type_), "id": ids, "name": st.just(type_), "emails": emails}
    return st.fixed_dictionaries(base, optional={"optedOut": st.booleans(), **fields})


@st.composite
def provisional_people(draw: st.DrawFn) -> dict[str, Any]:
    """As an export writes those whom an address made."""
    address = draw(st.sampled_from(ADDRESSES))
    person = {"type": draw(st.sampled_from(["seller", "contact"])), "id": address, "emails": [address]}
    return {**person, "provisional": True, "optedOut": draw(st.booleans())}


records = st.one_of(
    a_person("seller", managerId=ANYBODY),
    a_person("contact", accountId=ACCOUNT, ownerId=ANYBODY),
    provisional_people(),
    a_person("lead", ownerId=ANYBODY, stakeholderIds=st.lists(SOMEBODY, max_size=2, unique=True)),
    st.fixed_dictionaries(
        {"type": st.just("account"), "id": ACCOUNT, "name": st.just("account")},
        optional={
            "domains": st.lists(
                st.sampled_from(["acme.example", "sub.acme.example", "us.example"]), max_size=2, unique=True
            ),
            "primaryContactId": ANYBODY,
        },
    ),
    st.fixed_dictionaries(
        {"type": st.just("opportunity"), "id": st.just("o1"), "name": st.just("deal")},
        optional={
            "accountId": ACCOUNT,
            "contactId": ANYBODY,
            "stakeholderIds": st.lists(ANYBODY, max_size=2, unique=True),
        },
    ),
)


@st.composite
def interactions(draw: st.DrawFn) -> dict[str, Any]:
    kind, first, rest = draw(st.sampled_from(KINDS))
    people = draw(st.lists(participant, min_size=1, max_size=3))
    roles = [first] + [rest] * (len(people) - 1)
    line = {
        "type": "interaction",
        "id": draw(st.sampled_from(["i1", "i2", "i3", "p3"])),
        "kind": kind,
        "at": f"2026-11-0{draw(st.integers(1, 9))}T09:00:00Z",
        "participants": [{**person, "role": role} for person, role in zip(people, roles, strict=True)],
    }
    if draw(st.booleans()):
        line["regardingId"] = draw(st.sampled_from(["o1", "a1", "p1", "p2", ADDRESSES[1], "i1"]))
    return line


engagement = st.builds(
    lambda who, interaction: {**who, "type": "engagement", "interactionId": interaction, "event": "OPEN", "at": LATER},
    participant,
    st.sampled_from(["i1", "i2", "i9"]),
)
book = st.lists(st.one_of(records, records, interactions(), interactions(), engagement), min_size=1, max_size=9)


@asynccontextmanager
async def a_store() -> AsyncIterator[tuple[Store, Path]]:
    """An empty store for one example, gone after it."""
    with TemporaryDirectory() as name:
        store = await open_store(f"sqlite:///{name}/rapport.db")
        try:
            yield store, Path(name)
        finally:
            await store.aclose()


async def load_lines(store: Any, folder: Path, lines: list[dict[str, Any]], team: tuple[str, ...]) -> Any:
    file = folder / "lines.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return await load(store, [file], LoadOptions(team_domains=team, rejects=folder / "rejects.jsonl"))


async def contents(store: Any) -> Graph:
    """What a store holds, in the terms of the reference."""
    graph = empty()
    async for text in export(store):
        line = json.loads(text)
        match line["type"]:
            case "interaction":
                graph["interactions"][line["id"]] = line
            case "engagement":
                key = [line["interactionId"], line["personId"], line["event"], line["at"]]
                graph["engagement"][json.dumps(key)] = line
            case _:
                graph["records"][line["id"]] = line
    return graph


RECORD_FIELDS = [
    *("type", "emails", "accountId", "ownerId", "managerId", "primaryContactId", "contactId"),
    *("stakeholderIds", "domains", "optedOut", "provisional"),
]


def comparable(graph: Graph) -> dict[str, Any]:
    """The graph without what only one of the two writes out (defaults, sides)."""
    return {
        "records": {id_: {f: r.get(f) or None for f in RECORD_FIELDS} for id_, r in sorted(graph["records"].items())},
        "interactions": {
            id_: (i["kind"], i["at"], i.get("regardingId"), sorted({_who(p) for p in i["participants"]}))
            for id_, i in sorted(graph["interactions"].items())
        },
        "engagement": sorted(graph["engagement"]),
    }


def _who(participant: Any) -> tuple[str, str]:
    if isinstance(participant, dict):
        return participant["personId"], participant["role"]
    return participant[0], participant[1]


@given(imports=st.lists(book, min_size=1, max_size=3), team=st.sampled_from([(), ("us.example",)]))
@settings(max_examples=60)
async def test_imports_do_what_the_format_says(imports: list[list[dict[str, Any]]], team: tuple[str, ...]) -> None:
    async with a_store() as (store, folder):
        expected = empty()
        for lines in imports:
            expected, bad, skipped = reference_import(expected, lines, team)
            report = await load_lines(store, folder, lines, team)
            assert report.rejected == len(bad), report.first_rejects
            assert sum(report.skipped.values()) == len(skipped)
            assert comparable(await contents(store)) == comparable(expected)


@given(lines=book, team=st.sampled_from([(), ("us.example",)]))
@settings(max_examples=40)
async def test_importing_the_same_again_changes_nothing(lines: list[dict[str, Any]], team: tuple[str, ...]) -> None:
    async with a_store() as (store, folder):
        await load_lines(store, folder, lines, team)
        before = [line async for line in export(store)]
        again = await load_lines(store, folder, lines, team)
        assert [line async for line in export(store)] == before
        assert {(t.added, t.updated) for t in again.tallies.values()} <= {(0, 0)}
