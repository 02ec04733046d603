"""Files that appear whole or not at all."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from graph.errors import InputError

STDOUT = Path("-")


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """
    Open a text to write that takes the place of ``path`` once it is complete.

    ``-`` is standard output; a device or pipe, such as /dev/null, is written to and stays what it is.
    """
    if path == STDOUT:
        yield sys.stdout
        return
    # A link stays; the file it leads to is replaced.
    path = path.resolve()
    if path.exists() and not path.is_file():
        with _opened(path) as text:
            yield text
        return
    text = _temporary(path)
    try:
        with text:
            yield text
        os.replace(text.name, path)
    except BaseException:
        os.unlink(text.name)
        raise


def _opened(path: Path) -> TextIO:
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it, such as {path / 'book.jsonl'}.")
    return path.open("w", encoding="utf-8")


def _temporary(path: Path) -> TextIO:
    """Open a file beside ``path``, with the rights of the file it replaces or else those of any new file."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror}. Choose another place, or make its folder.") from error
    os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
    os.close(descriptor)
    return open(name, "w", encoding="utf-8", newline="\n")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
