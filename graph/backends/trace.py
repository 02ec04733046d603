"""Whom a write touches: gathered while it goes on, told to readers who ask what changed since."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.backends.shared import addresses
from graph.model import Interaction, Record, Side, normalized_address
from graph.store import Touched

# Of the references of a record those that bring the interactions of whom they name into its scope.
SCOPE_FIELDS = ("primary_contact_id", "contact_id", "stakeholder_ids")
# Kept in the place of the ids of those erased: no id is empty.
ERASED = ""


@dataclass(slots=True)
class Trace:
    """
    What a write did, as ids.

    ``records`` were touched themselves. What else was is known to the store: whoever took part in what answers one of
    ``interactions``, which were added or removed, or in anything with ``people``, who changed sides or opted out or in.
    Nothing is to be left of the ids in ``forgotten``, unless they are those of other records.
    """

    records: set[str] = field(default_factory=set)
    interactions: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)

    def wrote_interactions(self, interactions: Iterable[Interaction]) -> None:
        """Note who has these among theirs."""
        them = Side.THEM  # slow to look up, and there are millions of these
        for interaction in interactions:
            for participant in interaction.participants:
                if participant.side is them:
                    self.records.add(participant.person_id)
            if interaction.regarding_id is not None:
                self.records.add(interaction.regarding_id)

    def replaced(self, before: Record, after: Record) -> None:
        """Note a record that is written anew, and the account that it leaves."""
        self.removed(before)
        if (before.kind, _opted_out(before)) != (after.kind, _opted_out(after)):
            self.people.add(before.id)

    def removed(self, record: Record) -> None:
        """Note a record that goes, and the account that it leaves."""
        self.records.add(record.id)
        if (account := getattr(record, "account_id", None)) is not None:
            self.records.add(account)

    def forget(self, records: Iterable[Record]) -> None:
        """Note records of which nothing is to be left; a person may once have been known by an address alone."""
        for record in records:
            self.forgotten.update({record.id, *map(normalized_address, addresses(record))})
            self.records.add(ERASED)

    def __bool__(self) -> bool:
        return bool(self.records or self.interactions or self.people or self.forgotten)


def touched(mark: int, kept: Iterable[str]) -> Touched:
    """Return what was touched by the ids that are kept."""
    ids = frozenset(kept)
    return Touched(mark, ids - {ERASED}, erased=ERASED in ids)


def _opted_out(record: Record) -> bool:
    return getattr(record, "opted_out", False)
