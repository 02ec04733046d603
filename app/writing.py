"""Writes of the API: imports of a few lines, so that every rule of the interchange format holds for them too."""

import asyncio
import json
from collections.abc import Mapping, Sequence

from graph.errors import ConflictError, InputError
from graph.store import Store
from ingest.lines import field_of
from ingest.load import LoadOptions, load_lines
from ingest.report import Fate
from ingest.report import Outcome as LineOutcome
from ingest.source import Line
from resolvers.writer import Given, ItemError, Misfit, Outcome, WriteStatus

SOURCE = "input"
# Another process may take over or remove a person between our looking and our writing.
ATTEMPTS = 3
STATUSES = {
    Fate.ADDED: WriteStatus.CREATED,
    Fate.UPDATED: WriteStatus.UPDATED,
    Fate.UNCHANGED: WriteStatus.UNCHANGED,
    Fate.MERGED: WriteStatus.SKIPPED,
    Fate.SKIPPED: WriteStatus.SKIPPED,
}
GIVEN_AGAIN = "the same event comes again later in this call"
TAKEN_OVER = "somebody else is known by this address"


class StoreWriter:
    """
    Writes to a store.

    Who an address is depends on what is stored, so this process writes one call after the other.
    """

    def __init__(self, store: Store, team_domains: tuple[str, ...] = ()) -> None:
        self._store = store
        self._options = LoadOptions(team_domains=team_domains)
        self._writing = asyncio.Lock()

    async def write(self, lines: Sequence[Given]) -> list[Outcome]:
        """Write lines of the interchange format as one import, and return what became of each; misfits are rejected."""
        fitting = [(number, line) for number, line in enumerate(lines, start=1) if not isinstance(line, Misfit)]
        texts = [Line(SOURCE, number, json.dumps(line)) for number, line in fitting]
        async with self._writing:
            outcomes = await self._load(texts)
        return [_outcome(lines, index, outcomes) for index in range(len(lines))]

    async def _load(self, texts: Sequence[Line]) -> Mapping[int, LineOutcome]:
        for _ in range(ATTEMPTS):
            try:
                return (await load_lines(self._store, texts, self._options)).outcomes or {}
            except InputError as error:
                # Whatever lines name was there a moment ago.
                overtaken = error
        raise ConflictError(
            "Others are changing the people of these items at the same time; send them again."
        ) from overtaken

    async def delete(self, key: str) -> bool:
        """Remove a record or an interaction; False where there is none of that id."""
        async with self._writing:
            return bool(await self._store.erase_records([key]) or await self._store.delete_interactions([key]))


def _outcome(lines: Sequence[Given], index: int, outcomes: Mapping[int, LineOutcome]) -> Outcome:
    line = lines[index]
    if isinstance(line, Misfit):
        return Outcome(WriteStatus.REJECTED, error=ItemError(InputError.code, line.reason, line.field))
    fate, reason = outcomes[index + 1].fate, outcomes[index + 1].reason
    if fate is Fate.REJECTED:
        error = ItemError(InputError.code, reason or "", field_of(reason or ""))
        return Outcome(WriteStatus.REJECTED, error=error)
    return Outcome(STATUSES[fate], _why_merged(lines, index, outcomes) if fate is Fate.MERGED else reason)


def _why_merged(lines: Sequence[Given], index: int, outcomes: Mapping[int, LineOutcome]) -> str:
    id_ = _id(lines[index])
    if id_ is None:
        return GIVEN_AGAIN
    later = (n for n in range(index + 1, len(lines)) if _id(lines[n]) == id_)
    replacing = next((n for n in later if outcomes[n + 1].fate is not Fate.REJECTED), None)
    return TAKEN_OVER if replacing is None else f"item {replacing} of this call has the same id and replaces it"


def _id(line: Given) -> object:
    return None if isinstance(line, Misfit) else line.get("id")
