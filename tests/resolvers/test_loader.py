"""What is asked one by one is read together."""

import asyncio
from collections.abc import Sequence

import pytest

from resolvers.loader import Loader


class Shelf:
    """Reads numbers of words, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.loader = Loader(self.read)

    async def read(self, words: list[str]) -> Sequence[int]:
        self.asked.append(words)
        await asyncio.sleep(0)
        if "bad" in words:
            raise LookupError("bad")
        return [len(word) for word in words if word != "forgotten"]


async def test_what_is_asked_in_a_tick_is_read_with_one_call() -> None:
    shelf = Shelf()
    assert await asyncio.gather(shelf.loader.load("a"), shelf.loader.load_many(["bcd", "ef"])) == [1, [3, 2]]
    assert shelf.asked == [["a", "bcd", "ef"]]


async def test_whoever_is_woken_together_asks_together() -> None:
    shelf = Shelf()

    async def twice(first: str, second: str) -> None:
        await shelf.loader.load(first)
        await shelf.loader.load(second)

    await asyncio.gather(twice("a", "b"), twice("a", "c"))
    assert shelf.asked == [["a"], ["b", "c"]]


async def test_a_key_is_read_once() -> None:
    shelf = Shelf()
    for _ in range(2):
        assert await shelf.loader.load_many(["a", "a"]) == [1, 1]
    assert shelf.asked == [["a"]]


async def test_an_error_is_told_to_all_who_asked_and_remembered() -> None:
    shelf = Shelf()
    asked = [shelf.loader.load("a"), shelf.loader.load("bad")]
    for future in [*asked, shelf.loader.load("bad")]:
        with pytest.raises(LookupError):
            await future
    assert shelf.asked == [["a", "bad"]]


async def test_too_few_values_are_an_error_and_no_wait_without_end() -> None:
    with pytest.raises(ValueError, match="shorter"):
        await Shelf().loader.load("forgotten")


async def test_who_gives_up_does_not_keep_others_from_their_values() -> None:
    shelf = Shelf()
    given_up, same, other = map(shelf.loader.load, ["a", "a", "b"])
    given_up.cancel()
    assert await asyncio.gather(same, other, shelf.loader.load("a")) == [1, 1, 1]
    assert shelf.asked == [["a", "b"]]
