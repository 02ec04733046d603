"""What every backend does alike with records and interactions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from graph.errors import InputError
from graph.model import Interaction, Record, is_storable
from graph.store import Outline

T = TypeVar("T")

# Between the parts of a searched text; nobody types it.
SEPARATOR = "\x1f"


def addresses(record: Record) -> tuple[str, ...]:
    """Return the addresses of a person; other records have none."""
    return getattr(record, "emails", ())


def domains(record: Record) -> tuple[str, ...]:
    """Return the domains of an account; other records have none."""
    return getattr(record, "domains", ())


def searched_text(record: Record) -> str:
    """Return what a listing's search looks into."""
    return SEPARATOR.join([record.name or "", *addresses(record), *domains(record)]).casefold()


def outline(id_: str, searched: str, *others: Any) -> Outline:
    """Return the outline of a record by its id, its searched text, and the rest."""
    name, _, rest = searched.partition(SEPARATOR)
    return Outline(id_, name or rest.partition(SEPARATOR)[0] or id_.casefold(), *others)


def references(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the (field, id) of everyone and everything that a record names."""
    for name in type(record).__slots__:
        value = getattr(record, name)
        if name.endswith("_ids"):
            yield from ((name, target) for target in value)
        elif name.endswith("_id") and value is not None:
            yield name, value


def renamed(record: Record, into: Mapping[str, str | None]) -> Record:
    """Return a record that names others instead, or nobody where the other is None."""
    changes: dict[str, Any] = {}
    for name, target in references(record):
        if target not in into:
            continue
        if name.endswith("_ids"):
            others = (into.get(i, i) for i in getattr(record, name))
            changes[name] = tuple(dict.fromkeys(i for i in others if i is not None))
        else:
            changes[name] = into[target]
    return replace(record, **changes)


def touched(interaction: Interaction) -> set[str]:
    """Return whom and what an interaction touches."""
    names = {p.person_id for p in interaction.participants}
    return names if interaction.regarding_id is None else names | {interaction.regarding_id}


def without(interaction: Interaction, ids: Collection[str]) -> Interaction | None:
    """Return an interaction without these records, None where one began it or nothing is left of it."""
    if interaction.initiator is not None and interaction.initiator.person_id in ids:
        return None
    left = replace(
        interaction,
        participants=tuple(p for p in interaction.participants if p.person_id not in ids),
        regarding_id=None if interaction.regarding_id in ids else interaction.regarding_id,
    )
    return left if is_storable(left) else None


def at_domains(addresses: Iterable[tuple[str, T]], domains: Collection[str]) -> set[T]:
    """
    Return whose addresses are at one of these domains or below one.

    >>> at_domains([("a@mail.us.example", 1), ("b@us.example", 2), ("c@bus.example", 3)], ["us.example"])
    {1, 2}
    """
    wanted = frozenset(domains)
    return {holder for address, holder in addresses if not wanted.isdisjoint(_and_parents(address.rpartition("@")[2]))}


def _and_parents(domain: str) -> Iterator[str]:
    while domain:
        yield domain
        domain = domain.partition(".")[2]


def unknown(ids: Collection[str]) -> InputError:
    """Return the error for ids that are named but not stored."""
    ordered: Sequence[str] = sorted(ids)
    return InputError(f"{ordered[0]!r} is not in the store ({len(ordered)} such ids); write it first.")
