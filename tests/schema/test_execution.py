"""Plain fields are executed by plans, and nobody who reads the answer can tell."""

import asyncio
import json
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any

import numpy as np
import pytest
import strawberry
from graphql import DocumentNode, Undefined, execute, get_named_type, is_composite_type, parse
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Ordinary
from strawberry.utils.str_converters import to_camel_case

from schema.described import field, interface, node_type, object_type
from schema.execution import PlainExecutor
from schema.scalars import SCALARS
from schema.texts import KeptSource
from tests.schema.documents import documents


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = 2


class ThingValue(SimpleNamespace):
    pass


class OtherValue(SimpleNamespace):
    pass


@dataclass
class Soon:
    """A value that has to be awaited."""

    value: Any

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        return self.value


async def later(root: Any) -> Any:
    await asyncio.sleep(0)
    return root.nested


async def later_things(root: Any) -> Any:
    await asyncio.sleep(0)
    return root.things


async def refused(root: Any, info: strawberry.Info, flag: bool = False) -> int:
    if not flag:
        await asyncio.sleep(0)
    raise LookupError(f"{root.name} refuses at {info.path.key}")


def times(root: Any, factor: int = 2) -> int:
    return root.whole * factor  # type: ignore[no-any-return]


def where(root: Any, info: strawberry.Info) -> str:
    return f"{root.name}{info.path}"


@interface
class Named:
    """Has a name."""

    name: Annotated[str, field("A text.")]


@node_type(of=ThingValue)
class Thing(Named):
    """Holds a value of every sort."""

    whole: Annotated[int, field("A whole number.")]
    maybe_whole: Annotated[int | None, field("A whole number or none.")]
    share: Annotated[float | None, field("A number.")]
    flag: Annotated[bool, field("Yes or no.")]
    key: Annotated[strawberry.ID, field("An id.")]
    day: Annotated[date, field("A day.")]
    at: Annotated[datetime | None, field("An instant.")]
    colour: Annotated[Colour | None, field("A colour.")]
    words: Annotated[list[str | None], field("Some texts.")]
    grid: Annotated[list[list[int]] | None, field("Numbers in rows.")]
    nested: Annotated["Thing | None", field("Another one.")]
    free: Annotated["Free", field("One of a type without a test.")]
    things: Annotated[list["Thing"], field("Others.")]
    maybe_things: Annotated[list["Thing | None"] | None, field("Others, or none of them.")]
    names: Annotated[list[Named], field("Others by name.")]
    shout: Annotated[str, field("The name aloud.", lambda root: root.name.upper())]
    times: Annotated[int, field("A multiple.", times)]
    later: Annotated["Thing | None", field("Another one, after a while.", later)]
    later_things: Annotated[list["Thing | None"] | None, field("Others, after a while.", later_things)]
    refused: Annotated[int | None, field("An error, at once or after a while.", refused)]
    where: Annotated[str, field("Its place in the answer.", where)]


@node_type(of=OtherValue)
class Other(Named):
    """Has a name and nothing else."""


@object_type
class Free:
    """Its values may be of any class."""

    name: Annotated[str | None, field("A text.")]
    whole: Annotated[int, field("A whole number.")]


@strawberry.type
class Query:
    thing: Annotated[Thing | None, field("Where it begins.")]
    things: Annotated[list[Thing], field("Where they begin.")]


TOY = strawberry.Schema(Query, types=[Other], config=StrawberryConfig(scalar_map=SCALARS))._schema

Recipe = Callable[[], Any]
# Values that no field promises, or not every field; made anew for each execution, since some can be read only once.
ODD: list[Recipe] = [
    *[lambda value=value: value for value in (None, Undefined, 0, -5, 2**31, True, 1.5, 2.0, float("nan"), "", "red")],  # type: ignore[misc]
    *[lambda value=value: value for value in ("RED", b"x", Decimal(3), np.int64(3), date(2026, 1, 2), Colour.BLUE)],  # type: ignore[misc]
    *[lambda value=value: value for value in ((), [None], {"name": "mapped"}, object(), type)],  # type: ignore[misc]
    lambda: ValueError("an error for a value"),
    lambda: Soon("late"),
    lambda: Soon(3),
    lambda: Soon(None),
    lambda: [Soon(3), 4],
    lambda: (value for value in ("made", "once")),
    lambda: OtherValue(name="other"),
    lambda: [OtherValue(name="other"), ThingValue(name="half a thing"), None],
]
GOOD: dict[str, Any] = {
    "name": "a name",
    "whole": 7,
    "maybe_whole": None,
    "share": 0.25,
    "flag": False,
    "key": "k",
    "day": date(2026, 11, 22),
    "at": datetime(2026, 11, 22, 9, tzinfo=UTC),
    "colour": Colour.RED,
    "words": ("two", None, "words"),
    "grid": [[1, 2], []],
    "free": SimpleNamespace(name=None, whole=1),
}


def things(depth: int) -> st.SearchStrategy[Recipe]:
    """Recipes of things, in whose values here and there something is odd."""
    odd = st.dictionaries(
        st.sampled_from([*GOOD, "nested", "things", "maybe_things", "names"]), st.sampled_from(ODD), max_size=2
    )
    below = things(depth - 1) if depth else st.just(ThingValue)
    return st.builds(_thing, odd, st.lists(below, max_size=3))


