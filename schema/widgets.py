"""What the widgets show: plain results of the KPIs."""

from datetime import date, datetime
from typing import Annotated

from graph.model import InteractionKind, Side
from resolvers import widgets
from resolvers.similar import compared_to_similar_won
from schema.comparison import (
    ActivitiesCompared,
    InteractionsCompared,
    InvestmentCompared,
    RatioCompared,
    ResponseCompared,
)
from schema.described import field, object_type
from schema.node import Person

COMPARED = (
    "Of a deal: its numbers from its creation to its close or `asOf`, whatever the `days` of the widget, beside those "
    "of the 100 most similar won deals over their whole lives. Null elsewhere."
)


@object_type
class CountsByKind:
    """A count for each kind of interaction, and their sum."""

    total: Annotated[int, field("All kinds together.")]
    emails: Annotated[int, field("Emails.")]
    meetings: Annotated[int, field("Meetings.")]
    calls: Annotated[int, field("Calls.")]
    others: Annotated[int, field("Tasks, chats, letters and the like.")]


@object_type
class MinutesByKind:
    """Minutes for each kind of interaction, and their sum."""

    total: Annotated[float, field("Minutes of all kinds together.")]
    emails: Annotated[float, field("Minutes spent on emails.")]
    meetings: Annotated[float, field("Minutes spent in meetings.")]
    calls: Annotated[float, field("Minutes spent on calls.")]
    others: Annotated[float, field("Minutes spent on tasks, chats, letters and the like.")]


@object_type
class CustomerInteractions:
    """How many interactions there were, of which kind and begun by whom."""

    total: Annotated[CountsByKind, field("All of them, those that nobody is known to have begun included.")]
    by_us: Annotated[CountsByKind, field("Those a seller began: wrote, organised, called.")]
    by_them: Annotated[CountsByKind, field("Those a customer began.")]
    compared_to_similar_won: Annotated[
        InteractionsCompared | None, field(COMPARED, compared_to_similar_won("customer_interactions"))
    ]


@object_type
class ActivityPoint:
    """What happened on one calendar day in the asked time zone."""

    date: Annotated[date, field("The day.")]
    emails_sent: Annotated[int, field("Emails we wrote.")]
    emails_received: Annotated[int, field("Emails the customer wrote.")]
    meetings_sent: Annotated[int, field("Meetings we organised.")]
    meetings_received: Annotated[int, field("Meetings the customer organised.")]
    calls_made: Annotated[int, field("Calls we made.")]
    calls_received: Annotated[int, field("Calls the customer made.")]


@object_type
class QuietPeriod:
    """A run of days without any interaction."""

    days: Annotated[int, field("How many days it lasts; 0 where there is none.")]
    first_date: Annotated[date | None, field("Its first day; null where there is none.")]
    last_date: Annotated[date | None, field("Its last day; null where there is none.")]


@object_type
class Activities:
    """What happened day by day, and how long nothing did."""

    points: Annotated[
        list[ActivityPoint],
        field("A point for each day, days without anything included, the earliest first."),
    ]
    longest_quiet: Annotated[QuietPeriod, field("The longest quiet period within the days shown, the first of equals.")]
    open_quiet: Annotated[QuietPeriod, field("The quiet period that lasts until `asOf`.")]
    compared_to_similar_won: Annotated[
        ActivitiesCompared | None,
        field("The mean of each series over days. " + COMPARED, compared_to_similar_won("activities")),
    ]


@object_type
class EmailRatio:
    """Emails each way, and each side's share of the other's."""

    sent: Annotated[int, field("Emails we wrote to the customer.")]
    received: Annotated[int, field("Emails the customer wrote to us.")]
    by_us: Annotated[float | None, field("Sent for each one received; null where none was received.")]
    by_them: Annotated[float | None, field("Received for each one sent; null where none was sent.")]
    compared_to_similar_won: Annotated[RatioCompared | None, field(COMPARED, compared_to_similar_won("email_ratio"))]


