"""What every step of an import works with."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.store import Changes, Store
from ingest.rejects import Rejects
from ingest.report import Fate, Outcome, Report, Watch
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

    def skip(self, seq: int, reason: str) -> None:
        """Count a good line that is not stored."""
        self.report.skipped[reason] += 1
        self.note([seq], Fate.SKIPPED, reason)

    def landed(self, kind: str, lines: Iterable[tuple[int, str]], changes: Changes) -> None:
        """Count what an upsert did with lines, given as (seq, id)."""
        tally = self.report.tally(kind)
        tally.added += len(changes.added)
        tally.updated += len(changes.updated)
        tally.unchanged += len(changes.unchanged)
        if self.report.outcomes is None:
            return
        fates = ((Fate.ADDED, changes.added), (Fate.UPDATED, changes.updated), (Fate.UNCHANGED, changes.unchanged))
        known = {id_: fate for fate, ids in fates for id_ in ids}
        for seq, id_ in lines:
            if id_ in known:
                self.note([seq], known[id_])

    def note(self, seqs: Iterable[int], fate: Fate, reason: str | None = None) -> None:
        """Keep the outcome of lines, where somebody wants to know."""
        if self.report.outcomes is not None:
            for seq in seqs:
                _, number, _ = self.stage.line(seq)
                self.report.outcomes[number] = Outcome(fate, reason)
