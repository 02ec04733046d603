"""
One line of the interchange format: from JSON text or values to a checked object, or what is wrong with it and where.

Whether the people, records and interactions that a line
names exist is not their business (:mod:`ingest.records`, :mod:`ingest.load`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import inf
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic import model_validator as checks
from pydantic.alias_generators import to_camel

from graph.model import (
    INITIATORS,
    ROLES_OF,
    EngagementEvent,
    InteractionKind,
    InteractionState,
    LeadState,
    OpportunityState,
    Role,
    SellerRole,
    Source,
    normalized_address,
)

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")

WHOLE, LARGEST = 2**63, 2**1023
# What a reason begins with: "at is required", "role: ...", "closedAt must be null where ...".
FIELD = re.compile(r"[a-z]\w*(\.\w+)*(?=: | is | must )")


class BadLineError(ValueError):
    """A line that is not what the format says; the message names the field."""


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _without_nul(value: str) -> str:
    # Databases end text at it, so two ids would be one.
    if "\0" in value:
        raise ValueError("must not hold a NUL character")
    return value


def _without_blanks(value: object) -> object:
    if _blank_is_none(value) is None:
        return ()
    # A null inside a list stays, to be refused as the wrong type.
    return tuple(v for v in value if v is None or _blank_is_none(v) is not None) if isinstance(value, list) else value


def _instant(value: object) -> object:
    if _blank_is_none(value) is None:
        return None
    if not isinstance(value, datetime) and not (isinstance(value, str) and RFC_3339.fullmatch(value)):
        raise ValueError("must be an RFC 3339 instant with offset, such as 2026-11-02T09:30:00+01:00")
    try:
        return value.astimezone(UTC) if isinstance(value, datetime) else _from_rfc_3339(value)
    except (ValueError, OverflowError) as exc:
        raise ValueError(f"is no instant: {exc}") from None


def _from_rfc_3339(text: str) -> datetime:
    if text[17:19] == "60":
        # A leap second, which the calendar of computers does not have, is the second after the one before it.
        return datetime.fromisoformat(f"{text[:17]}59{text[19:]}".upper()).astimezone(UTC) + timedelta(seconds=1)
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _date(value: object) -> object:
    if _blank_is_none(value) is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("must be a date such as 2027-01-31")
    return date.fromisoformat(value)


# The same people come again and again.
@lru_cache(maxsize=1 << 14)
def address(value: str) -> str:
    """Return an address as it is compared; raise ValueError unless it has one @ with something on both sides."""
    local, at, domain = _without_nul(normalized_address(value)).partition("@")
    if not (local and at and domain) or "@" in domain:
        raise ValueError(f"{value[:200]!r} is no address: it needs one @ with something on both sides")
    return f"{local}@{domain}"


def _addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address(v) for v in values))


def _domain(value: str) -> str:
    return value.strip().lower().lstrip("@.")


def _attributes(value: object) -> object:
    if _blank_is_none(value) is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("must be an object of text, numbers, true and false")  # noqa: TRY004 - pydantic wants it
    kept = {name: _attribute(name, item) for name, item in value.items()}
    return {name: item for name, item in kept.items() if _blank_is_none(item) is not None}


def _attribute(name: str, item: object) -> object:
    # Stores keep whole numbers of 64 bits; larger ones are as exact as any other number.
    if isinstance(item, int) and not -WHOLE <= item < WHOLE:
        item = float(item) if abs(item) < LARGEST else inf
    if not isinstance(item, str | int | float | None) or item in (inf, -inf) or item != item:
        raise ValueError(f"{name!r} must be text, a number, true or false")
    return item


def _default(default: object) -> BeforeValidator:
    return BeforeValidator(lambda value: default if _blank_is_none(value) is None else value)


Text = Annotated[str | None, BeforeValidator(_blank_is_none)]
RequiredText = Annotated[str, BeforeValidator(_blank_is_none)]
Id = Annotated[str, BeforeValidator(_blank_is_none), AfterValidator(_without_nul)]
Reference = Annotated[Text, AfterValidator(lambda v: v if v is None else _without_nul(v))]
Ids = Annotated[
    tuple[str, ...],
    BeforeValidator(_without_blanks),
    AfterValidator(lambda v: tuple(dict.fromkeys(map(_without_nul, v)))),
]
Addresses = Annotated[tuple[str, ...], BeforeValidator(_without_blanks), AfterValidator(_addresses)]
Domains = Annotated[
    tuple[str, ...],
    BeforeValidator(_without_blanks),
    AfterValidator(lambda v: tuple(dict.fromkeys(d for d in map(_domain, v) if d))),
]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_date)]
Number = Annotated[float, Field(allow_inf_nan=False)]
OptionalNumber = Annotated[Number | None, BeforeValidator(_blank_is_none)]
OptionalFlag = Annotated[bool | None, BeforeValidator(_blank_is_none)]
Flag = Annotated[bool, _default(False)]
Attributes = Annotated[dict[str, Any], BeforeValidator(_attributes)]


class _Line(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_camel)


class _Person(_Line):
    id: Id
    name: Text = None
    emails: Addresses = ()
    opted_out: OptionalFlag = None
    provisional: Flag = False

    @checks(mode="after")
    def _has_name_or_address(self) -> Self:
        if self.name is None and not self.emails:
            raise ValueError("name or emails is required")
        return self


class SellerLine(_Person):
    """A seller."""

    type: Literal["seller"]
    manager_id: Reference = None
    role: Annotated[SellerRole, _default(SellerRole.SELLER)] = SellerRole.SELLER


class ContactLine(_Person):
    """A contact."""

    type: Literal["contact"]
    account_id: Reference = None
    owner_id: Reference = None


class LeadLine(_Person):
    """A lead."""

    type: Literal["lead"]
    company: Text = None
    owner_id: Reference = None
    state: Annotated[LeadState, _default(LeadState.OPEN)] = LeadState.OPEN
    stakeholder_ids: Ids = ()


class AccountLine(_Line):
    """An account."""

    type: Literal["account"]
    id: Id
    name: RequiredText
    domains: Domains = ()
    owner_id: Reference = None
    primary_contact_id: Reference = None


class OpportunityLine(_Line):
    """An opportunity."""

    type: Literal["opportunity"]
    id: Id
    name: RequiredText
    account_id: Reference = None
    contact_id: Reference = None
    owner_id: Reference = None
    sales_team_ids: Ids = ()
    stakeholder_ids: Ids = ()
    state: Annotated[OpportunityState, _default(OpportunityState.OPEN)] = OpportunityState.OPEN
    estimated_revenue: OptionalNumber = None
    estimated_close_date: Day | None = None
    created_at: Instant | None = None
    closed_at: Instant | None = None
    actual_revenue: OptionalNumber = None
    attributes: Attributes = {}

    @checks(mode="after")
    def _closes_once(self) -> Self:
        if (self.state is OpportunityState.OPEN) != (self.closed_at is None):
            raise ValueError(f"closedAt must be {'null' if self.closed_at else 'given'} where state is {self.state}")
        if self.created_at is not None and self.closed_at is not None and self.closed_at < self.created_at:
            raise ValueError("closedAt is before createdAt")
        return self


class _Who(_Line):
    """A person by id, or by address (and name) where the id is not known."""

    person_id: Reference = None
    email: Annotated[Text, AfterValidator(lambda v: None if v is None else address(v))] = None
    name: Text = None

    @checks(mode="after")
    def _is_somebody(self) -> Self:
        if self.person_id is None and self.email is None:
            raise ValueError("personId or email is required")
        return self

    @property
    def address(self) -> str | None:
        """The address to find the person by; None where the id is given."""
        return self.email if self.person_id is None else None

    @property
    def key(self) -> str:
        """The id or address, whichever names the person."""
        return self.person_id or self.email or ""


class ParticipantLine(_Who):
    """Who took part in an interaction, and how."""

    role: Role


class InteractionLine(_Line):
    """An interaction."""

    type: Literal["interaction"]
    id: Id
    kind: InteractionKind
    at: Instant
    participants: Annotated[tuple[ParticipantLine, ...], Field(min_length=1)]
    duration_minutes: Annotated[Annotated[Number, Field(ge=0)] | None, BeforeValidator(_blank_is_none)] = None
    source: Annotated[Source, _default(Source.CRM)] = Source.CRM
    subject: Text = None
    thread_id: Reference = None
    in_reply_to_id: Reference = None
    regarding_id: Reference = None
    state: Annotated[InteractionState, _default(InteractionState.COMPLETED)] = InteractionState.COMPLETED
    followed: Flag = False
    automatic: Flag = False
    # Ours, not the format's: what is not as we write it is ignored like any unknown field.
    copy_key: Annotated[Text, BeforeValidator(lambda v: v if isinstance(v, str) else None)] = None

    @checks(mode="after")
    def _roles_fit(self) -> Self:
        allowed = ROLES_OF[self.kind]
        initiators = set()
        for i, participant in enumerate(self.participants):
            if participant.role not in allowed:
                names = ", ".join(sorted(allowed))
                raise ValueError(f"participants.{i}.role: {participant.role} is no role of {self.kind}; use {names}")
            if participant.role in INITIATORS:
                initiators.add(participant.key)
        if len(initiators) > 1 or (not initiators and self.kind is not InteractionKind.OTHER):
            names = ", ".join(sorted(allowed & INITIATORS))
            raise ValueError(f"participants: {self.kind} needs exactly one {names}, found {len(initiators)}")
        return self


class EngagementLine(_Who):
    """What a customer did with a followed email."""

    type: Literal["engagement"]
    interaction_id: Id
    event: EngagementEvent
    at: Instant


PersonLine = SellerLine | ContactLine | LeadLine
RecordLine = SellerLine | AccountLine | ContactLine | LeadLine | OpportunityLine
AnyLine = RecordLine | InteractionLine | EngagementLine

_ADAPTER: TypeAdapter[AnyLine] = TypeAdapter(Annotated[AnyLine, Field(discriminator="type")])


def parse_line(text: str | bytes) -> AnyLine:
    """Return the checked object of a line, or raise BadLineError."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as exc:
        raise BadLineError(_explain(exc)) from None


