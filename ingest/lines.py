"""
One line of the interchange format: from JSON text or values to a checked object, or what is wrong with it and where.

What a field may hold is in :mod:`ingest.fields`; whether the people, records and interactions that a line names exist
is found out later (:mod:`ingest.records`, :mod:`ingest.load`).
"""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic import model_validator as checks
from pydantic.alias_generators import to_camel

from graph.complaints import FLAG, LIST, NUMBER, OBJECT, TEXT, mismatch, one_of, required, shown, told
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
)
from ingest.fields import (
    Addresses,
    Attributes,
    Day,
    Domains,
    Flag,
    Id,
    Ids,
    Instant,
    Minutes,
    OptionalFlag,
    OptionalNumber,
    Reference,
    RequiredText,
    Text,
    address,
    blank_is_none,
    default_to,
)

# What a reason begins with: "at is required", "role: ...", "closedAt must be null where ...".
FIELD = re.compile(r"[a-z]\w*(\.\w+)*(?=: | is | must )")


# What a field is to hold where pydantic says that it holds something else.
EXPECTED = {
    "string_type": TEXT,
    "float_type": NUMBER,
    "finite_number": NUMBER,
    "bool_type": FLAG,
    "tuple_type": LIST,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
}
TYPES = ("seller", "account", "contact", "lead", "opportunity", "interaction", "engagement")


class BadLineError(ValueError):
    """A line that is not what the format says; the message names the field."""


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
    role: Annotated[SellerRole, default_to(SellerRole.SELLER)] = SellerRole.SELLER


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
    state: Annotated[LeadState, default_to(LeadState.OPEN)] = LeadState.OPEN
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
    state: Annotated[OpportunityState, default_to(OpportunityState.OPEN)] = OpportunityState.OPEN
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
            raise ValueError(f"closedAt must not be before createdAt, found {self.closed_at} and {self.created_at}")
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
    duration_minutes: Annotated[Minutes | None, BeforeValidator(blank_is_none)] = None
    source: Annotated[Source, default_to(Source.CRM)] = Source.CRM
    subject: Text = None
    thread_id: Reference = None
    in_reply_to_id: Reference = None
    regarding_id: Reference = None
    state: Annotated[InteractionState, default_to(InteractionState.COMPLETED)] = InteractionState.COMPLETED
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
            many = "at most one" if self.kind is InteractionKind.OTHER else "exactly one"
            raise ValueError(f"participants: {self.kind} must have {many} {names}, found {len(initiators)}")
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


def field_of(reason: str) -> str | None:
    """
    Return the field that a reason is about, None where it is about the line as a whole.

    >>> field_of("participants.0.personId: no person has the id 'bob'"), field_of("not a JSON object")
    ('participants.0.personId', None)
    """
    found = FIELD.match(reason)
    return found.group() if found else None


def _explain(exc: ValidationError) -> str:
    """Return what is wrong, field first."""
    # A list is too short for pydantic when its items are bad; that is said of the items.
    all_errors = exc.errors(include_url=False)
    errors = [error for error in all_errors if error["type"] != "too_short" or not error["input"]] or all_errors
    return told([_explain_one(error) for error in errors])


def _explain_one(error: Any) -> str:
    found = error["input"]
    if error["type"] == "json_invalid":
        return f"not JSON: {error['msg'].removeprefix('Invalid JSON: ')}"
    if error["type"].startswith("union_tag"):
        return mismatch("type", one_of(TYPES), found["type"]) if found.get("type") else f"type must be {one_of(TYPES)}"
    if not error["loc"] and error["type"] != "value_error":
        return "not a JSON object"
    where = ".".join(str(part) for part in error["loc"][1:])
    if error["type"] == "missing" or blank_is_none(found) is None:
        return required(where)
    if error["type"] == "too_short":
        return f"{where} must not be empty"
    if error["type"] == "value_error":
        return _own_words(where, error["msg"].removeprefix("Value error, "), found)
    return mismatch(where, _expected(error), found)


def _own_words(where: str, message: str, found: object) -> str:
    """Return what a check of ours says, with what it found unless that is the line or is said already."""
    said = isinstance(found, dict) or shown(found) in message
    return f"{where}: {message}".removeprefix(": ") + ("" if said else f", found {shown(found)}")


def _expected(error: Any) -> str:
    if error["type"] == "enum":
        return one_of(error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", "))
    return EXPECTED[error["type"]]
