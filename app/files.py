"""Files that appear whole or not at all."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

STDOUT = Path("-")


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a text to write that takes the place of ``path`` once it is complete; ``-`` is standard output."""
    if path == STDOUT:
        yield sys.stdout
        return
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as text:
            yield text
        _give_usual_mode(name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _give_usual_mode(name: str) -> None:
    """Let others read the file as the umask says; a temporary file is made private."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(name, 0o666 & ~mask)