def check_fields(fields: Mapping[str, object]) -> AnyLine:
    """Return the checked object of the values that a line would have, or raise BadLineError."""
    try:
        return _ADAPTER.validate_python(fields)
    except ValidationError as exc:
        raise BadLineError(_explain(exc)) from None


def field_of(reason: str) -> str | None:
    """
    Return the field that a reason is about, None where it is about the line as a whole.

    >>> field_of("participants.0.personId: no person has the id 'bob'"), field_of("not a JSON object")
    ('participants.0.personId', None)
    """
    found = FIELD.match(reason)
    return found.group() if found else None


def _explain(exc: ValidationError) -> str:
    """Return what is wrong, field first, for up to three errors of a line."""
    errors = exc.errors(include_url=False, include_context=False)
    told = "; ".join(_explain_one(e) for e in errors[:3])
    return told if len(errors) <= 3 else f"{told}; and {len(errors) - 3} more"


def _explain_one(error: Any) -> str:
    if error["type"] == "json_invalid":
        return f"not JSON: {error['msg'].removeprefix('Invalid JSON: ')}"
    if error["type"].startswith("union_tag"):
        return "type must be one of seller, account, contact, lead, opportunity, interaction, engagement"
    if not error["loc"] and error["type"] != "value_error":
        return "not a JSON object"
    where = ".".join(str(part) for part in error["loc"][1:])
    if error["type"] == "missing" or _blank_is_none(error.get("input")) is None:
        return f"{where} is required"
    message = error["msg"].removeprefix("Value error, ")
    found = error.get("input")
    shown = "" if isinstance(found, dict | list) or error["type"] == "value_error" else f", found {str(found)[:80]!r}"
    return f"{where}: {message}{shown}" if where else f"{message}"
