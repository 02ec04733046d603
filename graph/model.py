"""
The records of the graph as frozen values: no I/O, no clock, no store.

Every id lives in one space: a seller, an account and an interaction never share one. Instants are aware and in UTC,
kept to the microsecond. Names follow the interchange format (``docs/data-format.md``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class RecordKind(StrEnum):
    """What an id of the graph stands for."""

    SELLER = "SELLER"
    ACCOUNT = "ACCOUNT"
    CONTACT = "CONTACT"
    LEAD = "LEAD"
    OPPORTUNITY = "OPPORTUNITY"


class SellerRole(StrEnum):
    """What a seller may do."""

    SELLER = "SELLER"
    MANAGER = "MANAGER"
    ADMIN = "ADMIN"


class LeadState(StrEnum):
    """Where a lead stands."""

    OPEN = "OPEN"
    QUALIFIED = "QUALIFIED"
    DISQUALIFIED = "DISQUALIFIED"


class OpportunityState(StrEnum):
    """How a deal ended, or that it has not."""

    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"


class InteractionKind(StrEnum):
    """What kind of contact took place. The order is the code in columns."""

    EMAIL = "EMAIL"
    MEETING = "MEETING"
    CALL = "CALL"
    OTHER = "OTHER"


class InteractionState(StrEnum):
    """Whether an interaction is planned, took place or was called off."""

    SCHEDULED = "SCHEDULED"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class Source(StrEnum):
    """Where an interaction was read from. The order is the code in columns."""

    CRM = "CRM"
    MAILBOX = "MAILBOX"
    CALENDAR = "CALENDAR"


class Role(StrEnum):
    """How a person took part. Initiators come first; the order is the code in columns."""

    FROM = "FROM"
    ORGANIZER = "ORGANIZER"
    CALLER = "CALLER"
    INITIATOR = "INITIATOR"
    TO = "TO"
    CC = "CC"
    BCC = "BCC"
    REQUIRED = "REQUIRED"
    OPTIONAL = "OPTIONAL"
    CALLEE = "CALLEE"
    PARTICIPANT = "PARTICIPANT"


class Side(StrEnum):
    """Ours (sellers) or theirs (contacts and leads). The order is the code in columns."""

    US = "US"
    THEM = "THEM"


class EngagementEvent(StrEnum):
    """What a customer did with a followed email."""

    OPEN = "OPEN"
    LINK_CLICK = "LINK_CLICK"
    ATTACHMENT_VIEW = "ATTACHMENT_VIEW"


KINDS = tuple(InteractionKind)
SOURCES = tuple(Source)
ROLES = tuple(Role)
SIDES = tuple(Side)
INITIATORS = frozenset({Role.FROM, Role.ORGANIZER, Role.CALLER, Role.INITIATOR})
ROLES_OF = {
    InteractionKind.EMAIL: frozenset({Role.FROM, Role.TO, Role.CC, Role.BCC}),
    InteractionKind.MEETING: frozenset({Role.ORGANIZER, Role.REQUIRED, Role.OPTIONAL}),
    InteractionKind.CALL: frozenset({Role.CALLER, Role.CALLEE}),
    InteractionKind.OTHER: frozenset({Role.INITIATOR, Role.PARTICIPANT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """A person of our organisation (a user)."""

    kind: ClassVar[RecordKind] = RecordKind.SELLER
    id: str
    name: str | None = None
    emails: tuple[str, ...] = ()
    manager_id: str | None = None
    role: SellerRole = SellerRole.SELLER
    opted_out: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person outside, of an account or of none."""

    kind: ClassVar[RecordKind] = RecordKind.CONTACT
    id: str
    name: str | None = None
    emails: tuple[str, ...] = ()
    account_id: str | None = None
    owner_id: str | None = None
    opted_out: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A person outside who may become a customer; a record with people of its own."""

    kind: ClassVar[RecordKind] = RecordKind.LEAD
    id: str
    name: str | None = None
    emails: tuple[str, ...] = ()
    company: str | None = None
    owner_id: str | None = None
    state: LeadState = LeadState.OPEN
    stakeholder_ids: tuple[str, ...] = ()
    opted_out: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An organisation we sell to."""

    kind: ClassVar[RecordKind] = RecordKind.ACCOUNT
    id: str
    name: str
    domains: tuple[str, ...] = ()
    owner_id: str | None = None
    primary_contact_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A deal. ``attributes`` are the organisation's own fields, sorted by name."""

    kind: ClassVar[RecordKind] = RecordKind.OPPORTUNITY
    id: str
    name: str
    account_id: str | None = None
    contact_id: str | None = None
    owner_id: str | None = None
    sales_team_ids: tuple[str, ...] = ()
    stakeholder_ids: tuple[str, ...] = ()
    state: OpportunityState = OpportunityState.OPEN
    estimated_revenue: float | None = None
    estimated_close_date: date | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    actual_revenue: float | None = None
    attributes: tuple[tuple[str, str | float | bool], ...] = ()


