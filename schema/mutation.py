"""Where every change begins."""

from typing import Annotated, Any

import strawberry

from resolvers import settings, similar, writing
from resolvers.arguments import AsOf, TimeZone
from resolvers.context import Info, begin
from resolvers.settings import Step
from resolvers.viewer import By
from resolvers.writing import MAX_ITEMS, Payload
from schema.described import field, object_type
from schema.inputs import EVENT, EngagementInput, InteractionInput, RecordInput, line
from schema.inputs_settings import SettingsInput, given
from schema.settings import UpdateSettingsPayload
from schema.similar import RefreshSimilarDealsPayload
from schema.writing import (
    DeleteRecordPayload,
    RecordEngagementPayload,
    RecordInteractionsPayload,
    UpsertRecordsPayload,
)

ExpectedVersion = Annotated[
    int | None,
    strawberry.argument(
        description="The version that was read before; where it is no longer the newest, nothing is changed and the "
        "error is CONFLICT. Null changes whatever the newest is."
    ),
]


def items(what: str) -> Any:
    """Return the description of an argument that holds what is to be written."""
    return strawberry.argument(
        description=f"Up to {MAX_ITEMS:,} {what}, in any order. Give them in a variable: there a malformed one is told "
        "of in the payload and the others land, while in the text of the query it makes all of it invalid."
    )


RecordInputs = Annotated[list[RecordInput], items("people and records")]
InteractionInputs = Annotated[list[InteractionInput], items("interactions")]
EngagementInputs = Annotated[list[EngagementInput], items("events")]


async def upsert_records(info: Info, input: RecordInputs, as_of: AsOf = None, time_zone: TimeZone = "UTC") -> Payload:
    """Write people and records."""
    begin(info, as_of, time_zone)
    return await writing.write(info, input, line)


async def record_interactions(
    info: Info, input: InteractionInputs, as_of: AsOf = None, time_zone: TimeZone = "UTC"
) -> Payload:
    """Write interactions."""
    begin(info, as_of, time_zone)
    return await writing.write(info, input, lambda given: line(given, "interaction"))


async def record_engagement(
    info: Info, input: EngagementInputs, as_of: AsOf = None, time_zone: TimeZone = "UTC"
) -> Payload:
    """Write engagement."""
    begin(info, as_of, time_zone)
    return await writing.write(info, input, lambda given: line(given, "engagement"), EVENT)


async def update_settings(
    info: Info,
    input: Annotated[SettingsInput, strawberry.argument(description="What to change.")],
    by: By,
    expected_version: ExpectedVersion = None,
) -> Step:
    """Change the settings."""
    return await settings.update(info, given(input), by, expected_version)


@object_type
class Mutation:
    """
    Where every change begins.

    The fields of one request are done one after the other, and numbers below a field already hold what it changed.
    """

    upsert_records: Annotated[
        UpsertRecordsPayload,
        field("Write people and records; each replaces what its id stood for. Good ones land.", upsert_records),
    ]
    record_interactions: Annotated[
        RecordInteractionsPayload,
        field(
            "Write emails, meetings, calls and others; each replaces what its id stood for. Good ones land.",
            record_interactions,
        ),
    ]
    record_engagement: Annotated[
        RecordEngagementPayload,
        field(
            "Write what customers did with emails; the same again changes nothing. Good ones land.", record_engagement
        ),
    ]
    delete_record: Annotated[
        DeleteRecordPayload,
        field(
            "Remove a person, record or interaction with every place that names it; interactions left without anybody "
            "go too.",
            writing.delete_record,
        ),
    ]
    update_settings: Annotated[
        UpdateSettingsPayload,
        field("Change settings of the organisation; either all that is given, or nothing.", update_settings),
    ]
    refresh_similar_deals: Annotated[
        RefreshSimilarDealsPayload,
        field(
            "Learn at once which fields tell won deals from lost ones; it is done by itself for every week.",
            similar.refresh_similar_deals,
        ),
    ]
