"""The numbers of many records at an instant, each worked out once however many lists show it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.interactions import Float64, Int64
from graph.model import RecordKind
from graph.settings import OrganizationSettings
from kpi.health import deltas_at, exempt, scores_at
from kpi.health_weights import Weighed
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

    def measure(self, measure: Measure, window: Window) -> Column:
        """Return a measure of each record, by position."""
        return self.facts.column((measure, window), lambda part: measured(part.facts, measure, window))

    def health(self) -> Column:
        """Return the score of each record, by position, whether or not it has health at all."""
        return self._of_weights("health", scores_at)

    def trend(self) -> Column:
        """Return how far each score has moved, by position."""
        return self._of_weights("trend", deltas_at)

    def _of_weights(self, name: str, compute: Callable[[Weighed, int, OrganizationSettings], Float64]) -> Column:
        until, settings = self.until, self.settings
        key = (name, until, settings)
        return self.facts.column(key, lambda part: _known(compute(part.weighed(settings), until, settings)))


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
