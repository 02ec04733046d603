"""What every resolver of a request can reach: the loaders, and the moment its root field is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import strawberry
from graphql.pyutils import Path

from graph.errors import InputError
from graph.model import Opportunity
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
    """
    The instant and the time zone that hold for everything below a field.

    ``given`` says that the instant was asked for; else it is that of the request, or of a moment ago.
    """

    as_of: datetime
    zone: str
    given: bool = False

    def window(self, days: int | None) -> Window:
        """Return the last so many local days up to this instant."""
        return _window(self.as_of, days, self.zone)


@dataclass(frozen=True, slots=True)
class Context:
    """
    One request.

    Resolvers read through the loaders; the store itself is for what changes something. ``moments`` holds the moment of
    each root field, and of each list below that has one of its own, so that records stay plain values: a resolver finds
    its moment on its path. ``deals`` holds, for each widget of a deal, whose it is. ``languages`` are the tags of those
    that the client prefers, the dearest first.
    """

    store: Store
    writer: Writer
    loaders: Loaders
    now: datetime
    languages: Sequence[str] = ()
    # Both by the identity of the step of the path, which is kept with it so that no other step comes to the same.
    moments: dict[int, tuple[Path, Moment]] = field(default_factory=dict)
    deals: dict[int, tuple[Path, Opportunity]] = field(default_factory=dict)


Info = strawberry.Info[Context, None]


def new_context(store: Store, writer: Writer, languages: Sequence[str] = ()) -> Context:
    """Return a fresh context; loaders remember what they read, so each request has its own."""
    return Context(store, writer, Loaders(store), datetime.now(UTC), languages)


def begin(info: Info, as_of: datetime | None, zone: str | None) -> Moment:
    """Fix the moment of a root field; without one it is now, in UTC."""
    moment = Moment(as_of or info.context.now, zone or "UTC", as_of is not None)
    check_zone(moment.zone)
    if not within_calendar(moment.as_of):
        raise InputError(f"asOf is in the year {moment.as_of.year}; it must be from {FIRST_YEAR} to {LAST_YEAR}.")
    return settle(info, moment)


def within_calendar(instant: datetime) -> bool:
    """Tell whether windows and time zones stay within the calendar around an instant."""
    return FIRST_YEAR <= instant.year <= LAST_YEAR


def settle(info: Info, moment: Moment) -> Moment:
    """Fix the moment of a field and of everything below it."""
    info.context.moments[id(info.path)] = info.path, moment
    return moment


def moment_of(info: Info) -> Moment:
    """Return the moment that holds for a field: its own, or that of the nearest field above which has one."""
    moments, path = info.context.moments, info.path
    while (found := moments.get(id(path))) is None:
        if path.prev is None:
            raise LookupError(f"Nothing began {path.key}.")
        path = path.prev
    return found[1]
