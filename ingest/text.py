"""Lines of text files as people's programs write them: any line end, UTF-8, UTF-16 with a mark, or Windows-1252."""

import codecs
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.jsonl import open_bytes

UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What to do about bytes that are no UTF-8, as an ``errors`` of :func:`open`: they are taken for Windows-1252.
WINDOWS = "rapport-windows-1252"


def _from_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(WINDOWS, _from_windows)


def raw_lines(path: Path, advance: Callable[[int], None], *, newline: str | None) -> Iterator[str]:
    """
    Yield the lines of a file (plain or .gz), each character a byte of UTF-8; ``newline`` is that of :func:`open`.

    Characters come later (:func:`decoded`), because a folded line may cut one in two and because one stray byte
    must not make a whole file unreadable.
    """
    with open_bytes(path) as (file, raw):
        is_utf_16 = file.read(2) in UTF_16_MARKS
        file.seek(0)
        position = 0
        with io.TextIOWrapper(file, "utf-16" if is_utf_16 else "latin-1", "replace", newline) as text:
            for line in text:
                if (consumed := raw.tell()) != position:
                    advance(consumed - position)
                    position = consumed
                yield line.encode().decode("latin-1") if is_utf_16 else line


def decoded(raw: str) -> tuple[str, bool]:
    """Return a raw line as text, and whether it was no UTF-8 and taken for Windows-1252."""
    if raw.isascii():
        return raw, False
    data = raw.encode("latin-1").removeprefix(UTF_8_MARK)
    try:
        return data.decode(), False
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), True


def beginning(first_bytes: bytes) -> str:
    """Return the first bytes of a file as text, from the first character that is no white space; marks are left out."""
    encoding = "utf-16" if first_bytes.startswith(UTF_16_MARKS) else "utf-8-sig"
    return first_bytes.decode(encoding, errors="replace").lstrip()


def first_line(text: str) -> str:
    """Return what stands before the first line end of any program."""
    return text.replace("\r", "\n").partition("\n")[0]
