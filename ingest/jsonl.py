"""JSON Lines in the interchange format, plain or .gz, in UTF-8 (or UTF-16 with a byte order mark)."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from graph.errors import SourceError
from ingest.source import Item, Line, ReadOptions, Reject, name_of

MAX_LINE = 16 * 1024 * 1024
TELL_EVERY = 1000
GZIP_MAGIC = b"\x1f\x8b"
TYPE = re.compile(r'"type"\s*:\s*"(seller|account|contact|lead|opportunity|interaction|engagement)"')


def read_jsonl(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield a Line for each non-blank line of a file, and a Reject for each that is no text."""
    with open_bytes(path) as (file, raw):
        position = 0
        for number, data in enumerate(_lines(file), start=1):
            yield from _item(name_of(path), number, data)
            if number % TELL_EVERY == 0:
                options.advance(raw.tell() - position)
                position = raw.tell()
        options.advance(raw.tell() - position)


def looks_like_jsonl(text: str) -> bool:
    """Tell whether a file that begins so holds objects of the interchange format, one a line."""
    line, ended, _ = text.partition("\n")
    whole = line.startswith("{") and (not ended or line.rstrip().endswith("}"))
    # JSON of other programs lies about too, and would be rejected line by line.
    return whole and TYPE.search(text) is not None


@contextmanager
def open_bytes(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open a file, unpacked where it is gzip; the second value is the file as it lies there, for its position."""
    try:
        raw = path.open("rb")
    except OSError as exc:
        raise SourceError(f"{path}: cannot be read: {exc.strerror}. Check the path and its permissions.") from exc
    with raw:
        packed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        yield (cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw), raw


def _lines(file: BinaryIO) -> Iterator[bytes | Exception]:
    """Yield the lines as UTF-8 bytes; an over-long line or a broken archive is an exception in its place."""
    end, encoding = b"\n", None
    try:
        head = file.readline(MAX_LINE)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
            yield from _recoded(head, file, encoding)
            return
        head = head.removeprefix(codecs.BOM_UTF8)
        while head:
            if len(head) >= MAX_LINE and not head.endswith(end):
                while head and not head.endswith(end):
                    head = file.readline(MAX_LINE)
                yield ValueError(f"the line is longer than {MAX_LINE} bytes")
            else:
                yield head
            head = file.readline(MAX_LINE)
    except (OSError, EOFError, zlib.error) as exc:
        yield ValueError(f"the file breaks off here: {exc}")


def _recoded(head: bytes, file: BinaryIO, encoding: str) -> Iterator[bytes | Exception]:
    # In UTF-16 a line feed is two bytes, so lines are cut after decoding.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(head[2:])
    while chunk := file.read(1 << 16):
        *lines, text = (text + decoder.decode(chunk)).split("\n")
        yield from (line.encode() for line in lines)
    yield from (line.encode() for line in text.split("\n"))


def _item(source: str, number: int, data: bytes | Exception) -> Iterator[Item]:
    if isinstance(data, Exception):
        yield Reject(source, number, str(data))
        return
    try:
        text = data.decode().strip()
    except UnicodeDecodeError as exc:
        yield Reject(source, number, f"not UTF-8: {exc.reason} at byte {exc.start + 1}", data.decode(errors="replace"))
        return
    if text:
        yield Line(source, number, text)
