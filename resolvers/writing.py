"""Writes: items of the interchange format in, what became of each out, and numbers that know of them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

import strawberry

from graph.complaints import is_whole
from graph.errors import InputError
from graph.model import Account, Contact, Interaction, Lead, Opportunity, Record
from resolvers.context import Info, begin
from resolvers.nodes import Node
from resolvers.writer import Given, ItemError, Misfit, Outcome, WriteStatus

T = TypeVar("T")

MAX_ITEMS = 1000

RecordKey = Annotated[str, strawberry.argument(description="The id of a record or interaction, as it was written.")]


@dataclass(frozen=True, slots=True)
class Item:
    """
    An item of a call, by its place in it.

    ``key`` is what identifies it, ``stored`` the id of the record or interaction that it is about.
    """

    index: int
    key: str
    stored: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items of a call became what."""

    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Payload:
    """What became of all items of a call, in order."""

    items: Sequence[Item]

    @property
    def counts(self) -> Counts:
        """How many became what."""
        found = Counter(item.outcome.status for item in self.items)
        return Counts(*(found[status] for status in WriteStatus))


@dataclass(frozen=True, slots=True)
class Deleted:
    """Whether there was anything to remove."""

    key: str
    deleted: bool


async def write(
    info: Info,
    items: Sequence[T | Misfit],
    line: Callable[[T], Mapping[str, object]],
    identity: Sequence[str] = ("id",),
) -> Payload:
    """
    Write items, each as a line of the interchange format; what is asked below sees them.

    ``identity`` are the fields that tell an item from others, the id of what it is about first.
    """
    if len(items) > MAX_ITEMS:
        raise InputError(f"input holds {len(items):,} items; send up to {MAX_ITEMS:,} at a time.")
    given = [item if isinstance(item, Misfit) else line(item) for item in items]
    outcomes = await info.context.writer.write(given)
    info.context.loaders.forget()
    return Payload(
        [_item(n, one, identity, outcome) for n, (one, outcome) in enumerate(zip(given, outcomes, strict=True))]
    )


def _item(index: int, given: Given, identity: Sequence[str], outcome: Outcome) -> Item:
    fields = given.given if isinstance(given, Misfit) else given
    values = [fields.get(name) if isinstance(fields, Mapping) else None for name in identity]
    texts = [value if isinstance(value, str) and is_whole(value) else "" for value in values]
    return Item(index, " ".join(filter(None, texts)), texts[0], outcome)


async def delete_record(info: Info, key: RecordKey) -> Deleted:
    """Remove a record or an interaction."""
    begin(info, None, None)
    deleted = await info.context.writer.delete(key)
    info.context.loaders.forget()
    return Deleted(key, deleted)


def status(root: Item) -> WriteStatus:
    """Return what became of an item."""
    return root.outcome.status


def reason(root: Item) -> str | None:
    """Return why an item is skipped."""
    return root.outcome.reason


def error(root: Item) -> ItemError | None:
    """Return why an item is rejected."""
    return root.outcome.error


async def record(root: Item, info: Info) -> Record | None:
    """Return the record of an item as it is stored now; None for a seller, who has no numbers."""
    found = await info.context.loaders.records.load(root.stored)
    return found if isinstance(found, Account | Contact | Lead | Opportunity) else None


async def node(root: Item, info: Info) -> Node | None:
    """Return whoever or whatever an item is about, as it is stored now."""
    return await info.context.loaders.records.load(root.stored)


async def interaction(root: Item, info: Info) -> Interaction | None:
    """Return the interaction of an item as it is stored now."""
    return await info.context.loaders.interactions.load(root.stored)
