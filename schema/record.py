"""What all records offer, their widgets and the interactions behind them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph import model
from graph.model import InteractionKind, InteractionState, Role, Side, Source
from resolvers import health, interactions, nodes, records, summary, widgets
from schema.described import field, interface, node_type, object_type
from schema.health import Health, HealthPoint
from schema.node import Node, Person
from schema.paging import Connection
from schema.summary import Summary
from schema.widgets import (
    Activities,
    CustomerInteractions,
    EmailEngagement,
    EmailRatio,
    HourlyInvestment,
    MostContacted,
    ResponseTime,
    Touchpoint,
)

if TYPE_CHECKING:
    from schema.records import Seller


@object_type
class Participant:
    """A person who took part in an interaction."""

    person: Annotated[Person, field("Who it is.")]
    side: Annotated[Side, field("Which side they were on.")]
    roles: Annotated[list[Role], field("How they took part; one who wrote to themselves has two roles.")]


@node_type(of=model.Interaction)
class Interaction(Node):
    """One email, meeting, call or other activity between sellers and customers."""

    id: Annotated[strawberry.ID, field("Opaque id, unique over all types; give it to `node`.", nodes.interaction_id)]
    key: Annotated[str, field("The id in the system it came from.", interactions.key)]
    kind: Annotated[InteractionKind, field("What kind of contact it is.")]
    at: Annotated[datetime, field("When it took place, or will begin.")]
    duration_minutes: Annotated[float | None, field("How long it lasts in minutes; null where that is not known.")]
    subject: Annotated[str | None, field("What it is about; null where nothing is recorded.")]
    thread_key: Annotated[
        str | None, field("The conversation it belongs to; null where it stands alone.", interactions.thread_key)
    ]
    state: Annotated[InteractionState, field("Whether it is planned, took place or was called off.")]
    source: Annotated[Source, field("Where it was read from.")]
    initiated_by: Annotated[
        Side | None, field("The side that began it; null where nobody is known to have.", interactions.initiated_by)
    ]
    participants: Annotated[
        list[Participant],
        field("Who took part, the initiator first. Those who opted out are left out.", interactions.participants),
    ]
    not_named: Annotated[
        int, field("How many took part who opted out and are not named above.", interactions.not_named)
    ]
    regarding: Annotated[
        "Record | None",
        field(
            "The record it is about; null where there is none, or it is a person who opted out.", interactions.regarding
        ),
    ]


@interface
class Record(Node):
    """What relationships are measured for: an account, a contact, a lead or an opportunity."""

    key: Annotated[str, field("The id in the system it came from.", records.key)]
    name: Annotated[str | None, field("The name as it was recorded; null where none was.")]
    display_name: Annotated[str, field("What to call it: the name, else an address, else the key.", records.shown_name)]
    owner: Annotated[
        Annotated["Seller", strawberry.lazy("schema.records")] | None,
        field("The seller responsible; null where there is none.", records.owner),
    ]
    summary: Annotated[
        Summary,
        field("What is worth knowing about it, most telling first, in numbers and in words.", summary.resolve_summary),
    ]
    health: Annotated[
        Health,
        field("How well we and the customer keep in touch, from all interactions so far.", health.resolve_health),
    ]
    health_history: Annotated[
        list[HealthPoint],
        field("The health at `asOf` and at instants before, the oldest first.", health.resolve_history),
    ]
    customer_interactions: Annotated[
        CustomerInteractions,
        field(
            "How many interactions there were, of which kind and begun by whom.", widgets.resolve_customer_interactions
        ),
    ]
    activities: Annotated[
        Activities, field("What happened day by day, and the quiet periods.", widgets.resolve_activities)
    ]
    email_ratio: Annotated[EmailRatio, field("Emails sent against emails received.", widgets.resolve_email_ratio)]
    email_engagement: Annotated[
        EmailEngagement,
        field(
            "What the people of this record did with the emails we follow, up to `asOf`.",
            widgets.resolve_email_engagement,
        ),
    ]
    most_contacted: Annotated[
        MostContacted, field("The customers with whom there was most contact.", widgets.resolve_most_contacted)
    ]
    most_contacted_by: Annotated[
        MostContacted, field("The sellers who had most contact.", widgets.resolve_most_contacted_by)
    ]
    response_time: Annotated[
        ResponseTime, field("How long each side waits for an answer by email.", widgets.resolve_response_time)
    ]
    hourly_investment: Annotated[
        HourlyInvestment, field("The time that each side spent.", widgets.resolve_hourly_investment)
    ]
    last_interaction: Annotated[
        Touchpoint | None,
        field("The latest interaction up to `asOf`; null where there was none yet.", widgets.resolve_last_interaction),
    ]
    next_interaction: Annotated[
        Touchpoint | None,
        field("The earliest interaction planned after `asOf`; null where none is.", widgets.resolve_next_interaction),
    ]
    interactions: Annotated[
        Connection[Interaction],
        field("The interactions that the widgets count, newest first.", interactions.interactions),
    ]


@interface
class Customer(Person, Record):
    """A person outside: a contact or a lead."""
