"""What every step of an import works with."""

from dataclasses import dataclass

from graph.store import Store
from ingest.rejects import Rejects
from ingest.report import Report, Watch
from ingest.source import Reject
from ingest.stage import Stage


@dataclass(frozen=True, slots=True)
class Job:
    """One import: where its lines wait, where they go, what is told and to whom."""

    stage: Stage
    store: Store
    report: Report
    rejects: Rejects
    watch: Watch

    def reject(self, seq: int, reason: str) -> None:
        """Reject a line that lies on the stage."""
        source, number, text = self.stage.line(seq)
        self.rejects.add(Reject(source, number, reason, text))
