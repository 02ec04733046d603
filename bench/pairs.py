"""The interactions of a book by (seller, customer) pair: what the strength of a relationship is predicted from."""

from collections.abc import AsyncIterator

import numpy as np

from graph.model import KINDS, Interaction, InteractionKind, InteractionState, Side, to_micros
from graph.store import Store
from kpi.facts import Facts

PAGE = 5000
Row = tuple[str, int, int, bool, bool]


async def pairs_of(store: Store) -> Facts:
    """Return the facts of every pair of a seller and a customer who took part in anything together."""
    rows = sorted([row async for row in _rows(store)])
    pairs = list(dict.fromkeys(row[0] for row in rows))
    codes = {pair: code for code, pair in enumerate(pairs)}
    names, at, kind, we_talk, they_talk = zip(*rows, strict=True) if rows else ((),) * 5
    nothing = np.zeros(len(rows))
    return Facts(
        records=tuple(pairs),
        record=np.array([codes[name] for name in names], dtype=np.int32),
        at=np.array(at, dtype=np.int64),
        kind=np.array(kind, dtype=np.int8),
        initiator=nothing.astype(np.int8),
        we_talk=np.array(we_talk, dtype=np.bool_),
        they_talk=np.array(they_talk, dtype=np.bool_),
        both_sides=~nothing.astype(np.bool_),
        asks=nothing.astype(np.bool_),
        wait=nothing.astype(np.int64),
        our_minutes=nothing,
        their_minutes=nothing,
    )


async def _rows(store: Store) -> AsyncIterator[Row]:
    after = None
    while page := await store.export_interactions(after=after, limit=PAGE):
        for interaction in page:
            for row in _rows_of(interaction):
                yield row
        after = page[-1].id


def _rows_of(interaction: Interaction) -> list[Row]:
    """Return pair, instant, kind, and whether we and they talk, for each pair of an interaction that took place."""
    if interaction.state is InteractionState.CANCELED:
        return []
    ours, theirs = ({p.person_id for p in interaction.participants if p.side is side} for side in Side)
    kind = interaction.kind
    together = kind is InteractionKind.MEETING or (kind is InteractionKind.CALL and interaction.duration_minutes != 0)
    began = interaction.initiator.side if interaction.initiator else None
    talk = (together or began is Side.US, together or began is Side.THEM)
    rest = (to_micros(interaction.at), KINDS.index(kind), *talk)
    return [(f"{seller}\n{customer}", *rest) for seller in ours for customer in theirs]