@object_type
class EmailEngagement:
    """What the customer did with the emails that we wrote and followed: opened, clicked, viewed, replied."""

    sent: Annotated[int, field("Followed emails we wrote.")]
    opened: Annotated[int, field("How many of them were opened.")]
    clicked: Annotated[int, field("In how many of them a link was clicked.")]
    attachment_viewed: Annotated[int, field("Of how many of them an attachment was viewed.")]
    replied: Annotated[int, field("How many of them were answered by email, as `responseTime` says what an answer is.")]
    opens: Annotated[int, field("How often they were opened in all.")]
    clicks: Annotated[int, field("How often links in them were clicked in all.")]
    attachment_views: Annotated[int, field("How often their attachments were viewed in all.")]
    open_rate: Annotated[float | None, field("Share of them that was opened, 0 to 1; null where none was sent.")]
    click_rate: Annotated[
        float | None, field("Share of them in which a link was clicked, 0 to 1; null where none was sent.")
    ]
    attachment_view_rate: Annotated[
        float | None, field("Share of them whose attachment was viewed, 0 to 1; null where none was sent.")
    ]
    reply_rate: Annotated[float | None, field("Share of them that was answered, 0 to 1; null where none was sent.")]


@object_type
class ContactedPerson:
    """A person and the interactions they took part in."""

    person: Annotated[Person, field("Who it is.", widgets.contacted)]
    interactions: Annotated[CountsByKind, field("How many interactions they took part in.")]
    last_at: Annotated[datetime, field("When the last of them was.")]
    last_kind: Annotated[InteractionKind, field("What kind the last of them was.")]


@object_type
class MostContacted:
    """The three people who took part in most interactions."""

    people: Annotated[
        list[ContactedPerson],
        field("Most interactions first, of equals the later last one. People who opted out are left out."),
    ]
    updated_at: Annotated[datetime, field("When the ranking was computed, by the clock; not `asOf`.")]


@object_type
class SideResponse:
    """How one side answers the other's emails."""

    mean_hours: Annotated[float | None, field("Mean wait for an answer in hours; null without answers.")]
    median_hours: Annotated[float | None, field("Median wait for an answer in hours; null without answers.")]
    p90_hours: Annotated[
        float | None, field("Nine of ten answers came within so many hours; null without answers.", name="p90Hours")
    ]
    answers: Annotated[int, field("How many answers were given.")]
    asked: Annotated[int, field("How many emails of the other side there were to answer.")]
    rate: Annotated[float | None, field("Share of those that were answered, 0 to 1; null where there were none.")]


@object_type
class ResponseTime:
    """How long each side waits for an answer by email. Automatic mail is left out."""

    ours: Annotated[SideResponse, field("How we answer the customer.")]
    theirs: Annotated[SideResponse, field("How the customer answers us.")]
    compared_to_similar_won: Annotated[
        ResponseCompared | None, field(COMPARED, compared_to_similar_won("response_time"))
    ]


@object_type
class HourlyInvestment:
    """The time each side spent. An email costs its writer 5 minutes and each reader 2.5."""

    our_minutes: Annotated[MinutesByKind, field("Minutes of all sellers present, added up.")]
    their_minutes: Annotated[MinutesByKind, field("Minutes of the customer, once however many took part.")]
    missing_durations: Annotated[int, field("Meetings, calls and others without a known duration; they add 0.")]
    compared_to_similar_won: Annotated[
        InvestmentCompared | None, field(COMPARED, compared_to_similar_won("hourly_investment"))
    ]


@object_type
class Touchpoint:
    """One interaction in short."""

    key: Annotated[str, field("Its id in the system it came from.", widgets.touchpoint_key)]
    kind: Annotated[InteractionKind, field("What kind it is.")]
    at: Annotated[datetime, field("When it begins.")]
    subject: Annotated[str | None, field("Its subject; null where it has none.", widgets.subject)]
    by: Annotated[
        Person | None, field("Who began it; null where nobody is known to have, or they opted out.", widgets.begun_by)
    ]
    by_side: Annotated[
        Side | None,
        field("The side that began it; null where nobody is known to have.", widgets.begun_by_side),
    ]
