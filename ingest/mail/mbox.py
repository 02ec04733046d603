"""
Mailboxes in one file (mbox in its dialects), packed with gzip or not.

A message begins at a ``From `` line that follows a blank line, has a date and is followed by a header. Bodies are
passed over line by line, so that only one message's headers are ever in memory.
"""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ingest.mail.files import READ_ERRORS, Input, damage, open_input
from ingest.mail.headers import MAX_BLOCK
from ingest.mail.message import Origin, read_message
from ingest.source import Item, ReadOptions, Reject, name_of

NO_MESSAGE = "no message: an mbox begins with a line like 'From ann@us.example Mon Nov  2 09:30:00 2026'"

_ENVELOPE = re.compile(rb"From .*\d{1,2}:\d\d.*\b\d{4}\b")
_POSTED = re.compile(rb"From .*?\b((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*)")
_HEADER = re.compile(rb">?[!-9;-~]+[ \t]*:|>From ")
_BLANK = frozenset((b"\n", b"\r\n", b"\r\r\n"))
_SIGNATURE = b"\xef\xbb\xbf"


def read_mbox(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield what each message of an mbox file becomes, numbered from 1."""
    with open_input(path, options.advance) as source:
        number = 0
        try:
            for posted, block in _messages(source):
                number += 1
                yield from read_message(block, Origin(name_of(path), number, name_of(path), posted), options)
                source.tell_progress()
        except READ_ERRORS as exc:
            yield Reject(name_of(path), number + 1, damage(exc))
        else:
            if number == 0 and source.stream.tell():
                yield Reject(name_of(path), 1, NO_MESSAGE)
        source.tell_progress()


def looks_like_mbox(first_bytes: bytes) -> bool:
    """Tell whether a file that begins so is an mbox."""
    start = first_bytes.removeprefix(_SIGNATURE).lstrip(b"\r\n")
    line, _, rest = start.partition(b"\n")
    return line.startswith(b"From ") and (_HEADER.match(rest) is not None or _ENVELOPE.match(line) is not None)


def _messages(source: Input) -> Iterator[tuple[str, bytes]]:
    """Yield (date of the mbox line, header block) for each message."""
    block: list[bytes] = []
    posted, size = None, 0
    for separator, inside, line in _marked(source):
        if separator:
            if posted is not None:
                yield posted, b"".join(block)
            posted, block, size = _posted(line), [], 0
        elif inside and size <= MAX_BLOCK:
            block.append(line)
            size += len(line)
    if posted is not None:
        yield posted, b"".join(block)


def _marked(source: Input) -> Iterator[tuple[bool, bool, bytes]]:
    """Yield (begins a message, belongs to its headers, line) for each line from the first separator on."""
    lines = _from_first_separator(source.lines())
    inside, blank, started = False, True, False
    line = next(lines, b"")
    while line:
        following = next(lines, b"")
        begins = (blank or inside) and line.startswith(b"From ") and _begins(line, following, started)
        if begins:
            inside = started = True
        elif inside and line in _BLANK:
            inside = False
        yield begins, inside, line
        blank = line in _BLANK
        line = following


def _from_first_separator(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Return the lines without a byte order mark and blank lines at the start."""
    for line in lines:
        start = line.removeprefix(_SIGNATURE)
        if start.strip():
            return chain((start,), lines)
    return iter(())


def _begins(line: bytes, following: bytes, started: bool) -> bool:
    """Tell whether a From line begins a message; the first of a file need not have a date."""
    return (not started or _ENVELOPE.match(line) is not None) and _HEADER.match(following) is not None


def _posted(line: bytes) -> str:
    found = _POSTED.match(line)
    return found[1].decode("latin-1") if found else ""
