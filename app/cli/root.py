"""
The command itself: its parts, and how it ends.

Exit status 0: all good. 1: an error, told in one line. 2: the command line is wrong. 3: an import went through but
rejected lines. 130: interrupted.
"""

import os
import sys
from typing import Annotated, NoReturn

import typer

from app.cli import data, graphql, serving
from app.cli.shared import err
from app.settings import near_misses
from graph.errors import RapportError

cli = typer.Typer(
    name="rapport",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 all good, 1 an error, 2 wrong usage, 3 some lines were rejected, 130 interrupted.",
)
for part in (data.commands, graphql.commands, serving.commands):
    cli.add_typer(part)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(version("rapport"))
        raise typer.Exit


@cli.callback()
def rapport(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """
    Relationship intelligence for sales teams: who talks to whom, how often, and who answers.

    Start with `rapport demo`. Then bring your own: `rapport import MAIL CALENDARS CRM`, ask with `rapport query`
    and serve with `rapport serve`. Settings come from the environment (RAPPORT_STORE and others, docs/settings.md).
    """
    for stray, meant in near_misses(os.environ).items():
        err.print(f"rapport: {stray} is no setting and is ignored; did you mean {meant}?", style="yellow")


def main() -> None:
    """Run the command line; what we expect to go wrong ends in one line, not in a traceback."""
    try:
        cli()
    except RapportError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}." if error.filename and error.strerror else str(error))


def _fail(message: str) -> NoReturn:
    sys.stdout.flush()
    err.print(f"rapport: {' '.join(message.split())}", style="red", markup=False)
    sys.exit(1)
