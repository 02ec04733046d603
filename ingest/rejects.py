"""The file that keeps what could not be taken, so that nothing is lost: JSON Lines of source, line, reason, text."""

import json
from pathlib import Path
from typing import TextIO

from ingest.report import Report
from ingest.source import Reject

SHOWN = 10


class Rejects:
    """Writes rejects as they come, into a file made when the first one does; closing it twice is fine."""

    def __init__(self, path: Path, report: Report) -> None:
        self._path = path
        self._report = report
        self._file: TextIO | None = None

    def add(self, reject: Reject) -> None:
        """Keep a reject and count it."""
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8")
            self._report.rejects_file = str(self._path)
        row = {"source": reject.source, "line": reject.number, "reason": reject.reason, "text": reject.text}
        # Text may hold lone surrogates from broken mail; escaped, they survive.
        self._file.write(json.dumps(row) + "\n")
        self._report.rejected += 1
        if len(self._report.first_rejects) < SHOWN:
            self._report.first_rejects.append(f"{reject.source}:{reject.number}: {reject.reason}")

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
