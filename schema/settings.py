"""The organisation's settings and their versions."""

from datetime import datetime
from typing import Annotated

from graph.model import Source
from graph.settings import BulkSign, Frequency
from resolvers import settings
from resolvers.settings import setting
from schema.described import field, object_type
from schema.records import Seller
from schema.scalars import Json


@object_type
class Introduction:
    """The draft of a request for introduction. `{customer}`, `{colleague}` and `{seller}` stand for names."""

    subject: Annotated[str, field("Its subject, one line.")]
    body: Annotated[str, field("Its text.")]


@object_type
class Settings:
    """What the organisation's administrators decide about its numbers. Every change makes a version."""

    number: Annotated[int, field("The number of the version, counted from 1; 0 are the defaults, which nobody set.")]
    changed_at: Annotated[datetime | None, field("Since when it holds; null for the defaults.")]
    changed_by: Annotated[
        Seller | None, field("Who made it; null for the defaults, or where they are gone.", settings.changed_by)
    ]
    changed_by_key: Annotated[
        str | None, field("The key of who made it, gone or not; null for the defaults.", settings.changed_by_key)
    ]
    email_weight_percent: Annotated[
        float,
        field("How much more or less an email weighs in health, -50 to 50 per cent.", setting("email_weight_percent")),
    ]
    meeting_weight_percent: Annotated[
        float,
        field(
            "How much more or less a meeting weighs in health, -50 to 50 per cent.", setting("meeting_weight_percent")
        ),
    ]
    call_weight_percent: Annotated[
        float,
        field("How much more or less a call weighs in health, -50 to 50 per cent.", setting("call_weight_percent")),
    ]
    other_weight_percent: Annotated[
        float,
        field(
            "How much more or less any other activity weighs in health, -50 to 50 per cent.",
            setting("other_weight_percent"),
        ),
    ]
    frequency: Annotated[
        Frequency, field("How often a healthy relationship is expected to be in touch.", setting("frequency"))
    ]
    good_from: Annotated[float, field("The score from which health is good, 0 to 100.", setting("good_from"))]
    fair_from: Annotated[
        float, field("The score from which health is fair, below `goodFrom`; lower is poor.", setting("fair_from"))
    ]
    health: Annotated[bool, field("Whether relationship health is shown.", setting("health"))]
    who_knows_whom: Annotated[bool, field("Whether it is shown who knows whom.", setting("who_knows_whom"))]
    introduction: Annotated[Introduction, field("The draft of a request for introduction.", settings.introduction)]
    strong_from: Annotated[
        float, field("The strength from which somebody knows a person well, up to 1.", setting("strong_from"))
    ]
    moderate_from: Annotated[
        float,
        field(
            "The strength from which somebody knows a person moderately, below `strongFrom`; lower is weak.",
            setting("moderate_from"),
        ),
    ]
    sources: Annotated[
        list[Source],
        field("The sources that count; what comes from others is kept, and is in no number.", setting("sources")),
    ]
    bulk_signs: Annotated[
        list[BulkSign],
        field("By what an import of mail knows what is bulk or automatic, and skips it.", setting("bulk_signs")),
    ]
    smallest_group: Annotated[
        int, field("How many people an aggregate is over at least, so that nobody shows.", setting("smallest_group"))
    ]


@object_type
class SettingChange:
    """A setting that differs from the version before."""

    field: Annotated[
        str, field("Its name in `Settings`, such as `goodFrom` or `introduction.body`.", settings.changed_setting)
    ]
    from_: Annotated[Json, field("What it was.", settings.value_before, name="from")]
    to: Annotated[Json, field("What it became.", settings.value_after)]


@object_type
class SettingsVersion:
    """A version of the settings that somebody made."""

    settings: Annotated[
        Settings, field("The settings from then on, with who changed them and when.", settings.step_settings)
    ]
    changes: Annotated[list[SettingChange], field("Every setting that differs from the version before.")]


@object_type
class UpdateSettingsPayload:
    """The settings after a change."""

    settings: Annotated[Settings, field("The settings as they are now.", settings.step_settings)]
    changes: Annotated[
        list[SettingChange], field("Every setting that was changed; empty where nothing was, and no version made.")
    ]
