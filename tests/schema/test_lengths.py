"""Every list counts: with the length that an argument tells, or with a guess."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    parse,
)

from schema.build import schema
from schema.lengths import CHARTS, COUNTED_ABOVE, GUESSED, LENGTHS, TOLD_ABOVE, check_objects, most_objects
from schema.limits import Limits
from tests.resolvers.test_batching import WIDGETS

SCHEMA = schema._schema


def counted(selection: str, **variables: object) -> int:
    """Return how many objects a query counts as."""
    document = parse(f"query ($days: Int, $usual: Int = 100, $points: Int, $first: Int) {{ {selection} }}")
    (operation,) = document.definitions
    (error,) = check_objects(SCHEMA, document, operation, variables, -1)  # type: ignore[arg-type]
    return int(error.message.split()[6].replace(",", ""))


def of_deal(selection: str) -> str:
    return f'opportunity(key: "deal") {{ {selection} }}'


def fields() -> Iterator[tuple[str, str, GraphQLField]]:
    """Yield every field of the schema with the name of its type."""
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                yield type_.name, name, field


def lists() -> list[tuple[str, str, GraphQLField]]:
    return [
        (parent, name, field)
        for parent, name, field in fields()
        if is_list_type(get_nullable_type(field.type)) and not is_leaf_type(get_named_type(field.type))
    ]


def sized(name: str, field: GraphQLField) -> bool:
    return name in CHARTS or name in GUESSED or any(length in field.args for length in LENGTHS)


@pytest.mark.parametrize(("parent", "name", "field"), lists(), ids=lambda part: part if isinstance(part, str) else "")
def test_a_list_has_a_length_or_the_field_above_it_has(parent: str, name: str, field: GraphQLField) -> None:
    if sized(name, field):
        return
    above = [(other, by) for _, other, by in fields() if get_named_type(by.type).name == parent]
    assert name in (*COUNTED_ABOVE, *TOLD_ABOVE)
    assert above
    assert all(sized(other, by) for other, by in above)


def test_every_guess_is_of_a_field_that_there_is() -> None:
    assert {"pipeline", *(name for _, name, _ in lists())} >= set(GUESSED)


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        ("activities { points { date } }", 6),
        ("activities(days: 1) { points { date } }", 1),
        ("activities(days: 11) { points { date } }", 2),
        ("activities(days: 30) { points { date } again: points { date } }", 6),
        ("activities(days: 36600) { points { date } }", 3660),
        ("activities(days: 99999999) { points { date } }", 3660),
        ("activities(days: null) { points { date } }", 183),
        ("activities(days: $days) { points { date } }", 6),
        ("activities(days: $usual) { points { date } }", 10),
        ("activities(days: 36600) { longestQuiet { days } }", 0),
        ("customerInteractions(days: 36600) { total { total } }", 0),
        ("healthHistory { score }", 3),
        ("healthHistory(points: null) { score }", 3),
        ("healthHistory(points: 120) { score }", 12),
        ("health { terms { name } }", 1),
        ("summary(days: 36600) { insights { sentence } }", 1),
        ("mostContacted { people { person { key } } }", 3),
        ("salesTeam { key }", 5),
        ("stakeholders { interactions(first: 5) { totalCount } }", 30),
        ("interactions(first: 5, days: 365) { nodes { participants { side } } }", 30),
        ("similarWonDeals(first: 4) { basis { fields { name } } deals { opportunity { key } } }", 8),
        ("owner { emails }", 0),
    ],
)
def test_a_list_of_one_record_counts(selection: str, found: int) -> None:
    assert counted(of_deal(selection)) == found


@pytest.mark.parametrize(("days", "found"), [(None, 183), (365, 37), (365.0, 37)])
def test_days_are_counted_by_the_variable(days: object, found: int) -> None:
    assert counted(of_deal("activities(days: $days) { points { date } }"), days=days) == found


def test_a_variable_of_null_is_all_time_though_it_has_a_default() -> None:
    assert counted(of_deal("activities(days: $usual) { points { date } }"), usual=None) == 183


def test_points_of_the_pipeline_are_taken_for_a_hundred() -> None:
    assert counted("pipeline { points { opportunity { interactions(first: 2) { totalCount } } } }") == 300
    assert counted("pipeline { totalCount overdue }") == 0


def test_days_of_a_hundred_records_are_multiplied() -> None:
    query = "opportunities(first: 100) { nodes { activities(days: 36600) { points { date } } } }"
    assert counted(query) == 366_100


def test_a_walk_from_the_pipeline_through_people_to_interactions_is_refused() -> None:
    below = "participants { person { ... on Contact { interactions(first: 100) { totalCount } } } }"
    query = f"pipeline {{ points {{ opportunity {{ interactions(first: 100) {{ nodes {{ {below} }} }} }} }} }}"
    assert counted(query) > Limits().objects


def test_a_page_of_records_with_their_last_interactions_and_who_took_part_is_allowed() -> None:
    below = "interactions(first: 30) { nodes { participants { person { displayName } } } }"
    assert counted(f"opportunities(first: 100) {{ nodes {{ {below} }} }}") == 18_100


@pytest.mark.parametrize("field", ["accounts", "contacts", "leads", "opportunities"])
@pytest.mark.parametrize("days", [60, 365])
def test_dashboards_of_a_hundred_records_are_allowed(field: str, days: int) -> None:
    widgets = WIDGETS.replace("activities", f"activities(days: {days})").replace("(points: 3)", "")
    document = parse(f"{{ {field}(first: 100) {{ nodes {{ key owner {{ key }} {widgets} }} }} }}")
    assert most_objects(SCHEMA, document) < Limits().objects / 2
