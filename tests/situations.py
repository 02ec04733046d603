"""Small books of business by name: what every KPI is shown, and the words to write one's own."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from graph.interactions import Interactions, Rows
from graph.membership import assemble, scope_of
from graph.model import (
    KINDS,
    ROLES,
    SIDES,
    SOURCES,
    Account,
    Contact,
    Interaction,
    InteractionKind,
    InteractionState,
    Lead,
    Opportunity,
    Participant,
    Record,
    Role,
    Side,
    to_micros,
)

AS_OF = datetime(2026, 11, 22, 12, tzinfo=UTC)

SELLERS = ("ann", "max", "sue")
CUSTOMERS = ("bob", "cat", "dan", "eve")
BOB = Contact(id="bob", name="Bob", account_id="globex")
DEAL = Opportunity(id="deal", name="Deal", contact_id="bob", owner_id="ann", stakeholder_ids=("cat",))
GLOBEX = Account(id="globex", name="Globex", primary_contact_id="cat")
LEA = Lead(id="lea", name="Lea", owner_id="ann", stakeholder_ids=("dan",))


def at(text: str) -> datetime:
    """Read an instant, in UTC where it has no offset: ``at("2026-11-20 09:30")``."""
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def ago(days: float = 0, *, hours: float = 0) -> datetime:
    """Return the instant so long before AS_OF."""
    return AS_OF - timedelta(days=days, hours=hours)


def email(id_: str, when: datetime, sender: str, *to: str, cc: Iterable[str] = (), **fields: object) -> Interaction:
    """Return an email from one person to others; further fields as the model names them."""
    people = [(sender, Role.FROM), *((p, Role.TO) for p in to), *((p, Role.CC) for p in cc)]
    return _interaction(id_, InteractionKind.EMAIL, when, people, fields)


def meeting(id_: str, when: datetime, organizer: str, *others: str, **fields: object) -> Interaction:
    """Return a meeting of several people."""
    people = [(organizer, Role.ORGANIZER), *((p, Role.REQUIRED) for p in others)]
    return _interaction(id_, InteractionKind.MEETING, when, people, fields)


def call(id_: str, when: datetime, caller: str, *others: str, **fields: object) -> Interaction:
    """Return a call from one person to others."""
    people = [(caller, Role.CALLER), *((p, Role.CALLEE) for p in others)]
    return _interaction(id_, InteractionKind.CALL, when, people, fields)


def other(id_: str, when: datetime, initiator: str | None, *others: str, **fields: object) -> Interaction:
    """Return a task, chat or letter; nobody may have begun it."""
    people = [(p, Role.PARTICIPANT) for p in others]
    if initiator is not None:
        people.append((initiator, Role.INITIATOR))
    return _interaction(id_, InteractionKind.OTHER, when, people, fields)


def canceled(interaction: Interaction) -> Interaction:
    """Return the same interaction called off."""
    return replace(interaction, state=InteractionState.CANCELED)


def _interaction(
    id_: str, kind: InteractionKind, when: datetime, people: list[tuple[str, Role]], fields: dict[str, object]
) -> Interaction:
    participants = (Participant(p, role, Side.US if p in SELLERS else Side.THEM) for p, role in people)
    return Interaction(id=id_, kind=kind, at=when, participants=tuple(participants), **fields)  # type: ignore[arg-type]


def columns(
    *interactions: Interaction,
    records: Iterable[Record] = (BOB,),
    opted_out: Collection[str] = (),
    stored: Collection[str] = (),
) -> Interactions:
    """
    Return the columns of records over some interactions.

    ``stored`` are ids of interactions that are stored, but belong to none of the records.
    """
    asked = tuple(records)
    scopes = [scope_of(record, contacts=[BOB.id] if record.id == BOB.account_id else []) for record in asked]
    return assemble([r.id for r in asked], scopes, rows(interactions, opted_out=opted_out, stored=stored))


def rows(interactions: Iterable[Interaction], *, opted_out: Collection[str] = (), stored: Collection[str] = ()) -> Rows:
    """Return interactions as a store would have read them."""
    all_ = list(interactions)
    known = {i.id for i in all_} | set(stored)
    present = [(row, p) for row, i in enumerate(all_) for p in i.participants]
    people = sorted({p.person_id for _, p in present}, reverse=True)
    return Rows(
        id=[i.id for i in all_],
        at=[to_micros(i.at) for i in all_],
        kind=[KINDS.index(i.kind) for i in all_],
        minutes=[i.duration_minutes for i in all_],
        source=[SOURCES.index(i.source) for i in all_],
        canceled=[i.state is InteractionState.CANCELED for i in all_],
        automatic=[i.automatic for i in all_],
        followed=[i.followed for i in all_],
        thread=[i.thread_id for i in all_],
        reply_to=[i.in_reply_to_id for i in all_],
        reply_stored=[i.in_reply_to_id in known for i in all_],
        regarding=[i.regarding_id for i in all_],
        regards_deal=[i.regarding_id in (DEAL.id, LEA.id) for i in all_],
        present_row=[row for row, _ in present],
        present_person=[people.index(p.person_id) for _, p in present],
        present_role=[ROLES.index(p.role) for _, p in present],
        present_side=[SIDES.index(p.side) for _, p in present],
        people=people,
        opted_out=[p in opted_out for p in people],
    )


@dataclass(frozen=True)
class Situation:
    """A book of business at an instant, in a zone."""

    interactions: tuple[Interaction, ...] = ()
    records: tuple[Record, ...] = (BOB,)
    as_of: datetime = AS_OF
    zone: str = "UTC"
    opted_out: frozenset[str] = frozenset()


SITUATIONS: dict[str, Situation] = {}


def _situation(make: Callable[[], Situation]) -> Callable[[], Situation]:
    SITUATIONS[make.__name__] = make()
    return make


@_situation
def no_records() -> Situation:
    return Situation(records=())


@_situation
def no_interactions() -> Situation:
    return Situation(records=(BOB, DEAL))


@_situation
def one_interaction() -> Situation:
    return Situation((email("m1", ago(1), "ann", "bob"),))


@_situation
def only_to_come() -> Situation:
    return Situation((meeting("s1", ago(-1), "ann", "bob", duration_minutes=30.0),))


@_situation
def same_instant() -> Situation:
    """Everything at *as of* itself, ids in no order."""
    return Situation(
        (
            email("m3", AS_OF, "bob", "ann", thread_id="t"),
            email("m1", AS_OF, "ann", "bob", thread_id="t"),
            call("m2", AS_OF, "ann", "bob", "cat"),
        )
    )


@_situation
def window_edges() -> Situation:
    """The last microsecond before the window of two days, its first, *as of*, and the one after."""
    midnight = at("2026-11-21 00:00")
    tick = timedelta(microseconds=1)
    moments = (midnight - tick, midnight, AS_OF, AS_OF + tick)
    return Situation(tuple(call(f"c{i}", moment, "ann", "bob") for i, moment in enumerate(moments)))


@_situation
def dst() -> Situation:
    """The hour that Madrid has twice, and midnights on both sides of it."""
    moments = ("2026-10-24 21:59", "2026-10-24 22:00", "2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 23:00")
    calls = tuple(call(f"c{i}", at(moment), "bob", "ann") for i, moment in enumerate(moments))
    return Situation(calls, as_of=at("2026-10-26 12:00"), zone="Europe/Madrid")


@_situation
def skipped_day() -> Situation:
    """Samoa went from 29 to 31 December 2011."""
    calls = (call("c1", at("2011-12-30 09:59"), "ann", "bob"), call("c2", at("2011-12-30 10:00"), "ann", "bob"))
    return Situation(calls, as_of=at("2011-12-31 12:00"), zone="Pacific/Apia")


@_situation
def clock_back_over_midnight() -> Situation:
    """St. John's went back from 00:01 to 23:01 of the day before; one call before that, *as of* after it."""
    calls = (call("c1", at("2010-11-07 02:30:30"), "ann", "bob"), call("c2", at("2010-11-07 02:40"), "ann", "bob"))
    return Situation(calls, as_of=at("2010-11-07 03:00"), zone="America/St_Johns")


