"""Imports that are cut off, at any moment and by any means: the same import again completes them."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from graph.connect import open_store
from graph.model import Interaction
from graph.store import Store
from ingest.export import export
from ingest.generate import generate
from ingest.load import LoadOptions, load

RAPPORT = Path(sys.executable).with_name("rapport")
TEAM = "us.example"
LAST_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def mbox(file: Path, messages: int, *, host: str = "") -> Path:
    """Write answers, threads by subject and new mail; of two hosts, the same messages under other Message-IDs."""
    dice = random.Random(1)
    at, ids = LAST_YEAR, [f"0@{host}x.example"]
    with file.open("w") as text:
        for i in range(messages):
            at += timedelta(minutes=dice.randrange(1, 99))
            people = [f"s{dice.randrange(9)}@{TEAM}", f"c{dice.randrange(300)}@d{dice.randrange(20)}.example"]
            dice.shuffle(people)
            parent = f"In-Reply-To: <{dice.choice(ids[-40:])}>\n" if dice.random() < 0.5 else ""
            subject = f"{dice.choice(['', 'Re: '])}Topic {dice.randrange(messages)}"
            ids.append(f"{i}@{host}x.example")
            text.write(
                f"From x {at:%a %b %d %H:%M:%S %Y}\nFrom: {people[0]}\nTo: {people[1]}\nDate: {format_datetime(at)}\n"
                f"Subject: {subject}\nMessage-ID: <{ids[-1]}>\n{parent}\nHello\n\n"
            )
    return file


def claims(file: Path) -> Path:
    """Write people who take over from those made from addresses, some of them on the other side."""
    contacts = ({"type": "contact", "id": f"p{n}", "emails": [f"c{n}@d{n % 20}.example"]} for n in range(100))
    leavers = ({"type": "contact", "id": f"q{n}", "emails": [f"s{n}@{TEAM}"]} for n in range(3))
    file.write_text("".join(json.dumps(line) + "\n" for line in (*contacts, *leavers)))
    return file


async def graph(url: str) -> list[str]:
    """Return what a store holds."""
    store = await open_store(url)
    try:
        return [line async for line in export(store)]
    finally:
        await store.aclose()


# in one process


class Watched:
    """A store that cancels the import while its thread waits for interactions, which is where mail is threaded."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.importing: asyncio.Task[Any] | None = None
        self.is_waited_for = False

    async def interactions(self, ids: Collection[str]) -> dict[str, Interaction]:
        assert self.importing is not None
        self.is_waited_for = True
        self.importing.cancel()
        await asyncio.sleep(0.1)
        self.is_waited_for = False
        return await self._store.interactions(ids)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._store, name)
        return method


async def test_an_import_stopped_while_it_threads_mail_leaves_nothing_at_work(store: Store, tmp_path: Path) -> None:
    watched = Watched(store)
    mail = mbox(tmp_path / "mail.mbox", 300)
    importing = asyncio.create_task(load(watched, [mail], LoadOptions(team_domains=(TEAM,))))
    watched.importing = importing
    with pytest.raises(asyncio.CancelledError):
        await importing
    assert not watched.is_waited_for
    report = await load(store, [mail], LoadOptions(team_domains=(TEAM,)))
    assert report.tally("interactions").added == 300


# the command


MESSAGES = 2000
# When, as a share of what the whole import takes, and how.
CUTS = ((0.4, signal.SIGINT), (0.6, signal.SIGKILL), (0.8, signal.SIGINT))


@pytest.fixture
def imports(tmp_path: Path) -> list[list[Path]]:
    """Two imports: a book with mail, then the mail's copies and people who take over."""
    book = tmp_path / "book.jsonl"
    book.write_text("".join(line + "\n" for line in generate(1000, 1, LAST_YEAR + timedelta(days=300))))
    first = [book, mbox(tmp_path / "mail.mbox", MESSAGES)]
    return [first, [mbox(tmp_path / "copies.mbox", MESSAGES, host="other."), claims(tmp_path / "claims.jsonl")]]


def started(url: str, paths: list[Path], folder: Path) -> subprocess.Popen[str]:
    """Start an import that keeps what is temporary in a folder of its own."""
    command: list[str | Path] = [RAPPORT, "import", *paths, "--team-domain", TEAM, "--store", url]
    environment = {**os.environ, "TMPDIR": str(folder)}
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, stdout=nowhere, stderr=subprocess.PIPE)


def cut_off(url: str, paths: list[Path], folder: Path, seconds: float, how: signal.Signals) -> None:
    """Begin an import and end it after so long."""
    importing = started(url, paths, folder)
    # It is at work, and catches signals, once it has a place for what it reads.
    while not list(folder.glob("rapport-import-*")) and importing.poll() is None:
        time.sleep(0.01)
    time.sleep(seconds)
    importing.send_signal(how)
    _, said = importing.communicate(timeout=60)
    assert importing.returncode in (0, 130, -signal.SIGKILL), said
    assert "Traceback" not in said
    if how is signal.SIGINT:
        assert list(folder.glob("rapport-import-*")) == []


def whole(url: str, paths: list[Path], folder: Path) -> float:
    """Import without interruption; return how long it took once it was at work."""
    began = time.monotonic()
    importing = started(url, paths, folder)
    while not list(folder.glob("rapport-import-*")) and importing.poll() is None:
        began = time.monotonic()
        time.sleep(0.01)
    _, said = importing.communicate(timeout=120)
    assert importing.returncode == 0, said
    return time.monotonic() - began


@pytest.mark.slow
async def test_an_import_cut_off_again_and_again_comes_to_the_whole_graph(
    store_url: str, imports: list[list[Path]], tmp_path: Path
) -> None:
    for step, paths in enumerate(imports):
        lasts = whole(f"sqlite:///{tmp_path}/whole.db", paths, folder(tmp_path, f"whole{step}"))
        for n, (moment, how) in enumerate(CUTS):
            cut_off(store_url, paths, folder(tmp_path, f"cut{step}.{n}"), moment * lasts, how)
        whole(store_url, paths, folder(tmp_path, f"again{step}"))
        assert await graph(store_url) == await graph(f"sqlite:///{tmp_path}/whole.db")


def folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made
