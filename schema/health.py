"""Relationship health as a client sees it."""

from datetime import datetime
from typing import Annotated

from kpi.health import Grade, HealthState, TermName
from kpi.health_trend import Trend
from schema.described import field, object_type


@object_type
class HealthTerm:
    """A part of a health score: its contribution is its value times its weight."""

    name: Annotated[TermName, field("Which part it is.")]
    value: Annotated[float, field("How strong the signal is, 0 to 1; of the cap, the points it takes away.")]
    weight: Annotated[float, field("The points that a value of 1 brings.")]
    contribution: Annotated[float, field("The points it brings. Those of all terms add up to the score.")]


@object_type
class Health:
    """How well we and the customer keep in touch."""

    state: Annotated[HealthState, field("Whether there is a score, or why there is none.")]
    score: Annotated[float | None, field("From 0 to 100, to one decimal; null unless the state is `AVAILABLE`.")]
    grade: Annotated[Grade | None, field("The score in a word; null without a score.")]
    trend: Annotated[Trend | None, field("Where the score is going; null without a score.")]
    trend_delta: Annotated[
        float | None,
        field("Points by which the score was higher of late than before; null where there is nothing to compare with."),
    ]
    terms: Annotated[
        list[HealthTerm], field("What the score is made of, so that it can be recomputed; empty without a score.")
    ]
    last_interaction_days: Annotated[
        float | None, field("Days since the last interaction; null where there was none or it was not looked for.")
    ]
    expected_interval_days: Annotated[
        float, field("Days between two interactions that the organisation expects of a healthy relationship.")
    ]
    computed_at: Annotated[datetime, field("When it was computed, by the clock; not `asOf`.")]
    settings_version: Annotated[int, field("The version of the settings it was computed with.")]


@object_type
class HealthPoint:
    """Health at one instant."""

    at: Annotated[datetime, field("The instant.")]
    state: Annotated[HealthState, field("Whether there was a score, or why there was none.")]
    score: Annotated[float | None, field("From 0 to 100, to one decimal; null unless the state is `AVAILABLE`.")]
    grade: Annotated[Grade | None, field("The score in a word; null without a score.")]
