"""
Mail logs: CSV files with a message a row (``id,sent_at,from,to``), packed with gzip or not.

A row costs a few microseconds: rows without quotes are split, not parsed, what was made of an address is kept, and no
text is written that would only be read and checked again: a row that is good leaves nothing to check.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TextIO

from graph.errors import SourceError
from graph.model import InteractionKind, InteractionState, Role, normalized_address, to_micros
from graph.model import Source as Origin
from ingest.drafts import Draft, DraftParticipant
from ingest.mail.addresses import Address, clean_email, is_address, parse_addresses
from ingest.mail.dates import parse_date
from ingest.mail.files import READ_ERRORS, Input, damage, open_input
from ingest.mail.message import BAD_RECIPIENT
from ingest.mail.subjects import is_reply, subject_key
from ingest.rows import MAX_ROW, Numbered, Rows
from ingest.source import Item, Line, MailTrace, ReadOptions, Reject, Warn, name_of
from ingest.text import WINDOWS

REQUIRED = ("id", "sent_at", "from", "to")
OPTIONAL = ("cc", "bcc", "subject", "thread", "in_reply_to")

TORN = "the row has not as many columns as the header, or a quote that is not closed"
TOO_LONG = "the row is longer than 1 MiB; no message has so many recipients"

_DELIMITERS = ",;\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LINE_ENDS = ("\n", "\r")
_TELL_EVERY = 1000
_LONG = 500
_WORD = re.compile(r"[^\s,;]+")
# What only lists with names, or with space around an @, hold; in all others, white space separates too.
_NAMED = re.compile(r'[<("\[]|\s@|@\s')
# Enum members are slow to look up, and these are looked up for every row.
_EMAIL, _MAILBOX, _COMPLETED = InteractionKind.EMAIL.value, Origin.MAILBOX.value, InteractionState.COMPLETED.value
_FROM, _TO, _CC, _BCC = Role.FROM.value, Role.TO.value, Role.CC.value, Role.BCC.value

# Who took part, and the name that the row gives them.
_Named = tuple[DraftParticipant, str | None]


class _Party(NamedTuple):
    """Everybody in a row, the names it gives them by address, and how many recipients have no address."""

    people: tuple[DraftParticipant, ...]
    names: tuple[tuple[str, str], ...]
    dropped: int


class _Row(NamedTuple):
    """The columns that are read, "" where the log has none of the name."""

    id: str
    sent_at: str
    author: str
    to: str
    cc: str
    bcc: str
    subject: str
    thread: str
    in_reply_to: str


@dataclass(frozen=True, slots=True)
class _Header:
    """
    How rows are written: what separates columns, how many there are, and how to take ours from one.

    ``has_threads`` tells that replies or subjects are logged.
    """

    delimiter: str
    width: int
    has_threads: bool
    pick: Callable[[Sequence[str]], tuple[str, ...]]

    def fits(self, values: Sequence[str]) -> bool:
        """Tell whether a row has as many columns."""
        return len(values) == self.width


def read_mail_csv(path: Path, options: ReadOptions) -> Iterator[Item]:
    """Yield what each row of a mail log becomes, numbered by its line in the file."""
    number, name = 0, name_of(path)
    with open_input(path, options.advance) as source:
        try:
            with _text_of(source) as text:
                lines = enumerate(_lines(text), start=1)
                header = _header(path, next(lines, (0, ""))[1])
                for number, row in _rows(header, lines):
                    yield from _items(name, number, row, header.has_threads)
                    if number % _TELL_EVERY == 0:
                        source.tell_progress()
                source.tell_end()
        except READ_ERRORS as exc:
            yield Reject(name, number + 1, damage(exc))


def _lines(text: TextIO) -> Iterator[str]:
    """Yield the lines; of one that is too long to be a row the beginning."""
    while line := text.readline(MAX_ROW):
        yield line if len(line) == MAX_ROW else line.replace("\0", "")
        while len(line) == MAX_ROW and not line.endswith(_LINE_ENDS):
            line = text.readline(MAX_ROW)


def looks_like_mail_csv(first_line: str) -> bool:
    """Tell whether a file that begins with this line is a mail log."""
    return _parsed_header(first_line) is not None


def _text_of(source: Input) -> io.TextIOWrapper:
    is_utf_16 = source.stream.read(2) in _UTF_16
    source.stream.seek(0)
    encoding, errors = ("utf-16", "replace") if is_utf_16 else ("utf-8-sig", WINDOWS)
    return io.TextIOWrapper(source.stream, encoding, errors=errors, newline="")


def _header(path: Path, line: str) -> _Header:
    header = _parsed_header(line)
    if header is None:
        raise SourceError(
            f"{path} is no mail log: its first line must name the columns {', '.join(REQUIRED)} "
            f"(and may name {', '.join(OPTIONAL)}); it says {line.strip()[:100]!r}."
        )
    return header


def _parsed_header(line: str) -> _Header | None:
    if line.count('"') % 2:
        return None
    for delimiter in _DELIMITERS:
        columns = _columns(line.removeprefix("\ufeff"), delimiter)
        if set(REQUIRED) <= set(columns):
            width, has_threads = len(columns), not {"subject", "in_reply_to"}.isdisjoint(columns)
            # Rows are given one more value, a blank, for the columns that the log does not have.
            places = (columns.index(name) if name in columns else width for name in (*REQUIRED, *OPTIONAL))
            return _Header(delimiter, width, has_threads, itemgetter(*places))
    return None


def _columns(line: str, delimiter: str) -> list[str]:
    try:
        return [column.strip(' "').lower() for row in csv.reader([line], delimiter=delimiter) for column in row]
    except csv.Error:
        return []


def _rows(header: _Header, lines: Iterator[Numbered]) -> Iterator[tuple[int, _Row | str]]:
    """Yield each row, or the text of one that cannot be taken apart."""
    for number, text, values in Rows(lines, header.delimiter, header.width, header.fits):
        if values is not None and len(text) < MAX_ROW and header.fits(values):
            values.append("")
            yield number, _Row._make(header.pick(values))
        elif text.strip():
            yield number, text


def _items(source: str, number: int, row: _Row | str, has_threads: bool) -> list[Item]:
    if isinstance(row, str):
        return [Reject(source, number, TORN if len(row) < MAX_ROW else TOO_LONG, row[:1000])]
    _, sent_at, author, to, cc, bcc, *_ = row
    party = (_known_party if len(author) + len(to) + len(cc) + len(bcc) <= _LONG else _party)(author, to, cc, bcc)
    id_, at, text = row.id.strip(), _micros(sent_at[:_LONG]), ",".join(row).rstrip(",")
    if not id_ or at is None or party is None:
        return [Reject(source, number, _fault(row), text[:1000])]
    draft = _draft(row, id_, at, party.people)
    trace = _trace(source, row, party) if has_threads else None
    line = Line(source, number, text, trace, None, draft, party.names)
    return [*[Warn(source, number, BAD_RECIPIENT)] * party.dropped, line] if party.dropped else [line]


def _party(author: str, to: str, cc: str, bcc: str) -> _Party | None:
    """Return who took part by the columns of a row, each the first time only; None where it has no sender."""
    sender = _known_author(author) if len(author) <= _LONG else None
    if sender is None:
        return None
    people, dropped = {sender[0][0]: sender}, 0
    for column, role in ((to, _TO), (cc, _CC), (bcc, _BCC)):
        found, bad = (_known_recipients if len(column) <= _LONG else _recipients)(column, role)
        dropped += bad
        for named in found:
            people.setdefault(named[0][0], named)
    names = tuple([(key, name) for key, (_, name) in people.items() if name is not None])
    return _Party(tuple([participant for participant, _ in people.values()]), names, dropped)


def _fault(row: _Row) -> str:
    if not row.id.strip():
        return "id: is blank"
    if _micros(row.sent_at[:_LONG]) is None:
        return "sent_at: an instant is needed, such as 2026-11-02T09:30:00Z"
    return "from: one address with one @ and something on both sides is needed"


def _author(value: str) -> _Named | None:
    """Return the sender, None where the value is not one address."""
    email = clean_email(value.strip(" ,;"))
    found = (Address(email, None),) if is_address(email) else parse_addresses(value)
    if len(found) != 1 or not is_address(found[0].email):
        return None
    return _named(found[0], _FROM)


def _recipients(value: str, role: str) -> tuple[tuple[_Named, ...], int]:
    """Return the recipients of a column, and how many more are no address."""
    bare = _NAMED.search(value) is None
    found = [Address(clean_email(word), None) for word in _WORD.findall(value)] if bare else parse_addresses(value)
    good = tuple([_named(address, role) for address in found if is_address(address.email)])
    return good, len(found) - len(good)


# The same people come again and again, to the same others; long lists are not kept.
_known_author = lru_cache(maxsize=1 << 14)(_author)
_known_recipients = lru_cache(maxsize=1 << 14)(_recipients)
_known_party = lru_cache(maxsize=1 << 14)(_party)


def _named(address: Address, role: str) -> _Named:
    name = address.name if address.name and address.name.strip() else None
    return (normalized_address(address.email), True, role), name


def _draft(row: _Row, id_: str, at: int, people: tuple[DraftParticipant, ...]) -> Draft:
    return Draft(
        0,
        id_,
        _EMAIL,
        at,
        None,
        _MAILBOX,
        row.subject.strip() or None,
        row.thread.strip() or None,
        row.in_reply_to.strip() or None,
        None,
        _COMPLETED,
        False,
        False,
        None,
        people,
    )


def _micros(text: str) -> int | None:
    """Return an instant with offset, in UTC where none is given; None where the text names none."""
    text = text.strip()
    try:
        instant = datetime.fromisoformat(text)
        # As UTC, to see that the calendar has it there too.
        return to_micros(instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC))
    except OverflowError:
        return None
    except ValueError:
        found = parse_date(text)
        return None if found is None else to_micros(found)


def _trace(source: str, row: _Row, party: _Party) -> MailTrace | None:
    """Return what threads a row: nothing where the log says the thread itself."""
    if row.thread.strip():
        return None
    parent = row.in_reply_to.strip()
    people = tuple([email for email, _, _ in party.people])
    return MailTrace((parent,) if parent else (), subject_key(row.subject), is_reply(row.subject), source, people)
