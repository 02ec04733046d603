"""The fields of a line by what they hold: each is checked, and brought into the form in which it is kept."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import inf
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from graph.complaints import DAY, INSTANT, NUMBER, shown
from graph.model import normalized_address

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
WHOLE, LARGEST = 2**63, 2**1023
# Nineteen centuries; the sums of many such are still numbers.
MOST_MINUTES = 1e9


def blank_is_none(value: object) -> object:
    """Return None for blank text, anything else as it is."""
    return None if isinstance(value, str) and not value.strip() else value


def _without_nul(value: str) -> str:
    # Databases end text at it, so two ids would be one.
    if "\0" in value:
        raise ValueError("must not hold a NUL character")
    return value


def _reference(value: str | None) -> str | None:
    return value if value is None else _without_nul(value)


def _text(value: object) -> object:
    # It comes from programs that fill text up with it, and searches would end at it.
    return blank_is_none(value.replace("\0", "") if isinstance(value, str) and "\0" in value else value)


def _listed(value: object) -> object:
    if blank_is_none(value) is None:
        return ()
    return tuple(value) if isinstance(value, list) else value


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value.strip()))


def _instant(value: object) -> object:
    if blank_is_none(value) is None:
        return None
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise ValueError(f"must be {INSTANT}")
    try:
        return _from_rfc_3339(value)
    except (ValueError, OverflowError):
        raise ValueError(f"must be {INSTANT}") from None


def _from_rfc_3339(text: str) -> datetime:
    if text[17:19] == "60":
        # A leap second, which the calendar of computers does not have, is the second after the one before it.
        return datetime.fromisoformat(f"{text[:17]}59{text[19:]}".upper()).astimezone(UTC) + timedelta(seconds=1)
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _date(value: object) -> object:
    if blank_is_none(value) is None:
        return None
    try:
        return date.fromisoformat(value if isinstance(value, str) and ISO_DATE.fullmatch(value) else "")
    except ValueError:
        raise ValueError(f"must be {DAY}") from None


# The same people come again and again.
@lru_cache(maxsize=1 << 14)
def address(value: str) -> str:
    """Return an address as it is compared; raise ValueError unless it has one @ with something on both sides."""
    local, at, domain = _without_nul(normalized_address(value)).partition("@")
    if not (local and at and domain) or "@" in domain:
        raise ValueError(f"{shown(value)} is no address: it needs one @ with something on both sides")
    return f"{local}@{domain}"


def _listed_address(value: str) -> str:
    return address(value) if value.strip() else ""


def _domain(value: str) -> str:
    return _without_nul(value).strip().lower().lstrip("@.")


def _attributes(value: object) -> object:
    if blank_is_none(value) is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("must be an object of text, numbers, true and false")  # noqa: TRY004 - pydantic wants it
    kept = {name: _attribute(name, item) for name, item in value.items()}
    return {name: item for name, item in kept.items() if blank_is_none(item) is not None}


def _attribute(name: str, item: object) -> object:
    # Stores keep whole numbers of 64 bits; larger ones are as exact as any other number.
    if isinstance(item, int) and not -WHOLE <= item < WHOLE:
        item = float(item) if abs(item) < LARGEST else inf
    if not isinstance(item, str | int | float | None) or item in (inf, -inf) or item != item:
        raise ValueError(f"{shown(name)} must be text, a number, true or false, found {shown(item)}")
    return item


def _minutes(value: float) -> float:
    if not 0 <= value <= MOST_MINUTES:
        raise ValueError(f"must be {NUMBER} from 0 to {MOST_MINUTES:,.0f}")
    return value


def default_to(default: object) -> BeforeValidator:
    """Return what a missing or blank field is read as."""
    return BeforeValidator(lambda value: default if blank_is_none(value) is None else value)


Text = Annotated[str | None, BeforeValidator(_text)]
RequiredText = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(blank_is_none), AfterValidator(_without_nul)]
Reference = Annotated[str | None, BeforeValidator(blank_is_none), AfterValidator(_reference)]
Ids = Annotated[
    tuple[Annotated[str, AfterValidator(_without_nul)], ...], BeforeValidator(_listed), AfterValidator(_unique)
]
Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_listed_address)], ...], BeforeValidator(_listed), AfterValidator(_unique)
]
Domains = Annotated[
    tuple[Annotated[str, AfterValidator(_domain)], ...], BeforeValidator(_listed), AfterValidator(_unique)
]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_date)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Minutes = Annotated[float, AfterValidator(_minutes)]
OptionalNumber = Annotated[Number | None, BeforeValidator(blank_is_none)]
OptionalFlag = Annotated[bool | None, BeforeValidator(blank_is_none)]
Flag = Annotated[bool, default_to(False)]
Attributes = Annotated[dict[str, Any], BeforeValidator(_attributes)]