Person = Seller | Contact | Lead
Record = Seller | Account | Contact | Lead | Opportunity

RECORD_TYPES: dict[RecordKind, type[Record]] = {
    RecordKind.SELLER: Seller,
    RecordKind.ACCOUNT: Account,
    RecordKind.CONTACT: Contact,
    RecordKind.LEAD: Lead,
    RecordKind.OPPORTUNITY: Opportunity,
}


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in an interaction; the side is that of the person, kept so that edges need no second look."""

    person_id: str
    role: Role
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One email, meeting, call or other activity. ``participants`` are sorted by role, then person, without repeats."""

    id: str
    kind: InteractionKind
    at: datetime
    participants: tuple[Participant, ...]
    duration_minutes: float | None = None
    source: Source = Source.CRM
    subject: str | None = None
    thread_id: str | None = None
    in_reply_to_id: str | None = None
    regarding_id: str | None = None
    state: InteractionState = InteractionState.COMPLETED
    followed: bool = False
    automatic: bool = False
    # Of mail what its copies in other mailboxes share beside the Message-ID; of a calendar's meeting its version there.
    copy_key: str | None = None

    @property
    def initiator(self) -> Participant | None:
        """Who wrote, organised, called or began it; an OTHER may have nobody."""
        return next((p for p in self.participants if p.role in INITIATORS), None)


@dataclass(frozen=True, slots=True, order=True)
class Engagement:
    """A customer opened a followed email, clicked a link in it or viewed an attachment."""

    interaction_id: str
    person_id: str
    event: EngagementEvent
    at: datetime


def side_of(person: Person) -> Side:
    """Return the side a person stands on."""
    return Side.US if person.kind is RecordKind.SELLER else Side.THEM


def normalized_address(address: str) -> str:
    """Return an address as it is compared: lower case, no surrounding space."""
    return address.strip().lower()


def display_name(person: Person) -> str:
    """Return what to call a person: the name, else the first address, else the id."""
    return person.name or next(iter(person.emails), person.id)


def edges_of(interaction: Interaction) -> Iterator[tuple[str, str]]:
    """
    Yield the edges an interaction is stored as, as (from person, to person or record).

    One for each (seller, customer) pair that took part, one from each participant to the regarding record (never to
    themselves), and where there is neither a customer nor such a record, one from the initiator to each other seller.
    """
    ours, theirs = _sides(interaction)
    yield from ((seller, customer) for seller in ours for customer in theirs)
    if (record := interaction.regarding_id) is not None:
        yield from ((person, record) for person in (*ours, *theirs) if person != record)
    elif not theirs and (initiator := interaction.initiator) is not None:
        yield from ((initiator.person_id, other) for other in ours if other != initiator.person_id)


def _sides(interaction: Interaction) -> tuple[dict[str, None], dict[str, None]]:
    ours: dict[str, None] = {}
    theirs: dict[str, None] = {}
    for participant in interaction.participants:
        (ours if participant.side is Side.US else theirs)[participant.person_id] = None
    return ours, theirs


def is_storable(interaction: Interaction) -> bool:
    """Tell whether an interaction has a seller and at least one edge; what has not is skipped."""
    sides = {p.side for p in interaction.participants}
    if Side.US not in sides:
        return False
    if Side.THEM in sides or interaction.regarding_id is not None:
        return True
    return interaction.initiator is not None and len({p.person_id for p in interaction.participants}) > 1


def to_micros(instant: datetime) -> int:
    """Return an instant as microseconds since 1970, exactly."""
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the instant that is so many microseconds after 1970."""
    return EPOCH + int(micros) * MICROSECOND


def digest(value: Record | Interaction) -> bytes:
    """Return 16 bytes that change whenever a field of the value does; stores compare them to see what is new."""
    content = _interaction_content(value) if isinstance(value, Interaction) else _record_content(value)
    return blake2b(repr(content).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _record_content(record: Record) -> list[object]:
    return [record.kind, *(getattr(record, name) for name in type(record).__slots__)]


def _interaction_content(interaction: Interaction) -> list[object]:
    # Enums as their _value_: their repr costs more than all the rest, and there are millions of these.
    return [
        interaction.id,
        interaction.kind._value_,
        to_micros(interaction.at),
        interaction.duration_minutes,
        interaction.source._value_,
        interaction.subject,
        interaction.thread_id,
        interaction.in_reply_to_id,
        interaction.regarding_id,
        interaction.state._value_,
        interaction.followed,
        interaction.automatic,
        interaction.copy_key,
        [(p.person_id, p.role._value_, p.side._value_) for p in interaction.participants],
    ]
