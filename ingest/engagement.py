"""Engagement lines into the store, once their interactions are there."""

import json
from collections.abc import Mapping, Sequence

from graph.model import Engagement, EngagementEvent, Person, from_micros
from ingest.drafts import Engaged
from ingest.identity import Identity, Known
from ingest.job import Job
from ingest.placing import no_person
from ingest.report import Fate
from ingest.stage import PERSON

BATCH = 5000
SKIPPED = "of a skipped interaction"
FATES = "SELECT id, landed FROM fate WHERE id IN (SELECT value FROM json_each(?))"


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
        for rows in self._job.stage.batches("SELECT * FROM engagement ORDER BY seq", BATCH):
            await self._write([Engaged._make(row) for row in rows])
            self._job.watch.advance(len(rows))

    async def _write(self, lines: Sequence[Engaged]) -> None:
        fates = await self._fates([line.interaction_id for line in lines])
        known = await self._identity.known({line.key for line in lines if not line.by_address})
        at = await self._identity.at({line.key for line in lines if line.by_address})
        landed = []
        for line in lines:
            who = (at if line.by_address else known).get(line.key)
            if (bad := _what_is_unknown(line, fates, who)) is not None:
                self._job.reject(line.seq, bad)
            elif not fates[line.interaction_id]:
                self._job.skip(line.seq, SKIPPED)
            elif who is not None:
                landed.append((line, who))
        await self._store_events(landed)

    async def _fates(self, ids: Sequence[str]) -> dict[str, bool]:
        """Return whether each interaction is stored, for those that are known at all."""
        fates = {id_: bool(landed) for id_, landed in self._job.stage.db.execute(FATES, (json.dumps(ids),))}
        rest = {id_ for id_ in ids if id_ not in fates}
        return fates | dict.fromkeys(await self._job.store.interactions(rest), True)

    async def _store_events(self, lines: Sequence[tuple[Engaged, Known]]) -> None:
        await self._make({who.id: who.new for _, who in lines if who.new is not None})
        seqs = {_event(line, who): line.seq for line, who in lines}
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


def _event(line: Engaged, who: Known) -> Engagement:
    return Engagement(line.interaction_id, who.id, EngagementEvent(line.event), from_micros(line.at))


def _what_is_unknown(line: Engaged, fates: Mapping[str, bool], who: Known | None) -> str | None:
    if line.interaction_id not in fates:
        return f"interactionId: no interaction has the id {line.interaction_id!r}"
    if who is None or who.family != PERSON:
        return f"{'email' if line.by_address else 'personId'}: {no_person(line.key, who)}"
    return None
