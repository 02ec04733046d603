"""The numbers of many records at an instant, each worked out once however many lists show it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graph.interactions import Float64
from graph.model import RecordKind
from graph.settings import OrganizationSettings
from graph.store import Outline
from kpi.facts import Facts
from kpi.health import HealthState, Scores, exemption, health_scores
from kpi.ranking import Column, Measure, measured
from kpi.window import Window
from resolvers.held import Held


@dataclass(frozen=True, slots=True)
class Sheet:
    """Facts of records of a kind, and the instant and settings that they are looked at with."""

    facts: Held
    kind: RecordKind
    until: int
    settings: OrganizationSettings
    _columns: dict[object, Column] = field(default_factory=dict)

    def measure(self, measure: Measure, window: Window) -> Column:
        """Return a measure of each record, by position."""
        key = (measure, window)
        if key not in self._columns:
            self._columns[key] = self.facts.column(lambda facts: measured(facts, measure, window))
        return self._columns[key]

    def health(self) -> Column:
        """Return the score of each record, by position, whether or not it has health at all."""
        if "health" not in self._columns:
            self._columns["health"] = self.facts.column(lambda facts: _known(self._scores(facts, trends=False).score))
        return self._columns["health"]

    def trend(self) -> Column:
        """Return how far each score has moved, by position."""
        if "trend" not in self._columns:
            self._columns["trend"] = self.facts.column(
                lambda facts: _known(self._scores(facts, trends=True).trend_delta)
            )
        return self._columns["trend"]

    def _scores(self, facts: Facts, *, trends: bool) -> Scores:
        return health_scores(facts, self.until, self.settings, trends=trends)


@dataclass(frozen=True, slots=True)
class Lines:
    """
    The lines of a sheet that a listing shows, in the order of its outlines.

    Values are plain, and None where the widget of the record shows none.
    """

    sheet: Sheet
    outlines: Sequence[Outline]

    def measure(self, measure: Measure, window: Window) -> list[Any]:
        """Return a measure of each record."""
        return self._of(self.sheet.measure(measure, window))

    def health(self) -> list[Any]:
        """Return the score of each record as it is shown."""
        return self._unless_exempt(self.sheet.health())

    def trend(self) -> list[Any]:
        """Return how far each score has moved, as it is shown."""
        return self._unless_exempt(self.sheet.trend())

    def exemptions(self) -> list[HealthState | None]:
        """Tell why a record has no health, whatever its interactions."""
        kind, until, settings = self.sheet.kind, self.sheet.until, self.sheet.settings
        return [exemption(kind, o.state, o.created, o.closed, until, settings) for o in self.outlines]

    def _unless_exempt(self, column: Column) -> list[Any]:
        found = zip(self._of(column), self.exemptions(), strict=True)
        return [None if state is not None else value for value, state in found]

    def _of(self, column: Column) -> list[Any]:
        positions = self.sheet.facts.positions([outline.id for outline in self.outlines])
        found = zip(column.values[positions].tolist(), column.known[positions].tolist(), strict=True)
        return [value if known else None for value, known in found]


def _known(values: Float64) -> Column:
    known = ~np.isnan(values)
    return Column(np.where(known, values, 0.0), known)
