"""Queries that are too large are refused before they are run."""

import math

import pytest

from app.writing import StoreWriter
from graph.connect import open_store
from graph.model import RecordKind
from resolvers.context import new_context
from resolvers.tokens import encode
from schema import texts
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


async def objects(query: str, most: int, name: str | None = None, **variables: object) -> list[str]:
    """Return what is said of a query to an empty store where so many objects are allowed."""
    store = await open_store("sqlite:///:memory:")
    context = new_context(store, StoreWriter(store, ()))
    result = await build_schema(Limits(objects=most)).execute(query, variables, context, operation_name=name)
    await store.aclose()
    return [error.message for error in result.errors or ()]


NESTED = "{ accounts(first: 10) { nodes { contacts(first: 5) { nodes { interactions(first: 2) { totalCount } } } } } }"
BY_VARIABLE = "query Q($n: Int = 5) { accounts(first: $n) { nodes { contacts(first: $n) { totalCount } } } }"


async def test_the_lengths_of_nested_lists_are_multiplied_and_added_up() -> None:
    # 10 accounts, 50 contacts, 100 interactions.
    assert await objects(NESTED, 160) == []
    assert await objects(NESTED, 159) == [
        "The query asks for up to 160 objects: the lengths of its lists, multiplied where one is inside another, "
        "with ten points of a chart as one. "
        "159 are allowed; ask for fewer `days`, or for fewer at a time with a smaller `first`, and for the rest with "
        "`after`."
    ]


async def test_a_hundred_of_a_hundred_are_allowed_and_of_another_hundred_refused() -> None:
    query = NESTED.replace("first: 10", "first: 100").replace("first: 5", "first: 100")
    assert await objects(query.replace("interactions(first: 2) { totalCount }", "key"), Limits().objects) == []
    (complaint,) = await objects(query.replace("first: 2", "first: 100"), Limits().objects)
    assert "1,010,100 objects" in complaint
    assert "20,000 are allowed" in complaint


async def test_lists_side_by_side_are_added_up() -> None:
    query = "{ a: accounts(first: 3) { totalCount } b: contacts(first: 4) { totalCount } }"
    assert (await objects(query, 7), len(await objects(query, 6))) == ([], 1)


async def test_a_list_without_a_length_has_the_usual_one() -> None:
    for query in ("{ accounts { totalCount } }", "{ accounts(first: null) { totalCount } }"):
        assert (await objects(query, 20), len(await objects(query, 19))) == ([], 1)


@pytest.mark.parametrize(("variables", "found"), [({}, 30), ({"n": 2}, 6), ({"n": None}, 420)])
async def test_variables_and_their_defaults_are_counted(variables: dict[str, int | None], found: int) -> None:
    assert await objects(BY_VARIABLE, found, **variables) == []
    assert len(await objects(BY_VARIABLE, found - 1, **variables)) == 1


async def test_a_whole_number_with_a_point_is_counted_as_the_number_it_is() -> None:
    assert (await objects(BY_VARIABLE, 6, n=2.0), len(await objects(BY_VARIABLE, 5, n=2.0))) == ([], 1)


@pytest.mark.parametrize("n", [2.5, math.inf, math.nan, "2"])
async def test_a_length_that_is_no_whole_number_is_another_complaint(n: object) -> None:
    (complaint,) = await objects(BY_VARIABLE, Limits().objects, n=n)
    assert "Int cannot represent non-integer value" in complaint


async def test_the_same_text_is_counted_anew_with_other_variables() -> None:
    assert [len(await objects(BY_VARIABLE, 30, n=n)) for n in (5, 6, 5)] == [0, 1, 0]


async def test_objects_within_fragments_are_counted_wherever_they_are_spread() -> None:
    query = "{ accounts(first: 3) { nodes { ...A ... on Account { ... { owner { ...B } } } } } } "
    query += "fragment A on Account { owner { ...B } } fragment B on Seller { leads(first: 2) { totalCount } }"
    assert (await objects(query, 15), len(await objects(query, 14))) == ([], 1)


async def test_nodes_are_as_many_as_there_are_ids() -> None:
    query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Account { contacts(first: 10) { totalCount } } } }"
    one = encode(RecordKind.ACCOUNT, "globex")
    assert (await objects(query, 22, ids=[one, one]), len(await objects(query, 21, ids=[one, one]))) == ([], 1)
    assert (await objects(query, 11, ids=one), len(await objects(query, 10, ids=one))) == ([], 1)


LEFT_OUT = "{ sellers(first: 2) { totalCount } accounts(first: 3) @include(if: false) { totalCount } }"
BY_FLAG = "query Q($b: Boolean! = true) { sellers(first: 2) { totalCount } ...A @include(if: $b) "
BY_FLAG += (
    "... @skip(if: $b) { leads(first: 1) { totalCount } } } fragment A on Query { accounts(first: 3) { totalCount } }"
)


@pytest.mark.parametrize("directive", ["@include(if: false)", "@skip(if: true)", "@include(if: true) @skip(if: true)"])
async def test_a_list_that_is_left_out_is_not_counted(directive: str) -> None:
    query = LEFT_OUT.replace("@include(if: false)", directive)
    assert (await objects(query, 2), len(await objects(query, 1))) == ([], 1)


@pytest.mark.parametrize("directive", ["@include(if: true)", "@skip(if: false)"])
async def test_a_list_that_is_not_left_out_is_counted(directive: str) -> None:
    query = LEFT_OUT.replace("@include(if: false)", directive)
    assert (await objects(query, 5), len(await objects(query, 4))) == ([], 1)


