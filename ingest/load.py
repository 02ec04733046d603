"""
An import from beginning to end: files in, a graph and a report out.

Everything is read to a stage first (:mod:`ingest.reading`), because what a line means may depend on any other line.
Then people and records are written, history is given to people who turned out to be others, interactions and
engagement follow in transactions of a few thousand, and at last what has no edge any longer goes. An import
that is cut off has written whole transactions only; the same import again completes it.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from graph.errors import SourceError
from graph.settings import BulkSign
from graph.store import Store
from ingest import history
from ingest.detect import Format, Input, find_inputs, whole_file
from ingest.engagement import EngagementWriter
from ingest.history import Move
from ingest.identity import Identity
from ingest.interactions import InteractionWriter
from ingest.job import Job
from ingest.mailing import Mailing
from ingest.meetings import Meetings
from ingest.reading import Reader
from ingest.records import RecordLines
from ingest.rejects import Rejects
from ingest.report import Fate, Outcome, Report, Watch
from ingest.settling import settle_made
from ingest.source import Item, Line, ReadOptions
from ingest.stage import Stage
from ingest.writing import RecordWriter

BATCH = 5000


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """
    How to import.

    ``team_domains`` are whose addresses become sellers (none: those of the sellers listed), ``team_file`` lists our
    own people's addresses, one a line. ``bulk_signs`` are what tells mail that is skipped as bulk. ``rejects`` is where
    bad lines are kept; the default names the current instant.
    """

    format: Format = Format.AUTO
    team_domains: tuple[str, ...] = ()
    team_file: Path | None = None
    mapping: Path | None = None
    bulk_signs: Collection[BulkSign] = tuple(BulkSign)
    dry_run: bool = False
    rejects: Path | None = None


class NoWatch:
    """Nobody follows the import."""

    def phase(self, name: str, total: int | None, unit: str) -> None:
        """Do nothing."""

    def advance(self, amount: int) -> None:
        """Do nothing."""


async def load(
    store: Store, paths: Sequence[Path], options: LoadOptions, watch: Watch | None = None, report: Report | None = None
) -> Report:
    """
    Import files and folders into a store.

    A report passed in is filled as the import goes on, so that who interrupts it knows what landed.
    """
    report = report if report is not None else Report()
    report.dry_run = options.dry_run
    inputs = find_inputs(paths, options.format)
    rejects = options.rejects or Path(f"rejects-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl")
    async with _job(store, Rejects(rejects, report), watch or NoWatch(), report) as job:
        await _Import(job, options).run(inputs)
    return report


async def load_lines(store: Store, lines: Sequence[Line], options: LoadOptions) -> Report:
    """Import lines that are at hand; the report has the outcome of each, and bad ones are kept nowhere."""
    outcomes: dict[int, Outcome] = {}
    report = Report(outcomes=outcomes)
    async with _job(store, Rejects(None, report), NoWatch(), report) as job:
        await _Import(job, options).run([Input(Path(), lambda _path, _options: iter(lines), 0)])
    for line in lines:
        # Of what others replaced nobody tells.
        outcomes.setdefault(line.number, Outcome(Fate.MERGED))
    return report


@asynccontextmanager
async def _job(store: Store, rejects: Rejects, watch: Watch, report: Report) -> AsyncIterator[Job]:
    stage = Stage()
    try:
        yield Job(stage, store, report, rejects, watch)
    finally:
        rejects.close()
        stage.close()


class _Import:
    def __init__(self, job: Job, options: LoadOptions) -> None:
        self._job = job
        self._options = options
        self._identity = Identity(job.stage, job.store, options.team_domains)
        self._mailing = Mailing(job)

    async def run(self, inputs: Sequence[Input]) -> None:
        await self._read(inputs)
        await self._mailing.settle()
        meetings = Meetings(self._job)
        await meetings.settle()
        await self._settle()
        writer = RecordWriter(self._job)
        moves = await self._write_records(writer)
        await InteractionWriter(self._job, self._identity, self._mailing).write()
        await meetings.revise()
        await EngagementWriter(self._job, self._identity).write()
        finishing = asyncio.create_task(self._finish(writer, moves))
        try:
            await asyncio.shield(finishing)
        finally:
            # Cut off between its steps, nobody would find again what was still to be dropped.
            await asyncio.wait([finishing])

    async def _read(self, inputs: Sequence[Input]) -> None:
        self._job.watch.phase("Reading", sum(i.size for i in inputs), "bytes")
        reader = Reader(self._job)
        try:
            await asyncio.to_thread(self._read_all, reader, inputs)
        finally:
            # An interrupt leaves the thread at work; it must be gone before the stage is closed.
            reader.stop.set()
            reader.stopped.wait()

    def _read_all(self, reader: Reader, inputs: Sequence[Input]) -> None:
        options = ReadOptions(
            bulk_signs=self._options.bulk_signs, mapping=self._options.mapping, advance=self._job.watch.advance
        )
        try:
            if self._options.team_file is not None:
                reader.add_team(self._options.team_file)
            reader.read(chain.from_iterable(_items(source, options, alone=len(inputs) == 1) for source in inputs))
        finally:
            reader.stopped.set()

    async def _settle(self) -> None:
        lines = RecordLines(self._job)
        await lines.note_stored()
        lines.drop_clashing()
        await settle_made(self._job, lines, self._identity, self._mailing)
        self._job.report.tally("records").merged += lines.replaced()

    async def _write_records(self, writer: RecordWriter) -> dict[str, Move]:
        """Write the records but those whose side changes, and the history of these and of whom others take over."""
        self._job.watch.phase("Records", None, "records")
        await writer.write(moved=False)
        await self._join_accounts()
        moves = await writer.moves()
        if moves:
            dropped = history.rewrite(self._job.store, moves, dry_run=self._job.report.dry_run)
            ids = [(id_,) async for id_ in dropped]
            self._job.stage.many("INSERT OR IGNORE INTO dropped VALUES (?)", ids)
        return moves

    async def _join_accounts(self) -> None:
        """Let people whom addresses made join the accounts that own their domains from now on."""
        async for people in self._identity.joining():
            if people:
                changes = await self._job.store.upsert_records(people, dry_run=self._job.report.dry_run)
                self._job.report.joined += len(changes.updated)

    async def _finish(self, writer: RecordWriter, moves: Mapping[str, Move]) -> None:
        """
        Write those whose side changes, drop what has no edge any longer, and let go of whom others took over.

        Last, because until now lines could name people who go with it; an import that was cut off before finds the
        same to do again.
        """
        await writer.write(moved=True)
        await self._drop()
        await writer.pass_on_opt_outs()
        taken_over = {old: move.id for old, move in moves.items() if old != move.id}
        self._job.report.taken_over += len(taken_over)
        if taken_over and not self._job.report.dry_run:
            await self._job.store.merge_people(taken_over)

    async def _drop(self) -> None:
        for rows in self._job.stage.batches("SELECT id FROM dropped", BATCH):
            ids = [id_ for (id_,) in rows]
            self._job.report.dropped += len(ids)
            if not self._job.report.dry_run:
                await self._job.store.delete_interactions(ids)


def _items(source: Input, options: ReadOptions, *, alone: bool) -> Iterator[Item]:
    """Yield the items of an input; one of several that cannot be read at all is rejected, and the others land."""
    try:
        yield from source.read(source.path, options)
    except SourceError as exc:
        if alone:
            raise
        yield whole_file(source.path, exc)
