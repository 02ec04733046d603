"""
The widgets once more, straight from their definitions: loops over objects, one record at a time.

Results are nested tuples in the order of the fields of the results of :mod:`kpi`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

from graph.model import (
    Account,
    Contact,
    Engagement,
    EngagementEvent,
    Interaction,
    InteractionKind,
    InteractionState,
    Lead,
    Opportunity,
    Record,
    Side,
)

EMAIL, MEETING, CALL, OTHER = InteractionKind


def people(i: Interaction, side: Side) -> set[str]:
    return {p.person_id for p in i.participants if p.side is side}


def initiator_side(i: Interaction) -> Side | None:
    return None if i.initiator is None else i.initiator.side


def both_sides(i: Interaction) -> bool:
    return bool(people(i, Side.US) and people(i, Side.THEM))


def belongs(record: Record, i: Interaction, contacts: Collection[str], deals: Collection[str]) -> bool:
    sellers, customers, regarding = people(i, Side.US), people(i, Side.THEM), i.regarding_id
    if regarding == record.id:
        return True
    allowed = regarding not in deals
    meets = bool(customers & named(record, contacts))
    match record:
        case Contact() | Account():
            return meets and bool(sellers)
        case Lead():
            return meets and record.owner_id in sellers and allowed
        case Opportunity():
            return meets and bool(sellers & {record.owner_id, *record.sales_team_ids}) and allowed
    raise AssertionError(record)


def named(record: Record, contacts: Collection[str]) -> set[str | None]:
    match record:
        case Contact():
            return {record.id}
        case Account():
            return {*contacts, record.primary_contact_id}
        case Lead():
            return {record.id, *record.stakeholder_ids}
        case Opportunity():
            return {record.contact_id, *record.stakeholder_ids}
    raise AssertionError(record)


@dataclass(frozen=True, eq=False)
class View:
    """One record at an instant, with all its interactions in order of time, those to come included."""

    record: str
    named: frozenset[str | None]
    known: list[Interaction]
    stored: frozenset[str]
    opted_out: frozenset[str]
    as_of: datetime
    days: int | None
    zone: str

    @property
    def counted(self) -> list[Interaction]:
        return [i for i in self.known if i.at <= self.as_of]

    def local_date(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    @property
    def today(self) -> date:
        return self.local_date(self.as_of)

    def inside(self, i: Interaction) -> bool:
        if i.at > self.as_of:
            return False
        return self.days is None or self.local_date(i.at) >= self.today - timedelta(days=self.days - 1)

    @property
    def in_window(self) -> list[Interaction]:
        return [i for i in self.counted if self.inside(i)]


def view(
    record: Record,
    interactions: Sequence[Interaction],
    *,
    contacts: Collection[str] = (),
    deals: Collection[str] = (),
    stored: Collection[str] = (),
    opted_out: Collection[str] = (),
    as_of: datetime,
    days: int | None,
    zone: str,
) -> View:
    known = [
        i
        for i in interactions
        if belongs(record, i, contacts, deals)
        and i.state is not InteractionState.CANCELED
        and (both_sides(i) or i.regarding_id == record.id)
    ]
    known.sort(key=lambda i: (i.at, i.id))
    everything = frozenset(stored) | {i.id for i in interactions}
    whom = frozenset(named(record, contacts))
    return View(record.id, whom, known, everything, frozenset(opted_out), as_of, days, zone)


def by_kind(interactions: Collection[Interaction]) -> tuple[int, ...]:
    return tuple(sum(i.kind is kind for i in interactions) for kind in InteractionKind)


def customer_interactions(v: View) -> tuple[Any, ...]:
    ours = [i for i in v.in_window if initiator_side(i) is Side.US]
    theirs = [i for i in v.in_window if initiator_side(i) is Side.THEM]
    return by_kind(v.in_window), by_kind(ours), by_kind(theirs)


def email_ratio(v: View) -> tuple[Any, ...]:
    emails = [i for i in v.in_window if i.kind is EMAIL and both_sides(i)]
    sent = sum(initiator_side(i) is Side.US for i in emails)
    received = len(emails) - sent
    return sent, received, sent / received if received else None, received / sent if sent else None


def email_engagement(v: View, events: Collection[Engagement]) -> tuple[Any, ...]:
    sent = [i for i in v.in_window if i.kind is EMAIL and i.followed and initiator_side(i) is Side.US]
    ids = {i.id for i in sent}
    theirs = [e for e in events if e.interaction_id in ids and e.person_id in v.named and e.at <= v.as_of]
    by_event = [[e for e in theirs if e.event is event] for event in EngagementEvent]
    emails = correspondence(v)
    answers = [(answered_by(v, r, emails), r) for r in emails if r.initiator and r.initiator.person_id in v.named]
    replied = {p.id for p, r in answers if p in sent}
    return len(sent), *(len({e.interaction_id for e in es}) for es in by_event), len(replied), *map(len, by_event)


def activities(v: View) -> tuple[Any, ...]:
    day_of = {i.id: min(v.local_date(i.at), v.today) for i in v.in_window}
    if v.days is not None:
        first = v.today - timedelta(days=v.days - 1)
    else:
        first = min(day_of.values(), default=v.today + timedelta(days=1))
    days = [first + timedelta(days=n) for n in range((v.today - first).days + 1)]
    points = [_point(day, [i for i in v.in_window if day_of[i.id] == day]) for day in days]
    return tuple(points), *_quiet(days, set(day_of.values()))


def _point(day: date, interactions: list[Interaction]) -> tuple[Any, ...]:
    kinds_and_sides = [(kind, side) for kind in (EMAIL, MEETING, CALL) for side in (Side.US, Side.THEM)]
    return day, *(sum((i.kind, initiator_side(i)) == pair for i in interactions) for pair in kinds_and_sides)


def _quiet(days: list[date], active: set[date]) -> tuple[Any, ...]:
    runs: list[list[date]] = [[]]
    for day in days:
        if day in active:
            runs.append([])
        else:
            runs[-1].append(day)
    longest = max(runs, key=len)
    return tuple((len(run), run[0] if run else None, run[-1] if run else None) for run in (longest, runs[-1]))


def most_contacted(v: View, side: Side) -> tuple[Any, ...]:
    ranking = []
    for person in {p for i in v.in_window for p in people(i, side)} - v.opted_out:
        theirs = [i for i in v.in_window if person in people(i, side)]
        last = theirs[-1]
        ranking.append((-len(theirs), -v.in_window.index(last), person, by_kind(theirs), last.at, last.kind))
    return tuple(tuple(entry[2:]) for entry in sorted(ranking)[:3])


def hourly_investment(v: View) -> tuple[Any, ...]:
    ours, theirs, missing = dict.fromkeys(InteractionKind, 0.0), dict.fromkeys(InteractionKind, 0.0), 0
    for i in v.in_window:
        writer = None if i.initiator is None else i.initiator.person_id
        duration = i.duration_minutes or 0.0
        missing += i.kind is not EMAIL and i.duration_minutes is None
        for seller in people(i, Side.US):
            ours[i.kind] += duration if i.kind is not EMAIL else 5 if seller == writer else 2.5
        if customers := people(i, Side.THEM):
            theirs[i.kind] += duration if i.kind is not EMAIL else 5 if writer in customers else 2.5
    return tuple(ours.values()), tuple(theirs.values()), missing


def answered_by(v: View, r: Interaction, emails: list[Interaction]) -> Interaction | None:
    before = [p for p in emails if p.at < r.at and initiator_side(p) is not initiator_side(r)]
    if r.in_reply_to_id in v.stored:
        return next((p for p in before if p.id == r.in_reply_to_id), None)
    same_thread = [p for p in before if p.thread_id is not None and p.thread_id == r.thread_id]
    return max(same_thread, key=lambda p: (p.at, p.id), default=None)


@lru_cache(maxsize=1)
def correspondence(v: View) -> list[Interaction]:
    return [i for i in v.counted if i.kind is EMAIL and both_sides(i) and not i.automatic]


def response_time(v: View) -> tuple[Any, ...]:
    emails = correspondence(v)
    earliest: dict[str, tuple[Interaction, Interaction]] = {}
    for r in emails:
        p = answered_by(v, r, emails)
        if p is not None:
            earliest.setdefault(p.id, (p, r))
    return tuple(_response(v, side, emails, earliest) for side in Side)


def _response(
    v: View, side: Side, emails: list[Interaction], earliest: dict[str, tuple[Interaction, Interaction]]
) -> tuple[Any, ...]:
    asked = [p for p in emails if initiator_side(p) is not side and v.inside(p)]
    rate = sum(p.id in earliest for p in asked) / len(asked) if asked else None
    hours = [
        (r.at - p.at) / timedelta(hours=1) for p, r in earliest.values() if initiator_side(r) is side and v.inside(r)
    ]
    if not hours:
        return None, None, None, 0, len(asked), rate
    return fmean(hours), median(hours), _percentile(sorted(hours), 0.9), len(hours), len(asked), rate


def _percentile(values: list[float], share: float) -> float:
    position = (len(values) - 1) * share
    below = int(position)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (position - below)


def last_interaction(v: View) -> tuple[Any, ...] | None:
    return _touchpoint(v, v.counted[-1]) if v.counted else None


def next_interaction(v: View) -> tuple[Any, ...] | None:
    return next((_touchpoint(v, i) for i in v.known if i.at > v.as_of), None)


def _touchpoint(v: View, i: Interaction) -> tuple[Any, ...]:
    person = i.initiator.person_id if i.initiator is not None and i.initiator.person_id not in v.opted_out else None
    return i.id, i.at, i.kind, person, initiator_side(i)
