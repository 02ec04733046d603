"""
Threads and copies: which mail belongs together, and which is one message filed several times.

Works on tables of its own in a staging SQLite database that the caller opened, so memory does not grow with the mail.
Call :func:`create`, then :func:`add` for all mail in any order and any batches, :func:`settle` once, and read
:func:`places` and :func:`canonical_ids`. What comes out does not depend on the order of what went in.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ingest.source import MailTrace

# Message-IDs in, thread ids out: those of interactions that are stored already; None for one stored without a thread.
KnownThreads = Callable[[Collection[str]], Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be placed; ``seq`` is the caller's number for its line, ``at`` is in microseconds since 1970."""

    seq: int
    id: str
    at: int
    in_reply_to: str | None
    copy_key: str | None
    text: str
    trace: MailTrace


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a line of mail belongs.

    ``id`` is the interaction's, ``in_reply_to`` names an interaction or what is not here, ``copies`` are the other
    lines of the same message where this line stands for it, and ``is_copy`` says that another line does.
    """

    id: str
    thread: str
    in_reply_to: str | None
    is_copy: bool
    copies: tuple[int, ...]


def create(connection: sqlite3.Connection) -> None:
    """Make the tables."""
    raise NotImplementedError


def add(connection: sqlite3.Connection, mail: Iterable[Mail]) -> None:
    """Note a batch of mail; the caller commits."""
    raise NotImplementedError


def settle(connection: sqlite3.Connection, known_threads: KnownThreads) -> None:
    """Find copies and threads of all mail added; ``known_threads`` is asked in batches of a few thousand."""
    raise NotImplementedError


def places(connection: sqlite3.Connection, seqs: Collection[int]) -> dict[int, Place]:
    """Return the place of each of these lines that is mail."""
    raise NotImplementedError


def canonical_ids(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, str]:
    """Return the interaction's id for each of these Message-IDs that belongs to a copy filed under another id."""
    raise NotImplementedError
