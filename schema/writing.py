"""What became of what was written."""

from typing import Annotated

from resolvers import writing
from resolvers.writer import WriteStatus
from resolvers.writing import Item
from schema.described import field, interface, node_type, object_type
from schema.node import Node
from schema.record import Interaction, Record


@object_type
class ItemError:
    """What is wrong with an item; the other items are not touched by it."""

    code: Annotated[str, field("What kind of mistake it is, the same as in `extensions.code` of errors.")]
    message: Annotated[str, field("What is wrong and where.")]
    field: Annotated[
        str | None,
        field("The field it is about, such as `participants.0.personId`; null where it is the item as a whole."),
    ]


@object_type
class WriteCounts:
    """How many items of a call became what."""

    created: Annotated[int, field("New ones.")]
    updated: Annotated[int, field("Those that were there and differed.")]
    unchanged: Annotated[int, field("Those that were there just so.")]
    skipped: Annotated[int, field("Good ones that are not stored.")]
    rejected: Annotated[int, field("Bad ones.")]


@interface
class Written:
    """What became of an item of a call."""

    index: Annotated[int, field("Its place in `input`, from 0.")]
    key: Annotated[str, field("What identifies it, as far as that is given: its id; of an engagement event see there.")]
    status: Annotated[WriteStatus, field("What became of it.", writing.status)]
    reason: Annotated[str | None, field("Why it is skipped; null where it is not.", writing.reason)]
    error: Annotated[ItemError | None, field("Why it is rejected; null where it is not.", writing.error)]


@node_type(of=Item)
class RecordItem(Written):
    """What became of a person or record."""

    record: Annotated[
        Record | None,
        field("It as it is now, with its numbers; null where there is none, or it is a seller.", writing.record),
    ]
    node: Annotated[Node | None, field("It as it is now, a seller too; null where there is none.", writing.node)]


@node_type(of=Item)
class InteractionItem(Written):
    """What became of an interaction."""

    interaction: Annotated[Interaction | None, field("It as it is now; null where there is none.", writing.interaction)]


@node_type(of=Item)
class EngagementItem(Written):
    """
    What became of an engagement event.

    Its key is the id of the email, the id or address of the person, the event and its instant, with spaces between.
    """

    interaction: Annotated[
        Interaction | None, field("The email as it is now; null where there is none.", writing.interaction)
    ]


@object_type
class UpsertRecordsPayload:
    """What became of people and records."""

    items: Annotated[list[RecordItem], field("Each of them, in the order given.")]
    counts: Annotated[WriteCounts, field("How many became what.")]


@object_type
class RecordInteractionsPayload:
    """What became of interactions."""

    items: Annotated[list[InteractionItem], field("Each of them, in the order given.")]
    counts: Annotated[WriteCounts, field("How many became what.")]


@object_type
class RecordEngagementPayload:
    """What became of engagement events."""

    items: Annotated[list[EngagementItem], field("Each of them, in the order given.")]
    counts: Annotated[WriteCounts, field("How many became what.")]


@object_type
class DeleteRecordPayload:
    """Whether there was anything to remove."""

    key: Annotated[str, field("The id that was given.")]
    deleted: Annotated[bool, field("It was there and is gone; false where there was none of that id.")]
