"""Fixtures of the whole suite: a store, once for each backend."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from graph.connect import open_store
from graph.store import Store

pytest_plugins = ["tests.neo4j_server"]

# No test asserts a time, however slow the machine.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/rapport.db"
    url: str = request.getfixturevalue("neo4j_database")
    return url


@pytest_asyncio.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty store."""
    opened = await open_store(store_url)
    yield opened
    await opened.aclose()
