"""One query for every widget, and what it says held to the raw mail."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest

from graph.store import Store
from tests.asking import ask
from tests.real_data.book import Book, instants
from tests.real_data.naive import Answer, Asked, dashboard

ZONES = ("UTC", "America/New_York", "Asia/Kolkata")
WINDOWS = (60, 365, None)

COUNTS = "{ total emails meetings calls others }"
PEOPLE = f"{{ people {{ person {{ key }} interactions {COUNTS} lastAt lastKind }} }}"
PERIOD = "{ days firstDate lastDate }"
POINTS = "{ date emailsSent emailsReceived meetingsSent meetingsReceived callsMade callsReceived }"
SIDE = "{ meanHours medianHours p90Hours answers asked rate }"
TOUCHPOINT = "{ key kind at by { key } bySide }"
WIDGETS = f"""
  customerInteractions(days: $days) {{ total {COUNTS} byUs {COUNTS} byThem {COUNTS} }}
  emailRatio(days: $days) {{ sent received byUs byThem }}
  responseTime(days: $days) {{ ours {SIDE} theirs {SIDE} }}
  mostContacted(days: $days) {PEOPLE}
  mostContactedBy(days: $days) {PEOPLE}
  activities(days: $days) {{ points {POINTS} longestQuiet {PERIOD} openQuiet {PERIOD} }}
  hourlyInvestment(days: $days) {{ ourMinutes {COUNTS} theirMinutes {COUNTS} missingDurations }}
  lastInteraction {TOUCHPOINT}
  nextInteraction {TOUCHPOINT}
"""


async def widgets(store: Store, kind: str, key: str, *, as_of: datetime, zone: str, days: int | None) -> Answer:
    """Ask for every widget of a record."""
    arguments = "key: $key, asOf: $asOf, timeZone: $zone"
    query = (
        f"query Q($key: String!, $asOf: DateTime, $zone: String!, $days: Int) {{ {kind}({arguments}) {{{WIDGETS}}} }}"
    )
    variables = {"key": key, "asOf": as_of.isoformat(), "zone": zone, "days": days}
    answer: Answer = (await ask(store, query, **variables))[kind]
    assert answer is not None, f"there is no {kind} {key}"
    return answer


async def hold_to(store: Store, book: Book, kind: str) -> None:
    """Compare the widgets of a record with those of its raw mail, at several instants, in every window and zone."""
    key, mail, stored = book.key(kind), book.mail_of(kind), frozenset(m.id for m in book.mail)
    for (i, as_of), (j, days) in product(enumerate(instants(mail)), enumerate(WINDOWS)):
        zone = ZONES[(i + j) % len(ZONES)]
        found = await widgets(store, kind, key, as_of=as_of, zone=zone, days=days)
        for name, value in dashboard(Asked(book.team, mail, stored, as_of, days, zone)).items():
            assert close_to(found[name], value), f"{kind} {key}: {name} of {days} days as of {as_of} in {zone}"


def close_to(found: Any, expected: Any) -> bool:
    """Tell whether two answers are the same but for the last digits of fractions."""
    if isinstance(expected, dict):
        return all(close_to(found[name], value) for name, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(close_to, found, expected))
    if isinstance(expected, float):
        return bool(found == pytest.approx(expected))
    return bool(found == expected)
