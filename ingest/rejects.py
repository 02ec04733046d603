"""The file that keeps what could not be taken, so that nothing is lost: JSON Lines of source, line, reason, text."""

import json
from pathlib import Path
from typing import TextIO

from ingest.report import Fate, Outcome, Report
from ingest.source import Reject

SHOWN = 10


class Rejects:
    """
    Counts rejects as they come and writes them into a file, made when the first one does; closing it twice is fine.

    Without a path there is no file.
    """

    def __init__(self, path: Path | None, report: Report) -> None:
        self._path = path
        self._report = report
        self._file: TextIO | None = None

    def add(self, reject: Reject) -> None:
        """Keep a reject and count it."""
        if self._path is not None:
            self._write(self._path, reject)
        self._report.rejected += 1
        if len(self._report.first_rejects) < SHOWN:
            where = f"{reject.source}:{reject.number}" if reject.number else reject.source
            self._report.first_rejects.append(f"{where}: {reject.reason}")
        if self._report.outcomes is not None:
            self._report.outcomes[reject.number] = Outcome(Fate.REJECTED, reject.reason)

    def _write(self, path: Path, reject: Reject) -> None:
        if self._file is None:
            self._file = path.open("w", encoding="utf-8")
            self._report.rejects_file = str(path)
        line = reject.number or None
        row = {"source": reject.source, "line": line, "reason": reject.reason, "text": reject.text}
        # Text may hold lone surrogates from broken mail; escaped, they survive.
        self._file.write(json.dumps(row) + "\n")

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
