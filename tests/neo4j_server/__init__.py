"""
A real Neo4j server for the tests, as a pytest plugin.

The first of these that is there: the one at ``RAPPORT_TEST_NEO4J_URI``, one in Docker, one from Maven Central. With
none the tests that need it are skipped and the summary says what to install; with ``RAPPORT_REQUIRE_NEO4J=1`` they
fail.
"""

import gc
import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import unquote, urlsplit

import neo4j
import pytest

from tests.neo4j_server.database import delete_data, delete_everything, is_empty
from tests.neo4j_server.jars import WHAT_TO_INSTALL, NoServerError
from tests.neo4j_server.process import USER, Server, free_port, new_password, running

IMAGE = "neo4j:5.26-community"
MISSING = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def neo4j_uri(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a Neo4j server with an empty database, user and password included."""
    with ExitStack() as stack:
        try:
            uri = stack.enter_context(_server(tmp_path_factory))
        except NoServerError as exc:
            request.config.stash[MISSING] = str(exc)
            _without_server(str(exc))
        yield uri


@pytest.fixture(scope="session")
def _neo4j_driver(neo4j_uri: str) -> Iterator[neo4j.Driver]:
    with driver_of(neo4j_uri) as driver:
        if not is_empty(driver):
            pytest.fail("the database at RAPPORT_TEST_NEO4J_URI holds data; tests empty theirs, so give them another")
        yield driver
        delete_everything(driver)


@pytest.fixture
def neo4j_database(neo4j_uri: str, _neo4j_driver: neo4j.Driver) -> Iterator[str]:
    """The address of a server whose database holds no records; they are removed after the test."""
    yield neo4j_uri
    delete_data(_neo4j_driver)


@pytest.fixture
def empty_neo4j(neo4j_uri: str, _neo4j_driver: neo4j.Driver) -> Iterator[neo4j.Driver]:
    """A driver to a database that holds nothing at all, not even our schema, before and after."""
    delete_everything(_neo4j_driver)
    yield _neo4j_driver
    delete_everything(_neo4j_driver)


def driver_of(uri: str) -> neo4j.Driver:
    """Return a driver for an address that holds user and password."""
    parts = urlsplit(uri)
    auth = (unquote(parts.username or USER), unquote(parts.password or ""))
    return neo4j.GraphDatabase.driver(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", auth=auth)


@contextmanager
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if given := os.environ.get("RAPPORT_TEST_NEO4J_URI"):
        yield given
    elif _docker_answers():
        with _in_docker() as uri:
            yield uri
    else:
        server = Server(tmp_path_factory.mktemp("neo4j"), free_port(), new_password(), for_tests=True)
        with running(server):
            yield server.uri


def _docker_answers() -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answers = _docker_pinged()
        # Where nobody answers, the client leaves its socket to the collector, which then warns.
        gc.collect()
    return answers


def _docker_pinged() -> bool:
    import docker

    try:
        docker.from_env(timeout=5).ping()
    except docker.errors.DockerException:
        return False
    return True


@contextmanager
def _in_docker() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from testcontainers.community.neo4j import Neo4jContainer
    password = new_password()
    with Neo4jContainer(IMAGE, username=USER, password=password) as container:
        # Not neo4j://: the container would name itself by the port it has inside.
        yield container.get_connection_url().replace("://", f"://{USER}:{password}@", 1)


def _without_server(reason: str) -> None:
    if os.environ.get("RAPPORT_REQUIRE_NEO4J") == "1":
        pytest.fail(f"RAPPORT_REQUIRE_NEO4J=1, but there is no Neo4j server: {reason}", pytrace=False)
    pytest.skip(f"no Neo4j server: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say plainly that nothing was tried on Neo4j."""
    if (reason := config.stash.get(MISSING, None)) is not None:
        terminalreporter.section("Neo4j tests did not run", yellow=True)
        terminalreporter.line(f"Why: {reason}.")
        terminalreporter.line(f"To run them: {WHAT_TO_INSTALL}.")
