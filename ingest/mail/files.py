"""Opening mail files, packed or not, and telling how far one is read."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from graph.errors import SourceError

GZIP = b"\x1f\x8b"
# What reading on can raise where a file is damaged, a pack cut short or a disk in trouble.
READ_ERRORS = (OSError, EOFError, zlib.error)
MAX_LINE = 1 << 16


class Input:
    """A file open for reading; ``advance`` is told how many of its bytes, packed ones if so, were consumed."""

    def __init__(self, raw: BinaryIO, advance: Callable[[int], None]) -> None:
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        self.stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
        self._raw = raw
        self._advance = advance
        self._told = 0

    def lines(self) -> Iterator[bytes]:
        """Yield the lines; one longer than 64 KiB comes in pieces."""
        readline = self.stream.readline
        while line := readline(MAX_LINE):
            yield line

    def tell_progress(self) -> None:
        """Say what was consumed since the last time."""
        self._tell(self._raw.tell())

    def tell_end(self) -> None:
        """Say that the rest of the file is not needed."""
        self._tell(os.fstat(self._raw.fileno()).st_size)

    def _tell(self, position: int) -> None:
        self._advance(position - self._told)
        self._told = position


@contextmanager
def open_input(path: Path, advance: Callable[[int], None]) -> Iterator[Input]:
    """Open a file; one that cannot be opened is a SourceError."""
    with ExitStack() as stack:
        try:
            opened = Input(stack.enter_context(path.open("rb")), advance)
        except OSError as exc:
            raise SourceError(f"{path}: cannot be read ({exc.strerror or exc}). Check its permissions.") from exc
        yield opened


def damage(error: Exception) -> str:
    """Say why a file could not be read to its end."""
    return f"the file is damaged or cut short here ({error}); what came before it was read"
