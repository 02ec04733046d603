"""
What people have done so far, written again when they turn out to be somebody else or to stand on the other side.

Edges depend on who is a seller, so a person's interactions are rewritten before the person is. Interactions left
without an edge are dropped, but only when all else is written: others of the same import may name the people whom only
they made.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

from graph.model import Interaction, Participant, Side, is_storable
from graph.store import Store
from ingest.placing import in_order

PAGE = 5000


@dataclass(frozen=True, slots=True)
class Move:
    """Who a person is from now on."""

    id: str
    side: Side


async def rewrite(store: Store, moves: Mapping[str, Move], *, dry_run: bool) -> AsyncIterator[str]:
    """Write the interactions of these people again; yield the ids of those that have no edge any longer."""
    after = None
    while page := await store.export_interactions(after=after, limit=PAGE, people=moves.keys()):
        rewritten = [_moved(interaction, moves) for interaction in page]
        await store.upsert_interactions([i for i in rewritten if is_storable(i)], dry_run=dry_run)
        for interaction in rewritten:
            if not is_storable(interaction):
                yield interaction.id
        after = page[-1].id


def _moved(interaction: Interaction, moves: Mapping[str, Move]) -> Interaction:
    people = (_renamed(p, moves.get(p.person_id)) for p in interaction.participants)
    regarding = interaction.regarding_id
    if regarding is not None and (move := moves.get(regarding)) is not None:
        # Only records can be regarded, and a seller is none.
        regarding = move.id if move.side is Side.THEM else None
    return replace(interaction, participants=in_order(people), regarding_id=regarding)


def _renamed(participant: Participant, move: Move | None) -> Participant:
    return participant if move is None else Participant(move.id, participant.role, move.side)
