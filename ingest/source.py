"""
What a source of data gives: lines of the interchange format, and what it could not turn into one.

Every source (JSON Lines, mail, calendar, CRM) is a generator of items. Whatever it reads becomes the text of one JSON
object of ``docs/data-format.md``, or the draft of one, so validation, identity and loading exist once.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from graph.settings import BulkSign
from ingest.drafts import Draft
from ingest.revision import Revision, Version


def name_of(path: Path) -> str:
    """Return the name of a file as it is told and kept: bytes that are no text, as they may be in it, are escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class MailTrace:
    """
    What threads a mail and finds its copies; :mod:`ingest.threads` reads it once all mail is there.

    ``references`` are Message-IDs, the thread's first one first and the parent last. ``subject_key`` is the same for
    mail of one normalised subject ("" for none); ``is_reply`` says that the subject was marked as a reply.
    ``mailbox`` is where the message lay: the mbox file, the maildir's folder or the folder of .eml files.
    ``people`` are the addresses of all who took part, in lower case.
    """

    references: tuple[str, ...]
    subject_key: str
    is_reply: bool
    mailbox: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingTrace:
    """
    What tells the versions of a meeting apart; :mod:`ingest.meetings` reads it once all calendars are there.

    ``entry`` is the number of the :class:`CalendarEntry` of the same source that the occurrence was read with.
    """

    entry: int
    revision: Revision


class Line(NamedTuple):
    """
    One object of the interchange format as JSON text, and where it came from (line or position, from 1).

    A source of interactions that leave nothing to check gives the ``draft``, all people by address, and the ``names``
    that these addresses go by; then ``text`` is what the file says.
    """

    source: str
    number: int
    text: str
    mail: MailTrace | None = None
    meeting: MeetingTrace | None = None
    draft: Draft | None = None
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """
    Input that is bad: where, why with the field, and what it said (cut where it is long).

    A number of 0 means the file as a whole.
    """

    source: str
    number: int
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """Input that is well formed and not wanted, such as bulk mail; ``reason`` is a short phrase to count by."""

    source: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Warn:
    """Something mended or ignored that the user should know; the line it is about still lands."""

    source: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """
    The version of a calendar entry (``uid``) that says which occurrences it has until an instant.

    Its lines are all there are; with ``only`` it says of this one occurrence that it does not take place.
    """

    source: str
    number: int
    uid: str
    version: Version
    until: datetime
    only: str | None = None


Item = Line | Reject | Skip | Warn | CalendarEntry


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: what is bulk mail, the instant to expand recurring events from, mapping and bookkeeping."""

    bulk_signs: Collection[BulkSign] = tuple(BulkSign)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    mapping: Path | None = None
    advance: Callable[[int], None] = lambda _bytes: None


# A source: path and options in, items out; it calls ``options.advance`` with the bytes of the file it has consumed.
Source = Callable[[Path, ReadOptions], Iterator[Item]]
