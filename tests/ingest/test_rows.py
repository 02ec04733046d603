"""Rows of CSV text: valid ones as the csv module reads them, and what a stray quote costs."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.rows import MAX_ROW, Row, Rows

Table = list[list[str]]

# What is hard about values: quotes, delimiters, line ends, and lines that look like rows.
PARTS = st.sampled_from(("", "a", "b@x", '"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\r", " ", "1,2,3\n", "\n4,5,6"))
VALUES = st.lists(PARTS, max_size=4).map("".join)
# Where a value begins or ends with a delimiter or line end, one stray quote beside it has two readings with one fault.
WORDS = st.sampled_from(("a", "b@x", '"a"', '"a', 'a"', "a,a", "a\nb", "a\r\na", "a\n1,2,3\na", "a\n4,5\na", ';"a'))
CLEAR = st.lists(WORDS, min_size=1, max_size=3).map("".join)
DELIMITERS = st.sampled_from(",;\t|")
ENDS = st.sampled_from(("\n", "\r\n", "\r"))


@st.composite
def tables(draw: st.DrawFn, values: st.SearchStrategy[str] = VALUES) -> Table:
    """Rows of values; in one column, whichever, they have ids."""
    width = draw(st.integers(1, 3))
    column = draw(st.integers(0, width))
    rows = draw(st.lists(st.lists(values, min_size=width, max_size=width), min_size=1, max_size=8))
    return [[*row[:column], f"id{number}", *row[column:]] for number, row in enumerate(rows)]


def written(table: Table, delimiter: str, end: str, always: bool = False) -> list[str]:
    """Return the text of each row, with quotes where they are needed or around all values."""
    hard = set(f'"{delimiter}\r\n')
    return [
        delimiter.join('"' + v.replace('"', '""') + '"' if always or hard & set(v) else v for v in row) + end
        for row in table
    ]


def numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(io.StringIO(text, newline=""), start=1)


def read(text: str, width: int, delimiter: str = ",") -> list[Row]:
    return list(Rows(numbered(text), delimiter, width, lambda values: len(values) == width))


def good(rows: Sequence[Row], width: int) -> Table:
    return [values for _, _, values in rows if values is not None and len(values) == width]


def test_a_value_may_be_as_long_as_a_row() -> None:
    long = "fake,row\n" * 100_000
    assert good(read(f'1,"{long}"\n2,ok\n', 2), 2) == [["1", long], ["2", "ok"]]


@given(table=tables(), delimiter=DELIMITERS, end=ENDS, always=st.booleans())
def test_valid_text_is_read_as_the_csv_module_reads_it(table: Table, delimiter: str, end: str, always: bool) -> None:
    text = "".join(written(table, delimiter, end, always))
    rows = read(text, len(table[0]), delimiter)
    assert [values for _, _, values in rows] == table
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    assert [number for number, _, _ in rows] == [1, *(reader.line_num + 1 for _ in reader)][:-1]


@given(table=tables(CLEAR), end=ENDS, data=st.data())
def test_a_stray_quote_costs_no_other_row(table: Table, end: str, data: st.DataObject) -> None:
    kept(table, end, [data.draw(st.integers(0, len("".join(written(table, ",", end)))))])


@given(table=tables(CLEAR), end=ENDS, places=st.lists(st.integers(0, 300), min_size=2, max_size=3, unique=True))
@example(table=[["s", "x"], ["1", "\na"], ["2", "b"]], end="\n", places=[2, 3])
def test_a_few_stray_quotes_cost_only_rows_that_they_hold(table: Table, end: str, places: list[int]) -> None:
    kept(table, end, places)


def kept(table: Table, end: str, places: Sequence[int]) -> None:
    """Check that what is whole outside the strays is read, however it is read in between."""
    texts, width = written(table, ",", end), len(table[0])
    ends = list(accumulate(map(len, texts)))
    text, places = "".join(texts), sorted(min(place, ends[-1]) for place in places)
    for place in reversed(places):
        text = text[:place] + '"' + text[place:]
    touched = [next((row for row, end in enumerate(ends) if place < end), len(table) - 1) for place in places]
    rows = good(read(text, width), width)
    before, after = table[: touched[0]], table[touched[-1] + 1 :]
    assert rows[: len(before)] == before
    assert rows[len(rows) - len(after) :] == after


def test_twenty_thousand_stray_quotes_cost_only_their_lines() -> None:
    rows = read("".join(f'{n},"a,{n}\n{n},b\n' for n in range(20_000)), 2)
    assert good(rows, 2) == [[str(n), "b"] for n in range(20_000)]
    assert sum(values is None for _, _, values in rows) == 20_000


def test_a_row_of_more_than_a_mebibyte_is_read_line_by_line() -> None:
    rows = read('1,"' + "a\n" * (MAX_ROW // 2) + '"\n2,b\n', 2)
    assert good(rows, 2) == [["2", "b"]]


def test_what_breaks_the_reading_off_is_raised_after_the_rows_before_it() -> None:
    def lines() -> Iterator[tuple[int, str]]:
        yield from numbered('1,"a\n2,b\n')
        raise EOFError

    rows = iter(Rows(lines(), ",", 2, lambda values: len(values) == 2))
    assert [next(rows)[2], next(rows)[2]] == [None, ["2", "b"]]
    with pytest.raises(EOFError):
        next(rows)
