"""Interaction lines into the store, in transactions of a few thousand."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from graph.model import Interaction, InteractionKind
from ingest.drafts import unpack
from ingest.identity import Identity
from ingest.job import Job
from ingest.mailing import Mailing
from ingest.placing import Placed, place
from ingest.stage import Stage

BATCH = 5000
DRAFTS = """
SELECT seq, id, draft FROM interaction
WHERE id IS NOT NULL AND seq NOT IN (SELECT seq FROM settled) ORDER BY seq
"""
REPEATED = """
SELECT seq, id, draft FROM interaction
WHERE id IN (SELECT id FROM interaction WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1) ORDER BY id, seq
"""
KEEP = "DELETE FROM dropped WHERE id IN (SELECT value FROM json_each(?))"


class InteractionWriter:
    """Writes what a stage holds of interactions."""

    def __init__(self, job: Job, identity: Identity, mailing: Mailing) -> None:
        self._job = job
        self._report = job.report
        self._identity = identity
        self._mailing = mailing
        self._engaged = job.stage.db.execute("SELECT 1 FROM engagement LIMIT 1").fetchone() is not None

    async def write(self) -> None:
        """Write all interactions; of the same id given twice the last good line only."""
        (total,) = self._job.stage.db.execute("SELECT count(*) FROM interaction WHERE id IS NOT NULL").fetchone()
        self._job.watch.phase("Interactions", total, "interactions")
        await self._settle_repeated()
        # One batch is placed while the one before it is written, for these are two processors' work.
        writing = asyncio.create_task(asyncio.sleep(0))
        try:
            async for placed in placed_batches(self._job.stage, self._identity, self._mailing, DRAFTS):
                await asyncio.shield(writing)
                writing = asyncio.create_task(self._write(placed))
            await asyncio.shield(writing)
        finally:
            # An interrupt waits for the batch that is on its way, so that what is told to have landed has.
            await asyncio.wait([writing])

    async def _settle_repeated(self) -> None:
        """Leave out, of each id given twice, all lines but the last good one."""
        winners: dict[str, int] = {}
        async for placed in placed_batches(self._job.stage, self._identity, self._mailing, REPEATED):
            for line in placed:
                if line.bad is not None:
                    self._leave_out(line.seq)
                    self._job.reject(line.seq, line.bad)
                else:
                    if line.id in winners:
                        self._leave_out(winners[line.id])
                        self._report.tally("interactions").merged += 1
                    winners = {line.id: line.seq}

    def _leave_out(self, seq: int) -> None:
        self._job.stage.db.execute("INSERT INTO settled VALUES (?)", (seq,))
        self._job.watch.advance(1)

    async def _write(self, placed: Sequence[Placed]) -> None:
        for line in placed:
            if line.bad is not None:
                self._job.reject(line.seq, line.bad)
        good = [line for line in placed if line.interaction is not None]
        await self._make_people(good)
        await self._note_skipped([line for line in placed if line.skipped is not None])
        interactions = await self._with_copies(good)
        changes = await self._job.store.upsert_interactions(interactions, dry_run=self._report.dry_run)
        self._job.landed("interactions", [(line.seq, line.id) for line in good], changes)
        self._job.stage.db.execute(KEEP, (json.dumps([i.id for i in interactions]),))
        self._report.tally("interactions").merged += len(good) - len(interactions)
        self._job.watch.advance(len(placed))
        if self._engaged:
            fates = [(line.id, line.interaction is not None) for line in placed if line.bad is None]
            self._job.stage.many("INSERT OR REPLACE INTO fate VALUES (?, ?)", fates)

    async def _make_people(self, good: Sequence[Placed]) -> None:
        people = {person.id: person for line in good for person in line.new_people}
        if people:
            changes = await self._job.store.upsert_records(list(people.values()), dry_run=self._report.dry_run)
            self._report.made += len(changes.added)
            self._identity.note_made(people.values())

    async def _note_skipped(self, skipped: Sequence[Placed]) -> None:
        """Count good lines that are not stored; what an earlier import stored of them goes when all is written."""
        for line in skipped:
            self._job.skip(line.seq, line.skipped or "")
        stored = await self._job.store.interactions([line.id for line in skipped]) if skipped else {}
        self._job.stage.many("INSERT OR IGNORE INTO dropped VALUES (?)", ((id_,) for id_ in stored))

    async def _with_copies(self, good: Sequence[Placed]) -> list[Interaction]:
        found = {line.id: line.interaction for line in good if line.interaction is not None}
        mail = {id_: i for id_, i in found.items() if i.copy_key is not None and i.kind is InteractionKind.EMAIL}
        joined = await self._mailing.joined(list(mail.values())) if mail else []
        rest = (i for id_, i in found.items() if id_ not in mail)
        return list({i.id: i for i in (*joined, *rest)}.values())


async def placed_batches(stage: Stage, identity: Identity, mailing: Mailing, query: str) -> AsyncIterator[list[Placed]]:
    """Yield what the drafts of a query (seq, id, draft) come to, a few thousand at a time."""
    for rows in stage.batches(query, BATCH):
        drafts = [unpack(*row) for row in rows]
        yield await place(mailing.threaded(drafts), identity)
