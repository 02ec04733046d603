"""Mail in a file each: maildirs with their folders, and .eml files or folders of them."""

import re
from collections.abc import Iterator
from pathlib import Path

from graph.errors import SourceError
from ingest.mail.files import READ_ERRORS, Input, damage, open_input
from ingest.mail.headers import MAX_BLOCK, parse_headers
from ingest.mail.message import Origin, read_message
from ingest.source import Item, ReadOptions, Reject, Skip, name_of

DRAFT = "draft that was not sent"

# Messages are in cur and new; those in tmp are still being delivered.
_DELIVERED = ("cur", "new")
_PARTS = frozenset((*_DELIVERED, "tmp"))
# "12345.host:2,DS": where ":" cannot be in a name, programs write ";" or "!".
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")
# Single messages; a folder of numbered files is what MH and some archives keep.
_MESSAGE_NAME = re.compile(r".+\.emlx?|\d+\.?", re.IGNORECASE)
_SIGNATURE = b"\xef\xbb\xbf"
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_BLANK_LINE = re.compile(rb"\n\r?\n|\r\r")
_TELLING = ("date", "received", "message-id")


def read_maildir(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield what each message of a maildir and of the folders in it becomes, in order of their names."""
    for folder in (path, *_folders(path)):
        for part in _DELIVERED:
            for file in _files(folder / part):
                yield from _read_delivered(file, folder, options)


def read_eml(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield what a message in a file of its own becomes, or each one in a folder and the folders in it."""
    if not path.is_dir():
        yield from _read_file(path, path.parent, options)
        return
    found = False
    for folder in (path, *_folders(path)):
        for file in _files(folder):
            if _MESSAGE_NAME.fullmatch(file.name):
                found = True
                yield from _read_in_folder(file, folder, options)
    if not found:
        raise SourceError(f"{path} holds no mail: single messages are files that end in .eml.")


def looks_like_message(first_bytes: bytes) -> bool:
    """Tell whether a file that begins so is a message: headers that say who wrote it, and when or which it is."""
    start = first_bytes.removeprefix(_SIGNATURE).lstrip(b"\r\n")
    headers = parse_headers(_BLANK_LINE.split(start, maxsplit=1)[0])
    return _HEADER.match(start) is not None and "from" in headers and not headers.keys().isdisjoint(_TELLING)


def is_maildir(path: Path) -> bool:
    """Tell whether a folder is a maildir."""
    return (path / "cur").is_dir() and ((path / "new").is_dir() or (path / "tmp").is_dir())


def _folders(path: Path) -> Iterator[Path]:
    """Yield the folders below a path in order; a maildir's hold its mail in parts that are no folders."""
    for folder in sorted(_entries(path)):
        if folder.is_dir() and not folder.is_symlink() and folder.name not in _PARTS:
            yield folder
            yield from _folders(folder)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in _entries(folder) if file.is_file() and not file.name.startswith("."))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir()) if folder.is_dir() else []
    except OSError as exc:
        raise SourceError(f"{folder} cannot be read: {exc.strerror}. Check its permissions.") from exc


def _read_delivered(file: Path, folder: Path, options: ReadOptions) -> Iterator[Item]:
    flags = _FLAGS.search(file.name)
    if flags and "D" in flags[1]:
        yield Skip(name_of(file), 1, DRAFT)
    else:
        yield from _read_in_folder(file, folder, options)


def _read_in_folder(file: Path, folder: Path, options: ReadOptions) -> Iterator[Item]:
    """Read one file among many: that it cannot be opened does not end the import."""
    try:
        yield from _read_file(file, folder, options)
    except SourceError as exc:
        yield Reject(name_of(file), 1, str(exc))


def _read_file(file: Path, folder: Path, options: ReadOptions) -> Iterator[Item]:
    with open_input(file, options.advance) as source:
        try:
            block = _header_block(source)
        except READ_ERRORS as exc:
            yield Reject(name_of(file), 1, damage(exc))
        else:
            yield from read_message(block, Origin(name_of(file), 1, name_of(folder)), options)
        source.tell_end()


def _header_block(source: Input) -> bytes:
    """Return what stands before the first blank line; blank lines and a byte order mark at the start do not count."""
    block: list[bytes] = []
    size = 0
    for line in source.lines():
        start = line if block else line.removeprefix(_SIGNATURE)
        if block and not start.strip(b"\r\n"):
            break
        if start.strip(b"\r\n") or block:
            block.append(start)
            size += len(start)
        if size > MAX_BLOCK:
            break
    return b"".join(block)
