"""One message: its headers to a line of the interchange format."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from graph.model import EPOCH, Role, normalized_address
from ingest.mail.addresses import Address, parse_addresses
from ingest.mail.bulk import is_automatic, is_bulk
from ingest.mail.dates import parse_date, received_date
from ingest.mail.headers import MAX_BLOCK, Headers, decoded, first, parse_headers
from ingest.mail.subjects import is_reply, subject_key
from ingest.source import Item, Line, MailTrace, ReadOptions, Reject, Skip, Warn

BAD_RECIPIENT = "recipient left out: its address needs one @ with something on both sides"
SEVERAL_AUTHORS = "several addresses in From: one was taken, the Sender or the first"
DATE_REPLACED = "Date missing or impossible: when a mail server received it was taken"
TOO_LONG = f"the headers are longer than {MAX_BLOCK // 1024} KiB"
NO_DATE = "Date: missing or impossible, and nothing else says when it was sent"
BULK = "bulk or automatic mail"

_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_MAX_ID = 500
_MAX_REFERENCES = 1000
_RECIPIENTS = (("to", Role.TO), ("cc", Role.CC), ("bcc", Role.BCC))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message lay; ``posted`` is the date of its mbox line."""

    source: str
    number: int
    mailbox: str
    posted: str = ""

    def reject(self, reason: str, block: bytes) -> Reject:
        """Return the refusal of a message with the beginning of what it said."""
        return Reject(self.source, self.number, reason, block[:1000].decode("utf-8", "replace"))

    def warn(self, reason: str) -> Warn:
        """Return a word on a message that still lands."""
        return Warn(self.source, self.number, reason)


def read_message(block: bytes, origin: Origin, options: ReadOptions) -> Iterator[Item]:
    """Yield a line, a skip or a reject for the header block of a message, after what was mended."""
    if len(block) > MAX_BLOCK:
        yield origin.reject(TOO_LONG, block)
        return
    headers = parse_headers(block)
    if is_bulk(headers, options.bulk_signs):
        yield Skip(origin.source, origin.number, BULK)
        return
    author = _author(headers)
    if not author.email:
        yield origin.reject("From: an address with one @ and something on both sides is needed", block)
        return
    at = _sent_at(headers, origin)
    if at is None:
        yield origin.reject(NO_DATE, block)
        return
    yield from _warnings(headers, origin)
    yield _line(headers, origin, author, at)


def _author(headers: Headers) -> Address:
    """Return the one who wrote: of several the Sender if among them, else the first with an address."""
    authors = [a for a in parse_addresses(first(headers, "from")) if a.email]
    senders = {normalized_address(a.email) for a in parse_addresses(first(headers, "sender"))}
    chosen = (author for author in authors if normalized_address(author.email) in senders)
    return next(chosen, authors[0] if authors else Address("", None))


def _sent_at(headers: Headers, origin: Origin) -> datetime | None:
    return parse_date(first(headers, "date")) or received_date(headers.get("received", [])) or _posted_at(origin)


def _posted_at(origin: Origin) -> datetime | None:
    """Return the instant of the mbox line; tools that have none write 1970."""
    posted = parse_date(origin.posted) if origin.posted else None
    return None if posted == EPOCH else posted


def _warnings(headers: Headers, origin: Origin) -> Iterator[Warn]:
    if len({a.email.lower() for a in parse_addresses(first(headers, "from")) if a.email}) > 1:
        yield origin.warn(SEVERAL_AUTHORS)
    if parse_date(first(headers, "date")) is None:
        yield origin.warn(DATE_REPLACED)
    for name, _ in _RECIPIENTS:
        for value in headers.get(name, ()):
            yield from (origin.warn(BAD_RECIPIENT) for address in parse_addresses(value) if not address.email)


def _line(headers: Headers, origin: Origin, author: Address, at: datetime) -> Line:
    subject = decoded(first(headers, "subject"))
    people = _participants(headers, author)
    message_id = _message_id(headers) or _made_id(at, subject, people)
    parent, references = _ancestors(headers, message_id)
    value = {
        "type": "interaction",
        "id": message_id,
        "kind": "EMAIL",
        "at": at.isoformat(),
        "source": "MAILBOX",
        "subject": subject or None,
        "inReplyToId": parent,
        "followed": False,
        "automatic": is_automatic(headers),
        "participants": [{"email": a.email, "name": a.name, "role": role} for a, role in people.values()],
        "copyKey": _copy_key(headers, author, subject),
    }
    trace = MailTrace(references, subject_key(subject), is_reply(subject), origin.mailbox, tuple(people))
    return Line(origin.source, origin.number, json.dumps(value), trace)


def _participants(headers: Headers, author: Address) -> dict[str, tuple[Address, str]]:
    """Return everyone with the first role they have, in the order From, To, Cc, Bcc."""
    people = {normalized_address(author.email): (author, Role.FROM.value)}
    for name, role in _RECIPIENTS:
        for value in headers.get(name, ()):
            for address in parse_addresses(value):
                if address.email:
                    people.setdefault(normalized_address(address.email), (address, role.value))
    return people


def _ids(value: str) -> list[str]:
    """Return the Message-IDs of a header; where none is in angle brackets, its words that look like one."""
    found = _ID.findall(value) or [word for word in value.split() if "@" in word and '"' not in word]
    return [message_id[:_MAX_ID] for message_id in found]


def _message_id(headers: Headers) -> str:
    value = first(headers, "message-id")
    found = _ids(value)
    return found[0] if found else value.strip("<> ")[:_MAX_ID]


def _made_id(at: datetime, subject: str, people: dict[str, tuple[Address, str]]) -> str:
    """Return an id for a message without one, the same whenever and wherever it is read."""
    content = json.dumps([at.astimezone(UTC).isoformat(), subject, list(people)])
    return f"{blake2b(content.encode(), digest_size=16).hexdigest()}@no-message-id.invalid"


def _ancestors(headers: Headers, message_id: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the message this one answers, and its thread from the first message to that one."""
    references = [r for r in _ids(first(headers, "references")) if r != message_id]
    answered = [r for r in _ids(first(headers, "in-reply-to")) if r != message_id]
    # Old programs put the writer's address in In-Reply-To too; what the references end with is the better guess.
    if not answered or (references and references[-1] in answered):
        answered = references[-1:]
    parent = answered[0] if answered else None
    chain = dict.fromkeys(r for r in references[:1] + references[1:][-_MAX_REFERENCES:] if r != parent)
    return parent, (*chain, parent) if parent else ()


def _copy_key(headers: Headers, author: Address, subject: str) -> str | None:
    """Return what a message shares with its copies in other mailboxes, where their Message-IDs differ."""
    date = parse_date(first(headers, "date"))
    if date is None or not subject:
        return None
    content = json.dumps([date.astimezone(UTC).isoformat(), normalized_address(author.email), subject])
    return blake2b(content.encode(), digest_size=16).hexdigest()
