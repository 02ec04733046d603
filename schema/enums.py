"""The enums of the graph as clients see them, each value described."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import EnumMeta

import strawberry

from graph.model import (
    EngagementEvent,
    InteractionKind,
    InteractionState,
    LeadState,
    OpportunityState,
    RecordKind,
    Role,
    SellerRole,
    Side,
    Source,
)
from graph.settings import BulkSign, Frequency
from kpi.health import Grade, HealthState, TermName
from kpi.health_history import HistoryStep
from kpi.health_trend import Trend
from kpi.similar_won import SimilarityMethod
from kpi.summary.insight import InsightAgainst, InsightCode, InsightUnit
from resolvers.ordering import Direction, OrderField
from resolvers.writer import WriteStatus
from schema.inputs import RecordState


@dataclass(frozen=True, slots=True)
class _Described:
    """An enum, what it says, and what each of its values says, by name."""

    enum: EnumMeta
    description: str
    values: Mapping[str, str]


def describe_enums() -> None:
    """Make GraphQL enums of the graph's own, which know nothing of it."""
    for described in _ENUMS:
        # A type that was declared before may have made a GraphQL enum of it already, without any description.
        known = getattr(described.enum, "__strawberry_definition__", None)
        definition = known or strawberry.enum(described.enum).__strawberry_definition__  # type: ignore[attr-defined]
        definition.description = described.description
        for value in definition.values:
            value.description = described.values[value.name]


def _described(enum: EnumMeta, description: str, **values: str) -> _Described:
    return _Described(enum, description, values)


