"""
The API without a server: query, schema.

What knows GraphQL is imported where it is needed: it is half of the time that any other command takes to start.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.shared import StoreUrl
from app.settings import Settings, load_settings
from app.stores import opened
from graph.errors import InputError

commands = typer.Typer()


@commands.command("query", no_args_is_help=True)
def query_command(
    document: Annotated[
        str, typer.Argument(metavar="QUERY", help="A GraphQL document, a file of one, or - to read it.")
    ],
    store: StoreUrl = None,
    variables: Annotated[str, typer.Option(metavar="JSON", help="The variables, as a JSON object.")] = "{}",
    operation: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which operation to run, where the document has several.")
    ] = None,
) -> None:
    """
    Answer one GraphQL document, as JSON on standard output.

    Exit status 1 where the answer holds errors.

    For example:

    ```
    rapport query '{ opportunities(first: 3) { totalCount } }'
    rapport query deal.graphql --variables '{"key": "o1"}'
    ```
    """
    answer = asyncio.run(_query(load_settings(store=store), _document(document), _variables(variables), operation))
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    if answer.get("errors"):
        raise typer.Exit(1)


async def _query(settings: Settings, document: str, variables: dict[str, Any], operation: str | None) -> dict[str, Any]:
    from app.main import run_query

    async with opened(settings, create=False) as store:
        return await run_query(
            store,
            document,
            variables=variables,
            operation_name=operation,
            team_domains=settings.team_domains,
        )


def _document(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    # No file name has a brace, and no document is without one.
    if "{" in given:
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{given!r} is no file that can be read ({error.strerror}), and no query, which looks like "
            "'{ sellers { totalCount } }'."
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{given!r} is not a text in UTF-8, so it is no GraphQL document.") from None


def _variables(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"not JSON: {error}", param_hint="--variables") from None
    if not isinstance(values, dict):
        raise typer.BadParameter('must be a JSON object such as {"key": "o1"}', param_hint="--variables")
    return values


@commands.command("schema")
def schema_command() -> None:
    """
    Print the schema of the API in GraphQL's schema language.

    For example:

    ```
    rapport schema > schema.graphql
    ```
    """
    from schema.build import schema

    print(schema.as_str())
