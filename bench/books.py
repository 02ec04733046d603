"""What is measured on: a generated book of any size, or what a store holds already."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.ledgers import keep_ledgers
from graph.connect import open_store
from ingest.export import export
from ingest.generate import generate
from ingest.load import LoadOptions, load

SEED = 1
# The present of a generated book.
AS_OF = datetime(2026, 11, 22, 9, tzinfo=UTC)


def write_book(path: Path, interactions: int) -> Path:
    """Write a generated book, the same one for the same number."""
    with path.open("w", encoding="utf-8") as text:
        text.writelines(line + "\n" for line in generate(interactions, SEED, AS_OF))
    return path


@asynccontextmanager
async def generated(interactions: int) -> AsyncIterator[str]:
    """Hold a generated book in a store for the time of a measurement; give its URL."""
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        url = f"sqlite:///{folder}/book.db"
        store = await open_store(url)
        await load(store, [write_book(Path(folder, "book.jsonl"), interactions)], LoadOptions())
        await keep_ledgers(store)
        await store.aclose()
        yield url


async def write_stored(path: Path, url: str) -> Path:
    """Write what a store holds."""
    store = await open_store(url)
    with path.open("w", encoding="utf-8") as text:
        async for line in export(store):
            text.write(line + "\n")
    await store.aclose()
    return path
