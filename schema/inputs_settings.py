"""What changes the settings: fields that are left out stay as they are."""

from collections.abc import Mapping
from typing import Annotated, cast

from graph.model import Source
from graph.settings import BulkSign, Frequency
from graph.settings_rules import RULES, shown_name
from schema.described import mapping_type, optional

INTRODUCTION = "introduction"
# What clients call a setting, and what we do.
NAMES = {shown_name(name): name for name in RULES}


@mapping_type
class IntroductionInput:
    """
    The draft of a request for introduction; what is left out stays.

    `{customer}` (whom to meet), `{colleague}` (who is asked) and `{seller}` (who asks) stand for names.
    """

    subject: Annotated[str | None, optional("Its subject: one line of up to 200 characters.")]
    body: Annotated[str | None, optional("Its text, of up to 10,000 characters.")]


@mapping_type
class SettingsInput:
    """Settings to change. What is left out stays; null is refused."""

    email_weight_percent: Annotated[
        float | None, optional("How much more or less an email weighs in health, from -50 to 50 per cent.")
    ]
    meeting_weight_percent: Annotated[
        float | None, optional("How much more or less a meeting weighs in health, from -50 to 50 per cent.")
    ]
    call_weight_percent: Annotated[
        float | None, optional("How much more or less a call weighs in health, from -50 to 50 per cent.")
    ]
    other_weight_percent: Annotated[
        float | None, optional("How much more or less any other activity weighs in health, from -50 to 50 per cent.")
    ]
    frequency: Annotated[Frequency | None, optional("How often a healthy relationship is expected to be in touch.")]
    good_from: Annotated[float | None, optional("The score from which health is good, from 0 to 100.")]
    fair_from: Annotated[
        float | None, optional("The score from which health is fair, from 0 to 100 and below `goodFrom`.")
    ]
    health: Annotated[bool | None, optional("Whether relationship health is shown.")]
    who_knows_whom: Annotated[bool | None, optional("Whether it is shown who knows whom.")]
    introduction: Annotated[IntroductionInput | None, optional("The draft of a request for introduction.")]
    strong_from: Annotated[
        float | None, optional("The strength from which somebody knows a person well, above 0 and at most 1.")
    ]
    moderate_from: Annotated[
        float | None,
        optional("The strength from which somebody knows a person moderately, above 0 and below `strongFrom`."),
    ]
    sources: Annotated[list[Source] | None, optional("The sources that count, at least one.")]
    bulk_signs: Annotated[
        list[BulkSign] | None,
        optional("By what an import of mail knows what is bulk or automatic; without any it reads all."),
    ]
    smallest_group: Annotated[int | None, optional("How many people an aggregate is over at least, from 1 to 1000.")]


def given(input: object) -> Mapping[str, object]:
    """Return what an input, which is a mapping, gives, under the names of the settings."""
    fields = dict(cast("Mapping[str, object]", input))
    draft = fields.pop(INTRODUCTION, {})
    parts = dict.fromkeys(("subject", "body")) if draft is None else cast("Mapping[str, object]", draft)
    fields |= {f"{INTRODUCTION}.{name}": value for name, value in parts.items()}
    return {NAMES[name]: value for name, value in fields.items()}
