"""What is read of a whole book in parts, so that memory stays bounded."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# The interactions of so many records are read at once, and forgotten before the next.
RECORDS_AT_ONCE = 500


def batches(records: Iterable[T]) -> Iterator[list[T]]:
    """Yield records, or their ids, in parts to be read one after the other."""
    iterator = iter(records)
    while batch := list(islice(iterator, RECORDS_AT_ONCE)):
        yield batch