def _thing(odd: Mapping[str, Recipe], below: list[Recipe]) -> Recipe:
    def make() -> ThingValue:
        others = [recipe() for recipe in below]
        links = {"nested": next(iter(others), None), "things": others, "maybe_things": others or None, "names": others}
        return ThingValue(**(GOOD | links | {name: recipe() for name, recipe in odd.items()}))

    return make


async def answer(executor: type, document: DocumentNode, make: Recipe, **options: Any) -> str:
    """Return the whole response as text."""
    root = SimpleNamespace(thing=make(), things=[make(), make()])
    result = execute(TOY, document, root, executor_class=executor, operation_extensions=None, **options)
    result = await result if asyncio.iscoroutine(result) else result
    # Where an error ends the wait for others, they are still waited for in the background.
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
    response = json.dumps({"data": result.data, "errors": [error.formatted for error in result.errors or ()]})
    # Errors show values as Python does; what is made anew for each execution lies at another address.
    return re.sub(r"\b0x[0-9a-f]+", "0x", response)


def answers(document: str, make: Recipe, **options: Any) -> list[str]:
    """Return the response of each executor."""
    parsed = parse(document)
    return [asyncio.run(answer(executor, parsed, make, **options)) for executor in (PlainExecutor, Ordinary)]


def whatever_the_clock(answer: str) -> tuple[Any, set[str]]:
    """Return what does not hang on which of several waits is over first: data, and errors that explain its nulls."""
    response = json.loads(answer)
    return response["data"], {_explained(response["data"], error) for error in response["errors"]}


def _explained(data: Any, error: Mapping[str, Any]) -> str:
    """Return an error; of one that reached an object further up, where any of several may be told, what it nulled."""
    for depth, key in enumerate(error["path"]):
        if data is None:
            return json.dumps(error["path"][:depth])
        data = data[key]
    return json.dumps(error)


@settings(max_examples=200)
@given(document=documents(TOY, TOY.type_map["Thing"], "{ thing %s things %s }"), recipe=things(2))
def test_any_selection_is_answered_as_graphql_core_answers_it(document: str, recipe: Recipe) -> None:
    plain, ordinary = answers(document, recipe)
    assert whatever_the_clock(plain) == whatever_the_clock(ordinary)
    if "later" not in document and "refused" not in document:
        assert plain == ordinary


@pytest.mark.parametrize("name", [*GOOD, "nested", "things", "maybe_things", "names"])
def test_any_value_is_answered_as_graphql_core_answers_it(name: str) -> None:
    graphql_name = to_camel_case(name)
    objects = is_composite_type(get_named_type(TOY.type_map["Thing"].fields[graphql_name].type))
    for below in ("{ name }", "{ __typename }") if objects else ("",):
        selection = f"{{ flag shout {graphql_name} {below} }}"
        for odd in ODD:
            plain, ordinary = answers(f"{{ thing {selection} things {selection} }}", _thing({name: odd}, []))
            assert plain == ordinary


@pytest.mark.parametrize(
    "selection",
    [
        "times",
        "times(factor: 5)",
        "times(factor: 5) again: times",
        "times(factor: $factor)",
        "where",
        "later { times }",
        "laterThings { later { where } times(factor: $factor) things { where } names { name ... on Thing { where } } }",
    ],
)
def test_resolvers_are_asked_with_their_object_arguments_and_place(selection: str) -> None:
    nested = _thing({}, [_thing({}, [_thing({}, [])])])
    document = f"query ($factor: Int! = 3) {{ thing {{ name {selection} }} things {{ {selection} }} }}"
    plain, ordinary = answers(document, nested, variable_values={"factor": 7})
    assert plain == ordinary
    assert "null" not in plain


@pytest.mark.parametrize(
    "selection", ["refused", "refused(flag: true)", "times(factor: 1234567890)", "things { refused }"]
)
def test_errors_of_resolvers_are_told_as_graphql_core_tells_them(selection: str) -> None:
    thing = _thing({}, [_thing({}, [])])
    plain, ordinary = answers(f"{{ thing {{ later {{ name }} {selection} name }} things {{ {selection} }} }}", thing)
    assert plain == ordinary
    assert json.loads(plain)["errors"]


def test_arguments_of_one_parsed_document_may_differ_between_requests() -> None:
    document = parse(KeptSource("query ($factor: Int!) { thing { times(factor: $factor) } }"))
    for factor in (2, 3):
        variables = {"variable_values": {"factor": factor}}
        assert f'"times": {7 * factor}' in asyncio.run(answer(PlainExecutor, document, _thing({}, []), **variables))


def test_what_is_included_may_differ_between_requests_of_one_parsed_document() -> None:
    document = parse(KeptSource("query ($yes: Boolean!) { thing { name flag @include(if: $yes) } }"))
    for yes in (True, False, True):
        variables = {"variable_values": {"yes": yes}}
        assert ("flag" in asyncio.run(answer(PlainExecutor, document, _thing({}, []), **variables))) is yes


def test_middleware_sees_every_field() -> None:
    seen: dict[str, list[str]] = {}

    def watch(executor: type) -> Callable[..., Any]:
        return lambda follow, root, info: (
            seen.setdefault(executor.__name__, []).append(info.field_name) or follow(root, info)
        )

    document = parse(KeptSource("{ thing { name free { whole } } }"))
    for executor in (PlainExecutor, PlainExecutor, Ordinary):
        seen.pop(executor.__name__, None)
        asyncio.run(answer(executor, document, _thing({}, []), middleware=[watch(executor)]))
    assert seen["PlainExecutor"] == seen[Ordinary.__name__] == ["thing", "name", "free", "whole"]
