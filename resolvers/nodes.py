"""Global ids: any record, and any interaction, by one opaque text."""

import asyncio
from typing import Annotated

import strawberry

from graph.errors import CursorError, InputError
from graph.model import Interaction, Record, RecordKind
from resolvers.arguments import AsOf, TimeZone
from resolvers.context import Info, begin
from resolvers.tokens import decode, encode

INTERACTION = "INTERACTION"
MAX_NODES = 100

Node = Record | Interaction
NodeId = Annotated[strawberry.ID, strawberry.argument(description="The `id` of a node, as any query returns it.")]
NodeIds = Annotated[
    list[strawberry.ID], strawberry.argument(description=f"Up to {MAX_NODES} ids, as any query returns them.")
]


def record_id(root: Record) -> strawberry.ID:
    """Return the global id of a record."""
    return strawberry.ID(encode(root.kind, root.id))


def interaction_id(root: Interaction) -> strawberry.ID:
    """Return the global id of an interaction."""
    return strawberry.ID(encode(INTERACTION, root.id))


async def node(
    info: Info,
    id: NodeId,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Node | None:
    """Return what has this id."""
    begin(info, as_of, time_zone)
    return await _load(info, *_parts(id))


async def nodes(info: Info, ids: NodeIds, as_of: AsOf = None, time_zone: TimeZone = "UTC") -> list[Node | None]:
    """Return what has each id, in order."""
    begin(info, as_of, time_zone)
    if len(ids) > MAX_NODES:
        raise InputError(f"ids holds {len(ids)} ids; ask for up to {MAX_NODES} at a time.")
    wanted = [_parts(id_) for id_ in ids]
    return list(await asyncio.gather(*(_load(info, kind, key) for kind, key in wanted)))


def _parts(id_: str) -> tuple[str, str]:
    match decode(id_):
        case (str(kind), str(key)) if kind == INTERACTION or kind in RecordKind.__members__:
            return kind, key
    raise CursorError(f"{id_!r} is not the id of a node; give the id that a query returned, or ask by key.")


async def _load(info: Info, kind: str, key: str) -> Node | None:
    loaders = info.context.loaders
    if kind == INTERACTION:
        return await loaders.interactions.load(key)
    record = await loaders.records.load(key)
    return record if record is not None and record.kind == kind else None
