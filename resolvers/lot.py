"""Facts of some records, and what was worked out of them lately."""

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

from graph.model import KINDS
from graph.settings import OrganizationSettings
from kpi.facts import Facts
from kpi.health_weights import Weighed, weighed
from kpi.ledger import parted
from kpi.ranking import Column, end_to_end

# From so many rows on, two processors at a time work on them: the passes over columns do not hold each other up.
ROWS_FOR_TWO = 100_000
MOST_KEPT = 16

_two = ThreadPoolExecutor(max_workers=2, thread_name_prefix="columns")


class Part:
    """Facts that are looked at together, and what they weigh by the settings they were last looked at with."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._weighed: tuple[Hashable, Weighed | None] = None, None

    def weighed(self, settings: OrganizationSettings) -> Weighed:
        """Return what they weigh."""
        by = settings.interval_days, *map(settings.weight, KINDS)
        known, found = self._weighed
        if found is None or known != by:
            found = weighed(self.facts, settings)
            self._weighed = by, found
        return found


class Lot:
    """Facts that stay as they are, and so their numbers at an instant."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._parts = [Part(part) for part in parted(facts, 2 if len(facts) >= ROWS_FOR_TWO else 1)]
        self._columns: dict[Hashable, Column] = {}

    def column(self, key: Hashable, compute: Callable[[Part], Column]) -> Column:
        """Return a number of each record, in order; the same key means the same number."""
        column = self._columns.get(key)
        if column is None:
            each = map if len(self._parts) == 1 else _two.map
            column = end_to_end(list(each(compute, self._parts)))
            if len(self._columns) >= MOST_KEPT:
                self._columns.clear()
            self._columns[key] = column
        return column
