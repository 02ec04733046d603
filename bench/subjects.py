"""The records whose dashboards are measured, and the query that asks for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from graph.model import RecordKind
from graph.store import Listing, Store

DOCUMENT = Path(__file__).with_name("dashboard.graphql").read_text(encoding="utf-8")
MANY = 50
CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """Records whose dashboards are asked for at once; ``operation`` is the one of the document that does."""

    title: str
    operation: str
    keys: tuple[str, ...]
    variables: Mapping[str, Any]

    @property
    def request(self) -> dict[str, Any]:
        """The body of the HTTP request."""
        return {"query": DOCUMENT, "operationName": self.operation, "variables": self.variables}


async def find_subjects(store: Store, as_of: datetime) -> list[Subject]:
    """Return a contact, a deal and an account, each the busiest of the first hundred of its kind, and fifty deals."""
    kinds = (RecordKind.CONTACT, RecordKind.OPPORTUNITY, RecordKind.ACCOUNT)
    pages = await store.list_records([Listing(kind=kind, at=as_of, first=CANDIDATES) for kind in kinds])
    listed = {kind: [record.id for record in page.records] for kind, page in zip(kinds, pages, strict=True)}
    found = [await _busiest(store, kind, keys, as_of) for kind, keys in listed.items() if keys]
    if keys := tuple(listed[RecordKind.OPPORTUNITY][:MANY]):
        variables = {"first": MANY, "asOf": as_of.isoformat()}
        found.append(Subject(f"{len(keys)} opportunities", "Opportunities", keys, variables))
    return found


async def _busiest(store: Store, kind: RecordKind, keys: list[str], as_of: datetime) -> Subject:
    columns = await store.interactions_of(keys, until=as_of)
    key = keys[np.bincount(columns.record, minlength=len(keys)).argmax()]
    return Subject(f"{kind.lower()} {key}", kind.capitalize(), (key,), {"key": key, "asOf": as_of.isoformat()})
