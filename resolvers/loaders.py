"""
Everything a request reads from the store, gathered into batches.

Resolvers that ask in the same tick share one call: a page of 50 accounts with their owners costs as many calls as one
account with its owner.
"""

from collections.abc import Sequence

from strawberry.dataloader import DataLoader

from graph.model import Interaction, Person, Record
from graph.store import Listing, Page, Store
from resolvers.answers import Answer, Question, answers


class Loaders:
    """One loader for each kind of data; they live as long as a request."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.records = DataLoader[str, Record | None](self._records)
        self.people_by_address = DataLoader[str, list[Person]](self._people_by_address)
        self.pages = DataLoader[Listing, Page](self._pages)
        self.interactions = DataLoader[str, Interaction | None](self._interactions)
        self.answers = DataLoader[Question, Answer](self._answers)

    async def _records(self, ids: list[str]) -> list[Record | None]:
        found = await self._store.records(ids)
        return [found.get(id_) for id_ in ids]

    async def _people_by_address(self, addresses: list[str]) -> list[list[Person]]:
        found = await self._store.people_at(addresses)
        return [found.get(address, []) for address in addresses]

    async def _pages(self, listings: list[Listing]) -> list[Page]:
        return await self._store.list_records(listings)

    async def _interactions(self, ids: list[str]) -> list[Interaction | None]:
        found = await self._store.interactions(ids)
        return [found.get(id_) for id_ in ids]

    async def _answers(self, questions: list[Question]) -> Sequence[Answer]:
        return await answers(self._store, questions)
