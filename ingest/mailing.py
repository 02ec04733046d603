"""Mail among the drafts: its threads, and copies of one message, in this import and in the store."""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from graph.model import INITIATORS, Interaction, Role
from ingest import threads
from ingest.drafts import Draft, unpack
from ingest.job import Job
from ingest.placing import in_order
from ingest.threads import Place

BATCH = 5000
MOMENT = 0.1
DRAFTS = "SELECT seq, id, draft FROM interaction WHERE seq IN (SELECT value FROM json_each(?))"
STAGED = "SELECT DISTINCT id FROM interaction WHERE id IN (SELECT value FROM json_each(?))"


class Mailing:
    """The mail on a stage."""

    def __init__(self, job: Job) -> None:
        self._stage = job.stage
        self._store = job.store
        self._report = job.report
        self._any = False

    async def settle(self) -> None:
        """Find threads and copies; a copy loses its id on the stage, its original gets everybody the copy names."""
        self._any = self._stage.db.execute("SELECT 1 FROM interaction WHERE mail LIMIT 1").fetchone() is not None
        if not self._any:
            return
        loop = asyncio.get_running_loop()

        def known_threads(ids: Collection[str]) -> Mapping[str, str | None]:
            return asyncio.run_coroutine_threadsafe(self._stored_threads(ids), loop).result()

        settling = asyncio.create_task(asyncio.to_thread(threads.settle, self._stage.db, known_threads))
        try:
            await asyncio.shield(settling)
        except asyncio.CancelledError:
            # An interrupt leaves the thread at work; it must be gone before the stage is closed.
            while not settling.done():
                self._stage.db.interrupt()
                await asyncio.wait([settling], timeout=MOMENT)
            settling.exception()  # that it was interrupted is no news to anybody
            raise
        for rows in self._stage.batches("SELECT seq FROM interaction WHERE mail", BATCH):
            places = threads.places(self._stage.db, [seq for (seq,) in rows])
            ids = [(None if place.is_copy else place.id, seq) for seq, place in places.items()]
            self._stage.many("UPDATE interaction SET id = ? WHERE seq = ?", ids)
            self._report.tally("interactions").merged += sum(place.is_copy for place in places.values())

    async def _stored_threads(self, ids: Collection[str]) -> dict[str, str | None]:
        return {id_: stored.thread_id for id_, stored in (await self._store.interactions(ids)).items()}

    def threaded(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Return the drafts with the threads, answers and people that their mail has on the whole stage."""
        if not self._any:
            return list(drafts)
        places = threads.places(self._stage.db, [d.seq for d in drafts])
        copies = self._drafts(seq for place in places.values() for seq in place.copies)
        return [_placed(d, places[d.seq], copies) if d.seq in places else d for d in drafts]

    def _drafts(self, seqs: Iterable[int]) -> dict[int, Draft]:
        rows = self._stage.db.execute(DRAFTS, (json.dumps(list(seqs)),))
        return {seq: unpack(seq, id_ or "", packed) for seq, id_, packed in rows}

    async def joined(self, mail: Sequence[Interaction]) -> list[Interaction]:
        """
        Return mail as it is to be stored beside what the store has of the same messages.

        A copy that lay in another mailbox becomes the stored one, with everybody that both name. Stored blind copies
        stay, because only the sender's mailbox knows them.
        """
        changes = await self._store.upsert_interactions(mail, dry_run=True)
        originals = await self._originals([i for i in mail if i.id in changes.added])
        stored = await self._store.interactions({*changes.updated, *originals.values()})
        return [self._joined(i, stored, originals.get(i.id)) for i in mail]

    async def _originals(self, fresh: Sequence[Interaction]) -> dict[str, str]:
        """Return the stored interaction of which each of these is a copy; what came in with it is no copy of it."""
        keys = {i.copy_key for i in fresh if i.copy_key is not None}
        if not keys:
            return {}
        stored = await self._store.copies_of(keys)
        staged = {id_ for (id_,) in self._stage.db.execute(STAGED, (json.dumps(sorted(set(stored.values()))),))}
        copies = ((i.id, stored.get(i.copy_key or "")) for i in fresh)
        return {id_: original for id_, original in copies if original is not None and original not in staged}

    def _joined(self, mail: Interaction, stored: Mapping[str, Interaction], original: str | None) -> Interaction:
        if original is not None and original in stored:
            return _with_people(stored[original], mail, {*Role} - INITIATORS)
        return _with_people(mail, stored[mail.id], {Role.BCC}) if mail.id in stored else mail


def _placed(draft: Draft, place: Place, copies: Mapping[int, Draft]) -> Draft:
    others = (p for seq in place.copies if seq in copies for p in copies[seq].participants)
    named = {key for key, _, _ in draft.participants}
    added = {p[0]: p for p in others if p[0] not in named and p[2] not in INITIATORS}
    return draft._replace(
        id=place.id,
        thread_id=place.thread,
        in_reply_to_id=place.in_reply_to,
        participants=(*draft.participants, *added.values()),
    )


def _with_people(mail: Interaction, other: Interaction, roles: Collection[Role]) -> Interaction:
    named = {p.person_id for p in mail.participants}
    added = [p for p in other.participants if p.role in roles and p.person_id not in named]
    return replace(mail, participants=in_order((*mail.participants, *added))) if added else mail
