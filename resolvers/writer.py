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

    key: str
    status: WriteStatus
    reason: str | None = None
    error: ItemError | None = None


class Writer(Protocol):
    """Somebody who writes to the store of a request, one write after the other."""

    async def write(self, lines: Sequence[Mapping[str, object]]) -> list[Outcome]:
        """Write lines of the interchange format as one import, and return what became of each."""
        ...

    async def delete(self, key: str) -> bool:
        """Remove a record or an interaction; False where there is none of that id."""
        ...
