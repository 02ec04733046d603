"""The ``rapport`` command."""

import sys


def main() -> None:
    """Run the command line; it is loaded here, so that Ctrl-C ends it without a traceback from the first moment on."""
    try:
        from app.cli.root import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
