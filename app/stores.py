"""The store of the settings, opened and closed again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.settings import Settings
from graph.connect import open_store
from graph.store import Store


@asynccontextmanager
async def opened(settings: Settings, *, create: bool = True) -> AsyncIterator[Store]:
    """Open the store that the settings name and close it afterwards."""
    store = await open_store(
        settings.store,
        create=create,
        pool_size=settings.store_pool_size,
        timeout_seconds=settings.store_timeout_seconds,
    )
    try:
        yield store
    finally:
        await store.aclose()
