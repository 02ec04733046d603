"""Mail as it lies in files: mbox, maildir, single messages and mail logs."""

import csv
import gzip
import io
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import SourceError
from graph.model import from_micros
from ingest.drafts import Draft, drafted
from ingest.lines import InteractionLine, parse_line
from ingest.mail.mail_csv import OPTIONAL, REQUIRED, looks_like_mail_csv, read_mail_csv
from ingest.mail.maildir import is_maildir, read_eml, read_maildir
from ingest.mail.mbox import looks_like_mbox, read_mbox
from ingest.source import Item, Line, ReadOptions, Reject, Skip, Source, Warn

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data, the real mail, is not here")
LOG = b"id,sent_at,from,to\n"

Writer = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def write_file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write_file


def message(name: str, body: str = "Hello\n") -> bytes:
    return (
        f"From: Ann <ann@us.example>\nTo: bob@globex.example\nDate: Mon, 2 Nov 2026 09:30:00 +0100\n"
        f"Subject: {name}\nMessage-ID: <{name}@us.example>\n\n{body}"
    ).encode()


def mbox(*messages: bytes) -> bytes:
    return b"\n".join(b"From ann@us.example Mon Nov  2 08:30:00 2026\n" + m for m in messages)


def read(source: Source, path: Path, **options: Any) -> list[Item]:
    return list(source(path, ReadOptions(**options)))


def subjects(items: list[Item]) -> list[str]:
    return [json.loads(item.text)["subject"] for item in items if isinstance(item, Line)]


def reasons(items: list[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Reject)]


def test_messages_are_numbered_from_1(write: Writer) -> None:
    items = read(read_mbox, write("ann.mbox", mbox(message("a"), message("b"))))
    assert [item.number for item in items] == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        "Hello\nFrom here on\n",
        "Hello\n\nFrom here on it is 10:00, in 2026\nand so on\n",
        "Hello\n\n>From ann@us.example Mon Nov  2 08:30:00 2026\nFrom: ann\n",
        "Hello\n\n>>From ann@us.example Mon Nov  2 08:30:00 2026\nFrom: ann\n",
        "Hello\n\nFrom ann@us.example Mon Nov  2 08:30:00 2026\n\nno header\n",
        "Hello\nFrom ann@us.example Mon Nov  2 08:30:00 2026\nSubject: no blank line before\n",
        "x" * 200_000 + "\n",
    ],
)
def test_a_body_begins_no_message(write: Writer, body: str) -> None:
    assert subjects(read(read_mbox, write("ann.mbox", mbox(message("a", body), message("b"))))) == ["a", "b"]


@pytest.mark.parametrize(
    "line",
    [
        b"From - Mon Nov  2 08:30:00 2026",
        b"From 1234@xxx Mon Nov 02 08:30:00 +0000 2026",
        b"From ann at us.example  Mon Nov  2 08:30:00 2026",
        b"From ???@??? Mon Nov 02 08:30:00 2026 +0100",
        b"From ann@us.example Mon Nov  2 08:30 CET 2026",
    ],
)
def test_every_dialect_of_a_separator_begins_a_message(write: Writer, line: bytes) -> None:
    content = line + b"\n" + message("a") + b"\n" + line + b"\n" + message("b")
    assert subjects(read(read_mbox, write("ann.mbox", content))) == ["a", "b"]


def test_a_message_without_a_body_ends_at_the_next_separator(write: Writer) -> None:
    headers = message("a").split(b"\n\n")[0]
    path = write("ann.mbox", b"From x Mon Nov  2 08:30:00 2026\n" + headers + b"\n" + mbox(message("b")))
    assert subjects(read(read_mbox, path)) == ["a", "b"]


def test_line_ends_of_windows_are_read(write: Writer) -> None:
    content = mbox(message("a"), message("b")).replace(b"\n", b"\r\n")
    assert subjects(read(read_mbox, write("ann.mbox", content))) == ["a", "b"]


def test_a_file_may_end_within_a_header(write: Writer) -> None:
    assert subjects(read(read_mbox, write("ann.mbox", mbox(message("a")).partition(b"\n\n")[0]))) == ["a"]


def test_the_mbox_line_dates_a_message_without_date(write: Writer) -> None:
    content = mbox(message("a")).replace(b"Date:", b"X-Date:")
    line = read(read_mbox, write("ann.mbox", content))[-1]
    assert isinstance(line, Line)
    assert json.loads(line.text)["at"] == "2026-11-02T08:30:00+00:00"


