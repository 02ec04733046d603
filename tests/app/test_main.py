"""The application over HTTP: what it answers, and to what it says no."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app import graphiql
from app.main import create_app
from app.settings import Settings
from graph.connect import open_store
from graph.store import Store
from tests.builders import an_account

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
QUERY = "{ accounts { totalCount } }"
ANSWER = {"data": {"accounts": {"totalCount": 1}}}


async def _prepare(url: str) -> None:
    store = await open_store(url)
    await store.upsert_records([an_account("globex")])
    await store.aclose()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/rapport.db"
    asyncio.run(_prepare(url))
    with TestClient(create_app(Settings(store=url, max_body_bytes=20_000))) as client:
        yield client


def post(client: TestClient, body: bytes | str, **headers: str) -> Any:
    return client.post("/graphql", content=body, headers={"content-type": JSON, **headers})


def test_a_query_is_answered(client: TestClient) -> None:
    response = client.post("/graphql", json={"query": QUERY})
    assert (response.status_code, response.json()) == (200, ANSWER)
    assert response.headers["content-type"] == JSON


def test_a_query_may_be_asked_by_get_with_variables(client: TestClient) -> None:
    query = "query Q($key: String!) { account(key: $key) { name } }"
    response = client.get("/graphql", params={"query": query, "variables": '{"key": "globex"}', "operationName": "Q"})
    assert response.json() == {"data": {"account": {"name": "Globex"}}}


def test_one_operation_of_several_is_run_by_name(client: TestClient) -> None:
    document = f"query A {QUERY} query B {{ sellers {{ totalCount }} }}"
    answer = client.post("/graphql", json={"query": document, "operationName": "A", "variables": None}).json()
    assert answer == ANSWER


@pytest.mark.parametrize("name", [None, "C"])
def test_which_operation_to_run_must_be_clear(client: TestClient, name: str | None) -> None:
    document = f"query A {QUERY} query B {{ sellers {{ totalCount }} }}"
    body = json.dumps({"query": document, "operationName": name})
    response = post(client, body, accept=GRAPHQL_JSON)
    assert response.status_code == 400
    assert "operation" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"1", b'"x"', b"[]", b"[1,null]", b'[{"query": "{ x }"}]', b"{", b"\xff\xfe",
        b'{"query": "\xe9"}', b"[" * 9_000, b'{"query": ' + b"[" * 9_000, b"{}",
        b'{"query": null}', b'{"query": 1}', b'{"query": ""}', b'{"query": "{ account(key: \\"\\ud800\\") { key } }"}',
        b'{"query": "{x}", "variables": []}', b'{"query": "{x}", "variables": "x"}',
        b'{"query": "{x}", "operationName": 1}', b'{"query": "fragment F on Query { x }"}',
    ],
)  # fmt: skip
def test_a_body_that_is_no_request_is_refused_in_words(client: TestClient, body: bytes) -> None:
    response = post(client, body)
    (error,) = response.json()["errors"]
    assert response.status_code == 400
    assert error["message"].endswith(".")
    assert error["extensions"]["code"] in {"BAD_REQUEST", "BAD_INPUT"}


@pytest.mark.parametrize("variables", ["{", "1", "[1]"])
def test_variables_in_an_address_must_be_a_json_object(client: TestClient, variables: str) -> None:
    assert client.get("/graphql", params={"query": QUERY, "variables": variables}).status_code == 400


def test_a_large_body_is_refused_before_it_is_read_whole(client: TestClient) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 10_000

    response = client.post("/graphql", content=endless(), headers={"content-type": JSON})
    assert response.status_code == 413
    assert "20,000 bytes" in response.json()["errors"][0]["message"]


def test_a_body_that_is_not_json_by_name_is_refused(client: TestClient) -> None:
    response = client.post("/graphql", content=json.dumps({"query": QUERY}), headers={"content-type": "text/plain"})
    assert response.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    response = client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


WRITE = """mutation Write($key: String! = "ann") {
  upsertRecords(input: [{type: SELLER, id: $key, name: "Ann"}]) { counts { created } }
}"""
SELLERS = "{ sellers { totalCount } }"


@pytest.mark.parametrize("accept", ["*/*", GRAPHQL_JSON])
def test_a_get_changes_nothing(client: TestClient, accept: str) -> None:
    document = f"{WRITE} query Ask {SELLERS}"
    response = client.get("/graphql", params={"query": document, "operationName": "Write"}, headers={"accept": accept})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    (error,) = response.json()["errors"]
    assert (error["extensions"]["code"], "send a mutation by POST" in error["message"]) == ("BAD_REQUEST", True)
    asked = client.get("/graphql", params={"query": document, "operationName": "Ask"})
    assert asked.json() == {"data": {"sellers": {"totalCount": 0}}}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_of_another_site_could_send_changes_nothing(client: TestClient, content_type: str) -> None:
    response = client.post("/graphql", content=json.dumps({"query": WRITE}), headers={"content-type": content_type})
    assert response.status_code == 415
    assert client.post("/graphql", json={"query": SELLERS}).json() == {"data": {"sellers": {"totalCount": 0}}}


def test_a_post_writes_for_the_team_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path}/written.db", team_domains=("us.example",))
    query = """mutation { recordInteractions(input: [{
      id: "m1", kind: EMAIL, at: "2026-11-02T09:00:00Z",
      participants: [{email: "ann@us.example", role: FROM}, {email: "bob@globex.example", role: TO}]
    }]) { items { interaction { participants { side } } } } }"""
    with TestClient(create_app(settings)) as client:
        written = client.post("/graphql", json={"query": query}).json()["data"]["recordInteractions"]
    assert written["items"] == [{"interaction": {"participants": [{"side": "US"}, {"side": "THEM"}]}}]


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, {JSON};q=0.9", GRAPHQL_JSON),
        (f"{JSON}, {GRAPHQL_JSON};q=0.5", JSON),
        (f"{GRAPHQL_JSON}, {JSON}, text/event-stream, multipart/mixed", GRAPHQL_JSON),
        ("text/event-stream, multipart/mixed;deferSpec=20220824, application/json", JSON),
        ("application/*;q=0.1", JSON),
    ],
)
def test_the_answer_takes_the_form_that_the_client_likes_best(client: TestClient, accept: str, answered: str) -> None:
    response = post(client, json.dumps({"query": QUERY}), accept=accept)
    assert (response.headers["content-type"], response.json()) == (answered, ANSWER)


@pytest.mark.parametrize("accept", ["image/png", "text/event-stream", f"{JSON};q=0"])
def test_a_client_that_accepts_no_json_is_told_so(client: TestClient, accept: str) -> None:
    assert post(client, json.dumps({"query": QUERY}), accept=accept).status_code == 406


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_JSON, 400)])
def test_an_invalid_query_fails_as_the_form_of_the_answer_has_it(client: TestClient, accept: str, status: int) -> None:
    response = post(client, json.dumps({"query": "{ nothing }"}), accept=accept)
    assert response.status_code == status
    assert "data" not in response.json()


def test_a_failing_field_is_a_success_with_errors(client: TestClient) -> None:
    response = post(client, json.dumps({"query": '{ node(id: "x") { id } }'}), accept=GRAPHQL_JSON)
    assert response.status_code == 200
    assert response.json()["data"] == {"node": None}


def test_a_browser_gets_a_page_of_which_nothing_comes_from_elsewhere(client: TestClient) -> None:
    response = client.get("/graphql", headers={"accept": BROWSER})
    assert response.headers["content-type"].startswith("text/html")
    assert "http:" not in response.text
    assert "https:" not in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]


def test_a_browser_that_asks_a_query_gets_its_answer(client: TestClient) -> None:
    assert client.get("/graphql", params={"query": QUERY}, headers={"accept": BROWSER}).json() == ANSWER


def test_without_its_files_the_page_says_how_to_build_them(tmp_path: Path) -> None:
    assert "make graphiql" in graphiql.html(tmp_path / "missing")
    assert graphiql.routes(tmp_path / "missing") == []


def test_the_files_of_the_page_are_served(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>built</p>", encoding="utf-8")
    assert graphiql.html(tmp_path) == "<p>built</p>"
    assert [route.path for route in graphiql.routes(tmp_path)] == ["/graphiql"]  # type: ignore[attr-defined]


def test_the_front_door_tells_where_things_are(client: TestClient) -> None:
    for name, path in client.get("/").json()["places"].items():
        assert client.get(path.split()[0]).status_code in ({400} if path.startswith("/graphql") else {200}), name


def test_it_is_live_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


async def test_it_is_live_but_not_ready_without_its_store(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/rapport.db")
    await store.aclose()
    with TestClient(create_app(Settings(), store)) as client:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")


async def test_a_store_that_it_was_given_is_left_open(store: Store) -> None:
    with TestClient(create_app(Settings(), store)):
        pass
    assert await store.records(["x"]) == {}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("gl", "gl"),
        ("fr, gl;q=0.8, en;q=0.9", "en"),
        ("gl-ES;q=0.5, zh-TW;q=0.9, pt", "zh-Hant"),
        ("zh-CN, zh-HK;q=0.2", "zh-Hant"),
        ("gl;q=0, zh-Hant;q=0.1", "zh-Hant"),
        ("fr-CH, *;q=0.5", "en"),
        ("gl;q=nonsense, ;;, zh-TW", "zh-Hant"),
        ("\u0000, =;q", "en"),
    ],
)
def test_sentences_are_in_the_language_that_the_client_prefers(
    client: TestClient, header: str | None, language: str
) -> None:
    headers = {} if header is None else {"accept-language": header}
    query = '{ account(key: "globex") { summary { language } } }'
    answer = client.post("/graphql", json={"query": query}, headers=headers).json()
    assert answer == {"data": {"account": {"summary": {"language": language}}}}


def test_an_asked_language_comes_before_the_preferred_one(client: TestClient) -> None:
    query = '{ account(key: "globex") { summary(language: "gl") { language } } }'
    answer = client.post("/graphql", json={"query": query}, headers={"accept-language": "zh-TW"}).json()
    assert answer["data"]["account"]["summary"]["language"] == "gl"


def test_caches_are_told_what_answers_depend_on(client: TestClient) -> None:
    assert client.get("/graphql", params={"query": QUERY}).headers["vary"] == "accept, accept-language"
