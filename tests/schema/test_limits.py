"""Queries that are too large are refused before they are run."""

import pytest

from schema import build
from schema.build import RapportSchema, build_schema
from schema.limits import Limits

SMALL = build_schema(Limits(depth=3, tokens=60, aliases=2))
DEPTH = "The query has 4 levels; 3 are allowed."
ALIASES = "The query has 3 aliases; 2 are allowed."


async def complaints(query: str, schema: RapportSchema = SMALL) -> list[str]:
    return [error.message for error in (await schema.execute(query)).errors or ()]


async def test_a_query_within_the_limits_is_valid() -> None:
    assert await complaints("{ a: __typename b: __typename }") == []


async def test_levels_are_counted() -> None:
    assert DEPTH in await complaints("{ accounts { nodes { owner { key } } } }")


async def test_levels_within_fragments_are_counted() -> None:
    query = "{ accounts { ...A } } fragment A on AccountConnection { nodes { ... on Node { ...B } } } "
    assert DEPTH in await complaints(query + "fragment B on Account { owner { key } }")


async def test_aliases_are_counted_wherever_a_fragment_is_spread() -> None:
    query = "{ a: accounts { ...A } sellers { pageInfo { x: endCursor } } contacts { y: totalCount } }"
    assert ALIASES in await complaints(query.replace("...A", "totalCount"))


async def test_tokens_are_counted() -> None:
    (complaint,) = await complaints("{ " + "__typename " * 60 + "}")
    assert "60" in complaint


async def test_the_schema_itself_may_be_asked_for_to_any_depth() -> None:
    query = "{ __schema { queryType { fields { type { ofType { ofType { name } } } } } } }"
    assert await complaints(query) == []


async def test_fragments_that_double_at_each_step_are_measured_at_once() -> None:
    steps = 60
    fragments = [f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(steps)]
    query = "{ ...F0 } " + " ".join(fragments) + f" fragment F{steps} on Query {{ x: __typename }}"
    assert any(f"{2**steps} aliases" in text for text in await complaints(query, build_schema()))


@pytest.mark.parametrize("query", ["{ ...A } fragment A on Query { ...A }", "{ ...Missing }"])
async def test_circles_and_unknown_fragments_are_ordinary_mistakes(query: str) -> None:
    assert await complaints(query) != []


async def test_a_query_nested_without_end_is_refused_in_words() -> None:
    deep = build_schema(Limits(tokens=1_000_000))
    (complaint,) = await complaints("{a" * 5000 + "}" * 5000, deep)
    assert "nested too deeply" in complaint


async def test_a_query_is_read_once_however_often_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    validated = []
    validate = build.validate_document
    monkeypatch.setattr(build, "validate_document", lambda *given: validated.append(given) or validate(*given))
    for _ in range(3):
        assert await complaints("{ onlyHere: __typename }") == []
        assert await complaints("{ wrongHere }") != []
    assert len(validated) == 2