_ENUMS = (
    _described(
        InteractionKind,
        "What kind of contact took place.",
        EMAIL="A message by electronic mail.",
        MEETING="A meeting in a calendar.",
        CALL="A call by telephone or over the internet.",
        OTHER="Anything else: a task, a chat, a letter.",
    ),
    _described(
        InteractionState,
        "Whether an interaction is planned, took place or was called off.",
        SCHEDULED="Planned; once its time has come it counts as having taken place.",
        COMPLETED="Took place.",
        CANCELED="Called off; it counts nowhere.",
    ),
    _described(
        Side,
        "Who a person belongs to.",
        US="Our organisation: a seller.",
        THEM="The customer: a contact or a lead.",
    ),
    _described(
        Role,
        "How a person took part in an interaction.",
        FROM="Wrote the email.",
        TO="Received the email as one it was meant for.",
        CC="Received a copy of the email.",
        BCC="Received a copy of the email that others did not see.",
        ORGANIZER="Called the meeting.",
        REQUIRED="Was asked to attend the meeting.",
        OPTIONAL="Was free to attend the meeting.",
        CALLER="Made the call.",
        CALLEE="Was called.",
        INITIATOR="Began an activity of another kind.",
        PARTICIPANT="Took part in an activity of another kind.",
    ),
    _described(
        Source,
        "Where an interaction was read from.",
        CRM="Recorded in the CRM.",
        MAILBOX="Found in a mailbox.",
        CALENDAR="Found in a calendar.",
    ),
    _described(
        EngagementEvent,
        "What a customer did with an email.",
        OPEN="Opened it.",
        LINK_CLICK="Clicked a link in it.",
        ATTACHMENT_VIEW="Viewed an attachment.",
    ),
    _described(
        SellerRole,
        "What a seller may do.",
        SELLER="Sells.",
        MANAGER="Leads sellers.",
        ADMIN="Administers Rapport.",
    ),
    _described(
        RecordKind,
        "What a person or record is.",
        SELLER="A person of our organisation.",
        ACCOUNT="An organisation we sell to.",
        CONTACT="A person outside who is a customer's.",
        LEAD="A person outside who may become a customer.",
        OPPORTUNITY="A deal, open or closed.",
    ),
    _described(
        RecordState,
        "Where a lead or a deal stands.",
        OPEN="Of both: still being worked on.",
        QUALIFIED="Of a lead: worth pursuing as a deal.",
        DISQUALIFIED="Of a lead: not worth pursuing.",
        WON="Of a deal: closed with a sale.",
        LOST="Of a deal: closed without a sale.",
    ),
    _described(
        LeadState,
        "Where a lead stands.",
        OPEN="Still being worked on.",
        QUALIFIED="Worth pursuing as a deal.",
        DISQUALIFIED="Not worth pursuing.",
    ),
    _described(
        OpportunityState,
        "How a deal ended, or that it has not.",
        OPEN="Not closed yet.",
        WON="Closed with a sale.",
        LOST="Closed without a sale.",
    ),
    _described(
        WriteStatus,
        "What became of an item that was written.",
        CREATED="It is new.",
        UPDATED="It was there and differed; it is now as given.",
        UNCHANGED="It was there just so.",
        SKIPPED="It is good, and not stored; `reason` says why.",
        REJECTED="It is bad; `error` says what is wrong. The others land.",
    ),
    _described(
        Frequency,
        "How often the two sides of a healthy relationship are in touch.",
        DAILY="Every day.",
        EVERY_FEW_DAYS="Every 3 days.",
        WEEKLY="Every 7 days.",
        EVERY_COUPLE_OF_WEEKS="Every 14 days.",
        MONTHLY="Every 30 days.",
    ),
    _described(
        BulkSign,
        "What in the headers of a mail tells that it is bulk or automatic.",
        LIST_UNSUBSCRIBE="It says how to unsubscribe (`List-Unsubscribe`).",
        LIST_ID="It came over a mailing list (`List-Id`).",
        PRECEDENCE="It says that it is bulk, list mail or junk (`Precedence`).",
        AUTO_SUBMITTED="It says that a machine wrote it (`Auto-Submitted` other than no).",
    ),
    _described(
        HealthState,
        "Whether there is a health score, or why there is none: the first reason that holds.",
        AVAILABLE="There is a score.",
        TURNED_OFF="An administrator turned health off.",
        NOT_APPLICABLE="The lead is qualified or disqualified, the deal was won or lost by `asOf`.",
        NOT_ENOUGH_INFORMATION="There were fewer than three interactions by `asOf`, or the deal did not exist yet.",
    ),
    _described(
        Grade,
        "A health score in a word; the administrator sets from where each begins.",
        GOOD="Both sides keep in touch; from 60 by default.",
        FAIR="Less than expected; from 40 by default.",
        POOR="In need of attention.",
    ),
    _described(
        Trend,
        "Where a health score is going.",
        IMPROVING="At least 5 points higher of late than before.",
        STEADY="About as high as before, or nothing to compare with yet.",
        DECLINING="At least 5 points lower of late than before.",
    ),
    _described(
        TermName,
        "What a health score is made of.",
        ACTIVITY="How much there was, the recent counting more.",
        RECENCY="How long ago the last interaction is, against the expected interval.",
        RECIPROCITY="Whether both sides talk; nothing while only one does.",
        CAP="What is taken away so that one side alone does not make it good; 0 or less.",
    ),
    _described(
        HistoryStep,
        "How far apart the points of a history are.",
        WEEK="Seven times 24 hours.",
        MONTH="A calendar month in the time zone asked for; the last day where a month has no such day.",
    ),
    _described(
        InsightCode,
        "What an insight compares, `ours` with `theirs`, over the window unless it says otherwise.",
        WAITING_FOR_US="How long the customer's oldest email without an answer waits, with how long we take.",
        WAITING_FOR_THEM="How long our oldest email without an answer waits, with how long the customer takes.",
        SILENCE="Days since the last interaction, with the usual days between two on which there was one.",
        NO_MEETING_PLANNED="Days since the last meeting, where none is planned, with the usual days between two. Left "
        "out where `SILENCE` tells the same.",
        MEETING_PLANNED="Days from the last to the next meeting, with the usual days between two.",
        ACTIVITY="Interactions, with their mean in earlier windows of the same length.",
        THEIR_RESPONSE_TREND="Mean hours until the customer answers an email, with those before the window.",
        OUR_RESPONSE_TREND="Mean hours until we answer an email, with those before the window.",
        EMAIL_RATIO="Emails sent for each one received, with those before the window.",
        RESPONSE_TIME="Mean hours until we answer an email, with those until the customer does.",
        RESPONSE_RATE="Share of the customer's emails that we answered, with the share of ours that they did.",
        MEETINGS_INITIATED="Meetings that we organised, with those that the customer did.",
        CALLS_MADE="Calls that we made, with those that the customer did.",
        EMAILS_SENT="Emails that we wrote, with those that the customer did.",
        TIME_INVESTED="Minutes of ours, with those of the customer.",
        PEOPLE_INVOLVED="Sellers who took part, with customers who did, where one side has only one person.",
        OPENED_NOT_ANSWERED="Followed emails that the customer opened, with those that they answered.",
        HEALTH_TREND="The health score, with its mean of the last weeks.",
        INTERACTIONS_OF_DEAL="Interactions of a deal over its life, with the mean of similar won deals.",
        TIME_OF_DEAL="Our minutes of a deal over its life, with the mean of similar won deals.",
        RESPONSE_OF_DEAL="Mean hours until we answer an email of a deal, with the mean of similar won deals.",
    ),
    _described(
        InsightUnit,
        "What the two numbers of an insight count.",
        COUNT="Things: interactions, emails, people.",
        RATIO="How many there are of one thing for each one of another.",
        SHARE="A share of a whole, 0 to 1.",
        MINUTES="Minutes.",
        HOURS="Hours.",
        DAYS="Calendar days.",
        POINTS="Points of health, 0 to 100.",
    ),
    _described(
        InsightAgainst,
        "What the number of our side is compared with.",
        CUSTOMER="The same number of the customer's side.",
        USUAL="What is usual for this very record.",
        SIMILAR_WON="The mean of won deals that are like this one.",
    ),
    _described(
        SimilarityMethod,
        "How similar won deals are found.",
        LEARNED="By the fields that told won deals from lost ones.",
        EVEN="No field told won deals from lost ones, so all in which deals differ count alike.",
        MOST_RECENT="Fewer than 30 deals were won or fewer than 30 lost, so the deals won last stand in.",
    ),
    _described(
        Direction,
        "Which end of an order comes first.",
        ASC="The least, the earliest, the first of the alphabet.",
        DESC="The greatest, the latest, the last of the alphabet.",
    ),
    _described(
        OrderField,
        "What the records of a list can be ordered by: what they are called, and the numbers that their widgets show.",
        KEY="The key.",
        NAME="What it is called (`displayName`), capital letters and small ones alike, by code point.",
        HEALTH="The health score; none where there is no score.",
        TREND="How far the health score has moved (`trendDelta`).",
        LAST_INTERACTION="When the last interaction was; none where there was none yet.",
        NEXT_INTERACTION="When the next interaction is planned; none where none is.",
        INTERACTIONS="How many interactions there were in the window.",
        INTERACTIONS_BY_US="How many of them we began.",
        INTERACTIONS_BY_THEM="How many of them the customer began.",
        OUR_RESPONSE_TIME="Mean hours until we answer the customer's emails; none without answers.",
        THEIR_RESPONSE_TIME="Mean hours until the customer answers our emails; none without answers.",
        OUR_MINUTES="Minutes that we spent.",
        THEIR_MINUTES="Minutes that the customer spent.",
        EMAIL_RATIO_BY_US="Emails sent for each one received; none where none was received.",
        EMAIL_RATIO_BY_THEM="Emails received for each one sent; none where none was sent.",
        CLOSE_DATE="Of opportunities: the day it is expected to close.",
        REVENUE="Of opportunities: what it is expected to bring.",
    ),
)
