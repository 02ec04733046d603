"""The pipeline of open deals."""

from datetime import date
from typing import Annotated

from kpi.health import Grade, HealthState
from resolvers import pipeline
from schema.described import field, object_type
from schema.records import Opportunity


@object_type
class PipelinePoint:
    """An open deal as a point of a chart."""

    key: Annotated[str, field("The key of the deal.")]
    opportunity: Annotated[
        Opportunity | None, field("The deal; null where it was removed meanwhile.", pipeline.opportunity)
    ]
    close_date: Annotated[date, field("The day it is expected to close.")]
    health: Annotated[float, field("Its health score, 0 to 100; 0 where it has none, and `state` says why.")]
    state: Annotated[HealthState, field("Whether it has a health score, or why it has none.")]
    grade: Annotated[Grade | None, field("Its health in a word; null where it has no score.")]
    revenue: Annotated[float, field("What it is expected to bring; 0 where nobody has said.")]


@object_type
class Pipeline:
    """
    The deals open at `asOf` that are expected to close on its day or later.

    All of them at once, however many: a chart wants every point.
    """

    points: Annotated[list[PipelinePoint], field("The deals, by close date, then by key.")]
    total_count: Annotated[int, field("How many points there are.")]
    without_close_date: Annotated[
        int, field("How many open deals are left out because nobody has said when they close.")
    ]
    overdue: Annotated[
        int, field("How many open deals are left out because their close date lies before the day of `asOf`.")
    ]
