"""Engagement lines into the store, once their interactions are there."""

import json
from collections.abc import Mapping, Sequence

from graph.model import Engagement, Person
from ingest.identity import Identity, Known
from ingest.job import Job
from ingest.lines import EngagementLine, parse_line
from ingest.stage import PERSON

BATCH = 5000
SKIPPED = "of a skipped interaction"
FATES = "SELECT id, landed FROM fate WHERE id IN (SELECT value FROM json_each(?))"

Numbered = tuple[int, EngagementLine]


class EngagementWriter:
    """Writes what a stage holds of engagement."""

    def __init__(self, job: Job, identity: Identity) -> None:
        self._job = job
        self._report = job.report
        self._identity = identity

    async def write(self) -> None:
        """Write all engagement; that of interactions nobody knows is bad, that of skipped ones skipped."""
        (total,) = self._job.stage.db.execute("SELECT count(*) FROM engagement").fetchone()
        if not total:
            return
        self._job.watch.phase("Engagement", total, "events")
        for rows in self._job.stage.batches("SELECT seq FROM engagement ORDER BY seq", BATCH):
            await self._write([(seq, self._line(seq)) for (seq,) in rows])
            self._job.watch.advance(len(rows))

    def _line(self, seq: int) -> EngagementLine:
        line = parse_line(self._job.stage.line(seq)[2])
        assert isinstance(line, EngagementLine)
        return line

    async def _write(self, lines: Sequence[Numbered]) -> None:
        fates = await self._fates([line.interaction_id for _, line in lines])
        landed = [(seq, line) for seq, line in lines if fates.get(line.interaction_id)]
        for seq, line in lines:
            if line.interaction_id not in fates:
                self._job.reject(seq, f"interactionId: no interaction has the id {line.interaction_id!r}")
            elif not fates[line.interaction_id]:
                self._report.skipped[SKIPPED] += 1
        known = await self._identity.known({line.key for _, line in landed if line.address is None})
        at = await self._identity.at({line.address for _, line in landed if line.address is not None})
        people = [(seq, line, (known if line.address is None else at).get(line.key)) for seq, line in landed]
        await self._store_events([(seq, line, who) for seq, line, who in people if self._is_person(seq, line, who)])

    async def _fates(self, ids: Sequence[str]) -> dict[str, bool]:
        """Return whether each interaction is stored, for those that are known at all."""
        fates = {id_: bool(landed) for id_, landed in self._job.stage.db.execute(FATES, (json.dumps(ids),))}
        rest = {id_ for id_ in ids if id_ not in fates}
        return fates | dict.fromkeys(await self._job.store.interactions(rest), True)

    def _is_person(self, seq: int, line: EngagementLine, who: Known | None) -> bool:
        if who is not None and who.family == PERSON:
            return True
        field = "personId" if line.address is None else "email"
        self._job.reject(seq, f"{field}: no person has the id {line.key!r}")
        return False

    async def _store_events(self, lines: Sequence[tuple[int, EngagementLine, Known | None]]) -> None:
        people = [who.new for _, _, who in lines if who is not None and who.new is not None]
        await self._make({person.id: person for person in people})
        events = {
            Engagement(line.interaction_id, who.id, line.event, line.at) for _, line, who in lines if who is not None
        }
        added = await self._job.store.upsert_engagement(sorted(events), dry_run=self._report.dry_run)
        tally = self._report.tally("engagement")
        tally.added += added
        tally.unchanged += len(events) - added
        tally.merged += len(lines) - len(events)

    async def _make(self, people: Mapping[str, Person]) -> None:
        if people:
            changes = await self._job.store.upsert_records(list(people.values()), dry_run=self._report.dry_run)
            self._report.made += len(changes.added)
            self._identity.note_made(people.values())
