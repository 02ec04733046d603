"""People, records, interactions and engagement as they are written: the fields of the interchange format."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Annotated, Any, cast

from graph.model import (
    EngagementEvent,
    InteractionKind,
    InteractionState,
    RecordKind,
    Role,
    SellerRole,
    Source,
)
from schema.described import field, mapping_type, optional
from schema.scalars import Json


class RecordState(StrEnum):
    """The states of leads and of opportunities, which the format has in one field."""

    OPEN = "OPEN"
    QUALIFIED = "QUALIFIED"
    DISQUALIFIED = "DISQUALIFIED"
    WON = "WON"
    LOST = "LOST"


@mapping_type
class RecordInput:
    """
    A person or record, whole: it replaces what its id stood for, and what is left out is empty afterwards.

    Fields of other types than its own are ignored. What it names may come later in the same call.
    """

    type: Annotated[RecordKind, field("What it is.")]
    id: Annotated[str, field("The id in the system it comes from; all ids are one space.")]
    name: Annotated[str | None, optional("Its name; of a person a name or an address is required, of others a name.")]
    emails: Annotated[list[str] | None, optional("Of a person: the email addresses, the main one first.")]
    opted_out: Annotated[
        bool | None, optional("Of a person: they asked not to be shown. Left out, what was said before stays.")
    ]
    provisional: Annotated[
        bool | None, optional("Of a person: made from an address, until somebody describes who holds it.")
    ]
    manager_id: Annotated[str | None, optional("Of a seller: the id of whom they report to.")]
    role: Annotated[SellerRole | None, optional("Of a seller: what they may do; `SELLER` where it is left out.")]
    account_id: Annotated[str | None, optional("Of a contact or opportunity: the id of its account.")]
    owner_id: Annotated[str | None, optional("Of a record: the id of the seller responsible.")]
    company: Annotated[str | None, optional("Of a lead: where they work.")]
    domains: Annotated[list[str] | None, optional("Of an account: the domains of its email addresses.")]
    primary_contact_id: Annotated[str | None, optional("Of an account: the id of whom to turn to first.")]
    contact_id: Annotated[str | None, optional("Of an opportunity: the id of the person it is made with.")]
    sales_team_ids: Annotated[
        list[str] | None, optional("Of an opportunity: the ids of the sellers who work on it beside its owner.")
    ]
    stakeholder_ids: Annotated[
        list[str] | None, optional("Of a lead or opportunity: the ids of the people outside who have a say.")
    ]
    state: Annotated[
        RecordState | None, optional("Of a lead or opportunity: where it stands; `OPEN` where it is left out.")
    ]
    estimated_revenue: Annotated[float | None, optional("Of an opportunity: what it is expected to bring.")]
    estimated_close_date: Annotated[date | None, optional("Of an opportunity: the day it is expected to close.")]
    created_at: Annotated[datetime | None, optional("Of an opportunity: when it began.")]
    closed_at: Annotated[datetime | None, optional("Of an opportunity that was won or lost: when.")]
    actual_revenue: Annotated[float | None, optional("Of an opportunity: what it brought.")]
    attributes: Annotated[
        Json | None,
        optional("Of an opportunity: the organisation's own fields, an object of text, numbers, true and false."),
    ]


@mapping_type
class ParticipantInput:
    """Somebody who took part in an interaction: by id, or by address where the id is not known."""

    person_id: Annotated[str | None, optional("The id of the person; or give `email`.")]
    email: Annotated[
        str | None, optional("An address of the person, in any case; where nobody has it, a person is made of it.")
    ]
    name: Annotated[str | None, optional("What to call a person who is made of the address.")]
    role: Annotated[Role, field("How they took part: each kind of interaction has roles of its own.")]


@mapping_type
class InteractionInput:
    """
    An email, meeting, call or other activity, whole: it replaces what its id stood for.

    One without a seller, or without anybody else, is skipped.
    """

    id: Annotated[str, field("The id in the system it comes from; all ids are one space.")]
    kind: Annotated[InteractionKind, field("What kind of contact it is.")]
    at: Annotated[datetime, field("When it took place, or will begin.")]
    participants: Annotated[
        list[ParticipantInput], field("Who took part; one of them began it, of an `OTHER` at most one.")
    ]
    duration_minutes: Annotated[float | None, optional("How long it lasted in minutes, 0 or more.")]
    source: Annotated[Source | None, optional("Where it was read from; `CRM` where it is left out.")]
    subject: Annotated[str | None, optional("What it is about.")]
    thread_id: Annotated[str | None, optional("The conversation it belongs to.")]
    in_reply_to_id: Annotated[str | None, optional("The id of the interaction it answers, which need not be known.")]
    regarding_id: Annotated[str | None, optional("The id of the account, contact, lead or opportunity it is about.")]
    state: Annotated[
        InteractionState | None, optional("Whether it is planned, took place or was called off; else `COMPLETED`.")
    ]
    followed: Annotated[bool | None, optional("An email whose opening and clicks are followed.")]
    automatic: Annotated[bool | None, optional("An email that a machine wrote; no response time counts it.")]


@mapping_type
class EngagementInput:
    """What a customer did with a followed email; the same person, event and instant again change nothing."""

    interaction_id: Annotated[str, field("The id of the email.")]
    person_id: Annotated[str | None, optional("The id of the person; or give `email`.")]
    email: Annotated[
        str | None, optional("An address of the person, in any case; where nobody has it, a person is made of it.")
    ]
    name: Annotated[str | None, optional("What to call a person who is made of the address.")]
    event: Annotated[EngagementEvent, field("What they did.")]
    at: Annotated[datetime, field("When they did it.")]


# Participants are objects in a list; what lies deeper is wrong whatever it holds, and may lie too deep for JSON.
DEEPEST = 2
# What tells an event from others.
EVENT = ("interactionId", "personId", "email", "event", "at")


def line(given: object, type_: str | None = None) -> dict[str, Any]:
    """
    Return an input, which is a mapping, as a line of the interchange format; a record says its type itself.

    >>> line({"id": "ann", "type": RecordKind.SELLER, "role": SellerRole.ADMIN})
    {'id': 'ann', 'type': 'seller', 'role': 'ADMIN'}
    """
    fields: dict[str, Any] = {name: _plain(value) for name, value in cast("Mapping[str, Any]", given).items()}
    return {**fields, "type": type_ or fields["type"].lower()}


def _plain(value: object, deep: int = DEEPEST) -> object:
    match value:
        case Enum():
            return value.value
        case date():
            # Instants are dates too.
            return value.isoformat()
        case list():
            return [_plain(item, deep - 1) for item in value] if deep else []
        case dict():
            return {name: _plain(item, deep - 1) for name, item in value.items()} if deep else {}
    return value
