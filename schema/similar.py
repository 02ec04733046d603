"""Similar won deals: which ones, by what they were found, and how it is learned anew."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from kpi.similar_won import SimilarityMethod
from resolvers.similar import similar_opportunity, whole_life
from schema.described import field, object_type
from schema.widgets import CustomerInteractions, EmailRatio, HourlyInvestment, ResponseTime

if TYPE_CHECKING:
    from schema.records import Opportunity


@object_type
class SimilarityField:
    """A field of deals and how much it counts when they are compared."""

    name: Annotated[str, field("The name of one of the organisation's own fields, or of a field of ours.")]
    weight: Annotated[float, field("Its share of the similarity; those of all fields add up to 1.")]


@object_type
class SimilarityBasis:
    """By what similar won deals were found."""

    method: Annotated[SimilarityMethod, field("How they were found.")]
    fields: Annotated[
        list[SimilarityField], field("What deals are compared by, most weight first; none where nothing was learned.")
    ]
    won_deals: Annotated[int, field("Deals won by `asOf`; it takes 30 to learn, this one among them where it is.")]
    lost_deals: Annotated[int, field("Deals lost by `asOf`; it takes 30 to learn, this one among them where it is.")]
    learned_at: Annotated[
        datetime | None,
        field(
            "Only deals closed by this instant were learned from: the Monday before (UTC), unless it was asked for "
            "since, or there were enough deals only later; null where nothing was learned."
        ),
    ]
    separation: Annotated[
        float | None,
        field(
            "How often these fields rank a won deal above a lost one, both unseen: 0.5 by chance, 1 at best; null "
            "where nothing was learned."
        ),
    ]


@object_type
class SimilarDeal:
    """A won deal, and its numbers over its whole life: from its creation to its close, as of the close."""

    opportunity: Annotated[
        Annotated["Opportunity", strawberry.lazy("schema.records")], field("The deal.", similar_opportunity)
    ]
    similarity: Annotated[float | None, field("How alike it is, 0 to 1; null where nothing was learned.")]
    customer_interactions: Annotated[
        CustomerInteractions,
        field("How many interactions it took, of which kind and begun by whom.", whole_life("customer_interactions")),
    ]
    hourly_investment: Annotated[
        HourlyInvestment, field("The time that each side spent on it.", whole_life("hourly_investment"))
    ]
    email_ratio: Annotated[EmailRatio, field("Emails sent against emails received.", whole_life("email_ratio"))]
    response_time: Annotated[
        ResponseTime,
        field(
            "How long each side waited for an answer by email, and how often it got one.", whole_life("response_time")
        ),
    ]


@object_type
class SimilarWonDeals:
    """Won deals that are like this one."""

    basis: Annotated[SimilarityBasis, field("By what they were found.")]
    deals: Annotated[
        list[SimilarDeal], field("The most alike first, of equals the one closed last; never the deal itself.")
    ]


@object_type
class RefreshSimilarDealsPayload:
    """What similar won deals are found by after it was learned anew."""

    as_of: Annotated[datetime, field("Only deals closed by this instant were looked at.")]
    basis: Annotated[
        SimilarityBasis, field("By what similar won deals are found from then on, until the week (Monday, UTC) ends.")
    ]
