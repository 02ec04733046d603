"""The benchmark of health: its areas are right, it asks what it says, and it runs on any book."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.auc import interval, logistic, ranking, resampled
from bench.books import write_book
from bench.pairs import pairs_of
from bench.prediction import HEALTH, RECENCY, dates_of, samples_of
from graph.errors import InputError
from graph.model import to_micros
from graph.store import Store
from ingest.load import LoadOptions, load
from tests.builders import a_call, a_contact, a_meeting, a_seller, an_email

ROOT = Path(__file__).parents[1]
DAY = timedelta(days=1)
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
ANN, MAX, BOB, CAT = a_seller("ann"), a_seller("max"), a_contact("bob"), a_contact("cat")


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), min_size=1, max_size=30))
def test_the_area_is_the_share_of_pairs_that_are_ranked_right(rows: list[tuple[int, bool, int]]) -> None:
    signal, again, weight = (np.array(column) for column in zip(*rows, strict=True))
    repeated = [(s, a) for s, a, w in rows for _ in range(w)]
    wins = [(came > stayed) + (came == stayed) / 2 for came, a in repeated if a for stayed, b in repeated if not b]
    area = ranking(signal, again).auc(weight.astype(np.float64))
    assert area == pytest.approx(sum(wins) / len(wins) if wins else float("nan"), nan_ok=True)


def test_without_weights_each_counts_once() -> None:
    assert ranking(np.array([1.0, 2.0, 3.0]), np.array([False, False, True])).auc() == 1


def test_a_redraw_has_as_many_pairs_and_dates_as_there_are() -> None:
    pair, date = np.repeat(np.arange(50), 4), np.tile(np.arange(4), 50)
    for weight in resampled(pair, date, 20):
        assert weight.sum() == len(pair)
    low, high = interval([float(n) for n in range(101)])
    assert (low, high) == (2.5, 97.5)


def test_a_logistic_regression_finds_what_tells_groups_apart() -> None:
    dice = np.random.default_rng(1)
    features = dice.normal(size=(4000, 3))
    again = dice.random(4000) < 1 / (1 + np.exp(-(2 * features[:, 0] - features[:, 1])))
    fitted = np.arange(4000) < 2000
    found = logistic(features, again, fitted)
    ideal = ranking((2 * features[:, 0] - features[:, 1])[~fitted], again[~fitted]).auc()
    assert ranking(found[~fitted], again[~fitted]).auc() == pytest.approx(ideal, abs=0.005)


async def test_an_interaction_is_one_of_each_pair_that_took_part(store: Store) -> None:
    await store.upsert_records([ANN, MAX, BOB, CAT])
    mail = an_email("m1", BOB, ANN, cc=(MAX, CAT))
    await store.upsert_interactions([mail, a_meeting("n1", ANN, CAT), a_call("c1", ANN, BOB, duration_minutes=0.0)])
    facts = await pairs_of(store)
    rows = zip(facts.record.tolist(), facts.we_talk.tolist(), facts.they_talk.tolist(), strict=True)
    assert sorted((facts.records[code], *talk) for code, *talk in rows) == [
        ("ann\nbob", False, True),
        ("ann\nbob", True, False),
        ("ann\ncat", False, True),
        ("ann\ncat", True, True),
        ("max\nbob", False, True),
        ("max\ncat", False, True),
    ]


async def test_pairs_lately_in_touch_are_asked_whether_they_are_again_within_thirty_days(store: Store) -> None:
    await store.upsert_records([ANN, BOB, CAT])
    date = BEGIN + 200 * DAY
    days = {BOB: (20, 200, 230), CAT: (19, 231)}
    mails = [an_email(f"{p.id}{d}", ANN, p, at=BEGIN + d * DAY) for p, all_ in days.items() for d in all_]
    await store.upsert_interactions(mails)
    samples = samples_of(await pairs_of(store), np.array([to_micros(date), to_micros(date - DAY)]))
    assert samples.pair.tolist() == [0, 0, 1]
    assert samples.again.tolist() == [True, True, False]
    assert samples.signals[RECENCY].tolist() == [0, -179, -180]
    assert samples.signals["count, 60 days"].tolist() == [1, 0, 0]
    assert samples.signals["count, 180 days"].tolist() == [2, 1, 1]
    assert samples.signals["decay, half-life 60 days"][0] == pytest.approx(1 + 0.5**3)
    fading = 1 / (1 + 180 / 7 / 5)
    assert samples.signals[HEALTH][2] == pytest.approx(45 * fading / (fading + 1) + 15 * fading)


async def test_without_a_pair_there_is_nothing_to_ask(store: Store) -> None:
    with pytest.raises(InputError, match="is the team named"):
        dates_of(await pairs_of(store), 12)


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.health", "--dates", "12", "--resamples", "10", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "book.jsonl", 2000)


@pytest.mark.slow
def test_every_signal_has_its_area(book: Path) -> None:
    ended = run(book)
    assert ended.returncode == 0, ended.stderr
    assert re.findall(r"^│ (\S.*?) +│", ended.stdout, re.MULTILINE) == [
        "health score",
        "recency",
        "count, 60 days",
        "count, 180 days",
        *(f"decay, half-life {days} days" for days in (7, 14, 30, 60)),
        "fitted logistic regression",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_what_a_store_holds_is_asked_about(store: Store, store_url: str, book: Path) -> None:
    await load(store, [book], LoadOptions())
    ended = run("--store", store_url)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("the store: ")


@pytest.mark.slow
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path) -> None:
    alone = tmp_path / "alone.jsonl"
    alone.write_text(json.dumps({"type": "seller", "id": "ann", "name": "Ann"}))
    assert "Name a file" in run().stderr
    assert run(alone).stderr.count("\n") == 1
