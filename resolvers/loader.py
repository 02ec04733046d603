"""What is asked one by one, read together."""

from asyncio import Future, Task, create_task, gather, get_running_loop
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from functools import partial
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
        # How to tell what was read, or why it was not.
        self._known: dict[K, Callable[[Future[T]], None]] = {}
        self._waiting: dict[K, list[Future[T]]] = {}
        self._asked: list[K] = []
        # Kept here, since nobody else keeps them: a loop knows its tasks weakly.
        self._tasks: list[Task[None]] = []

    def load(self, key: K) -> Future[T]:
        """Return what there is for a key, as soon as it is read; each caller may cancel its own wait."""
        loop = get_running_loop()
        future: Future[T] = loop.create_future()
        if (tell := self._known.get(key)) is not None:
            tell(future)
        elif (waiting := self._waiting.get(key)) is not None:
            waiting.append(future)
        else:
            if not self._asked:
                loop.call_soon(self._begin)
            self._asked.append(key)
            self._waiting[key] = [future]
        return future

    def load_many(self, keys: Iterable[K]) -> Awaitable[list[T]]:
        """Return what there is for each key."""
        return gather(*map(self.load, keys))

    def _begin(self) -> None:
        # A task of its own: who is woken by the same event as those who have asked may still join them.
        self._tasks.append(create_task(self._answer()))

    async def _answer(self) -> None:
        asked, self._asked = self._asked, []
        try:
            found = list(zip(asked, await self._read(list(asked)), strict=True))
        except Exception as error:
            for key in asked:
                self._tell(key, partial(_fail, error=error))
        else:
            for key, value in found:
                self._tell(key, partial(_succeed, value=value))

    def _tell(self, key: K, tell: Callable[[Future[T]], None]) -> None:
        self._known[key] = tell
        for future in self._waiting.pop(key):
            tell(future)


def _succeed(future: Future[T], value: T) -> None:
    if not future.done():
        future.set_result(value)


def _fail(future: Future[T], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        # Who no longer waits for it need not be missed.
        future.exception()
