"""Which version of a calendar entry holds, in whatever order versions come in."""

from collections.abc import Collection, Mapping, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.revision import LOWEST, Entry, Given, Judgement, Revision, Stored, Version, judge

FOREVER = 10**18
versions = st.builds(Version, st.integers(-1, 3), st.sampled_from(["", "20261101T090000Z", "20261102"]))
revisions = st.builds(Revision, *[st.none() | versions] * 3)
# A version of a series: its place among the versions, and which of six occurrences it has.
series = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=5)
# What a version has beside "a", which an exception of its own makes what it is.
series_beside = st.frozensets(st.sampled_from("bcdef"), min_size=1)


@given(revisions)
def test_a_stored_revision_reads_as_it_was(revision: Revision) -> None:
    assert Revision.parse(revision.text()) == revision


@pytest.mark.parametrize(
    "text", [None, "", "a mail's key", "1", "1 /2", "99999999999 /", "1 20261101T090000Z", "1 / /1"]
)
def test_what_is_no_revision_comes_before_all_others(text: str | None) -> None:
    assert Revision.parse(text).base == LOWEST


@given(series, st.randoms(), st.data())
def test_the_newest_version_holds_in_whatever_order_versions_come_in(
    history: Sequence[frozenset[str]], dice: Random, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(history))))
    stored: dict[str, Stored] = {}
    while order:
        # One or more files an import.
        size = dice.randint(1, len(order))
        stored = imported(stored, [(n, history[n]) for n in order[:size]])
        order = order[size:]
    assert {id_ for id_, one in stored.items() if not one.is_canceled} == history[-1]


@given(st.lists(st.tuples(series_beside, st.booleans()), min_size=1, max_size=5), st.randoms(), st.data())
def test_a_cancelled_version_holds_in_any_order_beside_a_newer_exception(
    history: Sequence[tuple[frozenset[str], bool]], dice: Random, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(history))))
    canceled = {n for n, (_, is_canceled) in enumerate(history) if is_canceled}
    stored = {"a": Stored(Revision(None, Version(9, "")), 0, False)}
    while order:
        size = dice.randint(1, len(order))
        stored = imported(stored, [(n, history[n][0]) for n in order[:size]], canceled)
        order = order[size:]
    newest, is_canceled = history[-1]
    assert {id_ for id_, one in stored.items() if not one.is_canceled} == {"a"} | (set() if is_canceled else newest)


@given(st.lists(series_beside, min_size=2, max_size=5), st.data())
def test_cancelling_one_occurrence_tells_nothing_of_the_others(
    history: Sequence[frozenset[str]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(history))))
    cancelled_after = data.draw(st.integers(1, len(order)))
    version = Version(data.draw(st.integers(0, len(history))), "20261101T090000Z")
    stored: dict[str, Stored] = {}
    for count, n in enumerate(order, 1):
        stored = imported(stored, [(n, history[n] | {"a"})])
        if count == cancelled_after:
            stored = after(judge([], [Entry("cancel", version, FOREVER, "a")], stored), [], stored)
    taking_place = {id_ for id_, one in stored.items() if not one.is_canceled}
    assert taking_place == history[-1] | ({"a"} if version.sequence < len(history) - 1 else frozenset())


@given(st.lists(st.frozensets(st.sampled_from("abc"), min_size=1), min_size=1, max_size=4), st.data())
def test_exceptions_that_came_alone_bring_no_older_version_back(
    history: Sequence[frozenset[str]], data: st.DataObject
) -> None:
    alone = data.draw(st.frozensets(st.sampled_from("abc")))
    messages: list[int | str] = [*range(len(history)), *sorted(alone)]
    stored: dict[str, Stored] = {}
    for message in data.draw(st.permutations(messages)):
        if isinstance(message, int):
            stored = imported(stored, [(message, history[message])])
        else:
            line = Given(0, message, "alone", Revision(None, Version(9, "")), False)
            stored = after(judge([line], [], stored), [line], stored)
    assert {id_ for id_, one in stored.items() if not one.is_canceled} == history[-1] | alone


def imported(
    stored: dict[str, Stored], files: Sequence[tuple[int, frozenset[str]]], canceled: Collection[int] = ()
) -> dict[str, Stored]:
    """Return what is stored after an import of these versions of a series, one a file."""
    entries = [Entry(str(n), Version(n, ""), FOREVER, None) for n, _ in files]
    occurrences = [(id_, n) for n, ids in files for id_ in sorted(ids)]
    lines = [
        Given(seq, id_, str(n), Revision(Version(n, "")), n in canceled) for seq, (id_, n) in enumerate(occurrences)
    ]
    judgement = judge(lines, entries, stored)
    return after(judgement, lines, stored)


def after(judgement: Judgement, lines: Sequence[Given], stored: Mapping[str, Stored]) -> dict[str, Stored]:
    """Return what is stored when a judgement is carried out."""
    left_out, revised = {*judgement.merged, *judgement.skipped}, judgement.revised
    written = {
        line.id: Stored(revised.get(line.seq, line.revision), 0, line.is_canceled)
        for line in lines
        if line.seq not in left_out
    }
    known = {id_: old._replace(revision=judgement.noted.get(id_, old.revision)) for id_, old in stored.items()}
    gone = {id_: Stored(revision, 0, True) for id_, revision in judgement.gone.items()}
    return {**known, **gone, **written}


def test_what_lies_beyond_the_end_of_an_entry_is_not_judged_by_it() -> None:
    stored = {id_: Stored(Revision(Version(0, "")), at, False) for id_, at in (("near", 1), ("far", 3))}
    assert judge([], [Entry("e", Version(1, ""), 2, None)], stored).gone == {"near": Revision(Version(1, ""))}


def test_every_line_left_out_is_left_out_once() -> None:
    lines = [Given(seq, "a", str(seq), Revision(Version(seq % 3, "")), False) for seq in range(6)]
    judgement = judge(lines, [], {"a": Stored(Revision(Version(9, "")), 0, False)})
    assert sorted([*judgement.merged, *judgement.skipped]) == list(range(6))
