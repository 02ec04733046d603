"""Queries for tests: asked in process, exactly as the server answers them."""

from typing import Any

from app.main import run_query
from graph.store import Store


async def ask(store: Store, query: str, **variables: Any) -> Any:
    """Return the data of an answer that has no errors."""
    answer = await run_query(store, query, variables=variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def refusals(store: Store, query: str, **variables: Any) -> list[str]:
    """Return the codes of an answer's errors."""
    answer = await run_query(store, query, variables=variables)
    return [error["extensions"]["code"] for error in answer["errors"]]
