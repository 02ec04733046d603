"""What a change of the settings would do."""

from typing import Annotated

import strawberry

from graph.model import RecordKind
from kpi.health import Grade
from resolvers import preview
from resolvers.arguments import AsOf
from resolvers.context import Info
from resolvers.preview import Preview
from schema.described import field, object_type
from schema.inputs_settings import SettingsInput, given
from schema.settings import SettingChange


@object_type
class GradeMove:
    """How many records go from one grade to another, or keep it."""

    before: Annotated[Grade | None, field("The grade with the settings as they are; null where there is no score.")]
    after: Annotated[Grade | None, field("The grade with the change; null where there is no score.")]
    records: Annotated[int, field("How many records.")]


@object_type
class KindPreview:
    """What a change would do to the records of one kind; of opportunities to the open ones."""

    kind: Annotated[RecordKind, field("What they are.")]
    records: Annotated[int, field("How many there are.")]
    changed: Annotated[int, field("How many of them would change grade, get one or lose it.")]
    moves: Annotated[list[GradeMove], field("How many would go from which grade to which, those that stay included.")]


@object_type
class SettingsPreview:
    """What a change of the settings would do to all records. Nothing is saved."""

    changes: Annotated[list[SettingChange], field("Every setting that would be changed.")]
    kinds: Annotated[list[KindPreview], field("Accounts, contacts, leads and open opportunities.")]


async def preview_settings(
    info: Info,
    input: Annotated[SettingsInput, strawberry.argument(description="What would be changed.")],
    as_of: AsOf = None,
) -> Preview:
    """Tell what a change of the settings would do."""
    return await preview.preview_settings(info, given(input), as_of)
