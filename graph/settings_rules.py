"""Which values a setting may have, and what is told of one that it may not."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from string import Formatter
from typing import Any

from graph.complaints import shown
from graph.errors import SettingsError
from graph.model import Source
from graph.settings import BulkSign, Frequency, OrganizationSettings

# What the draft of a request for introduction may name: whom to meet, who is asked, who asks.
PLACEHOLDERS = ("customer", "colleague", "seller")
MAX_SUBJECT, MAX_BODY = 200, 10_000
LARGEST_GROUP = 1000

# The control characters that a text may hold.
LAYOUT = "\t\n\r"

# A rule returns a value as settings hold it, or raises ValueError with what it must be.
Rule = Callable[[Any], Any]


def _number(low: float, high: float) -> Rule:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"it must be a number from {low:g} to {high:g}")
        return float(value)

    return check


def _strength(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError("it must be a number above 0 and at most 1")
    return float(value)


def _group(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_GROUP:
        raise ValueError(f"it must be a whole number from 1 to {LARGEST_GROUP}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("it must be true or false")  # noqa: TRY004 - one kind of complaint for all
    return value


def _one_of(enum: type[Enum]) -> Rule:
    def check(value: object) -> Enum:
        try:
            return enum(value)
        except ValueError:
            raise ValueError(f"it must be one of {_names(enum)}") from None

    return check


def _some_of(enum: type[Enum], *, least: int = 0) -> Rule:
    def check(value: object) -> tuple[Enum, ...]:
        chosen = tuple(member for member in enum if isinstance(value, list | tuple) and member.value in value)
        # Fewer than given where one is not of the set, or comes twice.
        if not isinstance(value, list | tuple) or len(chosen) < max(least, len(value)):
            raise ValueError(f"it must be a list of {'at least one' if least else 'any'} of {_names(enum)}, each once")
        return chosen

    return check


def _names(enum: type[Enum]) -> str:
    return ", ".join(member.name for member in enum)


def _template(longest: int, *, lines: bool) -> Rule:
    def check(value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise ValueError(f"it must be a text of 1 to {longest:,} characters")
        if not lines and value.splitlines() != [value]:
            raise ValueError("it must be a single line")
        if strange := [c for c in value if unicodedata.category(c) == "Cc" and c not in LAYOUT]:
            raise ValueError(f"it must not hold the control character U+{ord(strange[0]):04X}")
        if unknown := [name for name in _placeholders(value) if name not in PLACEHOLDERS]:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise ValueError(f"{{{unknown[0]}}} stands for nothing; it may hold {known}, and {{{{ for a brace")
        return value

    return check


def _placeholders(template: str) -> Iterator[str]:
    try:
        for _, name, form, conversion in Formatter().parse(template):
            if name is not None:
                yield name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
    except ValueError:
        raise ValueError("it has a brace without its pair; write {{ or }} for a brace of its own") from None


_weight = _number(-50, 50)
_score = _number(0, 100)
RULES: Mapping[str, Rule] = {
    "email_weight_percent": _weight,
    "meeting_weight_percent": _weight,
    "call_weight_percent": _weight,
    "other_weight_percent": _weight,
    "frequency": _one_of(Frequency),
    "good_from": _score,
    "fair_from": _score,
    "health": _flag,
    "who_knows_whom": _flag,
    "introduction_subject": _template(MAX_SUBJECT, lines=False),
    "introduction_body": _template(MAX_BODY, lines=True),
    "strong_from": _strength,
    "moderate_from": _strength,
    "sources": _some_of(Source, least=1),
    "bulk_signs": _some_of(BulkSign),
    "smallest_group": _group,
}
# The first of each must be below the second.
ORDERED = (("fair_from", "good_from"), ("moderate_from", "strong_from"))


def shown_name(name: str) -> str:
    """
    Return a setting's name as clients know it.

    >>> shown_name("good_from"), shown_name("introduction_body")
    ('goodFrom', 'introduction.body')
    """
    if name.startswith("introduction_"):
        return name.replace("_", ".")
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def changed(settings: OrganizationSettings, given: Mapping[str, object]) -> OrganizationSettings:
    """Return the settings with the values given; raise SettingsError that tells all that is wrong with them."""
    values, complaints = _checked(given)
    after = replace(settings, **values)
    refused = set(complaints)
    for lower, upper in _out_of_order(after):
        # A refused value is not in its place yet, so nothing can be compared with it.
        if refused & {lower, upper}:
            continue
        message = _not_below(after, lower, upper)
        complaints |= {name: message for name in (lower, upper) if name in values}
    if complaints:
        told = [{"field": shown_name(name), "message": message} for name, message in complaints.items()]
        raise SettingsError(" ".join(dict.fromkeys(complaints.values())), fields=told)
    return after


def repaired(written: Mapping[str, object]) -> OrganizationSettings:
    """
    Return settings as they were written once; what is missing or not understood any more is the default.

    >>> repaired({"good_from": 70, "frequency": "HOURLY"}).good_from
    70.0
    """
    known = {name: _known(name, value) for name, value in written.items()}
    values, _ = _checked(known)
    settings = OrganizationSettings(**values)
    lost = {name for pair in _out_of_order(settings) for name in pair}
    return OrganizationSettings(**{name: value for name, value in values.items() if name not in lost})


def _known(name: str, value: object) -> object:
    """Return what was written without the members of a set that a newer Rapport knows and we do not."""
    members = {"sources": Source, "bulk_signs": BulkSign}.get(name)
    return [one for one in value if one in list(members)] if members and isinstance(value, list) else value


def _checked(given: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that fit their rules, and what is wrong with the others."""
    values: dict[str, Any] = {}
    complaints: dict[str, str] = {}
    for name, value in given.items():
        try:
            values[name] = RULES[name](value)
        except ValueError as error:
            complaints[name] = f"{shown_name(name)} is {shown(value)}; {error}."
    return values, complaints


def _out_of_order(settings: OrganizationSettings) -> list[tuple[str, str]]:
    return [(lower, upper) for lower, upper in ORDERED if getattr(settings, lower) >= getattr(settings, upper)]


def _not_below(settings: OrganizationSettings, lower: str, upper: str) -> str:
    low, high = shown_name(lower), shown_name(upper)
    return f"{low} is {getattr(settings, lower):g} and {high} {getattr(settings, upper):g}; {low} must be below {high}."
