"""Meetings among the drafts: of several versions of a calendar entry the newest holds, here and in the store."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.model import Interaction, InteractionKind, InteractionState, Source, to_micros
from ingest.drafts import Draft, pack, unpack
from ingest.job import Job
from ingest.revision import Entry, Given, Judgement, Revision, Stored, Version, judge
from ingest.source import CalendarEntry, MeetingTrace

LAY = "INSERT INTO meeting VALUES (?, ?, ?, ?, ?)"
LAY_ENTRY = "INSERT INTO entry (uid, key, sequence, stamp, until, single) VALUES (?, ?, ?, ?, ?, ?)"
INDEXES = ("CREATE INDEX meeting_uid ON meeting (uid)", "CREATE INDEX entry_uid ON entry (uid)")
UIDS = "SELECT uid FROM meeting UNION SELECT uid FROM entry"
GIVEN = """
SELECT uid, seq, id, entry, revision, canceled FROM meeting JOIN interaction USING (seq)
WHERE uid IN (SELECT value FROM json_each(?)) ORDER BY seq
"""
ENTRIES = """
SELECT uid, key, sequence, stamp, until, single FROM entry WHERE uid IN (SELECT value FROM json_each(?)) ORDER BY no
"""
FORGET = "UPDATE interaction SET id = NULL WHERE seq = ?"
DRAFT = "SELECT seq, id, draft FROM interaction WHERE seq = ?"
REVISE = "UPDATE interaction SET draft = ? WHERE seq = ?"

# A series may have some thousand occurrences, in this import and in the store.
UID_BATCH = 200
BATCH = 5000


def row(seq: int, source: str, draft: Draft, trace: MeetingTrace) -> tuple[object, ...]:
    """Return a meeting's row on the stage."""
    is_canceled = draft.state == InteractionState.CANCELED
    return seq, draft.thread_id, _key(source, trace.entry), trace.revision.text(), is_canceled


def add_entry(connection: sqlite3.Connection, item: CalendarEntry) -> None:
    """Note what a calendar says of an entry as a whole."""
    key, until = _key(item.source, item.number), to_micros(item.until)
    connection.execute(LAY_ENTRY, (item.uid, key, *item.version, until, item.only))


def _key(source: str, number: int) -> str:
    return f"{number}:{source}"


class Meetings:
    """The meetings on a stage."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stage = job.stage
        self._store = job.store

    async def settle(self) -> None:
        """Leave out what newer versions of a calendar entry say otherwise, and find what they no longer have."""
        for statement in INDEXES:
            self._stage.db.execute(statement)
        for rows in self._stage.batches(UIDS, UID_BATCH):
            uids = [uid for (uid,) in rows]
            given, entries, stored = self._given(uids), self._entries(uids), await self._stored(uids)
            for uid in uids:
                self._note(judge(given.get(uid, ()), entries.get(uid, ()), stored.get(uid, {})))

    def _given(self, uids: Sequence[str]) -> dict[str, list[Given]]:
        found: dict[str, list[Given]] = {}
        for uid, seq, id_, entry, revision, is_canceled in self._stage.db.execute(GIVEN, (json.dumps(uids),)):
            found.setdefault(uid, []).append(Given(seq, id_, entry, Revision.parse(revision), bool(is_canceled)))
        return found

    def _entries(self, uids: Sequence[str]) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for uid, key, sequence, stamp, until, only in self._stage.db.execute(ENTRIES, (json.dumps(uids),)):
            found.setdefault(uid, []).append(Entry(key, Version(sequence, stamp), until, only))
        return found

    async def _stored(self, uids: Sequence[str]) -> Mapping[str, Mapping[str, Stored]]:
        """Return what is stored of each calendar entry: the meeting that has its UID, and occurrences of its series."""
        series = await self._store.ids_beginning([f"{uid}/" for uid in uids])
        ids = [*uids, *(id_ for occurrences in series.values() for id_ in occurrences)]
        found: dict[str, dict[str, Stored]] = {uid: {} for uid in uids}
        for start in range(0, len(ids), BATCH):
            for meeting in (await self._store.interactions(ids[start : start + BATCH])).values():
                if meeting.thread_id in found and _is_of_calendar(meeting):
                    found[meeting.thread_id][meeting.id] = _stored(meeting)
        return found

    def _note(self, judgement: Judgement) -> None:
        left_out = [(seq,) for seq in (*judgement.merged, *judgement.skipped)]
        self._stage.many(FORGET, left_out)
        self._job.report.tally("interactions").merged += len(judgement.merged)
        for seq, reason in judgement.skipped.items():
            self._job.skip(seq, reason)
        revised = [(self._draft(seq, revision), seq) for seq, revision in judgement.revised.items()]
        self._stage.many(REVISE, revised)
        noted = [(id_, revision.text(), False) for id_, revision in judgement.noted.items()]
        gone = [(id_, revision.text(), True) for id_, revision in judgement.gone.items()]
        self._stage.many("INSERT OR REPLACE INTO revised VALUES (?, ?, ?)", noted + gone)

    def _draft(self, seq: int, revision: Revision) -> bytes:
        """Return the draft of a meeting with another revision."""
        (row,) = self._stage.db.execute(DRAFT, [seq])
        return pack(unpack(*row)._replace(copy_key=revision.text()))

    async def revise(self) -> None:
        """Cancel stored meetings that their calendar entries no longer have, and keep the versions of entries."""
        for rows in self._stage.batches("SELECT id, revision, canceled FROM revised", BATCH):
            revisions = {id_: (revision, is_canceled) for id_, revision, is_canceled in rows}
            stored = await self._store.interactions(revisions)
            changed = [_revised(meeting, *revisions[meeting.id]) for meeting in stored.values()]
            changes = await self._store.upsert_interactions(changed, dry_run=self._job.report.dry_run)
            self._job.report.canceled += sum(revisions[id_][1] for id_ in changes.updated)


def _is_of_calendar(meeting: Interaction) -> bool:
    return meeting.kind is InteractionKind.MEETING and meeting.source is Source.CALENDAR


def _stored(meeting: Interaction) -> Stored:
    is_canceled = meeting.state is InteractionState.CANCELED
    return Stored(Revision.parse(meeting.copy_key), to_micros(meeting.at), is_canceled)


def _revised(meeting: Interaction, revision: str, is_canceled: bool) -> Interaction:
    return replace(meeting, copy_key=revision, state=InteractionState.CANCELED if is_canceled else meeting.state)
