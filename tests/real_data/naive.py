"""
The widgets worked out from raw emails by loops over plain values.

Answers have the shape of the API's, so that the two are compared as they are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

Answer = dict[str, Any]

HOUR = timedelta(hours=1)
NO_MAIL_KINDS = ("meetings", "calls", "others")


@dataclass(frozen=True)
class Mail:
    """One email; people are lower-case addresses, ``to`` are all who got it."""

    id: str
    at: datetime
    sender: str
    to: frozenset[str]
    thread: str | None = None
    answers: str | None = None
    automatic: bool = False

    @property
    def people(self) -> frozenset[str]:
        return self.to | {self.sender}


@dataclass(frozen=True)
class Team:
    """Whom we are: everybody listed or at one of these domains."""

    domains: tuple[str, ...] = ()
    addresses: frozenset[str] = frozenset()

    def has(self, address: str) -> bool:
        domain = address.rpartition("@")[2]
        return address in self.addresses or any(domain == d or domain.endswith(f".{d}") for d in self.domains)

    def sellers(self, mail: Mail) -> frozenset[str]:
        return frozenset(filter(self.has, mail.people))

    def customers(self, mail: Mail) -> frozenset[str]:
        return mail.people - self.sellers(mail)

    def has_both_sides(self, mail: Mail) -> bool:
        return bool(self.sellers(mail)) and bool(self.customers(mail))


@dataclass(frozen=True)
class Asked:
    """What a dashboard is asked for: the record's emails, and for when."""

    team: Team
    mail: Sequence[Mail]
    stored: frozenset[str]
    as_of: datetime
    days: int | None
    zone: str

    def day(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    @property
    def today(self) -> date:
        return self.day(self.as_of)

    def inside(self, mail: Mail) -> bool:
        return self.days is None or self.day(mail.at) > self.today - timedelta(days=self.days)

    @cached_property
    def counted(self) -> list[Mail]:
        return sorted((m for m in self.mail if m.at <= self.as_of), key=lambda m: (m.at, m.id))

    @cached_property
    def window(self) -> list[Mail]:
        return [m for m in self.counted if self.inside(m)]

    def ours(self, mail: Iterable[Mail]) -> list[Mail]:
        return [m for m in mail if self.team.has(m.sender)]

    def theirs(self, mail: Iterable[Mail]) -> list[Mail]:
        return [m for m in mail if not self.team.has(m.sender)]


def dashboard(asked: Asked) -> Answer:
    return {
        "customerInteractions": customer_interactions(asked),
        "emailRatio": email_ratio(asked),
        "responseTime": response_time(asked),
        "mostContacted": most_contacted(asked, asked.team.customers),
        "mostContactedBy": most_contacted(asked, asked.team.sellers),
        "activities": activities(asked),
        "hourlyInvestment": hourly_investment(asked),
        "lastInteraction": last_interaction(asked),
        "nextInteraction": next_interaction(asked),
    }


def emails_only(number: float) -> Answer:
    return {"total": number, "emails": number, **dict.fromkeys(NO_MAIL_KINDS, 0)}


def customer_interactions(asked: Asked) -> Answer:
    window = asked.window
    parts = {"total": window, "byUs": asked.ours(window), "byThem": asked.theirs(window)}
    return {name: emails_only(len(mail)) for name, mail in parts.items()}


def email_ratio(asked: Asked) -> Answer:
    window = asked.window
    sent, received = len(asked.ours(window)), len(asked.theirs(window))
    by_us, by_them = sent / received if received else None, received / sent if sent else None
    return {"sent": sent, "received": received, "byUs": by_us, "byThem": by_them}


def most_contacted(asked: Asked, side: Callable[[Mail], frozenset[str]]) -> Answer:
    times: Counter[str] = Counter()
    last: dict[str, Mail] = {}
    for mail in asked.window:
        for person in side(mail):
            times[person] += 1
            last[person] = mail
    ranking = sorted(times, key=lambda p: (-times[p], *_later_first(last[p]), p))
    return {"people": [_ranked(person, times[person], last[person]) for person in ranking[:3]]}


def _later_first(mail: Mail) -> tuple[float, list[int]]:
    return -mail.at.timestamp(), [-ord(c) for c in mail.id]


def _ranked(person: str, times: int, last: Mail) -> Answer:
    return {
        "person": {"key": person},
        "interactions": emails_only(times),
        "lastAt": last.at.isoformat(),
        "lastKind": "EMAIL",
    }


def hourly_investment(asked: Asked) -> Answer:
    ours = theirs = 0.0
    for mail in asked.window:
        customers = asked.team.customers(mail)
        ours += sum(5 if seller == mail.sender else 2.5 for seller in asked.team.sellers(mail))
        theirs += 5 if mail.sender in customers else 2.5
    return {"ourMinutes": emails_only(ours), "theirMinutes": emails_only(theirs), "missingDurations": 0}


def activities(asked: Asked) -> Answer:
    days = _days(asked)
    sent = Counter(asked.day(m.at) for m in asked.ours(asked.window))
    received = Counter(asked.day(m.at) for m in asked.theirs(asked.window))
    quiet = [day for day in days if not sent[day] and not received[day]]
    return {
        "points": [_point(day, sent[day], received[day]) for day in days],
        "longestQuiet": _period(_longest(quiet)),
        "openQuiet": _period(_open({*quiet}, asked.today)),
    }


def _days(asked: Asked) -> list[date]:
    if asked.days is not None:
        return [asked.today - timedelta(days=n) for n in reversed(range(asked.days))]
    counted = asked.counted
    first = asked.day(counted[0].at) if counted else asked.today + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((asked.today - first).days + 1)]


