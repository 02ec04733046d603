"""Values reach Neo4j as parameters and never inside a statement."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.backends import cypher

BACKENDS = Path(cypher.__file__).parent
STATEMENTS = sorted(BACKENDS.glob("cypher*.py"))
SENDERS = sorted(BACKENDS.glob("bolt*.py"))
RUNNERS = {"fetch", "execute", "found", "run"}


def formatted(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what builds a text out of others."""
    for node in ast.walk(tree):
        is_percent = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
        is_format = isinstance(node, ast.Attribute) and node.attr in {"format", "format_map", "join", "replace"}
        if isinstance(node, ast.JoinedStr) or is_percent or is_format:
            yield node


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.name)
def test_no_statement_is_built_out_of_parts(path: Path) -> None:
    assert not list(formatted(ast.parse(path.read_text())))


@pytest.mark.parametrize("path", SENDERS, ids=lambda path: path.name)
def test_what_is_sent_is_a_constant_of_the_modules_of_statements(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in RUNNERS:
            assert not [part for argument in call.args for part in formatted(argument)]
            assert not [a for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]


@pytest.mark.parametrize("path", SENDERS, ids=lambda path: path.name)
def test_no_statement_stands_outside_the_modules_of_statements(path: Path) -> None:
    constants = [n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant)]
    texts = [text for text in constants if isinstance(text, str)]
    assert not [text for text in texts if "MATCH (" in text or "MERGE (" in text or "RETURN " in text]
