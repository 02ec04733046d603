"""Hundreds of broken inputs: none ends an import, the good ones beside them land, and each refusal says why."""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from graph.connect import open_store
from graph.errors import SourceError
from ingest.export import export
from ingest.load import LoadOptions, load
from ingest.report import Report
from tests.ingest import broken
from tests.ingest.helpers import ANN, BOB, DEAL, GLOBEX, Line, mail

TEAM = ("us.example",)
CRM_MAPPING = """
[[records]]
type = "contact"
file = "people.csv"
fields = { id = "id", name = "name", emails = "email" }
"""


class Outcome(NamedTuple):
    """What an import told and left."""

    report: Report
    stored: dict[str, Line]
    rejects: list[Line]


async def imported(folder: Path, paths: Sequence[Path]) -> Outcome:
    """Import into an empty store, twice; check what holds of every import."""
    store = await open_store("sqlite:///:memory:")
    options = LoadOptions(team_domains=TEAM, bulk_signs=(), rejects=folder / "rejects")
    try:
        report = await load(store, paths, options)
        check(report)
        stored = [json.loads(line) async for line in export(store)]
        again = await load(store, paths, options)
        check(again)
        assert all((tally.added, tally.updated) == (0, 0) for tally in again.tallies.values()), again
        assert (again.skipped, again.rejected) == (report.skipped, report.rejected)
    finally:
        await store.aclose()
    kept = (folder / "rejects").read_text().splitlines() if report.rejected else []
    rejects = [json.loads(line) for line in kept]
    assert len(rejects) == report.rejected
    assert all(row["source"] and row["line"] >= 1 and row["reason"].strip() for row in rejects)
    return Outcome(report, {line["id"]: line for line in stored if "id" in line}, rejects)


def check(report: Report) -> None:
    """Every line read is in one count."""
    landed = sum(t.added + t.updated + t.unchanged + t.merged for t in report.tallies.values())
    assert report.read == landed + report.skipped.total() + report.rejected, report


# JSON Lines


@pytest.mark.parametrize("kind", broken.LINES)
async def test_lines_beside_broken_ones_land(tmp_path: Path, kind: str) -> None:
    variants = list(broken.lines_of(kind))
    good = [json.dumps(line) for line in (ANN, GLOBEX, BOB, DEAL, mail("m1", "ann", "bob"))]
    last = json.dumps(mail("m2", "bob", "ann"))
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join([*good, *variants, last]), encoding="utf-8")
    outcome = await imported(tmp_path, [file])
    assert {"ann", "globex", "bob", "deal", "m1", "m2"} <= outcome.stored.keys()
    assert outcome.report.read == len(variants) + len(good) + 1
    assert {row["line"] for row in outcome.rejects} <= set(range(len(good) + 1, len(good) + len(variants) + 1))


# mail


@pytest.mark.parametrize("header", broken.HEADERS)
@pytest.mark.parametrize("packed", [False, True])
async def test_messages_of_an_mbox_beside_broken_ones_land(tmp_path: Path, header: str, packed: bool) -> None:
    variants = list(broken.messages_of(header))
    messages = [neighbour("first"), *variants, neighbour("last")]
    content = b"".join(b"From x Mon Nov  2 09:30:00 2026\n" + m + b"\n" for m in messages)
    file = tmp_path / "mail.mbox"
    file.write_bytes(gzip.compress(content) if packed else content)
    outcome = await imported(tmp_path, [file])
    assert {"first@us.example", "last@us.example"} <= outcome.stored.keys()
    assert outcome.report.read == len(messages)


@pytest.mark.parametrize("header", broken.HEADERS)
async def test_files_of_messages_beside_broken_ones_land(tmp_path: Path, header: str) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    messages = [neighbour("first"), *broken.messages_of(header), neighbour("last")]
    for number, content in enumerate(messages):
        (folder / f"{number:03}.eml").write_bytes(content)
    outcome = await imported(tmp_path, [folder])
    assert {"first@us.example", "last@us.example"} <= outcome.stored.keys()
    assert outcome.report.read == len(messages)