def _point(day: date, sent: int, received: int) -> Answer:
    others = dict.fromkeys(("meetingsSent", "meetingsReceived", "callsMade", "callsReceived"), 0)
    return {"date": day.isoformat(), "emailsSent": sent, "emailsReceived": received, **others}


def _longest(quiet: Sequence[date]) -> list[date]:
    longest: list[date] = []
    run: list[date] = []
    for day in quiet:
        run = [*run, day] if run and day - run[-1] == timedelta(days=1) else [day]
        longest = run if len(run) > len(longest) else longest
    return longest


def _open(quiet: set[date], today: date) -> list[date]:
    run: list[date] = []
    day = today
    while day in quiet:
        run.insert(0, day)
        day -= timedelta(days=1)
    return run


def _period(run: Sequence[date]) -> Answer:
    ends = (run[0].isoformat(), run[-1].isoformat()) if run else (None, None)
    return {"days": len(run), "firstDate": ends[0], "lastDate": ends[1]}


def last_interaction(asked: Asked) -> Answer | None:
    counted = asked.counted
    return _touchpoint(asked, counted[-1]) if counted else None


def next_interaction(asked: Asked) -> Answer | None:
    coming = [m for m in asked.mail if m.at > asked.as_of]
    return _touchpoint(asked, min(coming, key=lambda m: (m.at, m.id))) if coming else None


def _touchpoint(asked: Asked, mail: Mail) -> Answer:
    side = "US" if asked.team.has(mail.sender) else "THEM"
    return {
        "key": mail.id,
        "kind": "EMAIL",
        "at": mail.at.isoformat(),
        "by": {"key": mail.sender},
        "bySide": side,
    }


def response_time(asked: Asked) -> Answer:
    emails = [m for m in asked.counted if not m.automatic]
    answer_of: dict[str, tuple[Mail, Mail]] = {}
    for question, reply in _pairs(asked, emails):
        answer_of.setdefault(question.id, (question, reply))
    pairs = list(answer_of.values())
    return {
        "ours": _response(asked, asked.theirs(emails), pairs, by_us=True),
        "theirs": _response(asked, asked.ours(emails), pairs, by_us=False),
    }


def _pairs(asked: Asked, emails: Sequence[Mail]) -> Iterator[tuple[Mail, Mail]]:
    """Yield each question with each of its answers, the earliest answer first."""
    earlier: dict[str | None, list[Mail]] = {}
    by_id = {mail.id: mail for mail in emails}
    for reply in emails:
        thread = earlier.setdefault(reply.thread, [])
        known = [by_id[reply.answers]] if reply.answers in by_id else []
        candidates = known if reply.answers in asked.stored else thread[::-1] if reply.thread else []
        side = asked.team.has(reply.sender)
        questions = (m for m in candidates if m.at < reply.at and asked.team.has(m.sender) != side)
        yield from ((question, reply) for question in islice(questions, 1))
        thread.append(reply)


def _response(asked: Asked, questions: Sequence[Mail], pairs: Sequence[tuple[Mail, Mail]], *, by_us: bool) -> Answer:
    answered = {question.id for question, _ in pairs}
    asked_in_window = [m for m in questions if asked.inside(m)]
    hours = sorted((r.at - q.at) / HOUR for q, r in pairs if asked.team.has(r.sender) == by_us and asked.inside(r))
    rate = sum(m.id in answered for m in asked_in_window) / len(asked_in_window) if asked_in_window else None
    return {
        "meanHours": fmean(hours) if hours else None,
        "medianHours": median(hours) if hours else None,
        "p90Hours": _percentile(hours, 0.9) if hours else None,
        "answers": len(hours),
        "asked": len(asked_in_window),
        "rate": rate,
    }


def _percentile(values: Sequence[float], share: float) -> float:
    below, rest = divmod((len(values) - 1) * share, 1)
    lower, upper = values[int(below)], values[min(int(below) + 1, len(values) - 1)]
    return lower + (upper - lower) * rest
