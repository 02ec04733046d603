"""When a message was sent, of whatever a header says."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

from graph.model import EPOCH

LAST_SECOND = 59


@lru_cache(maxsize=64)
def parse_date(text: str) -> datetime | None:
    """
    Return the instant a date header names, None where it names none.

    A zone that is missing, unknown or ``-0000`` is UTC (RFC 5322). There was no mail before 1970: a date before that
    is as impossible as the 31st of June.
    """
    try:
        fields = parsedate_tz(text[:200])
    except Exception:  # it raises several things on odd text
        return None
    if fields is None:
        return None
    year, month, day, hour, minute, second, _, _, _, offset = fields
    try:
        zone = timezone(timedelta(seconds=offset)) if offset else UTC
        # A leap second is the second before it.
        instant = datetime(year, month, day, hour, minute, min(second, LAST_SECOND), tzinfo=zone)
        return instant if instant.astimezone(UTC) >= EPOCH else None
    except (ValueError, OverflowError):
        return None


def received_date(values: list[str]) -> datetime | None:
    """Return when the first mail server got a message; the last Received header is the oldest."""
    dates = (parse_date(value.rpartition(";")[2]) for value in reversed(values[-100:]))
    return next((date for date in dates if date is not None), None)
