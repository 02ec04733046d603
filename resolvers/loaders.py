"""
Everything a request reads from the store, gathered into batches.

Resolvers that ask in the same tick share one call: a page of 50 accounts with their owners costs as many calls as one
account with its owner.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import TypeVar

from graph.model import Interaction, Person, Record
from graph.settings import SettingsVersion
from graph.settings_versions import newest_version
from graph.store import Listing, Page, Store
from resolvers.answers import Answer, Question, answers
from resolvers.loader import Loader
from resolvers.ranking import Ranking, Wanted
from resolvers.rankings import kept_rankings
from resolvers.similarity import Similarity

T = TypeVar("T")


class Loaders:
    """One loader for each kind of data; they live as long as a request."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.forget()

    def forget(self) -> None:
        """Forget all that was read, so that what is asked from now on sees what was written meanwhile."""
        self._settings: asyncio.Task[SettingsVersion] | None = None
        self.records = Loader(self._records)
        self.people_by_address = Loader(self._people_by_address)
        self.pages = Loader(self._pages)
        self.interactions = Loader(self._interactions)
        self.answers = Loader(self._answers)
        self.rankings = Loader(self._rankings)
        self._similarity: Similarity | None = None

    @property
    def similarity(self) -> Similarity:
        """The loaders of what compares deals; most requests do not."""
        if self._similarity is None:
            self._similarity = Similarity(self._store, self.settings)
        return self._similarity

    async def settings(self) -> SettingsVersion:
        """Return the newest version of the organisation's settings, read once."""
        # Who gives up waiting must not stop the reading: others wait for it too.
        return await asyncio.shield(self._read_settings())

    def _read_settings(self) -> asyncio.Task[SettingsVersion]:
        if self._settings is None:
            self._settings = asyncio.create_task(newest_version(self._store))
        return self._settings

    @property
    def known_settings(self) -> SettingsVersion | None:
        """The newest version of the settings where it was read already, and could be."""
        task = self._settings
        return task.result() if task is not None and task.done() and task.exception() is None else None

    async def _beside_settings(self, read: Awaitable[T]) -> T:
        """
        Return what is read, and have the settings by then.

        Whoever needs them for a widget of these records has them without a wait, so that its question goes along with
        those of its neighbours. Where they cannot be read, only who needs them is told.
        """
        if self.known_settings is not None:
            return await read
        settings = self._read_settings()
        try:
            return await read
        finally:
            # Where the read fails too, so that nothing goes on reading for a request that is over.
            with suppress(Exception):
                await settings

    async def _records(self, ids: list[str]) -> list[Record | None]:
        found = await self._beside_settings(self._store.records(ids))
        return [found.get(id_) for id_ in ids]

    async def _people_by_address(self, addresses: list[str]) -> list[list[Person]]:
        found = await self._beside_settings(self._store.people_at(addresses))
        return [found.get(address, []) for address in addresses]

    async def _pages(self, listings: list[Listing]) -> list[Page]:
        return await self._beside_settings(self._store.list_records(listings))

    async def _interactions(self, ids: list[str]) -> list[Interaction | None]:
        found = await self._store.interactions(ids)
        return [found.get(id_) for id_ in ids]

    async def _answers(self, questions: list[Question]) -> Sequence[Answer]:
        return await answers(self._store, self.settings, questions)

    async def _rankings(self, wanted: list[Wanted]) -> list[Ranking]:
        settings = (await self.settings()).settings
        return await kept_rankings(self._store).rank(self._store, wanted, settings)
