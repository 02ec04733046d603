"""What an import did, and how it tells while it does it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(slots=True)
class Tally:
    """What became of the lines of one kind (people and records, interactions, engagement)."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0


class Fate(StrEnum):
    """What became of a line."""

    ADDED = "ADDED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    MERGED = "MERGED"
    SKIPPED = "SKIPPED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a line, and why where it is not stored."""

    fate: Fate
    reason: str | None = None


@dataclass(slots=True)
class Report:
    """
    The outcome of an import; when it has ended, every line read is in exactly one of the counts.

    ``merged`` counts copies of one message and lines that a later line of the same id replaced. ``made`` counts people
    made from addresses, ``joined`` those of them who came to an account that owns their domain, ``taken_over`` those
    that an explicit record replaced, ``dropped`` the interactions stored before that have no edge any longer,
    ``canceled`` the meetings stored before that a newer version of their calendar entry no longer has; none was a line
    of its own. ``outcomes`` are those of the lines by number,
    where somebody wants to know them.
    """

    read: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    rejects_file: str | None = None
    first_rejects: list[str] = field(default_factory=list)
    made: int = 0
    joined: int = 0
    taken_over: int = 0
    dropped: int = 0
    canceled: int = 0
    dry_run: bool = False
    interrupted: bool = False
    outcomes: dict[int, Outcome] | None = None

    def tally(self, kind: str) -> Tally:
        """Return the tally of a kind, made when first asked for."""
        return self.tallies.setdefault(kind, Tally())


class Watch(Protocol):
    """Someone who follows an import, such as a progress bar."""

    def phase(self, name: str, total: int | None, unit: str) -> None:
        """Begin a phase of so many units (bytes, lines); None where nobody can tell."""
        ...

    def advance(self, amount: int) -> None:
        """Say that so many units more are done."""
        ...
