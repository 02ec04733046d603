"""What is kept of query texts is bounded, and goes together."""

import gc
from collections.abc import Iterable
from unittest.mock import patch
from weakref import ref

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from app.main import run_query
from graph.store import Store
from schema import texts
from schema.build import build_schema, schema
from schema.limits import Limits
from schema.texts import LONGEST_TEXT, MOST_CHARACTERS, MOST_TEXTS, Text, Texts


def new_texts() -> Texts:
    return Texts(build_schema()._schema, Limits())


def left(kept: Texts, asked: Iterable[str]) -> list[str]:
    """Read texts, and return those of which anything is left."""
    read = {text: ref(kept.read(text)) for text in asked}
    gc.collect()
    return [text for text, found in read.items() if found() is not None]


def by_key(count: int, blanks: int = 0) -> list[str]:
    return [f'{{ account(key: "nobody{n}") {{ key }} }}{" " * blanks}' for n in range(count)]


def test_of_thousands_of_texts_the_latest_are_kept() -> None:
    asked = by_key(3000)
    assert left(new_texts(), asked) == asked[-MOST_TEXTS:]


def test_of_long_texts_as_many_are_kept_as_their_characters_allow() -> None:
    asked = by_key(100, blanks=10_000)
    found = left(new_texts(), asked)
    assert found == asked[-len(found) :]
    assert sum(map(len, found)) <= MOST_CHARACTERS < sum(map(len, found)) + len(asked[0])


def test_a_text_that_is_longer_than_its_share_is_read_and_leaves_the_others_alone() -> None:
    kept, short = new_texts(), by_key(1)
    long = " " * LONGEST_TEXT + short[0]
    assert left(kept, [*short, long]) == short
    assert kept.read(long).complaints == []


def test_a_text_that_is_asked_for_again_is_among_the_latest() -> None:
    kept, asked = new_texts(), by_key(MOST_TEXTS + 1)
    first = [kept.read(text) for text in asked[:2]]
    assert kept.read(asked[0]) is first[0]
    left(kept, asked[2:])
    assert [kept.read(text) is read for text, read in zip(asked, first, strict=False)] == [True, False]


def test_what_is_no_graphql_is_not_kept() -> None:
    kept, asked = new_texts(), by_key(MOST_TEXTS)
    first = kept.read(asked[0])
    left(kept, asked)
    for _ in range(3):
        with pytest.raises(GraphQLError, match="Syntax Error"):
            kept.read("{")
    assert kept.read(asked[0]) is first


@given(
    st.lists(
        st.builds(lambda name, blanks: "{" + name + "}" + " " * blanks, st.sampled_from("abcdef"), st.integers(0, 6))
    )
)
def test_the_latest_texts_that_fit_are_kept(asked: list[str]) -> None:
    with patch.multiple(texts, MOST_TEXTS=4, MOST_CHARACTERS=20, LONGEST_TEXT=7):
        kept, latest = new_texts(), dict[str, Text]()
        for text in asked:
            read = kept.read(text)
            assert latest.pop(text, read) is read
            if len(text) <= 7:
                latest[text] = read
            while len(latest) > 4 or sum(map(len, latest)) > 20:
                del latest[next(iter(latest))]
        assert all(kept.read(text) is read for text, read in latest.items())


async def test_the_plans_of_a_text_go_with_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_TEXTS", 1)
    query = '{ account(key: "globex") { key owner { key } } }'
    await run_query(store, query)
    plans = schema.texts.read(query).document.loc.source.plans  # type: ignore[union-attr]
    made = [ref(plan) for _, plan in plans.values() if plan]
    assert made
    gc.collect()
    assert all(plan() for plan in made)
    await run_query(store, "{ __typename }")
    assert plans == {}
    gc.collect()
    assert not any(plan() for plan in made)
