"""What an input is found to be, and what becomes of folders that hold everything."""

import gzip
import json
import os
from pathlib import Path

import pytest

from graph.errors import SourceError
from graph.store import Store
from ingest.detect import Format, detect, find_inputs
from ingest.load import LoadOptions, load
from tests.ingest.helpers import stored
from tests.ingest.test_calendar import event

LETTER = b"From: a@us.example\nTo: b@far.example\nDate: Mon, 02 Nov 2026 09:00:00 +0000\nMessage-ID: <%s@x>\n\n"
SELLER = '{"type":"seller","id":"ann","name":"Ann"}\n'
GRAPH = Path(__file__).parents[3] / "shared/data/msgraph"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("lines", b'\xef\xbb\xbf{"type":"seller"}\n', Format.JSONL),
        ("book.jsonl", b"", Format.JSONL),
        ("log.csv", b"id,sent_at,from,to\n", Format.MAIL_CSV),
        ("log.csv.gz", gzip.compress(b"id,sent_at,from,to\n"), Format.MAIL_CSV),
        ("inbox", b"From a@us.example Mon Nov  2 09:00:00 2026\n" + LETTER % b"m1", Format.MBOX),
        ("letter.eml", LETTER % b"m1", Format.EML),
        ("letter.emlx", b"1234\n" + LETTER % b"m1", Format.EML),
        ("letter", LETTER % b"m1", Format.EML),
        ("12", b"Received: by x\n" * 1000 + LETTER % b"m1", Format.EML),
        ("letter.txt", (b"\xef\xbb\xbf\n" + LETTER % b"m1").replace(b"\n", b"\r\n"), Format.EML),
        ("letter.gz", gzip.compress(LETTER % b"m1"), Format.EML),
        ("lines16", '{"type": "seller"}\n'.encode("utf-16"), Format.JSONL),
        ("log16.csv", "id,sent_at,from,to\n".encode("utf-16"), Format.MAIL_CSV),
        ("calendar16", CALENDAR.decode().encode("utf-16"), Format.ICS),
        ("calendar", CALENDAR, Format.ICS),
    ],
)
def test_a_file_is_known_by_its_name_or_its_beginning(
    tmp_path: Path, name: str, content: bytes, format_: Format
) -> None:
    (tmp_path / name).write_bytes(content)
    assert detect(tmp_path / name) is format_


