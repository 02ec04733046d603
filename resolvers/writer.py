"""What resolvers ask of whoever writes; the application gives them one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class WriteStatus(StrEnum):
    """What became of an item."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    SKIPPED = "SKIPPED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class ItemError:
    """What is wrong with an item."""

    code: str
    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item; ``reason`` says why one is skipped, ``error`` why one is rejected."""

    status: WriteStatus
    reason: str | None = None
    error: ItemError | None = None


@dataclass(frozen=True, slots=True)
class Misfit:
    """What was given for an item and is none, the field that does not fit (None: the whole), and what is wrong."""

    given: object
    field: str | None
    reason: str


# An item to write.
Given = Mapping[str, object] | Misfit


class Writer(Protocol):
    """Somebody who writes to the store of a request, one write after the other."""

    async def write(self, lines: Sequence[Given]) -> list[Outcome]:
        """Write lines of the interchange format as one import, and return what became of each; misfits are rejected."""
        ...

    async def delete(self, key: str) -> bool:
        """Remove a record or an interaction; False where there is none of that id."""
        ...
