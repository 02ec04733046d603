"""From a row to a line of the interchange format."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ingest.crm.mapping import Formats, Participant, RecordSet
from ingest.crm.value import Scalar, Value, matches

NUMBERS = frozenset({"estimatedRevenue", "actualRevenue", "durationMinutes"})
INSTANTS = frozenset({"at", "createdAt", "closedAt"})
DATES = frozenset({"estimatedCloseDate"})
FLAGS = frozenset({"optedOut", "followed", "automatic"})
LISTS = frozenset({"emails", "domains", "salesTeamIds", "stakeholderIds"})

Row = Mapping[str, str]
NUMBER = {
    ".": re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?"),
    ",": re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?"),
}
CURRENCY = re.compile(r"[\s$€£¥']")
YES = frozenset({"1", "true", "yes", "y", "x", "on"})
NO = frozenset({"0", "false", "no", "n", "off"})


class BadCellError(ValueError):
    """A cell that is not what its field needs; the message names the field."""


def record_line(records: RecordSet, row: Row, formats: Formats) -> str:
    """Return the line of a row as JSON, or raise BadCellError."""
    line: dict[str, Any] = {"type": records.type}
    for name, value in records.fields.items():
        line[name] = _field(name, value, row, formats)
    if records.attributes:
        line["attributes"] = {name: _attribute(name, value, row, formats) for name, value in records.attributes.items()}
    if records.participants:
        line["participants"] = [found for one in records.participants for found in _participants(one, row)]
    return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)


def _field(name: str, value: Value, row: Row, formats: Formats) -> Any:
    found = list(_texts(value, row))
    if name in LISTS:
        return found
    if not found or found[0] == "":
        return None
    return _converted(name, found[0], formats)


def _attribute(name: str, value: Value, row: Row, formats: Formats) -> Scalar | None:
    found = next(_texts(value, row), None)
    if found is None or value.as_ == "text" or not isinstance(found, str):
        return found
    return _number(name, found, formats) if value.as_ == "number" else _flag(name, found)


def _converted(name: str, found: Scalar, formats: Formats) -> Scalar:
    if not isinstance(found, str):
        return found
    if name in NUMBERS:
        return _number(name, found, formats)
    if name in INSTANTS:
        return _instant(name, found, formats).isoformat().replace("+00:00", "Z")
    if name in DATES:
        return _time(name, found, formats).date().isoformat()
    return _flag(name, found) if name in FLAGS else found


def _participants(participant: Participant, row: Row) -> Iterator[dict[str, Any]]:
    """Yield one participant for each person named; several stand in one cell that is split."""
    columns = {name: list(_texts(value, row)) for name, value in participant.sources()}
    for i in range(max(len(columns.get("personId", ())), len(columns.get("email", ())))):
        person = {name: texts[i] for name, texts in columns.items() if i < len(texts)}
        yield {**person, "role": participant.role.value}


def _texts(value: Value, row: Row) -> Iterator[Scalar]:
    """Yield what a value comes to: the constant, or each cell that is not blank, mapped; else the default."""
    if not matches(value.when, row):
        return
    if value.value is not None:
        yield value.value
        return
    cells = [part.strip() for template in value.origins for part in _parts(value, template.fill(row))]
    found = [_mapped(value, cell) for cell in cells if cell]
    if found:
        yield from found
    elif (default := value.fallback.fill(row) if value.fallback else value.default) is not None:
        yield default


def _parts(value: Value, text: str) -> list[str]:
    return [text] if value.split is None else text.split(value.split)


def _mapped(value: Value, cell: str) -> Scalar:
    return value.map.get(cell, value.folded_map.get(cell.casefold(), cell))


def _number(name: str, text: str, formats: Formats) -> float:
    plain = CURRENCY.sub("", text)
    if not plain.strip("+-.,") or NUMBER[formats.decimal].fullmatch(plain) is None:
        raise BadCellError(f"{name}: {text[:80]!r} is no number (formats.decimal is {formats.decimal!r})")
    thousands = "," if formats.decimal == "." else "."
    number = float(plain.replace(thousands, "").replace(",", "."))
    return int(number) if number.is_integer() else number


def _flag(name: str, text: str) -> bool:
    if (folded := text.casefold()) in YES | NO:
        return folded in YES
    raise BadCellError(f"{name}: {text[:80]!r} is neither yes nor no")


def _instant(name: str, text: str, formats: Formats) -> datetime:
    time = _time(name, text, formats)
    try:
        return (time if time.tzinfo is not None else time.replace(tzinfo=formats.zone)).astimezone(UTC)
    except OverflowError as exc:
        raise BadCellError(f"{name}: {text[:80]!r} is no instant") from exc


def _time(name: str, text: str, formats: Formats) -> datetime:
    for format_ in formats.date_format:
        try:
            return datetime.strptime(text, format_)  # noqa: DTZ007  # the zone is added by who needs one
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError as exc:
        known = ", ".join(["ISO 8601", *formats.date_format])
        raise BadCellError(f"{name}: {text[:80]!r} is no date in {known}; add its form to formats.date_format") from exc
