"""The numbers of many records at an instant, each worked out once however many lists show it."""

from dataclasses import dataclass, field

import numpy as np

from graph.interactions import Float64, Int64
from graph.model import RecordKind
from graph.settings import OrganizationSettings
from kpi.facts import Facts
from kpi.health import Scores, exempt, health_scores
from kpi.ranking import Column, Measure, measured
from kpi.window import Window
from resolvers.held import Held
from resolvers.listed import Listed


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


class Lines:
    """The lines of a sheet that a listing shows, in its order; known is what the widget of the record shows."""

    def __init__(self, sheet: Sheet, listed: Listed) -> None:
        self.sheet = sheet
        self.listed = listed
        self._positions: Int64 | None = None

    def measure(self, measure: Measure, window: Window) -> Column:
        """Return a measure of each record."""
        return self._of(self.sheet.measure(measure, window))

    def health(self) -> Column:
        """Return the score of each record as it is shown."""
        return self._unless_exempt(self.sheet.health())

    def trend(self) -> Column:
        """Return how far each score has moved, as it is shown."""
        return self._unless_exempt(self.sheet.trend())

    def _unless_exempt(self, column: Column) -> Column:
        shown, sheet, listed = self._of(column), self.sheet, self.listed
        exempted = exempt(sheet.kind, listed.open, listed.created, listed.closed, sheet.until, sheet.settings)
        return Column(shown.values, shown.known & ~exempted)

    def _of(self, column: Column) -> Column:
        if self._positions is None:
            self._positions = self.sheet.facts.positions(self.listed.ids.tolist())
        return Column(column.values[self._positions], column.known[self._positions])


def _known(values: Float64) -> Column:
    known = ~np.isnan(values)
    return Column(np.where(known, values, 0.0), known)