@pytest.mark.parametrize(("variables", "found"), [({}, 5), ({"b": True}, 5), ({"b": False}, 3)])
async def test_fragments_are_counted_unless_variables_leave_them_out(variables: dict[str, bool], found: int) -> None:
    assert await objects(BY_FLAG, found, **variables) == []
    assert len(await objects(BY_FLAG, found - 1, **variables)) == 1


WRITE = "mutation M($input: [RecordInput!]!) { upsertRecords(input: $input) { ...P counts { created } } } "
WRITE += "fragment P on UpsertRecordsPayload { items { index key status error { message } BELOW } }"
PLAIN = WRITE.replace("BELOW", "record { key }")
NESTED_WRITE = WRITE.replace("BELOW", "node { ... on Account { contacts(first: 4) { totalCount } } }")


def accounts(count: int) -> list[dict[str, object]]:
    return [{"type": "ACCOUNT", "id": f"a{i}", "name": f"A{i}"} for i in range(count)]


async def test_lists_below_what_was_written_are_as_many_as_items_are_given() -> None:
    assert await objects(NESTED_WRITE, 15, input=accounts(3)) == []
    (complaint,) = await objects(NESTED_WRITE, 14, input=accounts(3))
    assert complaint.endswith("ask for less in return, or send fewer items at a time. Nothing was written.")
    assert "15 objects" in complaint
    assert (
        len(await objects(NESTED_WRITE.replace("first: 4", "first: 20"), Limits().objects, input=accounts(1000))) == 1
    )


async def test_one_item_that_is_given_without_a_list_is_one() -> None:
    [one] = accounts(1)
    assert (await objects(NESTED_WRITE, 5, input=one), len(await objects(NESTED_WRITE, 4, input=one))) == ([], 1)


async def test_items_in_the_text_are_counted() -> None:
    text = "mutation { recordEngagement(input: [{}, {}]) { items { key } } }"
    query = text.replace("{}", '{ interactionId: "m", personId: "p", event: OPEN, at: "2026-01-01T00:00:00Z" }')
    assert (await objects(query, 2), len(await objects(query, 1))) == ([], 1)


async def test_a_thousand_plain_items_are_allowed() -> None:
    given = accounts(1000)
    assert await objects(PLAIN, Limits().objects, input=given) == []
    assert (await objects(PLAIN, 1000, input=given), len(await objects(PLAIN, 999, input=given))) == ([], 1)


async def test_what_is_written_without_asking_for_its_items_counts_for_nothing() -> None:
    query = "mutation M($input: [RecordInput!]!) { upsertRecords(input: $input) { counts { created } } }"
    assert await objects(query, 1, input=accounts(1000)) == []


async def test_settings_that_are_given_are_no_list() -> None:
    query = 'mutation M($input: SettingsInput!) { updateSettings(input: $input, by: "ines") { settings { changedBy { '
    (complaint,) = await objects(query + "accounts(first: 3) { totalCount } } } } }", 2, input={})
    assert "up to 3 objects" in complaint


async def test_a_length_beyond_what_a_list_takes_is_another_complaint() -> None:
    (complaint,) = await objects("{ accounts(first: 1000000) { totalCount } }", 100)
    assert complaint == "first is 1000000; it must be from 1 to 100."


async def test_of_several_operations_only_the_one_to_be_run_is_counted() -> None:
    query = "query Small { sellers(first: 1) { totalCount } } query Large { sellers(first: 9) { totalCount } }"
    assert (await objects(query, 5, "Small"), len(await objects(query, 5, "Large"))) == ([], 1)


async def test_the_schema_itself_may_be_asked_for_to_any_depth() -> None:
    query = "{ __schema { queryType { fields { type { ofType { ofType { name } } } } } } }"
    assert await complaints(query) == []


async def test_fragments_that_double_at_each_step_are_measured_at_once() -> None:
    steps = 60
    fragments = [f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(steps)]
    query = "{ ...F0 } " + " ".join(fragments) + f" fragment F{steps} on Query {{ x: __typename }}"
    assert any(f"{2**steps} aliases" in text for text in await complaints(query, build_schema()))


async def test_fragments_that_double_at_each_step_are_counted_at_once() -> None:
    steps = 60
    fragments = [f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(steps)]
    last = f" fragment F{steps} on Query {{ accounts(first: 1) {{ totalCount }} }}"
    (complaint,) = await objects("{ ...F0 } " + " ".join(fragments) + last, Limits().objects)
    assert f"{2**steps:,} objects" in complaint


@pytest.mark.parametrize("query", ["{ ...A } fragment A on Query { ...A }", "{ ...Missing }"])
async def test_circles_and_unknown_fragments_are_ordinary_mistakes(query: str) -> None:
    assert await complaints(query) != []


async def test_a_query_nested_without_end_is_refused_in_words() -> None:
    deep = build_schema(Limits(tokens=1_000_000))
    (complaint,) = await complaints("{a" * 5000 + "}" * 5000, deep)
    assert "nested too deeply" in complaint


async def test_a_query_is_read_once_however_often_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    validated = []
    validate = texts.validate_document
    monkeypatch.setattr(texts, "validate_document", lambda *given: validated.append(given) or validate(*given))
    for _ in range(3):
        assert await complaints("{ onlyHere: __typename }") == []
        assert await complaints("{ wrongHere }") != []
    assert len(validated) == 2
