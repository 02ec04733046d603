"""
Rows of CSV files, also where a quote is stray.

What is valid CSV is read as :mod:`csv` reads it, in whatever order its columns are and whatever its quoted values hold:
lines that look like rows are content there. This holds also where two stray quotes make of all rows between them one
value and leave a row of the right width: nothing in the file tells them from quotes that are meant.

Where the lines that an open quote takes in make no row of the header's width, or take the beginning of a row away from
what comes after, the quote is stray. It costs its own line, and the lines after it are read as if it were not there.

Time is linear in the size of the file, however many quotes are stray, because each line that an open quote goes on over
and that could open one itself ends a value: it is looked at by as many rows before it as a row has columns.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

# A row of several lines that is longer is none.
MAX_ROW = 1 << 20
# A value may be as long as a row, not an eighth of one; the limit is the whole process's.
csv.field_size_limit(MAX_ROW)
# A quote that is not doubled: it opens a value or closes one.
_LONE = re.compile(r'(?<!")"(?:"")*+(?!")')

Numbered = tuple[int, str]
# The number and text of the line that a row begins with, and its values; None where they cannot be read.
Row = tuple[int, str, list[str] | None]


class _Found(NamedTuple):
    """What was read as a row: how many lines it takes, and whether all its quotes are where valid CSV has them."""

    values: list[str]
    lines: int
    is_clean: bool


class Rows:
    """The rows of numbered lines; ``fits`` tells whether values are as many as the header's, the ``width``."""

    def __init__(
        self, lines: Iterator[Numbered], delimiter: str, width: int, fits: Callable[[Sequence[str]], bool]
    ) -> None:
        self._lines = self._until_broken(lines)
        self._broken: Exception | None = None
        self._delimiter = delimiter
        self._fits = fits
        self._max_lone = width + 1
        self._ahead: deque[Numbered] = deque()
        end = re.escape(delimiter)
        value = rf'(?:"(?:[^"]++|"")*+"|[^"{end}]*+)'
        self._clean = re.compile(rf"{value}(?:{end}{value})*+[\r\n]*")

    def __iter__(self) -> Iterator[Row]:
        for number, text in self._taken():
            if '"' in text:
                yield number, text, self._quoted(number, text)
            else:
                yield number, text, text.rstrip("\r\n").split(self._delimiter)
        if self._broken is not None:
            raise self._broken

    def _until_broken(self, lines: Iterator[Numbered]) -> Iterator[Numbered]:
        """Yield the lines; what breaks the reading off is raised after the rows before, which may be looked at yet."""
        try:
            yield from lines
        except Exception as exc:
            self._broken = exc

    def _taken(self) -> Iterator[Numbered]:
        """Yield the lines, before the next ones those that were looked at ahead and are left there."""
        for line in self._lines:
            yield line
            while self._ahead:
                yield self._ahead.popleft()

    def _quoted(self, number: int, text: str) -> list[str] | None:
        """Return the values of a line, with those of the next ones where it ends within a quote."""
        # An open quote reads on, into the second line.
        reader = csv.reader((text, ""), delimiter=self._delimiter)
        try:
            values = next(reader)
        except csv.Error:
            return None
        return values if reader.line_num == 1 else self._joined(number, text)

    def _joined(self, number: int, text: str) -> list[str] | None:
        """Return the values of a row of several lines, and take these; None where its quote is stray."""
        self._ahead.appendleft((number, text))
        found = self._found(0)
        if found is not None and self._is_stray(found):
            found = None
        for _ in range(found.lines if found else 1):
            self._ahead.popleft()
        return found.values if found else None

    def _is_stray(self, found: _Found) -> bool:
        """
        Tell whether a row takes lines away from another one, that begins on a later line of it and lasts longer.

        In valid CSV such lines are content, and what comes after them are rows. Where the stray quote may as well be
        one of the next row, the row that comes first stands.
        """
        later = enumerate(islice(self._ahead, found.lines))
        for place in [place for place, (_, text) in later if place and _LONE.search(text)]:
            rival = self._found(place)
            if rival is not None and rival.is_clean and (end := place + rival.lines) >= found.lines:
                return not (found.is_clean and self._are_rows(found.lines, end))
        return False

    def _are_rows(self, place: int, end: int) -> bool:
        """Tell whether the lines ahead from a place on are rows, at least to an end or a stray quote of their own."""
        reader = csv.reader(self._text_from(place, rows=2), delimiter=self._delimiter, strict=True)
        begin = place
        try:
            while begin < end and (values := next(reader, None)) is not None:
                if values and not self._fits(values):
                    return self._is_row_without_quotes(begin)
                begin = place + reader.line_num
        except csv.Error:
            return self._is_row_without_quotes(begin)
        return True

    def _is_row_without_quotes(self, place: int) -> bool:
        return self._fits(self._ahead[place][1].replace('"', "").split(self._delimiter))

    def _found(self, place: int) -> _Found | None:
        """Return the row that begins at a place ahead."""
        # Strictly, for a value ends where its quote is closed: text after that tells a stray one.
        reader = csv.reader(self._text_from(place), delimiter=self._delimiter, strict=True)
        try:
            values = next(reader, [])
        except csv.Error:
            return None
        if not self._fits(values):
            return None
        text = "".join(text for _, text in islice(self._ahead, place, place + reader.line_num))
        return _Found(values, reader.line_num, self._clean.fullmatch(text) is not None)

    def _text_from(self, place: int, rows: int = 1) -> Iterator[str]:
        """Yield the lines ahead from a place on, no more than so many rows may have."""
        size = lone = 0
        for _, text in self._lines_from(place):
            size += len(text)
            lone += _LONE.search(text) is not None
            if size >= rows * MAX_ROW or lone > rows * self._max_lone:
                return
            yield text

    def _lines_from(self, place: int) -> Iterator[Numbered]:
        yield from islice(self._ahead, place, None)
        for line in self._lines:
            self._ahead.append(line)
            yield line
