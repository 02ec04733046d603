"""Run Neo4j for a person without Docker: ``make neo4j``."""

import argparse
import signal
import sys
from pathlib import Path

from tests.neo4j_server.jars import CACHE, NoServerError
from tests.neo4j_server.process import USER, Server, new_password, running

BOLT_PORT = 7687
HTTP_PORT = 7474
HOME = CACHE / "server"


HELP = f"""
Run the Neo4j server of the tests until Ctrl-C, for people without Docker; `make neo4j` does the same.

It needs a JDK 17 or 21, and Maven, which downloads it the first time (123 MB). When it answers, its address for
`rapport --store` is printed, with the password that it was given. It listens on 127.0.0.1 alone, on the ports
{BOLT_PORT} (Bolt) and {HTTP_PORT} (the Neo4j Browser). Data and password stay for the next time, in

  {HOME}

Remove that folder to start afresh.
"""


def main() -> int:
    """Serve until Ctrl-C; the data and the password stay for the next time."""
    _parse_arguments()
    server = Server(HOME, BOLT_PORT, _kept_password(HOME / "password"), HTTP_PORT)
    # Ended by a service manager it ends the server too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print("Starting Neo4j (the first time it is downloaded, 123 MB) ...", flush=True)
    try:
        with running(server) as process:
            print(_greeting(server), flush=True)
            return process.wait()
    except NoServerError as exc:
        print(f"No Neo4j: {exc}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The data stays in", HOME)
        return 0


def _parse_arguments() -> None:
    """Answer ``--help`` and refuse what is unknown, before anything is started."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.neo4j_server", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()


def _greeting(server: Server) -> str:
    return f"""
Neo4j is running.

  Browser    http://127.0.0.1:{server.http_port}    user {USER}, password {server.password}
  Rapport    rapport import PATH --store '{server.uri}'
             rapport serve --store '{server.uri}'
  Data       {server.home}  (remove the folder to start afresh)
  Stop       Ctrl-C
"""


def _kept_password(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(new_password())
    return path.read_text().strip()


if __name__ == "__main__":
    sys.exit(main())
