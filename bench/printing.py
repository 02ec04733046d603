"""What benchmarks print: the machine, then tables, or in one line what is wrong."""

import os
import platform
import sqlite3
import sys
from collections.abc import Callable

import typer
from rich.console import Console
from rich.table import Table

from graph.errors import RapportError

# In a file or a pipe there is no width to fit into.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 180)


def run(main: Callable[..., None]) -> None:
    """Run a benchmark with the options of the command line."""
    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command.command()(main)
    try:
        command()
    except RapportError as error:
        sys.exit(str(error))


def print_machine() -> None:
    """Say what the numbers below were measured on."""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    out.print(f"{os.cpu_count()} cores ({platform.machine()}), load {load}; {versions}")


def table(title: str, *columns: str) -> Table:
    """Return an empty table: a column of names, then columns of numbers."""
    made = Table(title=title, title_justify="left", title_style="bold")
    made.add_column("")
    for column in columns:
        made.add_column(column, justify="right")
    return made
