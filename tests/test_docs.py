"""Documentation that cannot rot: what exists is described, and what is written down runs."""

import inspect
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer
from graphql import parse, validate

import graph.errors
from app.cli.root import cli, main
from app.settings import PREFIX, Settings
from schema.build import schema
from schema.errors import INTERNAL, PARSE_FAILED, VALIDATION_FAILED

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_group(cli).commands
ERRORS = [
    error
    for _, error in inspect.getmembers(graph.errors, inspect.isclass)
    if issubclass(error, graph.errors.RapportError)
]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(field: str) -> None:
    (row,) = [line for line in page("settings.md").splitlines() if line.startswith(f"| `{PREFIX}{field.upper()}`")]
    default = Settings.model_fields[field].default
    shown = "none" if default == () else f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
    assert row.split("|")[2].strip() == shown


def test_no_setting_is_documented_that_does_not_exist() -> None:
    rows = re.findall(rf"^\| `{PREFIX}(\w+)`", page("settings.md"), re.MULTILINE)
    assert {row.lower() for row in rows} == set(Settings.model_fields)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    (section,) = re.findall(rf"^## rapport {name}\b.*?(?=^## |\Z)", page("cli.md"), re.MULTILINE | re.DOTALL)
    options = [option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("--")]
    assert [option for option in options if option not in {"--help", "--serve"} and f"`{option}" not in section] == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_every_error_code_is_documented(error: type[graph.errors.RapportError]) -> None:
    assert f"| `{error.code}` |" in page("errors.md")


@pytest.mark.parametrize("code", [PARSE_FAILED, VALIDATION_FAILED, INTERNAL, "BAD_REQUEST"])
def test_every_code_of_the_api_is_documented(code: str) -> None:
    assert f"| `{code}` |" in page("errors.md")


def test_every_page_is_in_the_index() -> None:
    index = page("README.md")
    assert [path.name for path in (ROOT / "docs").glob("*.md") if f"({path.name})" not in index + "(README.md)"] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!\w+:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_query_of_the_readme_is_the_one_in_examples() -> None:
    (query,) = re.findall(r"^```graphql\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert query == (ROOT / "examples" / "deal.graphql").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_query_shown_fits_the_schema(path: Path) -> None:
    shown = re.findall(r"^```graphql\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert [validate(schema._schema, parse(query)) for query in shown] == [[] for _ in shown]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150


def test_the_commands_of_the_readme_answer_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    (console,) = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for command, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", console, re.MULTILINE):
        monkeypatch.setattr("sys.argv", shlex.split(command))
        with pytest.raises(SystemExit) as ended:
            main()
        answer = capsys.readouterr().out
        assert ended.value.code in (0, None)
        if said:
            assert json.loads(answer) == json.loads(said)
