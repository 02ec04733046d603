"""The raw files, read with the standard library alone."""

import csv
import gzip
import mailbox
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from tests.real_data import DATA
from tests.real_data.naive import Mail, Team

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
# A quoted local part may hold what else separates addresses.
WORD = re.compile(r'(?:"[^"]*"|[^\s,;])+')
QUOTED_LOCAL = re.compile(r"""^(["'])([\w.+=-]+)\1@""")
ROUTE_OR_SCHEME = re.compile(r"^(mailto:|@[^:@]*:)", re.IGNORECASE)
MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
PREFIX = re.compile(r"((re|fwd?|aw)\s*:\s*|\[[^][]*\]\s*)+", re.IGNORECASE)

CALENDARS = DATA / "ics"
EVENT = re.compile(r"^BEGIN:VEVENT$.*?^END:VEVENT$", re.DOTALL | re.MULTILINE)
ORGANIZER = re.compile(r"\nORGANIZER.*?mailto:(\S+)", re.IGNORECASE)


@dataclass
class Outcome:
    """What an import of raw emails comes to."""

    mail: list[Mail] = field(default_factory=list)
    without_seller: int = 0
    alone: int = 0
    bad: int = 0

    def sort_in(self, mail: Mail, team: Team) -> None:
        """Keep an email that has an edge, count the others."""
        if not team.sellers(mail):
            self.without_seller += 1
        elif len(mail.people) == 1:
            self.alone += 1
        else:
            self.mail.append(mail)

    @property
    def people(self) -> set[str]:
        return {person for mail in self.mail for person in mail.people}


def mail_log(team: Team) -> Outcome:
    """Return what the mail log comes to."""
    outcome = Outcome()
    for row in mail_log_rows():
        sender = _bare(row["from"].strip()).lower()
        if ADDRESS.fullmatch(sender) is None:
            outcome.bad += 1
            continue
        words = (_bare(word).lower() for word in WORD.findall(row["to"]))
        to = frozenset(word for word in words if ADDRESS.fullmatch(word))
        outcome.sort_in(Mail(row["id"], datetime.fromisoformat(row["sent_at"]), sender, to), team)
    return outcome


def _bare(word: str) -> str:
    """Return an address of the log without its scheme, its route and the quotes around it or its first part."""
    word = QUOTED_LOCAL.sub(r"\2@", word).strip("'")
    word = ROUTE_OR_SCHEME.sub("", word).strip("'")
    return word if re.match('"[^"]*"@', word) else word.strip("\"'")


def mail_log_rows() -> Iterator[dict[str, str]]:
    with gzip.open(DATA / "w3c-mail.csv.gz", "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def help_desk(folder: Path) -> list[Message]:
    """Return the messages of the mbox, unpacked into a folder."""
    unpacked = folder / "rpkg.mbox"
    with gzip.open(DATA / "rpkg.mbox.gz") as packed, unpacked.open("wb") as file:
        shutil.copyfileobj(packed, file)
    box = mailbox.mbox(unpacked, create=False)
    parser = BytesHeaderParser()
    try:
        return [parser.parsebytes(box.get_bytes(key)) for key in box.iterkeys()]
    finally:
        box.close()


def maildir() -> list[Message]:
    """Return the messages of the maildir, copies included."""
    files = sorted(f for part in ("cur", "new") for f in (DATA / "lkml" / part).iterdir() if f.name[0] != ".")
    return [BytesHeaderParser().parsebytes(f.read_bytes()) for f in files]


def emails(messages: Sequence[Message]) -> list[Mail]:
    """Return each message once, with everybody whom its copies name, in its thread."""
    copies: dict[str, list[Message]] = {}
    for message in messages:
        copies.setdefault(_ids(message["message-id"])[0], []).append(message)
    threads = _threads(copies)
    return [_mail(id_, same, threads[id_]) for id_, same in copies.items()]


def _mail(id_: str, copies: Sequence[Message], thread: str) -> Mail:
    first = copies[0]
    (sender,) = _addresses(first, "from")
    to = {address for message in copies for address in _addresses(message, "to", "cc", "bcc")}
    precedence = (first["precedence"] or "").lower()
    machine = (first["auto-submitted"] or "no").lower() != "no"
    over_a_list = any(name in first for name in ("list-id", "list-post", "x-mailing-list", "mailing-list"))
    automatic = machine or (precedence in ("bulk", "junk") and not over_a_list)
    return Mail(id_, _instant(first), sender, frozenset(to), thread, _answered(first), automatic)


def _addresses(message: Message, *names: str) -> list[str]:
    # An address in brackets is part of a name, which the parser does not know.
    values = [re.sub(r"\[[^][]*\]", "", str(value)) for name in names for value in message.get_all(name, [])]
    return [address.lower() for _, address in getaddresses(values) if ADDRESS.fullmatch(address)]


def _instant(message: Message) -> datetime:
    sent = parsedate_to_datetime(message["date"])
    return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC)


