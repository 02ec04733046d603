"""The arguments that many fields take, each described once."""

from datetime import datetime
from typing import Annotated

import strawberry

from kpi.window import DEFAULT_DAYS, MAX_DAYS

AsOf = Annotated[
    datetime | None,
    strawberry.argument(
        description="The instant everything below is computed for; nothing after it counts. Null is now."
    ),
]
TimeZone = Annotated[
    str | None,
    strawberry.argument(description="IANA time zone in which days begin and end, such as `Europe/Madrid`."),
]
Days = Annotated[
    int | None,
    strawberry.argument(
        description=(
            f"Count the last so many calendar days, the day of `asOf` included: 1 to {MAX_DAYS}, "
            f"{DEFAULT_DAYS} where it is left out. Null is all time."
        )
    ),
]