def test_a_file_that_nobody_knows_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(SourceError, match=r"cannot tell what this is\. Say so with --format"):
        find_inputs([tmp_path / "notes.txt"], Format.AUTO)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'[{"type": "seller"}]', r"a JSON array, and JSON Lines hold one object a line.* jq -c"),
        ('[\n{"type": "seller"}\n]'.encode("utf-16"), "a JSON array"),
        (b'{"id": "AAMk", "subject": "Offer"}\n{"id": "AAMl"}\n', "JSON of another program"),
        (b'{\n  "type": "seller"\n}\n', "JSON of another program"),
        (b"Message_ID;Date;Sender;Recipients\n", r"a mail log under other names, and .* id, sent_at, from and to"),
        ("id,sent_at,from,to\n".encode("utf-32-le"), "save it as UTF-8"),
        (b"from: a\nto: b\n", "Say so with --format"),
        (b"Notes\nFrom: a@us.example\nDate: Mon, 2 Nov 2026\n", "Say so with --format"),
        (b"Subject: to do\n\nFrom: a@us.example\nDate: Mon, 2 Nov 2026\n", "Say so with --format"),
    ],
)
def test_what_a_file_seems_to_be_is_told_with_what_makes_it_one_to_import(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(SourceError, match=rf"cannot tell what this is\. .*{told}"):
        detect(tmp_path / "file")


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail.csv").touch()
    with pytest.raises(SourceError, match=r"mail\.csv: the file is empty"):
        find_inputs([tmp_path / "mail.csv"], Format.AUTO)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the folder is empty"):
        find_inputs([tmp_path], Format.AUTO)


def test_a_folder_gives_its_files_in_order_whatever_they_are(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "sub" / "a.ics").write_bytes(CALENDAR)
    (tmp_path / "b.jsonl").write_text(SELLER)
    assert [i.path.name for i in find_inputs([tmp_path], Format.AUTO)] == ["b.jsonl", "a.ics"]


def test_a_folder_of_one_stated_format_gives_its_files(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(SELLER)
    (tmp_path / "two.txt").write_text(SELLER)
    assert len(find_inputs([tmp_path], Format.JSONL)) == 2


async def test_a_file_nobody_knows_inside_a_folder_is_rejected_and_the_others_land(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a-notes.txt").write_text("hello")
    (folder / "b.jsonl").write_text(SELLER)
    report = await load(store, [folder], LoadOptions(rejects=tmp_path / "rejects.jsonl"))
    assert report.first_rejects[0].startswith(f"{folder / 'a-notes.txt'}: cannot tell what this is")
    assert json.loads((tmp_path / "rejects.jsonl").read_text())["line"] is None
    assert set(await stored(store)) == {"ann"}


async def test_letters_in_folders_below_are_read_once(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    (folder / "sub").mkdir(parents=True)
    (folder / "one.eml").write_bytes(LETTER % b"m1")
    (folder / "sub" / "two.eml").write_bytes(LETTER % b"m2")
    report = await load(store, [folder], LoadOptions(team_domains=("us.example",)))
    assert (report.read, report.tally("interactions").added) == (2, 2)


async def test_mail_without_a_suffix_lands_beside_files_nobody_knows(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "1").write_bytes(LETTER % b"m1")
    (folder / "inbox").write_bytes(b"From a@us.example Mon Nov  2 09:00:00 2026\n" + LETTER % b"m2")
    (folder / "inbox.msf").write_text("// <!-- <mdb:mork:z v='1.4'/> -->\n")
    options = LoadOptions(team_domains=("us.example",), rejects=tmp_path / "rejects.jsonl")
    report = await load(store, [folder], options)
    assert (report.read, report.tally("interactions").added, report.rejected) == (3, 2, 1)
    assert "inbox.msf: cannot tell what this is" in report.first_rejects[0]


@pytest.mark.skipif(not GRAPH.is_dir(), reason="../shared/data is not here")
async def test_files_of_microsoft_graph_are_told_as_json_of_another_program(store: Store, tmp_path: Path) -> None:
    report = await load(store, [GRAPH], LoadOptions(rejects=tmp_path / "rejects.jsonl"))
    files = sorted(GRAPH.iterdir())
    assert (report.read, report.rejected, len(report.first_rejects)) == (len(files), len(files), len(files))
    told = {Path(reject.partition(": ")[0]).name: reject for reject in report.first_rejects}
    assert all("JSON" in told[file.name] for file in files if file.suffix == ".json")


async def test_links_in_a_circle_are_read_once(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    (folder / "sub").mkdir(parents=True)
    (folder / "1").write_bytes(LETTER % b"m1")
    (folder / "sub" / "up").symlink_to(folder)
    (folder / "self").symlink_to(folder)
    report = await load(store, [folder], LoadOptions(team_domains=("us.example",)))
    assert (report.read, report.tally("interactions").added) == (1, 1)


async def test_what_is_no_file_is_told_and_not_waited_for(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    report = await load(store, [folder], LoadOptions(rejects=tmp_path / "rejects.jsonl"))
    assert "pipe: is neither a file nor a folder" in report.first_rejects[0]


@pytest.mark.parametrize("name", [b"\xff.mbox", b"\xff.jsonl", b"\xff.csv", b"\xff.ics", b"\xff.eml", b"\xff"])
async def test_a_name_that_is_no_text_is_no_hindrance(store: Store, tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    contents = {
        b".mbox": b"From a@us.example Mon Nov  2 09:00:00 2026\n" + LETTER % b"m1" + b"\nFrom b\n",
        b".jsonl": SELLER.encode() + b"{}\n",
        b".csv": b"id,sent_at,from,to\nm1,2026-11-02T09:00:00Z,a@us.example,b@far.example\nm2\n",
        b".ics": event("DTSTART:20261102T090000Z").join(["BEGIN:VCALENDAR\n", "\nEND:VCALENDAR\n"]).encode(),
    }
    (folder / os.fsdecode(name)).write_bytes(contents.get(name[1:], LETTER % b"m1"))
    options = LoadOptions(team_domains=("us.example",), rejects=tmp_path / "rejects.jsonl")
    report = await load(store, [folder], options)
    assert sum(tally.added for tally in report.tallies.values()) == 1


async def test_one_file_that_cannot_be_read_at_all_is_an_error(store: Store, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("nothing,of,use\n")
    with pytest.raises(SourceError):
        await load(store, [tmp_path / "log.csv"], LoadOptions(format=Format.MAIL_CSV))


async def test_of_several_files_one_that_cannot_be_read_does_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.csv").write_text("nothing,of,use\n")
    (folder / "b.csv").write_text("id,sent_at,from,to\nm1,2026-11-02T09:00:00Z,a@us.example,b@far.example\n")
    options = LoadOptions(Format.MAIL_CSV, ("us.example",), rejects=tmp_path / "rejects.jsonl")
    report = await load(store, [folder], options)
    assert (report.rejected, report.tally("interactions").added) == (1, 1)