def test_a_packed_mbox_is_read(write: Writer) -> None:
    assert subjects(read(read_mbox, write("ann.mbox.gz", gzip.compress(mbox(message("a"), message("b")))))) == [
        "a",
        "b",
    ]


def test_a_packed_mbox_that_is_cut_short_keeps_what_was_read(write: Writer) -> None:
    packed = gzip.compress(mbox(*(message(str(n)) for n in range(2000))))
    *lines, last = read(read_mbox, write("ann.mbox.gz", packed[: len(packed) // 2]))
    assert len(lines) > 500
    assert isinstance(last, Reject)


def test_an_empty_mbox_holds_nothing(write: Writer) -> None:
    assert read(read_mbox, write("ann.mbox", b"")) == []


def test_what_is_no_mbox_is_rejected(write: Writer) -> None:
    (reject,) = read(read_mbox, write("ann.mbox", b"Dear Bob,\n"))
    assert isinstance(reject, Reject)


def test_headers_that_never_end_cost_only_their_message(write: Writer) -> None:
    endless = b"From: ann@us.example\n" + b"X: y\n" * 300_000 + b"\n"
    items = read(read_mbox, write("ann.mbox", mbox(endless, message("b"))))
    assert [type(item) for item in items] == [Reject, Line]


def test_all_bytes_of_a_file_are_told(write: Writer) -> None:
    for name, content, source in (
        ("ann.mbox", mbox(message("a"), message("b")), read_mbox),
        ("ann.mbox.gz", gzip.compress(mbox(message("a"))), read_mbox),
        ("a.eml", message("a", "x" * 10_000), read_eml),
        ("log.csv", LOG + b"1,2026-11-02,a@b,c@d\n" * 5000, read_mail_csv),
    ):
        told: list[int] = []
        read(source, write(name, content), advance=told.append)
        assert sum(told) == len(content)


def test_a_path_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    for source in (read_mbox, read_mail_csv, read_eml):
        with pytest.raises(SourceError, match=r"nothing\.here"):
            read(source, tmp_path / "nothing.here")


def test_a_maildir_is_read_with_its_folders(write: Writer, tmp_path: Path) -> None:
    for name in ("cur/1:2,S", "new/2", ".Sent/cur/3:2,S", "Archive/2026/cur/4:2,", "tmp/5", "cur/.6", "cur/sub/7"):
        write(f"mail/{name}", message(name.rpartition("/")[2][0]))
    assert sorted(subjects(read(read_maildir, tmp_path / "mail"))) == ["1", "2", "3", "4"]


def test_a_folder_of_a_maildir_is_a_mailbox_of_its_own(write: Writer, tmp_path: Path) -> None:
    for name in ("cur/1:2,S", "new/2", ".Sent/cur/3:2,S"):
        write(f"mail/{name}", message(name[-1]))
    items = read(read_maildir, tmp_path / "mail")
    boxes = [Path(item.mail.mailbox).name for item in items if isinstance(item, Line) and item.mail]
    assert boxes == ["mail", "mail", ".Sent"]


def test_a_draft_is_skipped(write: Writer, tmp_path: Path) -> None:
    write("mail/cur/1:2,DS", message("a"))
    (skip,) = read(read_maildir, tmp_path / "mail")
    assert isinstance(skip, Skip)


def test_a_maildir_is_known_by_its_parts(tmp_path: Path) -> None:
    assert not is_maildir(tmp_path)
    (tmp_path / "cur").mkdir()
    (tmp_path / "new").mkdir()
    assert is_maildir(tmp_path)


def test_an_empty_maildir_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    assert read(read_maildir, tmp_path) == []


@pytest.mark.parametrize("start", [b"", b"\n\n", b"\xef\xbb\xbf", b"From x Mon Nov  2 08:30:00 2026\n", b"1234\n"])
def test_a_single_message_is_read(write: Writer, start: bytes) -> None:
    assert subjects(read(read_eml, write("a.eml", start + message("a")))) == ["a"]


def test_a_folder_of_single_messages_is_read_with_its_folders(write: Writer, tmp_path: Path) -> None:
    for name in ("a.eml", "sub/b.EML", "c.txt", ".d.eml", "inbox/7", "inbox/8."):
        write(f"mail/{name}", message(Path(name).stem))
    assert sorted(subjects(read(read_eml, tmp_path / "mail"))) == ["7", "8.", "a", "b"]


def test_a_folder_without_messages_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"\.eml"):
        read(read_eml, tmp_path)


def rows(write: Writer, content: bytes) -> list[Item]:
    return read(read_mail_csv, write("log.csv", content))


def values(items: list[Item]) -> list[dict[str, Any]]:
    """The rows as lines of the format would say them, without what is null or has its default."""
    return [value(item, item.draft) for item in items if isinstance(item, Line) and item.draft is not None]


def value(row: Line, draft: Draft) -> dict[str, Any]:
    names = dict(row.names)
    value = {
        "type": "interaction",
        "id": draft.id,
        "kind": draft.kind,
        "at": from_micros(draft.at).isoformat().replace("+00:00", "Z"),
        "source": draft.source,
        "subject": draft.subject,
        "threadId": draft.thread_id,
        "inReplyToId": draft.in_reply_to_id,
        "participants": [participant(*p, names.get(p[0])) for p in draft.participants],
    }
    return {name: value for name, value in value.items() if value is not None}


def participant(key: str, by_address: bool, role: str, name: str | None) -> dict[str, str]:
    assert by_address
    return {"email": key, "role": role} | ({} if name is None else {"name": name})


def test_a_row_of_a_log_is_an_email(write: Writer) -> None:
    assert values(rows(write, LOG + b"m1,2026-11-02T09:30:00+01:00,ann@us.example,bob@globex.example\n")) == [
        {
            "type": "interaction",
            "id": "m1",
            "kind": "EMAIL",
            "at": "2026-11-02T08:30:00Z",
            "source": "MAILBOX",
            "participants": [
                {"email": "ann@us.example", "role": "FROM"},
                {"email": "bob@globex.example", "role": "TO"},
            ],
        }
    ]


@pytest.mark.parametrize(
    "to",
    [
        '"b@x,c@x"',
        "b@x;c@x",
        '"b@x; c@x;"',
        "b@x c@x",
        "b@x;B@X;a@x;c@x",
        '"Bob <b@x>, ""Cy, C."" <c@x>"',
        "Bob <b@x> Cy <c@x>",
        "b@x (Bob) c@x (Cy)",
        "mailto:b@x MAILTO:c@x?subject=Hi",
        "'b@x';'c@x'",
        '"""b@x"" ""c@x"""',
        '"""b@x, c@x"""',
    ],
)
def test_several_recipients_are_read(write: Writer, to: str) -> None:
    (value,) = values(rows(write, LOG + f"1,2026-11-02,a@x,{to}\n".encode()))
    assert [p["email"] for p in value["participants"]] == ["a@x", "b@x", "c@x"]


def test_the_same_addresses_have_the_role_of_the_column_that_names_them(write: Writer) -> None:
    log = b"id,sent_at,from,to,cc\n1,2026-11-02,a@x,b@x,c@x\n2,2026-11-02,a@x,c@x,b@x\n3,2026-11-02,b@x,a@x,c@x\n"
    people = [[(p["email"], p["role"]) for p in value["participants"]] for value in values(rows(write, log))]
    assert people == [
        [("a@x", "FROM"), ("b@x", "TO"), ("c@x", "CC")],
        [("a@x", "FROM"), ("c@x", "TO"), ("b@x", "CC")],
        [("b@x", "FROM"), ("a@x", "TO"), ("c@x", "CC")],
    ]


@pytest.mark.parametrize("more", ["", " ".join(f"p{n}@long.example" for n in range(40))])
def test_every_row_tells_of_its_names_and_of_recipients_without_address(write: Writer, more: str) -> None:
    to = f'"Bob <b@x>; nobody@; {more.replace(" ", ";")}"'
    items = rows(write, LOG + f"1,2026-11-02,a@x,{to}\n2,2026-11-02,a@x,{to}\n".encode())
    assert [item.names for item in items if isinstance(item, Line)] == [(("b@x", "Bob"),)] * 2
    assert [item.number for item in items if isinstance(item, Warn)] == [2, 3]


@pytest.mark.parametrize(
    "sender",
    [
        "A@X",
        " a@x ",
        "mailto:a@x",
        "<mailto:a@x>",
        "'a@x'",
        '"""a@x"""',
        '"""a""@x"',
        "Ann <a@x>",
        '"Ax, Ann <a@x>"',
        "a@x (Ann)",
        "@relay.example:a@x",
        "a@x;",
    ],
)
def test_a_sender_may_be_written_in_many_ways(write: Writer, sender: str) -> None:
    (value,) = values(rows(write, LOG + f"1,2026-11-02,{sender},b@x\n".encode()))
    assert [p["email"].lower() for p in value["participants"]] == ["a@x", "b@x"]


def test_an_apostrophe_within_an_address_is_part_of_it(write: Writer) -> None:
    (value,) = values(rows(write, LOG + b"1,2026-11-02,o'neil@x,b@x\n"))
    assert value["participants"][0]["email"] == "o'neil@x"


@pytest.mark.parametrize(
    ("sent_at", "at"),
    [
        ("2026-11-02T09:30:00Z", "2026-11-02T09:30:00Z"),
        ("2026-11-02 09:30:00", "2026-11-02T09:30:00Z"),
        ('"Mon, 2 Nov 2026 09:30:00 +0100"', "2026-11-02T08:30:00Z"),
    ],
)
def test_an_instant_without_offset_is_utc(write: Writer, sent_at: str, at: str) -> None:
    assert values(rows(write, LOG + f"1,{sent_at},a@x,b@x\n".encode()))[0]["at"] == at


@pytest.mark.parametrize("row", ["1,never,a@x,b@x", "1,2026-11-02,a,b@x", ",2026-11-02,a@x,b@x", "1,2026-11-02,a@x"])
def test_a_bad_row_costs_only_itself(write: Writer, row: str) -> None:
    items = rows(write, LOG + f"{row}\n2,2026-11-02,a@x,b@x\n".encode())
    assert [(type(item), item.number) for item in items] == [(Reject, 2), (Line, 3)]


def test_a_quote_that_is_never_closed_costs_only_its_row(write: Writer) -> None:
    good = b"".join(b"%d,2026-11-02,a@x,b@x\n" % n for n in range(100))
    assert Counter(map(type, rows(write, LOG + b'x,2026-11-02,"a@x,b@x\n' + good))) == {Reject: 1, Line: 100}


def test_two_stray_quotes_cost_only_their_rows(write: Writer) -> None:
    stray, good = b'x,2026-11-02,"a@x,b@x\n', b"1,2026-11-02,a@x,b@x\n"
    assert Counter(map(type, rows(write, LOG + stray + good * 10 + stray + good))) == {Reject: 2, Line: 11}


@pytest.mark.parametrize("start", ['"a@x,b@x', 'a@x,"b@x', '"a@x,"b@x"', 'a@x,b@x,"'])
@pytest.mark.parametrize("to", ['"b@x,\nc@x"', '"\nb@x,c@x"', '"b@x,\n\nc@x\n"', '"b@x,\r\nc@x"'])
def test_a_stray_quote_leaves_later_rows_of_several_lines_whole(write: Writer, start: str, to: str) -> None:
    good = "".join(f"{n},2026-11-02,a@x,{to}\n" for n in range(120))
    items = rows(write, LOG + f"s,2026-11-02,{start}\n{good}".encode())
    assert [(type(item), item.number) for item in items[:2]] == [(Reject, 2), (Line, 3)]
    assert [value["id"] for value in values(items)] == [str(n) for n in range(120)]
    assert {len(value["participants"]) for value in values(items)} == {3}


def test_a_line_that_ends_within_a_quote_is_no_row(write: Writer) -> None:
    items = rows(write, LOG + b'1,2026-11-02,a@x,"b@x,\n')
    assert [type(item) for item in items] == [Reject]


def test_lines_that_look_like_rows_are_content_in_quotes(write: Writer) -> None:
    pasted = "see:\n2,2026-11-02,c@x,d@x,old\n"
    text = f'id,sent_at,from,to,subject\n1,2026-11-02,a@x,b@x,"{pasted}"\n3,2026-11-02,a@x,b@x,c\n'
    assert [(value["id"], value["subject"]) for value in values(rows(write, text.encode()))] == [
        ("1", pasted.strip()),
        ("3", "c"),
    ]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_row_of_several_lines_is_read_in_any_order_of_columns(write: Writer, order: tuple[int, ...]) -> None:
    table = [
        ["id", "sent_at", "from", "to"],
        ["1", "2026-11-02", "a@x", '"b@x,\nc@x"'],
        ["2", "2026-11-02", "a@x", "b@x"],
    ]
    text = "".join(",".join(row[column] for column in order) + "\n" for row in table)
    first, second = values(rows(write, text.encode()))
    assert [p["email"] for p in first["participants"]] == ["a@x", "b@x", "c@x"]
    assert second["id"] == "2"


def test_a_bad_row_of_several_lines_is_rejected_once_and_says_why(write: Writer) -> None:
    items = rows(write, LOG + b'1,never,a@x,"b@x,\nc@x"\n2,2026-11-02,a@x,b@x\n')
    assert [(type(item), item.number) for item in items] == [(Reject, 2), (Line, 4)]
    assert reasons(items)[0].startswith("sent_at: ")


def test_a_quoted_part_with_spaces_before_the_at_is_nobody_else(write: Writer) -> None:
    bob = '"""bob baker""@x"'
    items = rows(write, LOG + f"1,2026-11-02,{bob},b@x\n2,2026-11-02,a@x,{bob}\n".encode())
    assert [type(item) for item in items] == [Reject, Warn, Line]
    assert [p["email"] for p in values(items)[0]["participants"]] == ["a@x"]


@pytest.mark.parametrize("bob", ["Bob [mailto:b@x]", "[b@x]", "b @ x", "b@ x", "b @x"])
def test_an_address_is_read_alike_in_every_column(write: Writer, bob: str) -> None:
    items = rows(write, LOG + f"1,2026-11-02,{bob},a@x\n2,2026-11-02,a@x,{bob}\n".encode())
    assert [type(item) for item in items] == [Line, Line]
    assert [{p["email"] for p in value["participants"]} for value in values(items)] == [{"a@x", "b@x"}] * 2


def test_a_row_longer_than_any_message_costs_only_itself(write: Writer) -> None:
    long = b"x,2026-11-02,a@x," + b"y" * 3_000_000
    items = rows(write, LOG + long + b"\n2,2026-11-02,a@x,b@x\n")
    assert [(type(item), item.number) for item in items] == [(Reject, 2), (Line, 3)]
    assert "longer than 1 MiB" in reasons(items)[0]


def test_a_quoted_line_break_is_part_of_its_row(write: Writer) -> None:
    content = b'id,sent_at,from,to,subject\n1,2026-11-02,a@x,b@x,"An\noffer"\n2,2026-11-02,a@x,b@x,c\n'
    assert [value["subject"] for value in values(rows(write, content))] == ["An\noffer", "c"]


def test_a_recipient_that_is_no_address_is_left_out_with_a_warning(write: Writer) -> None:
    warning, line = rows(write, LOG + b"1,2026-11-02,a@x,b;c@x\n")
    assert isinstance(warning, Warn)
    assert isinstance(line, Line)


def test_more_columns_are_read_by_name_in_any_order(write: Writer) -> None:
    content = "\ufeffSubject;CC;to;From;sent_at;id;size;Thread\nRe: Offer;c@x;b@x;a@x;2026-11-02;1;7;t1\r\n".encode()
    (value,) = values(rows(write, content))
    assert (value["subject"], value["threadId"], [p["role"] for p in value["participants"]]) == (
        "Re: Offer",
        "t1",
        ["FROM", "TO", "CC"],
    )


def test_a_log_with_subjects_can_be_threaded(write: Writer) -> None:
    (line,) = rows(write, b"id,sent_at,from,to,subject,in_reply_to\n2,2026-11-02,a@x,b@x,Re: Offer,1\n")
    assert isinstance(line, Line)
    assert line.mail is not None
    assert (line.mail.references, line.mail.is_reply) == (("1",), True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_log_with_a_byte_order_mark_is_read(write: Writer, encoding: str) -> None:
    assert len(rows(write, (LOG.decode() + "1,2026-11-02,a@x,b@x\n").encode(encoding))) == 1


def test_a_log_that_is_no_utf_8_is_read_as_windows_1252(write: Writer) -> None:
    (value,) = values(rows(write, LOG + "1,2026-11-02,Bób “B” Bäy <a@x>,b@x\n".encode("cp1252")))
    assert value["participants"][0]["name"] == "Bób “B” Bäy"


@pytest.mark.parametrize("header", [b"", b"id,from,to\n", b"1,2026-11-02,a@x,b@x\n"])
def test_a_log_without_its_header_says_which_columns_it_needs(write: Writer, header: bytes) -> None:
    with pytest.raises(SourceError, match="id, sent_at, from, to"):
        rows(write, header)


def test_files_are_known_by_how_they_begin() -> None:
    assert looks_like_mbox(mbox(message("a")))
    assert looks_like_mbox(b"\xef\xbb\xbf\nFrom ann\nSubject: a\n")
    assert not looks_like_mbox(b"From here on\nit is text\n")
    assert looks_like_mail_csv("\ufeffid,sent_at,from,to\r\n")
    assert not looks_like_mail_csv("id,name\n")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=600), place=st.integers(0, 400), pack=st.booleans())
def test_no_file_is_too_broken(write: Writer, content: bytes, place: int, pack: bool) -> None:
    good = mbox(message("a"), message("b"))
    for source, start in (
        (read_mbox, good),
        (read_eml, message("a")),
        (read_mail_csv, LOG + b"1,2026-11-02,a@x,b@x\n"),
    ):
        broken = start[:place] + content + start[place:]
        packed = gzip.compress(broken)[: max(place, 20)] if pack else broken
        try:
            items = read(source, write("x", packed), bulk_signs=())
        except SourceError:
            continue
        for item in items:
            if isinstance(item, Line):
                check(item)


def check(line: Line) -> None:
    """A line is good, or says what a good one would."""
    if line.draft is None:
        parse_line(line.text)
        return
    parsed = parse_line(json.dumps(value(line, line.draft)))
    assert isinstance(parsed, InteractionLine)
    assert drafted(parsed) == line.draft
    assert {(p.email, p.name) for p in parsed.participants if p.name is not None} == set(line.names)


CELLS = st.text(max_size=20)
PEOPLE = ("a@x", "A@X", "Ann <a@x>", "Bob <b@x>", "b@x; c@x", '"Cy, C." <c@x>, d@x', "e@x f", " ")
AUTHOR, OTHERS = st.sampled_from(PEOPLE) | CELLS, st.lists(st.sampled_from(PEOPLE) | CELLS, max_size=3).map(";".join)
OFFSETS = st.sampled_from(("", "Z", "+14:00", "-12:30"))
SENT_AT = st.builds("{}{}".format, st.datetimes().map(datetime.isoformat), OFFSETS) | CELLS


@given(row=st.tuples(CELLS, SENT_AT, AUTHOR, OTHERS, OTHERS, OTHERS, CELLS, CELLS, CELLS))
def test_a_good_row_of_a_log_leaves_nothing_to_check(row: Sequence[str]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([(*REQUIRED, *OPTIONAL), row])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.csv")
        path.write_text(text.getvalue(), "utf-8", "replace", newline="")
        for item in read_mail_csv(path, ReadOptions()):
            if isinstance(item, Line):
                check(item)


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_is_none_in_utc_is_refused(write: Writer, sent_at: str) -> None:
    (refused,) = rows(write, LOG + f"1,{sent_at},a@x,b@x\n".encode())
    assert isinstance(refused, Reject)
    assert refused.reason.startswith("sent_at: ")


@needs_data
def test_every_message_of_a_real_list_is_read() -> None:
    items = read(read_mbox, DATA / "rpkg.mbox.gz")
    assert Counter(map(type, items)) == {Line: 11_111}


@needs_data
def test_a_real_maildir_is_read_with_its_cross_posted_copies() -> None:
    items = read(read_maildir, DATA / "lkml", bulk_signs=())
    ids = [json.loads(item.text)["id"] for item in items if isinstance(item, Line)]
    assert (len(ids), len(set(ids))) == (210, 176)


@needs_data
def test_a_real_log_is_read_but_for_senders_without_an_address() -> None:
    counts = Counter(map(type, read(read_mail_csv, DATA / "w3c-mail.csv.gz")))
    assert counts[Line] + counts[Reject] == 124_303
    assert counts[Reject] < 50


@pytest.mark.parametrize("name", ['"subject, full"', '"a;b"', '"a\tb"', '"say ""so"""', '""'])
def test_a_column_may_be_called_anything(write: Writer, name: str) -> None:
    log = f"id,sent_at,{name},from,to\nm1,2026-11-02T09:30:00Z,x,ann@us.example,bob@globex.example\n"
    (item,) = read_mail_csv(write("log.csv", log.encode()), ReadOptions())
    assert isinstance(item, Line)


@pytest.mark.parametrize("header", ['id,sent_at,from,to,"half', "id,sent_at,from\rto", "\x00\x01"])
def test_a_header_that_cannot_be_read_is_none_of_a_mail_log(header: str) -> None:
    assert not looks_like_mail_csv(header)


def test_a_quoted_list_of_recipients_may_be_as_long_as_a_row(write: Writer) -> None:
    to = ", ".join(f"person{n}@globex.example" for n in range(12_000))
    log = LOG + f'm1,2026-11-02T09:30:00Z,ann@us.example,"{to}"\n'.encode()
    (item,) = read_mail_csv(write("log.csv", log), ReadOptions())
    assert isinstance(item, Line)
    assert item.draft is not None
    assert len(item.draft.participants) == 12_001
