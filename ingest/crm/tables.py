"""CSV files as programs export them: comma, semicolon, tab or bar, any encoding, quoted line breaks, ragged rows."""

import csv
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from graph.errors import SourceError
from ingest.crm.suggest import near
from ingest.rows import Numbered, Rows
from ingest.text import decoded, raw_lines

DELIMITERS = ",;\t|"
Row = dict[str, str]
Mend = Mapping[str, Mapping[str, str]]

_QUOTED = re.compile(r'"[^"]*"')
UNREADABLE = "the row cannot be read: is a quote not closed?"


@dataclass(frozen=True, slots=True)
class Note:
    """What there is to say of a row: that it is bad and left out, or that it was mended."""

    reason: str
    text: str = ""
    is_bad: bool = True


class Table:
    """A CSV file: its header, and its rows as dictionaries of stripped text, each with the line it begins on."""

    def __init__(self, path: Path, mend: Mend, advance: Callable[[int], None]) -> None:
        self.path = path
        self._mend = mend
        self._notes: list[tuple[int, Note]] = []
        self._lines = self._decoded(raw_lines(path, advance, newline=""))
        self._number = 0
        try:
            first = self._first_line()
            self._delimiter = max(DELIMITERS, key=_QUOTED.sub("", first).count)
            self.header = self._read_header(first)
        except (csv.Error, OSError, EOFError, zlib.error) as exc:
            raise SourceError(f"{path}: its header cannot be read: {exc}. Export the file again.") from exc

    def no_column(self, name: str, columns: Iterable[str] = ()) -> str:
        """Say that a column is not there, and which are."""
        return f"{self.path.name} has no column {name!r}{near(name, sorted(columns) or self.header, 'It has')}"

    def rows(self) -> Iterator[tuple[int, Row | Note]]:
        """Yield the rows in order, and a Note for what is wrong with one or was mended in it; once only."""
        try:
            for number, text, cells in Rows(self._lines, self._delimiter, len(self.header), self._fits):
                if cells is None:
                    yield number, Note(UNREADABLE, text[:2000])
                else:
                    yield from self._row(number, cells)
        except (OSError, EOFError, zlib.error) as exc:
            yield self._number, Note(f"the file breaks off here: {exc}")
        yield from self._take_notes()

    def _fits(self, cells: Sequence[str]) -> bool:
        width = len(self.header)
        return len(cells) >= width and not any(cell.strip() for cell in cells[width:])

    def _row(self, number: int, cells: list[str]) -> Iterator[tuple[int, Row | Note]]:
        yield from self._take_notes()
        if not any(cell.strip() for cell in cells):
            return
        width = len(self.header)
        if not self._fits(cells):
            reason = f"{len(cells)} cells where the header has {width}"
            yield number, Note(reason, self._delimiter.join(cells)[:2000])
            return
        row = dict(zip(reversed(self.header), (cell.strip() for cell in reversed(cells[:width])), strict=True))
        yield from self._mended(number, row)
        yield number, row

    def _mended(self, number: int, row: Row) -> Iterator[tuple[int, Note]]:
        for column, values in self._mend.items():
            if (cell := row.get(column, "")) in values:
                row[column] = values[cell]
                yield number, Note(f"{column}: {cell!r} was read as {values[cell]!r}", is_bad=False)

    def _decoded(self, lines: Iterable[str]) -> Iterator[Numbered]:
        warned = False
        for number, raw in enumerate(lines, start=1):
            self._number = number
            line, mended = decoded(raw)
            if mended and not warned:
                warned = True
                self._notes.append((number, Note("not UTF-8; read as Windows-1252", is_bad=False)))
            yield number, line

    def _first_line(self) -> str:
        """Return the header line; spreadsheets write the delimiter on a line of its own before it."""
        for _, line in self._lines:
            if line.strip() and not line.lower().startswith("sep="):
                return line
        raise SourceError(f"{self.path} is empty. A CSV file needs a header line that names its columns.")

    def _read_header(self, first: str) -> list[str]:
        lines = chain([first], (line for _, line in self._lines))
        header = [name.strip() for name in next(csv.reader(lines, delimiter=self._delimiter))]
        while header and not header[-1]:
            header.pop()
        for name in sorted({name for name in header if header.count(name) > 1}):
            self._notes.append((1, Note(f"two columns are called {name!r}; the first was read", is_bad=False)))
        return header

    def _take_notes(self) -> Iterator[tuple[int, Note]]:
        yield from self._notes
        self._notes.clear()