@_situation
def clock_skew() -> Situation:
    """Replies that seem older than what they reply to."""
    return Situation(
        (
            email("p", ago(1), "bob", "ann", thread_id="t"),
            email("r", ago(1, hours=1), "ann", "bob", thread_id="t", in_reply_to_id="p"),
            email("r2", ago(1), "max", "bob", thread_id="t", in_reply_to_id="p"),
        )
    )


@_situation
def conversation() -> Situation:
    """Mail back and forth in one thread, with a machine's answer, a colleague in copy and a reply to nothing stored."""
    return Situation(
        (
            email("m1", ago(5), "ann", "bob", cc=["max"], thread_id="t"),
            email("m2", ago(5, hours=-1), "bob", "ann", thread_id="t", automatic=True),
            email("m3", ago(4), "bob", "ann", thread_id="t", in_reply_to_id="m1"),
            email("m4", ago(3), "bob", "ann", thread_id="t"),
            email("m5", ago(2), "ann", "bob", thread_id="t", in_reply_to_id="lost"),
            email("m6", ago(1), "max", "bob", thread_id="t", in_reply_to_id="m4"),
            email("m7", ago(0), "bob", "max", "ann"),
        ),
        records=(BOB, DEAL),
    )


@_situation
def several_records() -> Situation:
    """One interaction under three records, one of a deal alone, one called off, one without an initiator."""
    return Situation(
        (
            meeting("n1", ago(2), "ann", "max", "bob", "cat", duration_minutes=30.0),
            meeting("n2", ago(1), "ann", "max", regarding_id="deal"),
            canceled(call("n3", ago(1), "ann", "bob", duration_minutes=5.0)),
            other("n4", ago(3), None, "ann", "bob"),
            other("n5", ago(3), "cat", "sue", duration_minutes=15.0),
        ),
        records=(DEAL, LEA, BOB, GLOBEX),
        opted_out=frozenset({"cat"}),
    )


@_situation
def dated_wrongly() -> Situation:
    """Clocks at the two ends of the calendar."""
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    calls = (call("c1", first, "ann", "bob"), call("c2", ago(1), "bob", "ann"), call("c3", last, "ann", "bob"))
    return Situation(calls, zone="America/New_York")


@_situation
def many_records() -> Situation:
    """Fifty contacts, each written to a few times or never."""
    contacts = [Contact(id=f"k{i:02}") for i in range(50)]
    mails = (email(f"{c.id}-{n}", ago(n), "ann", c.id) for i, c in enumerate(contacts) for n in range(i % 5))
    return Situation(tuple(mails), records=tuple(contacts))
