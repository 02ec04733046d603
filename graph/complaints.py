"""What is told of a value that a field may not have, in the same words wherever it was given."""

import json
from collections.abc import Iterable, Sequence

# What a field may hold.
TEXT = "text"
NUMBER = "a number"
FLAG = "true or false"
WHOLE_TEXT = "text without half of a surrogate pair"
LIST = "a list"
OBJECT = "an object"
INSTANT = "an RFC 3339 instant with offset, such as 2026-11-02T09:30:00+01:00"
DAY = "a date such as 2027-01-31"

# Of so many complaints all are told.
MOST_TOLD = 3
SHOWN = 60
# As many digits as anybody reads.
LARGEST_SHOWN = 10**30


def one_of(names: Iterable[str]) -> str:
    """Return what a field of a set of values may hold."""
    return f"one of {', '.join(names)}"


def required(field: str) -> str:
    """Return the complaint about a field without a value."""
    return f"{field} is required"


def mismatch(field: str, expected: str, found: object) -> str:
    """
    Return the complaint about a field with a value that it may not have.

    >>> mismatch("at", "a date such as 2027-01-31", "soon")
    "at: must be a date such as 2027-01-31, found 'soon'"
    """
    return f"{field}: must be {expected}, found {shown(found)}"


def shown(value: object) -> str:
    """
    Return a value as it is shown in a complaint: as who wrote JSON or GraphQL knows it, and no longer than a line.

    >>> shown("x" * 70), shown(None), shown(True), shown(2.50), shown(["CRM", "FAX"])
    ("'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'", 'null', 'true', '2.5', '[CRM, FAX]')
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case int():
            # Python refuses to write out numbers of thousands of digits.
            return str(value) if abs(value) < LARGEST_SHOWN else "a very large number"
        case dict():
            return "an object"
        case list() | tuple():
            return f"[{_cut(', '.join(item if isinstance(item, str) else shown(item) for item in value[:SHOWN]))}]"
    return repr(_cut(str(value)))


# Made once: that takes longer than to encode the variables of a query.
_encoder = json.JSONEncoder(ensure_ascii=False)


def is_whole(value: object) -> bool:
    """
    Tell whether the texts of a value hold whole characters only; half of a surrogate pair can be kept nowhere.

    >>> is_whole({"name": "Zoë"}), is_whole([chr(0xD83D)])
    (True, False)
    """
    try:
        (value if isinstance(value, str) else _encoder.encode(value)).encode()
    except UnicodeEncodeError:
        return False
    except RecursionError:
        # Nothing that we keep is that deep, so it is refused for that.
        pass
    return True


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def told(complaints: Sequence[str]) -> str:
    """
    Return several complaints as one text.

    >>> told(["a is required", "b is required", "c is required", "d is required"])
    'a is required; b is required; c is required; and 1 more'
    """
    first = "; ".join(complaints[:MOST_TOLD])
    return first if len(complaints) <= MOST_TOLD else f"{first}; and {len(complaints) - MOST_TOLD} more"
