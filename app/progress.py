"""How an import and an export are followed in a terminal, and what is told at the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ingest.report import Report, Watch

BYTES = "bytes"
ORDER = ("records", "interactions", "engagement")
# What someone who did not mean to skip these can do about it.
HINTS = {
    "bulk or automatic mail": "--include-bulk reads it",
    "no seller took part": "--team-domain and --team say who we are",
}


def amount(number: float, unit: str) -> str:
    """Return so many units as people read them: 1.5 MB, 12,000 lines."""
    return decimal(int(number)) if unit == BYTES else f"{number:,.0f} {unit}"


def standing(done: float, total: float | None, speed: float | None, unit: str) -> str:
    """Return what is done of what there is, and how fast it goes: 5,000 of 12,000 lines, 2,500 lines/s."""
    first = amount(done, unit) if total is None or unit == BYTES else f"{done:,.0f}"
    of = f" of {amount(total, unit)}" if total is not None else ""
    return first + of + (f", {amount(speed, unit)}/s" if speed else "")


class StandingColumn(ProgressColumn):
    """How far a phase is, in its unit."""

    def render(self, task: Task) -> Text:
        """Return the cell of one phase."""
        speed = task.finished_speed or task.speed
        return Text(standing(task.completed, task.total, speed, str(task.fields["unit"])), style="progress.data.speed")


@dataclass(slots=True)
class Bars:
    """A bar for each phase, with rate and remaining time: for a terminal."""

    progress: Progress
    task: TaskID | None = None

    def phase(self, name: str, total: int | None, unit: str) -> None:
        """End the phase before and begin one."""
        self.close()
        self.task = self.progress.add_task(name, total=total, unit=unit)

    def advance(self, amount: int) -> None:
        """Move the bar of the phase."""
        if self.task is not None:
            self.progress.advance(self.task, amount)

    def close(self) -> None:
        """Stop the clock of the phase; what was estimated is what it turned out to be."""
        if self.task is not None:
            done = self.progress.tasks[self.task].completed
            self.progress.update(self.task, total=done)


@dataclass(slots=True)
class Lines:
    """A plain line when a phase is over: for a log."""

    console: Console
    name: str = ""
    unit: str = ""
    done: int = 0
    began: float = field(default_factory=time.monotonic)

    def phase(self, name: str, total: int | None, unit: str) -> None:
        """Tell of the phase before and begin one."""
        self.close()
        self.name, self.unit, self.done, self.began = name, unit, 0, time.monotonic()

    def advance(self, amount: int) -> None:
        """Count."""
        self.done += amount

    def close(self) -> None:
        """Tell of the phase."""
        if self.name:
            seconds = time.monotonic() - self.began
            self.console.print(f"{escape(self.name)}: {amount(self.done, self.unit)} in {seconds:.1f} s")


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """Follow what happens within, by bars on a terminal and by lines elsewhere."""
    if not console.is_terminal:
        lines = Lines(console)
        yield lines
        lines.close()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        StandingColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console) as progress:
        bars = Bars(progress)
        yield bars
        bars.close()


def shown(text: str) -> str:
    """Return text of a file for the terminal: no markup, and nothing that would steer the terminal."""
    return escape("".join(c if c.isprintable() else "\ufffd" for c in text))


def show_report(report: Report, console: Console) -> None:
    """Print what an import did: a table of outcomes, then what needs a look."""
    console.print(_table(report))
    for reason, number in report.skipped.most_common():
        hint = f" ({HINTS[reason]})" if reason in HINTS else ""
        console.print(f"Skipped: {number:,} × {shown(reason)}{hint}")
    for reason, number in report.warnings.most_common():
        console.print(f"Warning: {number:,} × {shown(reason)}")
    if report.rejected:
        _show_rejects(report, console)


def _table(report: Report) -> Table:
    table = Table(title=_title(report), title_justify="left", title_style="bold")
    table.add_column("")
    for name in ("added", "updated", "unchanged", "merged"):
        table.add_column(name, justify="right")
    for kind, tally in sorted(report.tallies.items(), key=lambda item: ORDER.index(item[0])):
        numbers = (tally.added, tally.updated, tally.unchanged, tally.merged)
        table.add_row(kind, *(f"{number:,}" for number in numbers))
    return table


def _title(report: Report) -> str:
    facts = [
        f"{report.read:,} read",
        f"{report.skipped.total():,} skipped",
        f"{report.rejected:,} rejected",
        *(f"{number:,} {one if number == 1 else many}" for number, one, many in _side_effects(report) if number),
    ]
    return ("Dry run, nothing written: " if report.dry_run else "") + ", ".join(facts)


def _side_effects(report: Report) -> Iterator[tuple[int, str, str]]:
    yield report.made, "person made from an address", "people made from addresses"
    yield (
        report.joined,
        "person who joined the account of their domain",
        "people who joined the account of their domain",
    )
    yield report.taken_over, "person taken over by a record", "people taken over by a record"
    yield report.dropped, "interaction dropped", "interactions dropped"
    yield (
        report.canceled,
        "meeting cancelled that its calendar no longer has",
        "meetings cancelled that their calendars no longer have",
    )


def _show_rejects(report: Report, console: Console) -> None:
    for line in report.first_rejects:
        console.print(f"[red]rejected[/red] {shown(line)}")
    if report.rejected > len(report.first_rejects):
        console.print(f"… and {report.rejected - len(report.first_rejects):,} more")
    if report.rejects_file:
        console.print(f"All {report.rejected:,} rejects, with source, line and reason: {shown(report.rejects_file)}")