def neighbour(name: str) -> bytes:
    """Return a good message that is nobody's copy, answer or question."""
    own = {"Message-ID": f"<{name}@us.example>", "Subject": name.title()}
    headers = {k: v for k, v in broken.HEADERS.items() if k not in ("In-Reply-To", "References")}
    return broken.message({**headers, **own})


# calendars


@pytest.mark.parametrize("name", broken.EVENT)
async def test_events_beside_broken_ones_land(tmp_path: Path, name: str) -> None:
    files = []
    for number, content in enumerate(broken.events_of(name)):
        first, last = [good_event(f"{end}{number}") for end in ("first", "last")]
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{first}\n{content}\n{last}\nEND:VCALENDAR\n"
        files.append(tmp_path / f"{number:03}.ics")
        files[-1].write_bytes(text.encode("utf-8", "surrogatepass"))
    outcome = await imported(tmp_path, files)
    assert {f"{end}{n}" for n in range(len(files)) for end in ("first", "last")} <= outcome.stored.keys()


def good_event(uid: str) -> str:
    usual = {name: value for name, value in broken.EVENT.items() if name not in broken.RECURRING}
    return broken.event({**usual, "UID": f":{uid}"})


# CSV


@pytest.mark.parametrize("column", broken.ROW)
async def test_rows_of_a_mail_log_beside_broken_ones_land(tmp_path: Path, column: str) -> None:
    files = []
    for number, row in enumerate(broken.rows_of(column)):
        first, last = [",".join({**broken.ROW, "id": f"{end}{number}"}.values()) for end in ("first", "last")]
        files.append(tmp_path / f"{number:03}.csv")
        files[-1].write_text("\n".join([",".join(broken.ROW), first, row, last, ""]), encoding="utf-8")
    outcome = await imported(tmp_path, files)
    assert {f"{end}{n}" for n in range(len(files)) for end in ("first", "last")} <= outcome.stored.keys()


@pytest.mark.parametrize("number", range(len(broken.CELLS)))
async def test_rows_of_a_crm_before_a_broken_one_land(tmp_path: Path, number: int) -> None:
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "mapping.toml").write_text(CRM_MAPPING)
    rows = [
        "id,name,email",
        "first,First,f@globex.example",
        f"x,X,{broken.CELLS[number]}",
        "last,Last,l@globex.example",
    ]
    (folder / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    outcome = await imported(tmp_path, [folder])
    assert "first" in outcome.stored


@pytest.mark.parametrize("seed", range(12))
async def test_rows_of_a_mail_log_beside_stray_quotes_land(tmp_path: Path, seed: int) -> None:
    columns = random.Random(seed).sample(list(broken.ROW), len(broken.ROW))
    row = {**broken.ROW, "to": '"bob@globex.example,\ncai@globex.example"'}
    rows, whole = with_strays([[{**row, "id": f"m{n}"}[name] for name in columns] for n in range(40)], seed)
    file = tmp_path / "log.csv"
    file.write_text("\n".join([",".join(columns), *rows, ""]))
    outcome = await imported(tmp_path, [file])
    assert {len(outcome.stored[f"m{n}"]["participants"]) for n in whole} == {3}


@pytest.mark.parametrize("seed", range(12))
async def test_rows_of_a_crm_beside_stray_quotes_land(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "mapping.toml").write_text(CRM_MAPPING)
    people = [[f"p{n}", '"Main Street\nSpringfield"', f"p{n}@globex.example"] for n in range(40)]
    rows, whole = with_strays(people, seed)
    (folder / "people.csv").write_text("\n".join(["id,name,email", *rows, ""]))
    outcome = await imported(tmp_path, [folder])
    assert {outcome.stored[f"p{n}"]["name"] for n in whole} == {"Main Street\nSpringfield"}


def with_strays(cells: Sequence[Sequence[str]], seed: int) -> tuple[list[str], set[int]]:
    """Return rows with one to three stray quotes, and which are left whole."""
    dice = random.Random(seed)
    rows = [",".join(row) for row in cells]
    touched = dice.sample(range(len(rows)), dice.randint(1, 3))
    for row in touched:
        place = dice.randrange(len(rows[row]))
        rows[row] = rows[row][:place] + '"' + rows[row][place:]
    return rows, set(range(len(rows))) - set(touched)


# whole files


def whole_files(folder: Path) -> dict[str, bytes]:
    """Return a good file of every format."""
    lines = [ANN, GLOBEX, BOB, DEAL, mail("m1", "ann", "bob")]
    events = "\n".join(good_event(f"m{n}") for n in range(3))
    letters = [neighbour("first"), neighbour("last")]
    return {
        "lines.jsonl": "".join(json.dumps(line) + "\n" for line in lines).encode(),
        "mail.mbox": b"".join(b"From x Mon Nov  2 09:30:00 2026\n" + m + b"\n" for m in letters),
        "one.eml": neighbour("first"),
        "calendar.ics": f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}\nEND:VCALENDAR\n".encode(),
        "log.csv": "\n".join([",".join(broken.ROW), *(",".join(broken.ROW.values()) for _ in range(3)), ""]).encode(),
    }


