"""JSON Lines files of every make."""

import gzip
from pathlib import Path

import pytest

from graph.errors import SourceError
from ingest.jsonl import read_jsonl
from ingest.source import Item, Line, ReadOptions, Reject


def read(path: Path) -> list[Item]:
    return list(read_jsonl(path, ReadOptions()))


def test_lines_come_with_their_numbers_and_blank_ones_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a":1}\r\n\n  \n{"b":2}')
    assert read(file) == [Line(str(file), 1, '{"a":1}'), Line(str(file), 4, '{"b":2}')]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("{}\n", encoding="utf-8-sig")
    assert read(file) == [Line(str(file), 1, "{}")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes('\ufeff{"a":"é"}\n{}\n'.encode(encoding))
    assert read(file) == [Line(str(file), 1, '{"a":"é"}'), Line(str(file), 2, "{}")]


def test_gzip_is_unpacked_whatever_the_name(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(gzip.compress(b"{}\n"))
    assert read(file) == [Line(str(file), 1, "{}")]


def test_a_broken_archive_gives_what_was_read_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    packed = gzip.compress(b"".join(b'{"n":%d}\n' % n for n in range(5000)))
    file.write_bytes(packed[: len(packed) // 2])
    *lines, last = read(file)
    assert lines
    assert isinstance(last, Reject)
    assert "breaks off" in last.reason


def test_bytes_that_are_no_text_are_rejected_and_the_next_line_lands(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a":"\xff"}\n{}\n')
    bad, good = read(file)
    assert isinstance(bad, Reject)
    assert bad.reason.startswith("not UTF-8")
    assert good == Line(str(file), 2, "{}")


def test_an_over_long_line_is_rejected_without_being_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.jsonl.MAX_LINE", 16)
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a":"' + b"x" * 100 + b'"}\n{}\n')
    bad, good = read(file)
    assert isinstance(bad, Reject)
    assert "longer than 16 bytes" in bad.reason
    assert good == Line(str(file), 2, "{}")


def test_an_empty_file_gives_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.touch()
    assert read(file) == []


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path)
