"""Records and interactions for tests: sensible defaults, and the one fact the test is about."""

from datetime import UTC, datetime
from typing import Any

from graph.model import (
    Account,
    Contact,
    Engagement,
    EngagementEvent,
    Interaction,
    InteractionKind,
    Lead,
    Opportunity,
    Participant,
    Person,
    Role,
    Seller,
    side_of,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def a_seller(id: str = "ann", **fields: Any) -> Seller:
    return Seller(**{"id": id, "name": id.title(), "emails": (f"{id}@us.example",), **fields})


def a_contact(id: str = "bob", **fields: Any) -> Contact:
    return Contact(**{"id": id, "name": id.title(), "emails": (f"{id}@globex.example",), **fields})


def a_lead(id: str = "lea", **fields: Any) -> Lead:
    return Lead(**{"id": id, "name": id.title(), "emails": (f"{id}@new.example",), **fields})


def an_account(id: str = "globex", **fields: Any) -> Account:
    return Account(**{"id": id, "name": id.title(), **fields})


def an_opportunity(id: str = "deal", **fields: Any) -> Opportunity:
    return Opportunity(**{"id": id, "name": id.title(), **fields})


def an_email(id: str, sender: Person, *to: Person, cc: tuple[Person, ...] = (), **fields: Any) -> Interaction:
    people = [(sender, Role.FROM), *((p, Role.TO) for p in to), *((p, Role.CC) for p in cc)]
    return an_interaction(id, InteractionKind.EMAIL, people, **fields)


def a_meeting(id: str, organizer: Person, *required: Person, **fields: Any) -> Interaction:
    people = [(organizer, Role.ORGANIZER), *((p, Role.REQUIRED) for p in required)]
    return an_interaction(id, InteractionKind.MEETING, people, **fields)


def a_call(id: str, caller: Person, *callees: Person, **fields: Any) -> Interaction:
    people = [(caller, Role.CALLER), *((p, Role.CALLEE) for p in callees)]
    return an_interaction(id, InteractionKind.CALL, people, **fields)


def a_task(id: str, *participants: Person, **fields: Any) -> Interaction:
    """An OTHER that nobody began."""
    return an_interaction(id, InteractionKind.OTHER, [(p, Role.PARTICIPANT) for p in participants], **fields)


def an_interaction(id: str, kind: InteractionKind, people: list[tuple[Person, Role]], **fields: Any) -> Interaction:
    participants = tuple(Participant(p.id, role, side_of(p)) for p, role in people)
    return Interaction(**{"id": id, "kind": kind, "at": NOON, "participants": participants, **fields})


def an_engagement(interaction_id: str, person: Person, **fields: Any) -> Engagement:
    return Engagement(
        **{
            "interaction_id": interaction_id,
            "person_id": person.id,
            "event": EngagementEvent.OPEN,
            "at": NOON,
            **fields,
        }
    )