NAMES = ("lines.jsonl", "mail.mbox", "one.eml", "calendar.ics", "log.csv")


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_cut_short_anywhere_is_no_crash(tmp_path: Path, name: str) -> None:
    content = whole_files(tmp_path)[name]
    await survives(tmp_path, name, (content[:end] for end in range(0, len(content), max(1, len(content) // 30))))


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_with_damage_anywhere_is_no_crash(tmp_path: Path, name: str) -> None:
    content = whole_files(tmp_path)[name]
    await survives(tmp_path, name, (broken.damaged(content, seed) for seed in range(60)))


@pytest.mark.parametrize("name", NAMES)
async def test_a_packed_file_cut_short_or_damaged_is_no_crash(tmp_path: Path, name: str) -> None:
    packed = gzip.compress(whole_files(tmp_path)[name])
    variants = [packed[:end] for end in range(0, len(packed), max(1, len(packed) // 20))]
    variants += [broken.damaged(packed, seed) for seed in range(30)]
    variants += [packed + b"rest", packed + packed, gzip.compress(packed), packed[:10] + bytes(50)]
    await survives(tmp_path, f"{name}.gz", iter(variants))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp037", "utf-7"])
async def test_a_file_in_another_encoding_is_no_crash(tmp_path: Path, name: str, encoding: str) -> None:
    await survives(tmp_path, name, iter([whole_files(tmp_path)[name].decode().encode(encoding)]))


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_of_something_else_is_no_crash(tmp_path: Path, name: str) -> None:
    others = (content for other, content in whole_files(tmp_path).items() if other != name)
    odd = (b"", b"\n" * 100, bytes(5000), b"\xff" * 5000, b"<html></html>", b"\r" * 100, b"PK\x03\x04", b"From \n")
    await survives(tmp_path, name, iter([*others, *odd]))


async def survives(folder: Path, name: str, variants: Iterator[bytes]) -> None:
    """Import each variant beside a good file; what cannot be read at all is refused in words of ours."""
    good = folder / "good.jsonl"
    good.write_text("".join(json.dumps(line) + "\n" for line in (ANN, mail("good", "ann", "x@far.example"))))
    file = folder / name
    refusals = []
    for content in variants:
        file.write_bytes(content)
        try:
            outcome = await imported(folder, [good, file])
        except SourceError as refusal:
            refusals.append(str(refusal))
        else:
            assert "good" in outcome.stored, content
    assert all(str(file) in refusal for refusal in refusals)
