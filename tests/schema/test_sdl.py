"""The schema as a file, and what it says to a newcomer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    parse,
    print_ast,
    validate,
)

import schema
from schema.build import schema as built

ROOT = Path(__file__).parents[2]
SDL = ROOT / "schema" / "schema.graphql"
PAGE = ROOT / "docs" / "graphql.md"
EXAMPLES = sorted((ROOT / "web" / "graphiql" / "examples").glob("*.graphql"))
READ = build_schema(SDL.read_text(encoding="utf-8"))


def described() -> Iterator[tuple[str, str | None]]:
    """Yield every type, field, argument and enum value with its description."""
    for name, type_ in READ.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{value}", item.description) for value, item in type_.values.items())
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", field.description
                arguments = getattr(field, "args", {})
                yield from ((f"{name}.{field_name}({key})", item.description) for key, item in arguments.items())


def test_the_committed_file_is_the_schema() -> None:
    assert SDL.read_text(encoding="utf-8") == built.as_str() + "\n", "run make schema, and look at what changed"


def test_everything_is_described_in_a_sentence() -> None:
    assert [name for name, text in described() if not text or len(text) < 4 or not text.endswith((".", "]"))] == []


def test_the_package_named_schema_is_ours() -> None:
    assert Path(schema.__file__ or "").parent == ROOT / "schema"


@pytest.mark.parametrize("widget", [
    "customerInteractions", "activities", "emailRatio", "mostContacted", "mostContactedBy", "responseTime",
    "hourlyInvestment", "emailEngagement",
])  # fmt: skip
def test_the_window_of_a_widget_is_sixty_days_by_default(widget: str) -> None:
    record = READ.type_map["Record"]
    assert isinstance(record, GraphQLInterfaceType)
    node = record.fields[widget].args["days"].ast_node
    assert node is not None
    assert print_ast(node).endswith("days: Int = 60")


@pytest.mark.parametrize("query", re.findall(r"```graphql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
def test_the_queries_of_the_documentation_fit_the_schema(query: str) -> None:
    assert validate(READ, parse(query)) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_of_graphiql_fit_the_schema(path: Path) -> None:
    assert validate(READ, parse(path.read_text(encoding="utf-8"))) == []