def _ids(value: object) -> list[str]:
    return MESSAGE_ID.findall(str(value or ""))


def _references(message: Message) -> list[str]:
    return [*_ids(message["references"]), *_ids(message["in-reply-to"])]


def _answered(message: Message) -> str | None:
    answered, references = _ids(message["in-reply-to"]), _ids(message["references"])
    if not answered or (references and references[-1] in answered):
        answered = references[-1:]
    return answered[0] if answered else None


def _threads(copies: dict[str, list[Message]]) -> dict[str, str]:
    """Return each message's thread, called after any one of its messages."""
    root: dict[str, str] = {}
    for id_, messages in copies.items():
        for other in (r for message in messages for r in _references(message)):
            # A reference is a Message-ID, or names a message that is here.
            if "@" in other or other in copies:
                root[_find(root, id_)] = _find(root, other)
    for id_, parent in _lone_replies(copies):
        root[_find(root, id_)] = _find(root, parent)
    return {id_: _find(root, id_) for id_ in copies}


def _find(root: dict[str, str], id_: str) -> str:
    while root.setdefault(id_, id_) != id_:
        id_ = root[id_]
    return id_


def _lone_replies(copies: dict[str, list[Message]]) -> Iterator[tuple[str, str]]:
    """Yield each reply that names nothing with the latest earlier message of its subject among the same people."""
    by_subject: dict[str, list[tuple[datetime, str, set[str]]]] = {}
    lone: list[tuple[str, str]] = []
    for id_, (message, *_) in copies.items():
        subject = " ".join(str(message["subject"] or "").split())
        key = PREFIX.sub("", subject, count=1).casefold()
        if key:
            by_subject.setdefault(key, []).append((_instant(message), id_, _people(message)))
        if key and re.match(r"(\[[^][]*\]\s*)*re\s*:", subject, re.IGNORECASE) and not _references(message):
            lone.append((id_, key))
    for id_, key in lone:
        at, _, people = next(m for m in by_subject[key] if m[1] == id_)
        earlier = sorted((m for m in by_subject[key] if m[:2] < (at, id_)), reverse=True)
        yield from ((id_, other) for _, other, theirs in earlier[:1] if len(people & theirs) >= 2)


def _people(message: Message) -> set[str]:
    return set(_addresses(message, "from", "to", "cc", "bcc"))


def sorted_in(mail: Iterable[Mail], team: Team) -> Outcome:
    """Return what an import of these emails comes to."""
    outcome = Outcome()
    for one in mail:
        outcome.sort_in(one, team)
    return outcome


# calendars


def events() -> list[tuple[Path, str]]:
    """Return each event of the calendar files, unfolded, with its file."""
    texts = ((path, path.read_bytes().decode(errors="replace").replace("\r\n", "\n")) for path in CALENDARS.iterdir())
    unfolded = ((path, re.sub(r"\n[ \t]", "", text)) for path, text in texts)
    return [(path, event) for path, text in unfolded for event in EVENT.findall(text)]


def invitations() -> list[str]:
    """Return the events that name an organizer and others."""
    return [event for _, event in events() if ORGANIZER.search(event) and re.search(r"\nATTENDEE.*@", event)]


def organizers() -> set[str]:
    """Return the addresses of those who call meetings."""
    return {address.lower() for event in invitations() for address in ORGANIZER.findall(event)}
