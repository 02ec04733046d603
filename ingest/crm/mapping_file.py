"""Reading a mapping file, and saying what is wrong with one: where, what was expected, what may have been meant."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from graph.errors import SourceError
from ingest.crm.mapping import Formats, Join, Mapping, Participant, RecordSet
from ingest.crm.suggest import near
from ingest.crm.value import Value

# What is wanted, by the name that the checks have for what was found instead.
WANTED = {
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "string_too_short": "must not be blank",
    "string_type": "must be text",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}
# What stands in a place where several types may.
CHOICES = ("bool", "function-before[")


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in a TOML file, or raise SourceError that says what is wrong with it and where."""
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as exc:
        raise SourceError(f"{path}: the mapping cannot be read: {exc.strerror}. Check the path.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise SourceError(f"{path}: the mapping is no TOML: {exc}. examples/crm.toml is one.") from exc
    try:
        return Mapping.model_validate(content).read_from(path)
    except ValidationError as exc:
        raise SourceError(f"{path}: {_explain(exc, content)}") from None


def _explain(exc: ValidationError, content: dict[str, Any]) -> str:
    # A list is too short for pydantic when its items are bad; that is said of the items.
    errors = [error for error in exc.errors(include_url=False) if error["type"] != "too_short" or not error["input"]]
    told = dict.fromkeys(_explain_one(error, content) for error in errors)
    return "; ".join(list(told)[:3])


def _explain_one(error: Any, content: dict[str, Any]) -> str:
    *parents, last = error["loc"] or ("",)
    if error["type"] == "extra_forbidden":
        return f"{_place(parents, content)}{last!r} is no key here{near(str(last), _known_keys(parents), 'Keys are')}"
    if error["type"] == "missing":
        return f"{_place(parents, content)}{last} is missing"
    place = [part for part in error["loc"] if not isinstance(part, str) or not part.startswith(CHOICES)]
    if len(place) < len(error["loc"]):
        return f"{_place(place[:4], content)}must be true, false, a text or a list of texts"
    return f"{_place(place, content)}{_wanted(error)}"


def _wanted(error: Any) -> str:
    if error["type"] == "literal_error":
        return f"must be {error['ctx']['expected']}, found {str(error['input'])[:80]!r}"
    return WANTED.get(error["type"]) or error["msg"].removeprefix("Value error, ")


def _place(loc: Any, content: dict[str, Any]) -> str:
    """Return where in the file an error is, in its own words."""
    parts = [str(part + 1) if isinstance(part, int) else str(part) for part in loc]
    if len(loc) > 1 and loc[0] == "records" and isinstance(records := content["records"][loc[1]], dict):
        parts[:2] = [f"records {loc[1] + 1} ({records.get('type', 'no type')} from {records.get('file', 'no file')})"]
    return ": ".join([*parts[:1], *([".".join(parts[1:])] if parts[1:] else []), ""])


def _known_keys(parents: list[Any]) -> list[str]:
    models: dict[str, type[BaseModel]] = {"": Mapping, "formats": Formats, "join": Join, "participants": Participant}
    names = [str(part) for part in parents if isinstance(part, str)]
    if names == ["records"]:
        model: type[BaseModel] = RecordSet
    else:
        model = models.get(names[-1] if names else "", Value)
    return [field.alias or name for name, field in model.model_fields.items()]
