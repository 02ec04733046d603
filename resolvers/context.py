"""What every resolver of a request can reach: the loaders, and the moment its root field is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import strawberry

from graph.errors import InputError
from graph.store import Store
from kpi.window import Window, check_zone
from resolvers.loaders import Loaders
from resolvers.writer import Writer

# A window reaches a hundred years back, a time zone a day ahead, and both must stay within the calendar.
FIRST_YEAR, LAST_YEAR = 1000, 9998


@lru_cache(maxsize=1024)
def _window(as_of: datetime, days: int | None, zone: str) -> Window:
    """Return the window; every widget of every record of a request asks for the same few."""
    return Window(as_of, days, zone)


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant and the time zone that hold for everything below a root field."""

    as_of: datetime
    zone: str

    def window(self, days: int | None) -> Window:
        """Return the last so many local days up to this instant."""
        return _window(self.as_of, days, self.zone)


@dataclass(frozen=True, slots=True)
class Context:
    """
    One request.

    Resolvers read through the loaders; the store itself is for what changes something. ``moments`` holds the moment of
    each root field under its response key, so that records stay plain values: a resolver finds its moment by the first
    step of its path. ``languages`` are the tags of those that the client prefers, the dearest first.
    """

    store: Store
    writer: Writer
    loaders: Loaders
    now: datetime
    languages: Sequence[str] = ()
    moments: dict[str | int, Moment] = field(default_factory=dict)


Info = strawberry.Info[Context, None]


def new_context(store: Store, writer: Writer, languages: Sequence[str] = ()) -> Context:
    """Return a fresh context; loaders remember what they read, so each request has its own."""
    return Context(store, writer, Loaders(store), datetime.now(UTC), languages)


def begin(info: Info, as_of: datetime | None, zone: str | None) -> Moment:
    """Fix the moment of a root field; without one it is now, in UTC."""
    moment = Moment(as_of or info.context.now, zone or "UTC")
    check_zone(moment.zone)
    if not FIRST_YEAR <= moment.as_of.year <= LAST_YEAR:
        raise InputError(f"asOf is in the year {moment.as_of.year}; it must be from {FIRST_YEAR} to {LAST_YEAR}.")
    info.context.moments[_root_key(info)] = moment
    return moment


def moment_of(info: Info) -> Moment:
    """Return the moment of the root field that this field is below."""
    return info.context.moments[_root_key(info)]


def _root_key(info: Info) -> str | int:
    path = info.path
    while path.prev is not None:
        path = path.prev
    return path.key
