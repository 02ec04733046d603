"""The two archives of real messages: how each is imported, and what it holds."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from ingest.load import LoadOptions
from tests.real_data import DATA, raw
from tests.real_data.book import Book, busiest
from tests.real_data.naive import Team


@dataclass(frozen=True)
class Mailbox:
    """A file or folder of mail, how to import it, and who the team is by that."""

    name: str
    path: Path
    options: Callable[[], LoadOptions]
    team: Callable[[], Team]
    messages: Callable[[Path], Sequence[Message]]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Expected:
    """What a mailbox comes to."""

    copies: int
    outcome: raw.Outcome
    book: Book


def _help_desk_team() -> Team:
    # Where no team domain is given, it is that of the people listed.
    return Team(("rteam.example",), frozenset((DATA / "rpkg-team.txt").read_text().split()))


def _maildir_team() -> Team:
    """Take the three domains that most mail is from for ours."""
    domains = Counter(mail.sender.rpartition("@")[2] for mail in raw.emails(raw.maildir()))
    return Team(tuple(domain for domain, _ in domains.most_common(3)))


HELP_DESK = Mailbox(
    "help desk",
    DATA / "rpkg.mbox.gz",
    lambda: LoadOptions(team_file=DATA / "rpkg-team.txt", bulk_signs=()),
    _help_desk_team,
    raw.help_desk,
)
MAILDIR = Mailbox(
    "maildir",
    DATA / "lkml",
    lambda: LoadOptions(team_domains=_maildir_team().domains, bulk_signs=()),
    _maildir_team,
    lambda _folder: raw.maildir(),
)


def expected(mailbox: Mailbox, folder: Path) -> Expected:
    """Work out what a mailbox comes to; ``folder`` is for what has to be unpacked."""
    messages, team = mailbox.messages(folder), mailbox.team()
    mail = raw.emails(messages)
    outcome = raw.sorted_in(mail, team)
    book = busiest(outcome.mail, team, sellers=3, stakeholders=12)
    return Expected(len(messages) - len(mail), outcome, book)
