"""Neo4j Community as jars from Maven Central, kept in the project's cache folder."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
CACHE = Path(__file__).parents[2] / ".cache" / "neo4j"
WHAT_TO_INSTALL = "install Docker, or Maven and a JDK 17 or 21, or set RAPPORT_TEST_NEO4J_URI"
JAVA_VERSIONS = (17, 21)
DOWNLOAD_SECONDS = 1800


class NoServerError(Exception):
    """Why there is no Neo4j server here."""


def java() -> str:
    """Return the path of a Java that Neo4j runs on."""
    home = os.environ.get("JAVA_HOME")
    candidates = [shutil.which("java", path=f"{home}/bin") if home else None, shutil.which("java")]
    for path in filter(None, candidates):
        if _java_version(path) in JAVA_VERSIONS:
            return path
    raise NoServerError("no Java 17 or 21 was found (Debian: apt install maven brings one)")


def _java_version(path: str) -> int | None:
    told = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else None


def jars() -> Path:
    """Return the folder with the server's jars, downloaded the first time."""
    version = re.findall(r"<version>([\d.]+)</version>", POM.read_text())[-1]
    folder = CACHE / f"jars-{version}"
    if not folder.is_dir():
        _download(folder)
    return folder


def _download(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServerError("Maven (mvn) was not found (Debian: apt install maven)")
    CACHE.mkdir(parents=True, exist_ok=True)
    # Filled beside and renamed at the end, so that an interrupted download is never taken for a whole one.
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=CACHE))
    try:
        _copy_dependencies(maven, unfinished)
        _put_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _copy_dependencies(maven: str, folder: Path) -> None:
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={folder}", "-DincludeScope=runtime"]
    command = [maven, "--batch-mode", "--quiet", "--file", str(POM), *goal]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False)
    except subprocess.TimeoutExpired as exc:
        raise NoServerError(f"Maven did not download Neo4j in {DOWNLOAD_SECONDS} s") from exc
    if told.returncode:
        lines = (told.stdout + told.stderr).strip().splitlines() or ["it says nothing"]
        raise NoServerError(f"Maven could not download Neo4j: {lines[0]}")


def _put_in_place(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():  # another run was quicker otherwise, and its jars are the same
            raise
