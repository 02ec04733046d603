"""Working time in seconds since 1970, and how long people let a mail wait."""

from datetime import UTC, datetime

from ingest.generate.dice import Dice

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR
OPENS, CLOSES = 8 * HOUR + 30 * MINUTE, 18 * HOUR
# 1970 began on a Thursday.
FIRST_WEEKDAY = 3
SATURDAY = 5


def at_work(instant: int, offset: int) -> int:
    """Return the instant, or when work next begins somewhere that many seconds east of Greenwich."""
    day, second = divmod(instant + offset, DAY)
    if second < OPENS:
        second = OPENS + second % HOUR
    elif second > CLOSES:
        day, second = day + 1, OPENS + second % HOUR
    weekday = (day + FIRST_WEEKDAY) % 7
    if weekday >= SATURDAY:
        day += 7 - weekday
    return day * DAY + second - offset


def last_at_work(instant: int, offset: int, until: int) -> int:
    """Return a working instant near the given one that is not after ``until``; days shrink to their working hours."""
    found = _within_hours(instant, offset)
    while found > until:
        instant -= DAY
        found = _within_hours(instant, offset)
    return found


def _within_hours(instant: int, offset: int) -> int:
    day, second = divmod(instant + offset, DAY)
    return at_work(day * DAY + OPENS + second * (CLOSES - OPENS) // DAY - offset, offset)


def wait(dice: Dice, warmth: float) -> int:
    """Return how long an answer takes: mostly minutes to hours, sometimes days, longer where it is cool."""
    roll = dice.roll()
    if roll < 0.2 + 0.5 * warmth:
        return dice.between(4, 110) * MINUTE
    if roll < 0.8 + 0.15 * warmth:
        return dice.between(2 * 60, 9 * 60) * MINUTE
    return dice.between(20 * 60, 80 * 60) * MINUTE


def iso(instant: int) -> str:
    """Return an instant as the interchange format writes it."""
    return datetime.fromtimestamp(instant, UTC).isoformat()
