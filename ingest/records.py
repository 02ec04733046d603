"""
Which record lines hold: those whose ids and references fit, the latest of each id.

Lines may name each other in circles (an account its primary contact, the contact its account), so all are taken for
good first; those that name somebody unknown go, then those that named only them, until nothing changes.
"""

import json
from collections.abc import Collection

from pydantic.alias_generators import to_camel

from ingest.job import Job
from ingest.stage import INTERACTION, id_is_taken

BATCH = 5000

# Of lines with one id for different things the first has it; what is stored was first.
CLASHES = """
WITH used AS (
  SELECT id, seq, family FROM record
  UNION ALL SELECT id, seq, 'interaction' FROM interaction WHERE id IN (SELECT id FROM record)
  UNION ALL SELECT id, 0, family FROM stored),
owner AS (SELECT id, min(seq), family FROM used GROUP BY id)
SELECT used.seq, used.id, owner.family FROM used JOIN owner USING (id)
WHERE used.family <> owner.family AND used.seq > 0 ORDER BY used.seq
"""

UNKNOWN = """
SELECT ref.seq, ref.field, ref.id, ref.family FROM ref
WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.id = ref.id AND record.family = ref.family)
  AND NOT EXISTS (SELECT 1 FROM stored WHERE stored.id = ref.id AND stored.family = ref.family)
  AND NOT (ref.family = 'person' AND EXISTS (SELECT 1 FROM made WHERE made.id = ref.id))
"""

UNKNOWN_AMONG = UNKNOWN + " AND ref.id IN (SELECT value FROM json_each(?))"

# A team file only says that somebody is ours; whoever describes the person knows better.
LATEST = """
UPDATE record SET latest = seq = (
    SELECT seq FROM record AS other WHERE other.id = record.id ORDER BY weak, seq DESC LIMIT 1)
  AND NOT (weak AND EXISTS (SELECT 1 FROM stored WHERE stored.id = record.id AND NOT stored.provisional))
"""

# Opting out stays until a line says otherwise, even a line that a later one replaced.
LAST_WORD_ON_OPT_OUT = """
INSERT OR REPLACE INTO opt_out SELECT id, opted_out FROM record WHERE opted_out IS NOT NULL ORDER BY seq
"""

REPLACED = "SELECT count(*) FROM record WHERE NOT latest OR id IN (SELECT old FROM alias)"


class RecordLines:
    """The record lines on a stage, checked against each other and the store."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stage = job.stage

    async def note_stored(self) -> None:
        """Look up what the store knows of every id that the lines have or name."""
        query = "SELECT id FROM record UNION SELECT id FROM ref UNION SELECT id FROM wanted"
        for rows in self._stage.batches(query, BATCH):
            ids = [id_ for (id_,) in rows]
            known = await self._job.store.records(ids)
            self._stage.note_stored(known.values())
            rest = await self._job.store.interactions([id_ for id_ in ids if id_ not in known])
            named = ((id_, INTERACTION) for id_ in rest)
            self._stage.many("INSERT OR IGNORE INTO stored (id, family) VALUES (?, ?)", named)

    def drop_clashing(self) -> None:
        """Reject lines whose id is something else already."""
        for seq, id_, owner in self._stage.db.execute(CLASHES).fetchall():
            self._job.reject(seq, id_is_taken(id_, owner))
            self._forget(seq)

    def drop_dangling(self) -> None:
        """Reject lines that name somebody unknown, then those that named only them, and so on."""
        rows = self._stage.db.execute(UNKNOWN).fetchall()
        while rows:
            lost = self._reject_unknown(rows)
            rows = self._stage.db.execute(UNKNOWN_AMONG, (json.dumps(sorted(lost)),)).fetchall()

    def _reject_unknown(self, rows: Collection[tuple[int, str, str, str]]) -> set[str]:
        first = {seq: (field, id_, family) for seq, field, id_, family in reversed(list(rows))}
        lost = set()
        for seq, (field, id_, family) in sorted(first.items()):
            lost.add(self._reject(seq, f"{to_camel(field)}: no {family} has the id {id_!r}"))
        return lost

    def _reject(self, seq: int, reason: str) -> str:
        self._job.reject(seq, reason)
        (id_,) = self._stage.db.execute("SELECT id FROM record WHERE seq = ?", (seq,)).fetchone()
        self._forget(seq)
        return str(id_)

    def _forget(self, seq: int) -> None:
        for table in ("record", "ref", "interaction"):
            self._stage.db.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))

    def choose_latest(self) -> None:
        """Mark the last good line of each id; it replaces the earlier ones."""
        self._stage.db.execute("DELETE FROM opt_out")
        self._stage.db.execute(LAST_WORD_ON_OPT_OUT)
        self._stage.db.execute(LATEST)

    def replaced(self) -> int:
        """Count the good lines that others replaced, or whose person another one took over."""
        (count,) = self._stage.db.execute(REPLACED).fetchone()
        return int(count)
