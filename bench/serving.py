"""Applications served for real, each in a process of its own, and a client that keeps its connection."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from app.settings import PREFIX

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
START_SECONDS = 60
ATTEMPT_SECONDS = 0.1
# The connection waits while other things are measured.
KEEP_SECONDS = 3600


class Client:
    """Asks one server, one question after the other."""

    def __init__(self, connection: HTTPConnection, path: str) -> None:
        self._connection = connection
        self._path = path

    def ask(self, body: object) -> bytes:
        """Return the body of the answer to one of JSON."""
        headers = {"content-type": "application/json"}
        self._connection.request("POST", self._path, json.dumps(body), headers)
        return self._connection.getresponse().read()


@contextmanager
def served(application: str, path: str, url: str) -> Iterator[Client]:
    """Serve a store by an application, asked at a path, until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--factory"]
    options = [f"--host={HOST}", f"--port={port}", "--log-level=warning", f"--timeout-keep-alive={KEEP_SECONDS}"]
    process = subprocess.Popen([*command, *options], cwd=ROOT, env=os.environ | {PREFIX + "STORE": url})
    connection = HTTPConnection(HOST, port)
    try:
        _wait_until_ready(process, connection)
        yield Client(connection, path)
    finally:
        connection.close()
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], connection: HTTPConnection) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            connection.request("GET", "/readyz")
            connection.getresponse().read()
        except OSError:
            connection.close()
            time.sleep(ATTEMPT_SECONDS)
        else:
            return
    raise RuntimeError("The server did not start; what it printed is above.")
