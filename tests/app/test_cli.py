"""The command as a person runs it, on real files."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from app.cli import main
from app.demo import QUERY
from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "examples" / "globex.jsonl"
RAPPORT = Path(sys.executable).with_name("rapport")
# A suite that runs in the background of a shell ignores interrupts, and so would what it starts.
HEED_INTERRUPTS = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
BAD = '{"type":"contact","id":"dee","emails":["no address"]}\n'


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


Rapport = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


@pytest.fixture
def rapport(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rapport:
    def run(*args: str | Path) -> Ended:
        monkeypatch.setattr("sys.argv", ["rapport", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


def numbers(table: str, kind: str) -> list[str]:
    (row,) = [line for line in table.splitlines() if kind in line and "│" in line]
    return [cell.strip() for cell in row.strip("│ ").split("│")[1:]]


# import


def test_an_import_tells_what_it_added(rapport: Rapport) -> None:
    ended = rapport("import", BOOK)
    assert ended.status == 0
    assert numbers(ended.out, "interactions") == ["7", "0", "0", "0"]


def test_importing_again_changes_nothing(rapport: Rapport) -> None:
    rapport("import", BOOK)
    assert numbers(rapport("import", BOOK).out, "interactions") == ["0", "0", "7", "0"]


def test_a_dry_run_writes_nothing(rapport: Rapport) -> None:
    assert "nothing written" in rapport("import", BOOK, "--dry-run").out
    assert rapport("export", "-").out == ""


def test_what_a_file_says_cannot_steer_the_terminal(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("bad.jsonl").write_text('{"type":"seller","id":"a","name":"A","role":"\\u001b[31mBOSS"}\n')
    ended = rapport("import", "bad.jsonl")
    assert "BOSS" in ended.out
    assert "\x1b[31m" not in ended.out


def test_rejected_lines_give_status_3_and_the_good_ones_land(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("mixed.jsonl").write_text(BAD + BOOK.read_text())
    ended = rapport("import", "mixed.jsonl")
    assert ended.status == 3
    assert numbers(ended.out, "interactions") == ["7", "0", "0", "0"]


def test_a_rejected_line_is_shown_and_kept_with_its_reason(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("bad.jsonl").write_text("\n" + BAD)
    ended = rapport("import", "bad.jsonl", "--rejects", "kept.jsonl")
    (row,) = [json.loads(line) for line in tmp_path.joinpath("kept.jsonl").read_text().splitlines()]
    assert (row["line"], row["text"]) == (2, BAD.strip())
    assert f"bad.jsonl:2: {row['reason']}" in ended.out
    assert "kept.jsonl" in ended.out


def test_a_file_that_is_not_there_is_wrong_usage(rapport: Rapport) -> None:
    ended = rapport("import", "nowhere.mbox")
    assert ended.status == 2
    assert "nowhere.mbox" in ended.err


def test_a_team_domain_that_is_none_is_wrong_usage(rapport: Rapport) -> None:
    ended = rapport("import", BOOK, "--team-domain", "ann@us.example")
    assert ended.status == 2
    assert "us.example" in ended.err


def test_team_domains_make_sellers(rapport: Rapport, tmp_path: Path) -> None:
    mail = "From: Ann <ann@us.example>\nTo: Bob <bob@globex.example>\nDate: Mon, 2 Nov 2026 09:00:00 +0100\n\n"
    tmp_path.joinpath("one.eml").write_text(mail + "Hello\n")
    rapport("import", "one.eml", "--team-domain", "us.example")
    people = {
        row["id"]: row["type"] for row in map(json.loads, rapport("export", "-").out.splitlines()) if "emails" in row
    }
    assert people == {"ann@us.example": "seller", "bob@globex.example": "contact"}


def test_skipped_mail_is_told_with_what_to_do_about_it(rapport: Rapport, tmp_path: Path) -> None:
    mail = "From: Ann <ann@us.example>\nTo: Bob <bob@globex.example>\nDate: Mon, 2 Nov 2026 09:00:00 +0100\n"
    tmp_path.joinpath("one.eml").write_text(mail + "Precedence: bulk\n\nHello\n")
    tmp_path.joinpath("two.eml").write_text(mail.replace("09:00", "10:00") + "\nHello\n")
    said = rapport("import", "one.eml", "two.eml").out
    assert "1 × bulk or automatic mail (--include-bulk" in said
    assert "1 × no seller took part (--team-domain" in said


def test_what_is_bulk_mail_is_a_setting_of_the_organisation(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("team.jsonl").write_text('{"type":"seller","id":"ann","emails":["ann@us.example"]}\n')
    rapport("import", "team.jsonl")
    change = 'mutation { updateSettings(input: {bulkSigns: [LIST_ID]}, by: "ann") { settings { number } } }'
    assert rapport("query", change).status == 0
    mail = "From: ann@us.example\nTo: bob@globex.example\nDate: Mon, 2 Nov 2026 09:00:00 +0100\n"
    tmp_path.joinpath("one.eml").write_text(mail + "Precedence: bulk\n\nHello\n")
    tmp_path.joinpath("two.eml").write_text(mail + "List-Id: <l.x.example>\n\nHello\n")
    said = rapport("import", "one.eml", "two.eml").out
    assert "1 × bulk or automatic mail" in said
    assert '"subject"' in rapport("export", "-").out


@pytest.mark.parametrize("url", ["nonsense", "mysql://root:hunter22@db/rapport", "sqlite:///no/such/folder/x.db"])
def test_a_store_that_cannot_be_opened_is_one_line_without_the_password(rapport: Rapport, url: str) -> None:
    ended = rapport("import", BOOK, "--store", url)
    assert ended.status == 1
    assert ended.err.startswith("rapport: ")
    assert ended.err.count("\n") == 1
    assert "hunter22" not in ended.err


def test_a_neo4j_that_does_not_answer_is_one_line_without_the_password(
    rapport: Rapport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_STORE_TIMEOUT_SECONDS", "1")
    ended = rapport("query", "{ __typename }", "--store", f"bolt://neo4j:hunter22@127.0.0.1:{free_port()}")
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert "hunter22" not in ended.err


def test_a_setting_nobody_can_use_is_one_line(rapport: Rapport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_WORKERS", "many")
    ended = rapport("import", BOOK)
    assert ended.status == 1
    assert "RAPPORT_WORKERS is 'many'" in ended.err


def test_a_misspelt_setting_is_pointed_out(rapport: Rapport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_STOR", "sqlite:///elsewhere.db")
    assert "did you mean RAPPORT_STORE?" in rapport("import", BOOK).err


def test_the_store_comes_from_the_environment(
    rapport: Rapport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAPPORT_STORE", "sqlite:///mine.db")
    rapport("import", BOOK)
    assert tmp_path.joinpath("mine.db").exists()


def test_an_interrupt_while_the_command_is_loaded_leaves_no_traceback() -> None:
    interrupted = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from app.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", interrupted]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_an_interrupted_import_says_so_and_running_it_again_completes_it(rapport: Rapport) -> None:
    rapport("generate", "--interactions", "8000", "--as-of", "2026-11-22T09:00:00Z", "book.jsonl")
    command = [sys.executable, "-c", HEED_INTERRUPTS, RAPPORT, "import", "book.jsonl"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as importing:
        assert importing.stderr is not None
        # Once all is read, it is written in several transactions.
        assert importing.stderr.readline().startswith("Reading")
        importing.send_signal(signal.SIGINT)
        said = importing.stderr.read()
    assert "run the same command again" in said
    assert importing.returncode == 130
    rapport("import", "book.jsonl", "--store", "sqlite:///whole.db")
    rapport("import", "book.jsonl")
    assert rapport("export", "-").out == rapport("export", "-", "--store", "sqlite:///whole.db").out


# export and generate


def test_an_export_of_a_store_that_is_not_there_leaves_the_backup_alone(rapport: Rapport, tmp_path: Path) -> None:
    backup = tmp_path / "backup.jsonl"
    backup.write_text("precious\n")
    ended = rapport("export", "backup.jsonl", "--store", "sqlite:///no-such.db")
    assert (ended.status, backup.read_text()) == (1, "precious\n")
    assert "There is no store at no-such.db yet" in ended.err
    assert not tmp_path.joinpath("no-such.db").exists()


def test_a_query_of_a_store_that_is_not_there_is_one_line(rapport: Rapport) -> None:
    assert "There is no store at" in rapport("query", "{ accounts { totalCount } }").err


def test_an_export_imports_to_the_same_graph(rapport: Rapport) -> None:
    rapport("import", BOOK)
    assert rapport("export", "--format", "jsonl", "all.jsonl").out == ""
    rapport("import", "all.jsonl", "--store", "sqlite:///copy.db")
    assert rapport("export", "-", "--store", "sqlite:///copy.db").out == Path("all.jsonl").read_text()


def test_an_export_that_fails_leaves_the_file_of_before(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("all.jsonl").write_text("before")
    tmp_path.joinpath("rapport.db").write_text("no database " * 100)
    assert rapport("export", "all.jsonl").status == 1
    assert tmp_path.joinpath("all.jsonl").read_text() == "before"
    assert not list(tmp_path.glob(".all*"))


def test_an_export_into_a_folder_that_is_not_there_is_one_line(rapport: Rapport) -> None:
    rapport("import", BOOK)
    ended = rapport("export", "nowhere/all.jsonl")
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert "nowhere" in ended.err


def test_an_export_onto_a_folder_is_one_line(rapport: Rapport, tmp_path: Path) -> None:
    rapport("import", BOOK)
    ended = rapport("export", tmp_path)
    assert ended.status == 1
    assert "is a folder" in ended.err


def test_a_device_is_written_to_and_not_replaced(rapport: Rapport, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    rapport("import", BOOK)
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE, text=True) as reading:
        assert rapport("export", "pipe").status == 0
        received, _ = reading.communicate(timeout=30)
    assert received == rapport("export", "-").out
    assert tmp_path.joinpath("pipe").is_fifo()


def test_an_export_through_a_link_replaces_the_file_it_leads_to(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("link.jsonl").symlink_to("real.jsonl")
    rapport("import", BOOK)
    rapport("export", "link.jsonl")
    assert tmp_path.joinpath("link.jsonl").is_symlink()
    assert tmp_path.joinpath("real.jsonl").read_text() == rapport("export", "-").out


def test_an_export_keeps_the_rights_of_the_file_it_replaces(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("all.jsonl").touch(0o600)
    rapport("export", "all.jsonl")
    assert tmp_path.joinpath("all.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_same_seed_and_instant_give_the_same_book(rapport: Rapport) -> None:
    order = ("generate", "--interactions", "50", "--seed", "7", "--as-of", "2026-11-22T09:00:00Z")
    assert rapport(*order, "-").out == rapport(*order, "-").out != ""


@pytest.mark.parametrize("text", ["2026-11-22T09:00:00", "yesterday"])
def test_an_instant_is_given_with_its_offset(rapport: Rapport, text: str) -> None:
    ended = rapport("generate", "--as-of", text, "book.jsonl")
    assert ended.status == 2
    assert "2026-11-22T09:00:00Z" in ended.err


# query and schema


@pytest.fixture
def globex(rapport: Rapport) -> Rapport:
    rapport("import", BOOK)
    return rapport


NAME = "query Name($key: String!) { account(key: $key) { name } }"


def test_a_query_answers_in_json(globex: Rapport) -> None:
    ended = globex("query", NAME, "--variables", '{"key": "globex"}')
    assert ended.answer == {"data": {"account": {"name": "Globex"}}}


def test_a_mutation_is_done_for_the_team_of_the_settings(globex: Rapport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_TEAM_DOMAINS", "ours.example")
    write = """mutation { recordInteractions(input: [{
      id: "m1", kind: CALL, at: "2026-11-02T09:00:00Z",
      participants: [{email: "new@ours.example", role: CALLER}, {email: "bob@globex.example", role: CALLEE}]
    }]) { items { status } } }"""
    assert globex("query", write).answer == {"data": {"recordInteractions": {"items": [{"status": "CREATED"}]}}}
    assert globex("query", '{ seller(key: "new@ours.example") { key } }').answer["data"]["seller"] is not None


def test_a_query_may_be_a_file(globex: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("name.graphql").write_text(NAME)
    ended = globex("query", "name.graphql", "--variables", '{"key": "globex"}')
    assert ended.answer["data"]["account"]["name"] == "Globex"


def test_a_query_may_come_on_standard_input(globex: Rapport) -> None:
    answer = subprocess.run(
        [RAPPORT, "query", "-", "--variables", '{"key": "globex"}'],
        input=NAME,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout)["data"]["account"]["name"] == "Globex"


def test_one_of_several_operations_is_chosen_by_name(globex: Rapport) -> None:
    both = '{ account(key: "globex") { key } }'.replace("{ account", "query A { account", 1) + " query B { __typename }"
    assert globex("query", both, "--operation", "B").answer == {"data": {"__typename": "Query"}}


def test_an_answer_with_errors_is_json_with_status_1(globex: Rapport) -> None:
    ended = globex("query", "{ nonsense }")
    assert ended.status == 1
    assert "nonsense" in ended.answer["errors"][0]["message"]


def test_a_query_on_an_empty_store_finds_nothing_and_is_no_error(rapport: Rapport, tmp_path: Path) -> None:
    tmp_path.joinpath("empty.jsonl").touch()
    rapport("import", "empty.jsonl")
    ended = rapport("query", NAME, "--variables", '{"key": "globex"}')
    assert (ended.status, ended.answer) == (0, {"data": {"account": None}})


@pytest.mark.parametrize("variables", ["[1]", "{key: 1}", "null"])
def test_variables_that_are_no_json_object_are_wrong_usage(rapport: Rapport, variables: str) -> None:
    ended = rapport("query", NAME, "--variables", variables)
    assert ended.status == 2
    assert "JSON" in ended.err


@pytest.mark.parametrize("name", ["nowhere.graphql", "", "."])
def test_a_query_that_is_neither_text_nor_file_is_one_line(rapport: Rapport, name: str) -> None:
    ended = rapport("query", name)
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert repr(name) in ended.err


def test_the_schema_printed_is_the_one_committed(rapport: Rapport) -> None:
    assert rapport("schema").out == (ROOT / "schema" / "schema.graphql").read_text()


# help


def test_without_a_command_help_is_shown(rapport: Rapport) -> None:
    said = rapport()
    assert all(
        command in said.out + said.err
        for command in ("import", "export", "generate", "serve", "demo", "query", "schema")
    )


def test_the_help_of_a_command_has_an_example(rapport: Rapport) -> None:
    assert "rapport import mail.mbox --team-domain us.example" in rapport("import", "--help").out


def test_the_version_is_shown(rapport: Rapport) -> None:
    assert rapport("--version").out.strip()


# serve and demo


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_told_before_anything_else_happens(rapport: Rapport, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = rapport("demo", "--port", str(taken.getsockname()[1]))
    assert ended.status == 1
    assert "--port" in ended.err
    assert not tmp_path.joinpath("demo.db").exists()


def answer_at(address: str, query: str, patience: float = 30) -> Any:
    request = Request(f"{address}/graphql?{urlencode({'query': query})}", headers={"accept": "application/json"})
    give_up = time.monotonic() + patience
    while True:
        try:
            with urlopen(request, timeout=5) as response:
                return json.load(response)
        except URLError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)


@pytest.mark.slow
def test_several_processes_serve_one_file(globex: Rapport) -> None:
    port = free_port()
    command = [RAPPORT, "serve", "--workers", "2", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as serving:
        answer = answer_at(f"http://127.0.0.1:{port}", '{ account(key: "globex") { name } }')
        serving.send_signal(signal.SIGINT)
        said, _ = serving.communicate(timeout=30)
    assert answer == {"data": {"account": {"name": "Globex"}}}
    assert said.count("Application startup complete") == 2
    assert "Traceback" not in said


@pytest.fixture
def small_demo(monkeypatch: pytest.MonkeyPatch, rapport: Rapport) -> Rapport:
    monkeypatch.setattr("app.demo.INTERACTIONS", 200)
    return rapport


def test_the_demo_keeps_what_was_added_to_its_book(small_demo: Rapport) -> None:
    small_demo("demo", "--no-serve")
    small_demo("import", BOOK, "--store", "sqlite:///demo.db")
    before = small_demo("export", "-", "--store", "sqlite:///demo.db").out
    small_demo("demo", "--no-serve")
    assert small_demo("export", "-", "--store", "sqlite:///demo.db").out == before


def test_a_demo_cut_off_while_loading_is_completed(small_demo: Rapport, tmp_path: Path) -> None:
    small_demo("generate", "--interactions", "200", "demo.jsonl")
    half = tmp_path.joinpath("demo.jsonl").read_text().splitlines()[:60]
    tmp_path.joinpath("half.jsonl").write_text("\n".join(half))
    small_demo("import", "half.jsonl", "--store", "sqlite:///demo.db")
    small_demo("demo", "--no-serve")
    exported = small_demo("export", "-", "--store", "sqlite:///demo.db").out
    assert exported.count('"type":"interaction"') == 200


def test_the_query_that_the_demo_shows_has_an_answer(small_demo: Rapport) -> None:
    small_demo("demo", "--no-serve")
    answer = small_demo("query", QUERY, "--store", "sqlite:///demo.db").answer
    assert len(answer["data"]["opportunities"]["nodes"]) == 3


# the same on every store


def test_import_query_and_export_work_on_every_store(rapport: Rapport, store_url: str) -> None:
    assert rapport("import", BOOK, "--store", store_url).status == 0
    assert numbers(rapport("import", BOOK, "--store", store_url).out, "interactions") == ["0", "0", "7", "0"]
    deal = (
        "query",
        BOOK.with_name("deal.graphql"),
        "--variables",
        '{"key":"globex-100","asOf":"2026-11-22T09:00:00Z"}',
    )
    rapport("import", BOOK)
    assert rapport(*deal, "--store", store_url).answer == rapport(*deal).answer
    assert rapport("export", "-", "--store", store_url).out == rapport("export", "-").out
