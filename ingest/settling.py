"""
People whom lines name by an id that only an address in the same import makes.

Such a person exists only if a good line that is stored gives the address, and that line may itself depend on others.
So all of them are taken to exist first, and those whom no such line makes are taken back until nothing changes.
"""

from collections.abc import Collection

from ingest.identity import Identity
from ingest.interactions import DRAFTS, placed_batches
from ingest.job import Job
from ingest.mailing import Mailing
from ingest.records import RecordLines
from ingest.stage import Stage

POSSIBLE = """
INSERT INTO made SELECT id FROM wanted
WHERE NOT EXISTS (SELECT 1 FROM stored WHERE stored.id = wanted.id)
  AND NOT EXISTS (SELECT 1 FROM interaction WHERE interaction.id = wanted.id)
"""
# A line that describes the person makes it known by itself.
EXPECTED = """
SELECT id FROM made WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.id = made.id AND record.family = 'person')
"""


async def settle_made(job: Job, lines: RecordLines, identity: Identity, mailing: Mailing) -> None:
    """Settle the record lines, with the people that addresses make where lines name them."""
    job.stage.db.execute(POSSIBLE)
    while True:
        lines.drop_dangling()
        lines.choose_latest()
        await identity.learn()
        expected = {id_ for (id_,) in job.stage.db.execute(EXPECTED)}
        missing = expected - await _made(job, expected, identity, mailing) if expected else None
        if not missing:
            return
        job.stage.many("DELETE FROM made WHERE id = ?", ((id_,) for id_ in missing))


async def _made(job: Job, expected: Collection[str], identity: Identity, mailing: Mailing) -> set[str]:
    """Return who would be made by the addresses of all interactions that would be stored, and of their engagement."""
    engaged = _engaged(job.stage, expected)
    made: set[str] = set()
    fates: dict[str, bool] = {}
    async for placed in placed_batches(job.stage, identity, mailing, DRAFTS):
        made |= {person.id for line in placed for person in line.new_people if person.id in line.addresses}
        fates |= {line.id: line.interaction is not None for line in placed if line.bad is None and line.id in engaged}
    stored = await job.store.interactions(engaged.keys() - fates.keys())
    landed = {id_ for id_ in engaged if fates.get(id_, id_ in stored)}
    who = await identity.at({address for id_ in landed for address in engaged[id_]})
    return made | {known.id for known in who.values() if known.new is not None}


def _engaged(stage: Stage, expected: Collection[str]) -> dict[str, set[str]]:
    """Return which of the expected addresses are engaged with which interactions."""
    found: dict[str, set[str]] = {}
    for id_, address in stage.db.execute("SELECT interaction, key FROM engagement WHERE by_address"):
        if address in expected:
            found.setdefault(id_, set()).add(address)
    return found
