"""
What people have done so far, written again when they turn out to be somebody else or to stand on the other side.

Edges depend on who is a seller, so a person's interactions are rewritten before the person is. Interactions left
without an edge are dropped, with the people whom only they made.
"""

from collections.abc import Mapping
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


async def rewrite(store: Store, moves: Mapping[str, Move]) -> int:
    """Write the interactions of these people again; return how many were dropped."""
    after, dropped = None, 0
    while page := await store.export_interactions(after=after, limit=PAGE, people=moves.keys()):
        rewritten = [_moved(interaction, moves) for interaction in page]
        await store.upsert_interactions([i for i in rewritten if is_storable(i)])
        dropped += await store.delete_interactions([i.id for i in rewritten if not is_storable(i)])
        after = page[-1].id
    return dropped


def _moved(interaction: Interaction, moves: Mapping[str, Move]) -> Interaction:
    people = (_renamed(p, moves.get(p.person_id)) for p in interaction.participants)
    regarding = interaction.regarding_id
    if regarding is not None and (move := moves.get(regarding)) is not None:
        # Only records can be regarded, and a seller is none.
        regarding = move.id if move.side is Side.THEM else None
    return replace(interaction, participants=in_order(people), regarding_id=regarding)


def _renamed(participant: Participant, move: Move | None) -> Participant:
    return participant if move is None else Participant(move.id, participant.role, move.side)
