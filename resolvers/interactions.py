"""Drill-down: the interactions behind the numbers of a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

import numpy as np
import strawberry

from graph.errors import InputError
from graph.interactions import Bool, Int64, Interactions
from graph.model import KINDS, Interaction, InteractionKind, Person, Record, Role, Side, to_micros
from kpi.columns import groups
from kpi.window import MAX_DAYS, Window
from resolvers.context import Info
from resolvers.paging import DEFAULT_FIRST, After, Connection, Edge, First, connection, page_size, position
from resolvers.tokens import encode
from resolvers.widgets import ask

LIST = "INTERACTIONS"

Kinds = Annotated[
    list[InteractionKind] | None, strawberry.argument(description="Only these kinds; null or an empty list means all.")
]
Since = Annotated[datetime | None, strawberry.argument(description="Only those at this instant or later.")]
Until = Annotated[datetime | None, strawberry.argument(description="Only those at this instant or earlier.")]
WithinDays = Annotated[
    int | None,
    strawberry.argument(
        description=f"Only the last so many calendar days, as widgets count them: 1 to {MAX_DAYS}. Null is all time. "
        "Not together with `since` or `until`."
    ),
]


@dataclass(frozen=True, slots=True)
class Slice:
    """What a page shows: which kinds, between which instants (microseconds), after which place, how many."""

    kinds: frozenset[InteractionKind]
    since: int | None
    until: int | None
    after: tuple[int, str] | None
    first: int

    def __call__(self, interactions: Interactions, window: Window) -> list["Found"]:
        """Return the page of each record, newest first."""
        wanted = window.contains(interactions.at) & self._matches(interactions)
        beyond = wanted & self._follows(interactions)
        return [
            self._found(interactions, rows.start + np.flatnonzero(beyond[rows]), int(wanted[rows].sum()))
            for rows in groups(interactions.record, len(interactions.records))
        ]

    def _matches(self, interactions: Interactions) -> Bool:
        matches = np.ones(len(interactions), dtype=np.bool_)
        if self.kinds:
            matches &= np.isin(interactions.kind, [KINDS.index(kind) for kind in self.kinds])
        if self.since is not None:
            matches &= interactions.at >= self.since
        if self.until is not None:
            matches &= interactions.at <= self.until
        return matches

    def _follows(self, interactions: Interactions) -> Bool:
        """Tell which rows come after the place the page begins at: earlier, or then and of a lower id."""
        if self.after is None:
            return np.ones(len(interactions), dtype=np.bool_)
        at, id_ = self.after
        lower = np.zeros(len(interactions), dtype=np.bool_)
        same = np.flatnonzero(interactions.at == at)
        lower[same] = [other < id_ for other in interactions.id[same]]
        return (interactions.at < at) | lower

    def _found(self, interactions: Interactions, beyond: Int64, total: int) -> "Found":
        rows = beyond[::-1][: self.first]
        places = tuple(zip(interactions.at[rows].tolist(), interactions.id[rows].tolist(), strict=True))
        return Found(places, len(beyond) > self.first, total)


@dataclass(frozen=True, slots=True)
class Found:
    """The places (instant, id) on a page, whether more follow, and how many there are in all."""

    places: Sequence[tuple[int, str]]
    has_next: bool
    total: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """A person who took part in an interaction, on which side and how."""

    person: Person
    side: Side
    roles: Sequence[Role]


async def interactions(
    root: Record,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    kinds: Kinds = None,
    since: Since = None,
    until: Until = None,
    days: WithinDays = None,
) -> Connection[Interaction]:
    """Return the counted interactions of a record, newest first."""
    if days is not None and (since is not None or until is not None):
        raise InputError("days and since or until exclude each other; give one or the other.")
    place = cast("tuple[int, str] | None", position(after, LIST, int, str))
    chosen = Slice(frozenset(kinds or ()), _micros(since), _micros(until), place, page_size(first))
    found = cast("Found", await ask(info, root, chosen, days))
    loaded = await info.context.loaders.interactions.load_many(id_ for _, id_ in found.places)
    edges = [
        Edge(encode(LIST, *place), interaction)
        for place, interaction in zip(found.places, loaded, strict=True)
        if interaction is not None
    ]
    return connection(edges, has_next=found.has_next, after=after, total=found.total)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


async def participants(root: Interaction, info: Info) -> list[Attendance]:
    """Return who took part, initiator first, without those who opted out."""
    people = await _people(root, info)
    return [
        Attendance(person, side, [p.role for p in root.participants if p.person_id == person.id])
        for person, side in people
        if not person.opted_out
    ]


async def not_named(root: Interaction, info: Info) -> int:
    """Count those who took part and opted out."""
    return sum(person.opted_out for person, _ in await _people(root, info))


async def regarding(root: Interaction, info: Info) -> Record | None:
    """Return the record an interaction regards, unless it is a person who opted out."""
    if root.regarding_id is None:
        return None
    record = await info.context.loaders.records.load(root.regarding_id)
    return None if getattr(record, "opted_out", False) else record


def key(root: Interaction) -> str:
    """Return the id of an interaction in the system it came from."""
    return root.id


def thread_key(root: Interaction) -> str | None:
    """Return the id of the conversation it belongs to."""
    return root.thread_id


def initiated_by(root: Interaction) -> Side | None:
    """Return the side of the initiator."""
    return root.initiator.side if root.initiator else None


async def _people(root: Interaction, info: Info) -> list[tuple[Person, Side]]:
    sides = {p.person_id: p.side for p in root.participants}
    people = await info.context.loaders.records.load_many(sides)
    return [(cast("Person", person), side) for person, side in zip(people, sides.values(), strict=True) if person]
