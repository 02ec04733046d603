"""Errors: a code for each, and nothing of what we did not expect."""

import logging
from typing import Any

import pytest

from app.main import run_query
from graph.errors import InputError, StoreUnavailableError
from graph.store import Store
from tests.builders import NOON, an_account


class Failing:
    """A store of which one method fails."""

    def __init__(self, store: Store, method: str, error: Exception) -> None:
        self._store, self._method, self._error = store, method, error

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self._method else getattr(self._store, name)

    async def _fail(self, *_: object, **__: object) -> None:
        raise self._error


async def codes(store: Any, query: str, **variables: Any) -> list[str]:
    answer = await run_query(store, query, variables=variables)
    return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize("query", ["{", " ", "}", "query Q { é }"])
async def test_what_is_not_graphql_fails_to_parse(store: Store, query: str) -> None:
    assert await codes(store, query) == ["GRAPHQL_PARSE_FAILED"]


async def test_the_same_mistake_again_is_the_same_error(store: Store) -> None:
    assert await codes(store, "{ again") == await codes(store, "{ again") == ["GRAPHQL_PARSE_FAILED"]


@pytest.mark.parametrize("query", ["{ nothing }", "{ accounts(first: 99999999999) { totalCount } }"])
async def test_what_does_not_fit_the_schema_fails_to_validate(store: Store, query: str) -> None:
    assert await codes(store, query) == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize(
    "instant",
    [
        "2026-11-22T09:00:00", "2026-11-22", "yesterday", "", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "2026-13-01T00:00:00Z",
    ],
)  # fmt: skip
async def test_what_is_no_instant_is_bad_input_in_the_query_and_in_variables(store: Store, instant: str) -> None:
    literal = f'{{ accounts(asOf: "{instant}") {{ totalCount }} }}'
    variable = "query Q($at: DateTime) { accounts(asOf: $at) { totalCount } }"
    assert await codes(store, literal) == await codes(store, variable, at=instant) == ["BAD_INPUT"]


@pytest.mark.parametrize(
    "instant", ["2026-11-22T09:00:00Z", "2026-11-22T09:00:00.123456+05:45", "2026-11-22T09:00+0000"]
)
async def test_instants_may_be_written_in_any_way_of_iso_8601(store: Store, instant: str) -> None:
    assert "errors" not in await run_query(store, f'{{ accounts(asOf: "{instant}") {{ totalCount }} }}')


async def test_what_we_did_not_expect_is_masked_and_logged_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    await store.upsert_records([an_account("a"), an_account("b")])
    broken = Failing(store, "interactions_of", RuntimeError("a secret"))
    nodes = "nodes { lastInteraction { at } nextInteraction { at } }"
    query = f'{{ accounts(asOf: "{NOON.isoformat()}") {{ {nodes} }} }}'
    with caplog.at_level(logging.ERROR):
        answer = await run_query(broken, query)  # type: ignore[arg-type]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL_SERVER_ERROR"}
    assert "secret" not in str(answer)
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["a secret"]


async def test_an_expected_error_is_shown_and_not_logged(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    broken = Failing(store, "records", StoreUnavailableError("Nothing answers at db:7687; start it."))
    answer = await run_query(broken, '{ account(key: "a") { key } }')  # type: ignore[arg-type]
    (error,) = answer["errors"]
    assert (error["message"], error["path"]) == ("Nothing answers at db:7687; start it.", ["account"])
    assert error["extensions"] == {"code": "STORE_UNAVAILABLE"}
    assert caplog.records == []


async def test_half_a_surrogate_pair_is_bad_input(store: Store) -> None:
    with pytest.raises(InputError, match="surrogate"):
        await run_query(store, '{ account(key: "\ud800") { key } }')
    answer = await run_query(store, "query Q($k: String!) { account(key: $k) { key } }", variables={"k": "\ud800"})
    (error,) = answer["errors"]
    assert error["message"] == "$k: must be text without half of a surrogate pair, found '\\ud800'"
    assert error["extensions"]["code"] == "BAD_INPUT"


@pytest.mark.parametrize(
    "failing",
    [
        "interactions(first: 1000) { totalCount }", 'interactions(after: "zzz") { totalCount }',
        "emailRatio(days: 0) { __typename }",
    ],
)  # fmt: skip
async def test_a_field_that_fails_leaves_its_neighbours_what_both_wait_for(store: Store, failing: str) -> None:
    await store.upsert_records([an_account()])
    shared = "responseTime { ours { rate } } health { state } lastInteraction { at } owner { key }"
    bad = f'bad: account(key: "globex") {{ {failing} {shared} }}'
    good = f'good: account(key: "globex") {{ {shared} }}'
    for query in (f"{{ {bad} {good} }}", f"{{ {good} {bad} }}"):
        answer = await run_query(store, query)
        assert [error["path"][0] for error in answer["errors"]] == ["bad"]
        assert answer["data"]["good"]["health"] == {"state": "NOT_ENOUGH_INFORMATION"}
