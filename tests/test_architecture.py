"""The shape of the house, checked with the rest so that `make test` alone catches a wrong turn."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_imports_point_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("name", ["app", "graph", "ingest", "kpi", "resolvers", "schema"])
def test_the_package_imported_is_ours_and_not_one_of_the_same_name(name: str) -> None:
    assert Path(str(import_module(name).__file__)).is_relative_to(ROOT)


@pytest.mark.parametrize("module", ["app.main", "app.cli"])
def test_importing_reads_no_setting(module: str) -> None:
    # A value nobody could use does no harm until someone asks for it.
    run = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=ROOT,
        env={"RAPPORT_PORT": "nowhere", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("backend", ["neo4j", "sqlite3"])
def test_a_backend_is_imported_only_when_a_store_is_opened(backend: str) -> None:
    code = f"import sys, app.settings, graph.connect; sys.exit({backend!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
