"""The summary: what is worth knowing about a record, in numbers and in words."""

from datetime import datetime
from typing import Annotated

from kpi.summary.insight import InsightAgainst, InsightCode, InsightUnit
from schema.described import field, object_type


@object_type
class Insight:
    """One thing worth knowing: two numbers that differ, and a sentence that says so."""

    code: Annotated[InsightCode, field("What it is about; tells which two numbers are compared.")]
    sentence: Annotated[str, field("The insight in words, addressed to the team.")]
    ours: Annotated[float, field("The number of our side, or of now: what is compared.")]
    theirs: Annotated[float, field("What it is compared with: the customer's number, or what `against` says.")]
    difference: Annotated[float, field("`ours` less `theirs`.")]
    unit: Annotated[InsightUnit, field("What the numbers count.")]
    against: Annotated[InsightAgainst, field("What `theirs` is.")]
    distance: Annotated[
        float, field("How far this is from what is usual here, in standard deviations; insights are ordered by it.")
    ]


@object_type
class Summary:
    """What is worth knowing about a record, most telling first. Nothing is said where there are no data."""

    insights: Annotated[
        list[Insight], field("The one farthest from the record's own usual first; empty where there is none.")
    ]
    computed_at: Annotated[datetime, field("When it was computed, by the clock; not `asOf`.")]
    language: Annotated[str, field("The language of the sentences, such as `en`, `gl` or `zh-Hant`.")]
