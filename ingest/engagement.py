"""Engagement lines into the store, once their interactions are there."""

import json
from collections.abc import Mapping, Sequence

from graph.model import Engagement, Person
from ingest.identity import Identity, Known
from ingest.job import Job
from ingest.lines import EngagementLine, parse_line
from ingest.report import Fate
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
        known = await self._identity.known({line.key for _, line in lines if line.address is None})
        at = await self._identity.at({line.address for _, line in lines if line.address is not None})
        landed = []
        for seq, line in lines:
            who = (known if line.address is None else at).get(line.key)
            if (bad := _what_is_unknown(line, fates, who)) is not None:
                self._job.reject(seq, bad)
            elif not fates[line.interaction_id]:
                self._job.skip(seq, SKIPPED)
            elif who is not None:
                landed.append((seq, line, who))
        await self._store_events(landed)

    async def _fates(self, ids: Sequence[str]) -> dict[str, bool]:
        """Return whether each interaction is stored, for those that are known at all."""
        fates = {id_: bool(landed) for id_, landed in self._job.stage.db.execute(FATES, (json.dumps(ids),))}
        rest = {id_ for id_ in ids if id_ not in fates}
        return fates | dict.fromkeys(await self._job.store.interactions(rest), True)

    async def _store_events(self, lines: Sequence[tuple[int, EngagementLine, Known]]) -> None:
        await self._make({who.id: who.new for _, _, who in lines if who.new is not None})
        seqs = {Engagement(line.interaction_id, who.id, line.event, line.at): seq for seq, line, who in lines}
        events = seqs.keys()
        if self._report.outcomes is not None:
            await self._note(seqs)
        added = await self._job.store.upsert_engagement(sorted(events), dry_run=self._report.dry_run)
        tally = self._report.tally("engagement")
        tally.added += added
        tally.unchanged += len(events) - added
        tally.merged += len(lines) - len(events)

    async def _note(self, seqs: Mapping[Engagement, int]) -> None:
        stored = await self._job.store.engagement_of({event.interaction_id for event in seqs})
        known = {event for events in stored.values() for event in events}
        self._job.note((seq for event, seq in seqs.items() if event in known), Fate.UNCHANGED)
        self._job.note((seq for event, seq in seqs.items() if event not in known), Fate.ADDED)

    async def _make(self, people: Mapping[str, Person]) -> None:
        if people:
            changes = await self._job.store.upsert_records(list(people.values()), dry_run=self._report.dry_run)
            self._report.made += len(changes.added)
            self._identity.note_made(people.values())


def _what_is_unknown(line: EngagementLine, fates: Mapping[str, bool], who: Known | None) -> str | None:
    if line.interaction_id not in fates:
        return f"interactionId: no interaction has the id {line.interaction_id!r}"
    if who is None or who.family != PERSON:
        return f"{'personId' if line.address is None else 'email'}: no person has the id {line.key!r}"
    return None
