"""Pages of lists after the Relay specification: cursors that name the last item seen, and their limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import strawberry

from graph.errors import CursorError, InputError
from resolvers.tokens import Part, decode

T = TypeVar("T")

DEFAULT_FIRST = 20
MAX_FIRST = 100

First = Annotated[
    int | None, strawberry.argument(description=f"How many to return, from 1 to {MAX_FIRST}; null is {DEFAULT_FIRST}.")
]
After = Annotated[
    str | None,
    strawberry.argument(description="Return what follows this cursor, taken from `endCursor` or an edge of this list."),
]


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """An item and the cursor that names its place."""

    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page begins and ends, and whether there is more."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Connection(Generic[T]):
    """One page of a list."""

    edges: Sequence[Edge[T]]
    page_info: PageInfo
    total_count: int

    @property
    def nodes(self) -> list[T]:
        """The items without their cursors."""
        return [edge.node for edge in self.edges]


def connection(edges: Sequence[Edge[T]], *, has_next: bool, after: str | None, total: int) -> Connection[T]:
    """Return the page that these edges make."""
    ends = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
    return Connection(edges, PageInfo(has_next, after is not None, *ends), total)


def page_size(first: int | None, default: int = DEFAULT_FIRST) -> int:
    """Return how many items a page holds."""
    if first is None:
        return default
    if not 1 <= first <= MAX_FIRST:
        raise InputError(f"first is {first}; it must be from 1 to {MAX_FIRST}.")
    return first


def position(after: str | None, listed: str, *shape: type[Part]) -> tuple[Part, ...] | None:
    """Return the place a page of a list begins after; raise CursorError where the cursor is not one of that list."""
    if after is None:
        return None
    name, *place = decode(after) or (None,)
    if name != listed or [type(part) for part in place] != list(shape):
        raise CursorError(f"{after!r} is not a cursor of this list; give endCursor of one of its pages, or no after.")
    return tuple(place)
