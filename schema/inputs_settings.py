"""What changes the settings: fields that are left out stay as they are."""

from collections.abc import Mapping
from typing import Annotated

from strawberry import UNSET

from graph.model import Source
from graph.settings import BulkSign, Frequency
from schema.described import input_type, optional

INTRODUCTION = "introduction"


@input_type
class IntroductionInput:
    """
    The draft of a request for introduction; what is left out stays.

    `{customer}` (whom to meet), `{colleague}` (who is asked) and `{seller}` (who asks) stand for names.
    """

    subject: Annotated[str | None, optional("Its subject: one line of up to 200 characters.")]
    body: Annotated[str | None, optional("Its text, of up to 10,000 characters.")]


@input_type
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


def given(input: SettingsInput) -> Mapping[str, object]:
    """Return what an input gives, under the names of the settings."""
    values = {name: value for name, value in vars(input).items() if value is not UNSET}
    draft = values.pop(INTRODUCTION, UNSET)
    if isinstance(draft, IntroductionInput):
        values |= {f"{INTRODUCTION}_{name}": value for name, value in vars(draft).items() if value is not UNSET}
    elif draft is None:
        values |= dict.fromkeys((f"{INTRODUCTION}_subject", f"{INTRODUCTION}_body"))
    return values
