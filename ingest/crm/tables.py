"""CSV files as programs export them: comma, semicolon, tab or bar, any encoding, quoted line breaks, ragged rows."""

import csv
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from graph.errors import SourceError
from ingest.crm.suggest import near
from ingest.text import decoded, raw_lines

DELIMITERS = ",;\t|"
Row = dict[str, str]
Mend = Mapping[str, Mapping[str, str]]


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
        # The lines of the row that is being read.
        self._taken: list[str] = []
        try:
            first = self._first_line()
            self._delimiter = max(DELIMITERS, key=first.count)
            self._offset = self._number - 1
            self._reader = csv.reader(chain([first], self._lines), delimiter=self._delimiter)
            self.header = self._read_header()
        except (csv.Error, OSError, EOFError, zlib.error) as exc:
            raise SourceError(f"{path}: its header cannot be read: {exc}. Export the file again.") from exc

    def no_column(self, name: str, columns: Iterable[str] = ()) -> str:
        """Say that a column is not there, and which are."""
        return f"{self.path.name} has no column {name!r}{near(name, sorted(columns) or self.header, 'It has')}"

    def rows(self) -> Iterator[tuple[int, Row | Note]]:
        """Yield the rows in order, and a Note for what is wrong with one or was mended in it; once only."""
        while True:
            number = self._offset + self._reader.line_num + 1
            self._taken.clear()
            try:
                cells = next(self._reader)
            except StopIteration:
                break
            except csv.Error:
                yield from self._one_by_one(number)
            except (OSError, EOFError, zlib.error) as exc:
                yield from self._one_by_one(number)
                yield self._number, Note(f"the file breaks off here: {exc}")
                break
            else:
                is_row = self._fits(cells) and self._is_one()
                yield from self._row(number, cells) if is_row else self._one_by_one(number)
        yield from self._take_notes()

    def _fits(self, cells: list[str]) -> bool:
        width = len(self.header)
        return len(cells) >= width and not any(cell.strip() for cell in cells[width:])

    def _is_one(self) -> bool:
        """Tell whether the lines of the row belong together: of several the quotes are where they should be."""
        try:
            return len(self._taken) == 1 or bool(next(csv.reader(self._taken, delimiter=self._delimiter, strict=True)))
        except csv.Error:
            return False

    def _one_by_one(self, number: int) -> Iterator[tuple[int, Row | Note]]:
        """Yield a row of each line of one that does not fit: a stray quote may have made it of many."""
        for place, line in enumerate(list(self._taken), start=number):
            try:
                cells = next(csv.reader([line], delimiter=self._delimiter, strict=True), [])
            except csv.Error as exc:
                yield place, Note(f"{exc}: is a quote not closed?", line[:2000])
            else:
                yield from self._row(place, cells)

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

    def _decoded(self, lines: Iterable[str]) -> Iterator[str]:
        warned = False
        for number, raw in enumerate(lines, start=1):
            self._number = number
            line, mended = decoded(raw)
            self._taken.append(line)
            if mended and not warned:
                warned = True
                self._notes.append((number, Note("not UTF-8; read as Windows-1252", is_bad=False)))
            yield line

    def _first_line(self) -> str:
        """Return the header line; spreadsheets write the delimiter on a line of its own before it."""
        for line in self._lines:
            if line.strip() and not line.lower().startswith("sep="):
                return line
        raise SourceError(f"{self.path} is empty. A CSV file needs a header line that names its columns.")

    def _read_header(self) -> list[str]:
        header = [name.strip() for name in next(self._reader)]
        while header and not header[-1]:
            header.pop()
        for name in sorted({name for name in header if header.count(name) > 1}):
            self._notes.append((1, Note(f"two columns are called {name!r}; the first was read", is_bad=False)))
        return header

    def _take_notes(self) -> Iterator[tuple[int, Note]]:
        yield from self._notes
        self._notes.clear()
