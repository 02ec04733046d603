"""Where every change begins."""

from typing import Annotated

import strawberry

from resolvers import settings, similar
from resolvers.context import Info
from resolvers.settings import Step
from resolvers.viewer import By
from schema.described import field, object_type
from schema.inputs_settings import SettingsInput, given
from schema.settings import UpdateSettingsPayload
from schema.similar import RefreshSimilarDealsPayload

ExpectedVersion = Annotated[
    int | None,
    strawberry.argument(
        description="The version that was read before; where it is no longer the newest, nothing is changed and the "
        "error is CONFLICT. Null changes whatever the newest is."
    ),
]


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

    update_settings: Annotated[
        UpdateSettingsPayload,
        field("Change settings of the organisation; either all that is given, or nothing.", update_settings),
    ]
    refresh_similar_deals: Annotated[
        RefreshSimilarDealsPayload,
        field(
            "Learn at once which fields tell won deals from lost ones; it is done by itself every seven days.",
            similar.refresh_similar_deals,
        ),
    ]
