"""
People whom lines name by an id that only an address in the same import makes.

Such a person exists only if a good line that is stored gives the address, and that line may itself depend on others.
So all of them are taken to exist first, and those whom no such line makes are taken back until nothing changes.
"""

from ingest.identity import Identity
from ingest.interactions import DRAFTS, placed_batches
from ingest.mailing import Mailing
from ingest.records import RecordLines
from ingest.stage import Stage

POSSIBLE = """
INSERT INTO made SELECT id FROM wanted
WHERE NOT EXISTS (SELECT 1 FROM stored WHERE stored.id = wanted.id)
  AND NOT EXISTS (SELECT 1 FROM interaction WHERE interaction.id = wanted.id)
"""
# A record line that holds makes its person known by itself.
EXPECTED = "SELECT id FROM made WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.id = made.id)"


async def settle_made(stage: Stage, lines: RecordLines, identity: Identity, mailing: Mailing) -> None:
    """Settle the record lines, with the people that addresses make where lines name them."""
    stage.db.execute(POSSIBLE)
    while True:
        lines.drop_dangling()
        lines.choose_latest()
        await identity.learn()
        expected = {id_ for (id_,) in stage.db.execute(EXPECTED)}
        missing = expected - await _made(stage, identity, mailing) if expected else None
        if not missing:
            return
        stage.many("DELETE FROM made WHERE id = ?", ((id_,) for id_ in missing))


async def _made(stage: Stage, identity: Identity, mailing: Mailing) -> set[str]:
    """Return who would be made by the addresses of all interactions that would be stored."""
    made: set[str] = set()
    async for placed in placed_batches(stage, identity, mailing, DRAFTS):
        made |= {person.id for line in placed for person in line.new_people if person.id in line.addresses}
    return made
