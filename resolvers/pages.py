"""A page of a list of records: in the order of keys as the store has it, or in the order of their numbers."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graph.errors import CursorError
from graph.model import from_micros, to_micros
from graph.store import Listing
from resolvers.context import Info, Moment, moment_of, settle, within_calendar
from resolvers.ordering import Conditions, ListOrder, NumberFilter, Order, OrderField, conditions_of, order_of
from resolvers.paging import Connection, Edge, connection, page_size, position
from resolvers.ranking import Value, Wanted
from resolvers.tokens import Part, decode, encode

TEXTS = frozenset({OrderField.KEY, OrderField.NAME, OrderField.CLOSE_DATE})


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page of a list is asked for, in what order, and of which of its records."""

    first: int | None
    after: str | None
    order_by: ListOrder | None = None
    filter: NumberFilter | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind a key with a value in the order of an instant."""

    as_of: datetime
    value: Value
    key: str


async def page(info: Info, listing: Listing, turn: Turn) -> Connection[Any]:
    """Return a page of a listing."""
    order = order_of(turn.order_by, listing.kind, moment_of(info).zone)
    conditions = conditions_of(turn.filter)
    listing = replace(listing, search=(listing.search or "").strip() or None)
    if turn.order_by is None and not conditions:
        return await _by_key(info, listing, turn)
    return await _by_number(info, listing, order, conditions, turn)


async def _by_key(info: Info, listing: Listing, turn: Turn) -> Connection[Any]:
    place = position(turn.after, listing.kind, str)
    after = None if place is None else str(place[0])
    listing = replace(listing, at=moment_of(info).as_of, after=after, first=page_size(turn.first))
    found = await info.context.loaders.pages.load(listing)
    edges = [Edge(encode(listing.kind, record.id), record) for record in found.records]
    return connection(edges, has_next=found.has_next, after=turn.after, total=found.total)


async def _by_number(info: Info, listing: Listing, order: Order, conditions: Conditions, turn: Turn) -> Connection[Any]:
    size = page_size(turn.first)
    name = (listing.kind, order.field, order.direction, order.days, order.zone)
    place = None if turn.after is None else _place(turn.after, name)
    moment = moment_of(info) if place is None else _moment_again(info, place)
    # A list alone may be of a moment ago; one below other fields is of their instant.
    lately = place is None and not moment.given and info.path.prev is None
    ranking = await info.context.loaders.rankings.load(Wanted(listing, order, conditions, moment.as_of, lately))
    settle(info, replace(moment, as_of=ranking.as_of))
    start = 0 if place is None else ranking.after(place.value, place.key)
    rows = ranking.rows(slice(start, start + size))
    records = await info.context.loaders.records.load_many([key for key, _ in rows])
    edges = [
        Edge(encode(*name, to_micros(ranking.as_of), value, key), record)
        for (key, value), record in zip(rows, records, strict=True)
        if record is not None
    ]
    return connection(edges, has_next=start + size < len(ranking), after=turn.after, total=len(ranking))


def _place(after: str, name: tuple[Part, ...]) -> Place:
    match decode(after):
        case (*named, int(instant), value, str(key)) if tuple(named) == name and _fits(value, name):
            if (as_of := _instant(instant)) is not None:
                return Place(as_of, value, key)
    raise CursorError(
        f"{after!r} is not a cursor of this list in this order; give endCursor of one of its pages with the same "
        "orderBy and timeZone, or no after."
    )


def _fits(value: Part, name: tuple[Part, ...]) -> bool:
    return value is None or isinstance(value, str) == (name[1] in TEXTS)


def _instant(micros: int) -> datetime | None:
    try:
        instant = from_micros(micros)
    except OverflowError:
        return None
    return instant if within_calendar(instant) else None


def _moment_again(info: Info, place: Place) -> Moment:
    """Return the moment of the first page, so that the clock does not shuffle the others."""
    moment = moment_of(info)
    if moment.given and moment.as_of != place.as_of:
        raise CursorError(
            f"The cursor is of the list as of {place.as_of.isoformat()}, and asOf is {moment.as_of.isoformat()}; "
            "give the same asOf for all pages, or none."
        )
    return replace(moment, as_of=place.as_of)
