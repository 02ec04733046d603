"""What is measured on: a generated book of any size, or what a store holds already."""

from datetime import UTC, datetime
from pathlib import Path

from graph.connect import open_store
from ingest.export import export
from ingest.generate import generate

SEED = 1
# The present of a generated book.
AS_OF = datetime(2026, 11, 22, 9, tzinfo=UTC)


def write_book(path: Path, interactions: int) -> Path:
    """Write a generated book, the same one for the same number."""
    with path.open("w", encoding="utf-8") as text:
        text.writelines(line + "\n" for line in generate(interactions, SEED, AS_OF))
    return path


async def write_stored(path: Path, url: str) -> Path:
    """Write what a store holds."""
    store = await open_store(url)
    with path.open("w", encoding="utf-8") as text:
        async for line in export(store):
            text.write(line + "\n")
    await store.aclose()
    return path
