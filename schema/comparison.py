"""A deal's numbers beside those of similar won deals."""

from typing import Annotated

from schema.described import field, object_type


@object_type
class Comparison:
    """A number of a deal from its creation to its close or `asOf`, beside the same of the most similar won deals."""

    value: Annotated[float | None, field("That of this deal; null where it is not defined, or before the creation.")]
    mean: Annotated[float | None, field("The mean of the similar deals that have one; null where none has.")]
    difference: Annotated[float | None, field("By how much the deal is above that mean; null where either is.")]
    deals: Annotated[int, field("How many similar deals the mean is of, 100 at most.")]


@object_type
class KindsCompared:
    """Each kind of interaction, and their sum, compared with similar won deals."""

    total: Annotated[Comparison, field("All kinds together.")]
    emails: Annotated[Comparison, field("Emails.")]
    meetings: Annotated[Comparison, field("Meetings.")]
    calls: Annotated[Comparison, field("Calls.")]
    others: Annotated[Comparison, field("Tasks, chats, letters and the like.")]


@object_type
class InteractionsCompared:
    """How many interactions a deal took, compared with similar won deals."""

    total: Annotated[KindsCompared, field("All of them, those that nobody is known to have begun included.")]
    by_us: Annotated[KindsCompared, field("Those a seller began.")]
    by_them: Annotated[KindsCompared, field("Those a customer began.")]


@object_type
class InvestmentCompared:
    """The minutes that went into a deal, compared with similar won deals."""

    our_minutes: Annotated[KindsCompared, field("Minutes of all sellers present, added up.")]
    their_minutes: Annotated[KindsCompared, field("Minutes of the customer, once however many took part.")]


@object_type
class RatioCompared:
    """Emails each way over a deal, compared with similar won deals."""

    sent: Annotated[Comparison, field("Emails we wrote to the customer.")]
    received: Annotated[Comparison, field("Emails the customer wrote to us.")]
    by_us: Annotated[Comparison, field("Sent for each one received.")]
    by_them: Annotated[Comparison, field("Received for each one sent.")]


@object_type
class SideCompared:
    """How one side answers over a deal, compared with similar won deals."""

    mean_hours: Annotated[Comparison, field("Mean wait for an answer in hours.")]
    median_hours: Annotated[Comparison, field("Median wait for an answer in hours.")]
    p90_hours: Annotated[Comparison, field("Nine of ten answers came within so many hours.", name="p90Hours")]
    answers: Annotated[Comparison, field("How many answers were given.")]
    asked: Annotated[Comparison, field("How many emails of the other side there were to answer.")]
    rate: Annotated[Comparison, field("Share of those that were answered, 0 to 1.")]


@object_type
class ResponseCompared:
    """How long each side waits for an answer over a deal, compared with similar won deals."""

    ours: Annotated[SideCompared, field("How we answer the customer.")]
    theirs: Annotated[SideCompared, field("How the customer answers us.")]


@object_type
class ActivitiesCompared:
    """How many activities there were a day over a deal, compared with similar won deals."""

    emails_sent: Annotated[Comparison, field("Emails we wrote, a day.")]
    emails_received: Annotated[Comparison, field("Emails the customer wrote, a day.")]
    meetings_sent: Annotated[Comparison, field("Meetings we organised, a day.")]
    meetings_received: Annotated[Comparison, field("Meetings the customer organised, a day.")]
    calls_made: Annotated[Comparison, field("Calls we made, a day.")]
    calls_received: Annotated[Comparison, field("Calls the customer made, a day.")]
