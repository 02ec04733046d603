"""What an organisation's administrators decide about its numbers, as frozen values; every change makes a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from graph.model import SOURCES, InteractionKind, Source


class Frequency(StrEnum):
    """How often the two sides of a healthy relationship are expected to be in touch."""

    DAILY = "DAILY"
    EVERY_FEW_DAYS = "EVERY_FEW_DAYS"
    WEEKLY = "WEEKLY"
    EVERY_COUPLE_OF_WEEKS = "EVERY_COUPLE_OF_WEEKS"
    MONTHLY = "MONTHLY"


INTERVAL_DAYS = {
    Frequency.DAILY: 1.0,
    Frequency.EVERY_FEW_DAYS: 3.0,
    Frequency.WEEKLY: 7.0,
    Frequency.EVERY_COUPLE_OF_WEEKS: 14.0,
    Frequency.MONTHLY: 30.0,
}


class BulkSign(StrEnum):
    """What in the headers of a mail can tell that it is bulk or automatic; see ``ingest.mail.bulk``."""

    LIST_UNSUBSCRIBE = "LIST_UNSUBSCRIBE"
    LIST_ID = "LIST_ID"
    PRECEDENCE = "PRECEDENCE"
    AUTO_SUBMITTED = "AUTO_SUBMITTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationSettings:
    """
    The settings of an organisation.

    Weights are in per cent more or less than 1, from -50 to 50. Thresholds of health are scores from 0 to 100, those of
    ties strengths from 0 to 1. What comes from a source that does not count is in no number. The introduction is the
    draft of a request for one.
    """

    email_weight_percent: float = 0.0
    meeting_weight_percent: float = 0.0
    call_weight_percent: float = 0.0
    other_weight_percent: float = 0.0
    frequency: Frequency = Frequency.WEEKLY
    good_from: float = 60.0
    fair_from: float = 40.0
    health: bool = True
    who_knows_whom: bool = True
    introduction_subject: str = "Introduction to {customer}"
    introduction_body: str = (
        "Hello {colleague},\n\nyou know {customer}. Could you introduce me?\n\nThank you,\n{seller}"
    )
    strong_from: float = 0.66
    moderate_from: float = 0.33
    sources: tuple[Source, ...] = SOURCES
    bulk_signs: tuple[BulkSign, ...] = tuple(BulkSign)
    smallest_group: int = 5

    @property
    def interval_days(self) -> float:
        """The expected time between two interactions."""
        return INTERVAL_DAYS[self.frequency]

    def weight(self, kind: InteractionKind) -> float:
        """Return how much an interaction of a kind weighs, 0.5 to 1.5."""
        percent = {
            InteractionKind.EMAIL: self.email_weight_percent,
            InteractionKind.MEETING: self.meeting_weight_percent,
            InteractionKind.CALL: self.call_weight_percent,
            InteractionKind.OTHER: self.other_weight_percent,
        }
        return 1 + percent[kind] / 100


@dataclass(frozen=True, slots=True)
class SettingsVersion:
    """
    Settings as they are from an instant on; version 0 are the defaults, which nobody set.

    ``unknown`` are settings that a newer Rapport wrote; they are kept.
    """

    number: int
    settings: OrganizationSettings
    changed_at: datetime | None = None
    changed_by: str | None = None
    unknown: Mapping[str, Any] = field(default_factory=dict, compare=False)


DEFAULT_VERSION = SettingsVersion(0, OrganizationSettings())


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that differs between two versions."""

    name: str
    before: Any
    after: Any


def changes(before: OrganizationSettings, after: OrganizationSettings) -> list[Change]:
    """
    Return what differs, in the order of the settings.

    >>> changes(OrganizationSettings(), OrganizationSettings(good_from=70.0))
    [Change(name='good_from', before=60.0, after=70.0)]
    """
    pairs = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(OrganizationSettings))
    return [Change(name, old, new) for name, old, new in pairs if old != new]
