"""What is asked one by one, read together."""

from asyncio import Future, Task, create_task, gather, get_running_loop
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Loader(Generic[K, T]):
    """
    Reads what is asked for in one tick with one call, and keeps it.

    ``read`` gets keys, each once, and returns a value for each, in order.
    """

    def __init__(self, read: Callable[[list[K]], Awaitable[Sequence[T]]]) -> None:
        self._read = read
        self._known: dict[K, Future[T]] = {}
        self._asked: dict[K, Future[T]] = {}
        # Kept here, since nobody else keeps them: a loop knows its tasks weakly.
        self._tasks: list[Task[None]] = []

    def load(self, key: K) -> Future[T]:
        """Return what there is for a key, as soon as it is read."""
        known = self._known.get(key)
        if known is not None and not known.cancelled():
            return known
        loop = get_running_loop()
        if not self._asked:
            loop.call_soon(self._begin)
        future: Future[T] = loop.create_future()
        self._known[key] = self._asked[key] = future
        return future

    def load_many(self, keys: Iterable[K]) -> Awaitable[list[T]]:
        """Return what there is for each key."""
        return gather(*map(self.load, keys))

    def _begin(self) -> None:
        # A task of its own: who is woken by the same event as those who have asked may still join them.
        self._tasks.append(create_task(self._answer()))

    async def _answer(self) -> None:
        asked, self._asked = self._asked, {}
        try:
            answers = list(zip(asked.values(), await self._read(list(asked)), strict=True))
        except Exception as error:
            for future in asked.values():
                # Who waited may have been told not to.
                if not future.done():
                    future.set_exception(error)
        else:
            for future, value in answers:
                if not future.done():
                    future.set_result(value)
