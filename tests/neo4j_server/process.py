"""A Neo4j server as a child process: its configuration, its first password, its end."""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from tests.neo4j_server.jars import NoServerError, jars, java

OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
START_SECONDS = 180
STOP_SECONDS = 60
USER = FIRST_PASSWORD = "neo4j"
SET_PASSWORD = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"


@dataclass(frozen=True)
class Server:
    """Where a server listens and who may come in."""

    home: Path
    bolt_port: int
    password: str
    http_port: int | None = None
    for_tests: bool = False

    @property
    def address(self) -> str:
        """The address for a driver, without user and password."""
        return f"bolt://127.0.0.1:{self.bolt_port}"

    @property
    def uri(self) -> str:
        """The address as ``--store`` takes it."""
        return f"neo4j://{USER}:{quote(self.password, safe='')}@127.0.0.1:{self.bolt_port}"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.home / "logs" / "console.log"


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def new_password() -> str:
    """Return a password nobody guesses."""
    return secrets.token_urlsafe(18)


@contextmanager
def running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; it answers and has its password when the block begins."""
    _check_free(server.bolt_port)
    _configure(server)
    command = _command(server)
    with server.log.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for_login(server, process)
        yield process
    finally:
        _stop(process)


def _check_free(port: int) -> None:
    """Raise where something listens: it would be taken for ours, and given our password."""
    with socket.socket() as caller:
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            raise NoServerError(f"something listens at 127.0.0.1:{port} already, perhaps another Neo4j; stop it first")


def _tail(server: Server, lines: int = 30) -> str:
    """Return the last lines the server printed."""
    return "\n".join(server.log.read_text(errors="replace").splitlines()[-lines:])


def _configure(server: Server) -> None:
    settings = {
        "server.default_listen_address": "127.0.0.1",
        "server.default_advertised_address": "127.0.0.1",
        "server.bolt.listen_address": f":{server.bolt_port}",
        "server.bolt.advertised_address": f":{server.bolt_port}",
        "server.http.enabled": "false" if server.http_port is None else "true",
        "server.memory.pagecache.size": "256m",
        "dbms.security.auth_enabled": "true",
        "dbms.usage_report.enabled": "false",
    }
    if server.for_tests:
        # Data come and go with every test; the plans of the first will do for all.
        settings["dbms.cypher.min_replan_interval"] = "1h"
        # Two that wait for each other fail, instead of holding the run up for ever.
        settings["db.lock.acquisition.timeout"] = "2m"
    if server.http_port is not None:
        settings["server.http.listen_address"] = f":{server.http_port}"
    for folder in ("conf", "logs"):
        (server.home / folder).mkdir(parents=True, exist_ok=True)
    lines = [f"{key}={value}\n" for key, value in settings.items()]
    (server.home / "conf" / "neo4j.conf").write_text("".join(lines))


def _command(server: Server) -> list[str]:
    opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    options = ["-Xmx1g", "-XX:+UseParallelGC", "-XX:+ExitOnOutOfMemoryError"]
    if server.for_tests:
        # The run is too short for the second compiler to earn what it costs.
        options.append("-XX:TieredStopAtLevel=1")
    folders = [f"--home-dir={server.home}", f"--config-dir={server.home / 'conf'}"]
    entry = "org.neo4j.server.CommunityEntryPoint"
    return [java(), *options, "-cp", f"{jars()}/*", *opens, entry, *folders]


def _wait_for_login(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            _log_in(server)
        except (DriverError, OSError):
            time.sleep(0.25)
        except Neo4jError as exc:
            raise NoServerError(f"the server at {server.address} refuses its own password: {exc.message}") from exc
        else:
            return
    raise NoServerError(f"Neo4j did not start; it printed\n{_tail(server)}")


def _log_in(server: Server) -> None:
    try:
        with neo4j.GraphDatabase.driver(server.address, auth=(USER, server.password)) as driver:
            driver.verify_connectivity()
    except AuthError:
        with (
            neo4j.GraphDatabase.driver(server.address, auth=(USER, FIRST_PASSWORD)) as driver,
            driver.session(database="system") as session,
        ):
            session.run(SET_PASSWORD, old=FIRST_PASSWORD, new=server.password).consume()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
