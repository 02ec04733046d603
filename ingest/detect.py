"""Which source reads a file: by what the user says, else by name, else by how it begins."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from graph.errors import SourceError
from ingest.advice import advice
from ingest.crm import read_crm
from ingest.jsonl import looks_like_jsonl, open_bytes, read_jsonl
from ingest.mail.mail_csv import looks_like_mail_csv, read_mail_csv
from ingest.mail.maildir import is_maildir, looks_like_message, read_eml, read_maildir
from ingest.mail.mbox import looks_like_mbox, read_mbox
from ingest.source import Item, ReadOptions, Reject, Source, name_of
from ingest.text import beginning, first_line


class Format(StrEnum):
    """What an input holds."""

    AUTO = "auto"
    JSONL = "jsonl"
    MBOX = "mbox"
    MAILDIR = "maildir"
    EML = "eml"
    MAIL_CSV = "mail-csv"
    ICS = "ics"
    CRM = "crm"


def _read_ics(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield the items of a calendar."""
    # A fifth of the time that a command takes to start, so not before there is a calendar.
    from ingest.calendar import read_ics

    return read_ics(path, options)


SOURCES: dict[Format, Source] = {
    Format.JSONL: read_jsonl,
    Format.MBOX: read_mbox,
    Format.MAILDIR: read_maildir,
    Format.EML: read_eml,
    Format.MAIL_CSV: read_mail_csv,
    Format.ICS: _read_ics,
    Format.CRM: read_crm,
}
# These read a whole folder; of the others a folder is so many files.
FOLDERS = frozenset({Format.MAILDIR, Format.EML, Format.CRM})
SUFFIXES = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".mbox": Format.MBOX,
    ".eml": Format.EML,
    ".emlx": Format.EML,
    ".ics": Format.ICS,
    ".ical": Format.ICS,
}
# As much of a file as tells what it is: the headers of a message that came a long way are longer than a page.
HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Input:
    """A file or folder, the source that reads it and its size in bytes."""

    path: Path
    read: Source
    size: int


def find_inputs(paths: Sequence[Path], format_: Format) -> list[Input]:
    """
    Return what to read, in the order given; a folder that is no single source gives its files, by name.

    A path that is not there, or whose content nobody knows, is a SourceError; a file of unknown content inside a folder
    is rejected when its turn comes, and the others land.
    """
    return [found for path in paths for found in _inputs(path, format_)]


def _inputs(path: Path, format_: Format) -> Iterator[Input]:
    if not path.exists():
        raise SourceError(f"{path}: there is no such file or folder. Check the path.")
    if format_ is Format.AUTO and not (path.is_file() or path.is_dir()):
        raise SourceError(f"{path}: is neither a file nor a folder. Say what comes out of it with --format.")
    if not path.is_dir():
        yield _file(path, format_)
    elif format_ in FOLDERS or (format_ is Format.AUTO and (format_ := _folder_format(path)) in FOLDERS):
        yield Input(path, SOURCES[format_], _size(path))
    else:
        files = [f for f in sorted(path.iterdir()) if not f.name.startswith(".")]
        if not files:
            raise SourceError(f"{path}: the folder is empty; there is nothing to import.")
        yield from (found for file in files for found in _inside(file, format_))


def _inside(path: Path, format_: Format) -> Iterator[Input]:
    if path.is_dir() and (_leads_back(path) or not any(path.iterdir())):
        return
    try:
        yield from _inputs(path, format_)
    except SourceError as exc:
        reject = whole_file(path, exc)
        yield Input(path, lambda _path, _options: iter([reject]), _size(path))


def _leads_back(path: Path) -> bool:
    """Tell whether a link leads to a folder that it lies in, which is being read already."""
    return path.is_symlink() and path.parent.resolve().is_relative_to(path.resolve())


def whole_file(path: Path, error: SourceError) -> Reject:
    """Return the reject of a file that cannot be read at all."""
    # Its source is named beside the reason already.
    return Reject(name_of(path), 0, str(error).removeprefix(f"{path}: "))


def _file(path: Path, format_: Format) -> Input:
    return Input(path, SOURCES[detect(path) if format_ is Format.AUTO else format_], _size(path))


def _folder_format(path: Path) -> Format:
    if is_maildir(path):
        return Format.MAILDIR
    return Format.CRM if any(path.glob("*.toml")) else Format.AUTO


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def detect(path: Path) -> Format:
    """Return what a file holds, by its name or its first bytes; raise SourceError where neither tells."""
    name = path.name.lower().removesuffix(".gz")
    if (by_name := SUFFIXES.get(Path(name).suffix)) is not None:
        return by_name
    if path.is_file() and not path.stat().st_size:
        raise SourceError(f"{path}: the file is empty; there is nothing to import.")
    head = _head(path)
    text = beginning(head)
    if looks_like_mbox(head):
        return Format.MBOX
    if looks_like_mail_csv(first_line(text)):
        return Format.MAIL_CSV
    if looks_like_jsonl(text):
        return Format.JSONL
    if text.upper().startswith("BEGIN:VCALENDAR"):
        return Format.ICS
    if looks_like_message(head):
        return Format.EML
    raise SourceError(f"{path}: cannot tell what this is. {advice(text) or _formats()}")


def _formats() -> str:
    formats = ", ".join(f for f in Format if f is not Format.AUTO)
    return f"Say so with --format: one of {formats}; a CRM's CSV needs --mapping too."


def _head(path: Path) -> bytes:
    with open_bytes(path) as (file, _):
        try:
            return file.read(HEAD)
        except (OSError, EOFError, zlib.error):
            return b""
