"""Which source reads a file: by what the user says, else by name, else by how it begins."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from graph.errors import SourceError
from ingest.calendar import read_ics
from ingest.crm import read_crm
from ingest.jsonl import open_bytes, read_jsonl
from ingest.mail.mail_csv import looks_like_mail_csv, read_mail_csv
from ingest.mail.maildir import is_maildir, read_eml, read_maildir
from ingest.mail.mbox import looks_like_mbox, read_mbox
from ingest.source import Source


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


SOURCES: dict[Format, Source] = {
    Format.JSONL: read_jsonl,
    Format.MBOX: read_mbox,
    Format.MAILDIR: read_maildir,
    Format.EML: read_eml,
    Format.MAIL_CSV: read_mail_csv,
    Format.ICS: read_ics,
    Format.CRM: read_crm,
}
SUFFIXES = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".mbox": Format.MBOX,
    ".eml": Format.EML,
    ".ics": Format.ICS,
    ".ical": Format.ICS,
}


@dataclass(frozen=True, slots=True)
class Input:
    """A file or folder, the source that reads it and its size in bytes."""

    path: Path
    read: Source
    size: int


def find_inputs(paths: Sequence[Path], format_: Format) -> list[Input]:
    """Return what to read, in the order given; a folder that is no single source gives its files, by name."""
    return [found for path in paths for found in _inputs(path, format_)]


def _inputs(path: Path, format_: Format) -> Iterator[Input]:
    if not path.exists():
        raise SourceError(f"{path}: there is no such file or folder. Check the path.")
    if format_ is not Format.AUTO:
        yield Input(path, SOURCES[format_], _size(path))
    elif not path.is_dir():
        yield Input(path, SOURCES[detect(path)], _size(path))
    elif is_maildir(path):
        yield Input(path, read_maildir, _size(path))
    elif any(path.glob("*.toml")):
        yield Input(path, read_crm, _size(path))
    else:
        yield from _files_of(path)


def _files_of(folder: Path) -> Iterator[Input]:
    entries = sorted(e for e in folder.iterdir() if not e.name.startswith("."))
    if not entries:
        raise SourceError(f"{folder}: the folder is empty; there is nothing to import.")
    letters = [e for e in entries if e.suffix.lower() == ".eml"]
    if letters:
        # A folder of single messages is one mailbox.
        yield Input(folder, read_eml, sum(e.stat().st_size for e in letters))
    for entry in entries:
        if entry not in letters:
            yield from _inputs(entry, Format.AUTO)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def detect(path: Path) -> Format:
    """Return what a file holds, by its name or its first bytes; raise SourceError where neither tells."""
    name = path.name.lower().removesuffix(".gz")
    if (by_name := SUFFIXES.get(Path(name).suffix)) is not None:
        return by_name
    head = _head(path)
    if looks_like_mbox(head):
        return Format.MBOX
    if looks_like_mail_csv(head.decode(errors="replace").split("\n", 1)[0]):
        return Format.MAIL_CSV
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Format.JSONL
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        return Format.ICS
    formats = ", ".join(f for f in Format if f is not Format.AUTO)
    raise SourceError(f"{path}: cannot tell what this is. Say so with --format: one of {formats}.")


def _head(path: Path) -> bytes:
    with open_bytes(path) as (file, _):
        try:
            return file.read(4096)
        except (OSError, EOFError, zlib.error):
            return b""
