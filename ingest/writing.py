"""Record lines into the store: the latest of each id, with everyone they name under the id that person has now."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from graph.model import (
    Account,
    Contact,
    Lead,
    Opportunity,
    Person,
    Record,
    Seller,
    Side,
    side_of,
)
from ingest.history import Move
from ingest.identity import FREE_MAIL
from ingest.job import Job
from ingest.lines import AccountLine, OpportunityLine, RecordLine
from ingest.stage import REFERENCES

BATCH = 2000
MODELS: Mapping[str, type[Record]] = {
    "seller": Seller,
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
}

# What a line says of opting out, else what is stored, else what was said of those this person takes over from.
OPTED_OUT = """
SELECT asked.value, coalesce(
    (SELECT opted_out FROM opt_out WHERE id = asked.value),
    (SELECT opted_out FROM stored WHERE id = asked.value AND opted_out),
    (SELECT max(coalesce((SELECT opted_out FROM opt_out WHERE id = old),
                         (SELECT opted_out FROM stored WHERE id = old), 0))
     FROM alias WHERE new = asked.value),
    0)
FROM json_each(?) AS asked
"""

LATEST = "SELECT seq FROM record WHERE latest AND id NOT IN (SELECT old FROM alias) ORDER BY seq"

# People whose side changes, and people taken over: their history is written again.
MOVES = """
SELECT old, new FROM alias JOIN stored ON stored.id = old
UNION SELECT person.id, person.id FROM person JOIN stored USING (id) WHERE stored.side <> person.side
"""


class RecordWriter:
    """Writes what a stage holds of people and records."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stage = job.stage
        self._store = job.store
        self._report = job.report
        self._watch = job.watch
        self._aliases: dict[str, str] = dict(job.stage.db.execute("SELECT old, new FROM alias").fetchall())
        self._moving = {old for old, new in job.stage.db.execute(MOVES) if old == new}

    async def write(self, *, moved: bool) -> None:
        """Write the records, those whose side changes (``moved``) apart from the others."""
        if moved and not self._moving:
            return
        for rows in self._stage.batches(LATEST, BATCH):
            lines = [(seq, self._stage.record(seq)) for (seq,) in rows]
            chosen = [(seq, line) for seq, line in lines if (line.id in self._moving) == moved]
            await self._write(chosen)
            self._watch.advance(len(chosen))

    async def _write(self, lines: Sequence[tuple[int, RecordLine]]) -> None:
        opted_out = self._opted_out([line.id for _, line in lines])
        records = [self._record(line, opted_out) for _, line in lines]
        changes = await self._store.upsert_records(records, dry_run=self._report.dry_run)
        self._job.landed("records", [(seq, line.id) for seq, line in lines], changes)

    def _opted_out(self, ids: Sequence[str]) -> dict[str, bool]:
        return {id_: bool(out) for id_, out in self._stage.db.execute(OPTED_OUT, (json.dumps(ids),))}

    def _record(self, line: RecordLine, opted_out: Mapping[str, bool]) -> Record:
        values = {name: getattr(line, name) for name in type(line).model_fields if name != "type"}
        for field in values.keys() & REFERENCES.keys():
            values[field] = self._renamed(values[field])
        if isinstance(line, AccountLine):
            values["domains"] = tuple(d for d in line.domains if d not in FREE_MAIL)
        elif isinstance(line, OpportunityLine):
            values["attributes"] = tuple(sorted(line.attributes.items()))
        else:
            values["opted_out"] = opted_out[line.id]
        return MODELS[line.type](**values)

    def _renamed(self, value: str | Iterable[str] | None) -> str | tuple[str, ...] | None:
        if value is None or isinstance(value, str):
            return value if value is None else self._aliases.get(value, value)
        return tuple(dict.fromkeys(self._aliases.get(id_, id_) for id_ in value))

    async def moves(self) -> dict[str, Move]:
        """Return whose history is written again, and who they are from now on."""
        pairs = self._stage.db.execute(MOVES).fetchall()
        sides = {id_: Side(side) for id_, side in self._stage.db.execute("SELECT id, side FROM person")}
        targets = [new for _, new in pairs if new not in sides]
        sides |= {id_: side_of(p) for id_, p in (await self._store.records(targets)).items() if isinstance(p, Person)}
        return {old: Move(new, sides[new]) for old, new in pairs}

    async def pass_on_opt_outs(self) -> None:
        """Let stored people who take over from somebody who opted out opt out too."""
        staged = {id_ for (id_,) in self._stage.db.execute("SELECT id FROM person")}
        heirs = sorted(set(self._aliases.values()) - staged)
        opted_out = self._opted_out(heirs)
        stored = await self._store.records(heirs)
        late = [p for id_, p in stored.items() if isinstance(p, Person) and opted_out[id_] and not p.opted_out]
        await self._store.upsert_records([replace(p, opted_out=True) for p in late], dry_run=self._report.dry_run)
