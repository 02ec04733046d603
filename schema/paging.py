"""Lists after the Relay specification."""

from typing import Annotated, Generic, TypeVar

from schema.described import field, object_type

T = TypeVar("T")


@object_type
class PageInfo:
    """Where a page begins and ends, and whether there is more."""

    has_next_page: Annotated[bool, field("More items follow this page.")]
    has_previous_page: Annotated[bool, field("Items come before this page: it was asked for with `after`.")]
    start_cursor: Annotated[str | None, field("Cursor of the first item; null on an empty page.")]
    end_cursor: Annotated[
        str | None, field("Cursor of the last item, to be given as `after` for the next page; null on an empty page.")
    ]


@object_type
class Edge(Generic[T]):
    """An item of a list and the cursor that names its place."""

    cursor: Annotated[str, field("Give it as `after` to continue behind this item.")]
    node: Annotated[T, field("The item itself.")]


@object_type
class Connection(Generic[T]):
    """One page of a list."""

    edges: Annotated[list[Edge[T]], field("The items of the page, each with its cursor.")]
    nodes: Annotated[list[T], field("The items of the page, without cursors.")]
    page_info: Annotated[PageInfo, field("Where the page begins and ends, and whether there is more.")]
    total_count: Annotated[int, field("How many items the whole list has, on all pages.")]
