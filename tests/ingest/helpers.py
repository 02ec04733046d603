"""Imports for tests: a few lines in, what the store then holds."""

import json
from pathlib import Path
from typing import Any

from graph.store import Store
from ingest.export import export
from ingest.load import LoadOptions, load
from ingest.report import Report

Line = dict[str, Any]

ANN = {"type": "seller", "id": "ann", "name": "Ann", "emails": ["ann@us.example"]}
GLOBEX = {"type": "account", "id": "globex", "name": "Globex", "domains": ["globex.example"]}
BOB = {"type": "contact", "id": "bob", "name": "Bob", "emails": ["bob@globex.example"], "accountId": "globex"}
DEAL = {"type": "opportunity", "id": "deal", "name": "Deal", "contactId": "bob", "ownerId": "ann"}


def mail(id_: str, sender: str, *to: str, **fields: Any) -> Line:
    """An email line; people with an @ are named by address."""
    people = [_who(sender, "FROM"), *(_who(p, "TO") for p in to)]
    at = "2026-11-02T09:30:00Z"
    return {"type": "interaction", "id": id_, "kind": "EMAIL", "at": at, "participants": people, **fields}


def _who(name: str, role: str) -> Line:
    return {"email" if "@" in name else "personId": name, "role": role}


def opened(interaction_id: str, person: str) -> Line:
    """An engagement line."""
    who = {"email" if "@" in person else "personId": person}
    at = "2026-11-02T10:00:00Z"
    return {"type": "engagement", "interactionId": interaction_id, "event": "OPEN", "at": at, **who}


async def import_lines(store: Store, folder: Path, *lines: Line | str, **options: Any) -> Report:
    """Import lines (objects, or text as it stands) as one file."""
    file = folder / "lines.jsonl"
    text = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text("".join(line + "\n" for line in text))
    return await load(store, [file], LoadOptions(rejects=folder / "rejects.jsonl", **options))


async def stored(store: Store) -> dict[str, Line]:
    """Everything a store holds, by id (engagement by interaction)."""
    lines = [json.loads(line) async for line in export(store)]
    return {line.get("id") or f"engagement {line['interactionId']}": line for line in lines}


def people_of(line: Line) -> list[str]:
    return [p["personId"] for p in line["participants"]]
