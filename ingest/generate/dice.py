"""Chance that falls the same way on every machine and Python: only the stable ``random()`` is asked."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one seed, in order."""

    def __init__(self, seed: int) -> None:
        self.roll = Random(seed).random

    def chance(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.roll() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[int(self.roll() * len(items))]
