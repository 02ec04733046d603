"""Address lists as they are found: quoted and bare names, groups, comments, lists separated by anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.mail.headers import decoded


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of an address list; ``email`` is "" where it has no usable address."""

    email: str
    name: str | None


# Lengths are bounded so that unclosed quotes and brackets cannot make the scan quadratic.
_TOKEN = re.compile(
    r"""
      (?P<word>=\?[^?\s]{1,60}\?[bq]\?[^?\s]{0,800}\?=)
    | (?P<local>"(?:[^"\\]|\\.){0,250}+"(?=@))
    | (?P<quoted>"(?:[^"\\]|\\.){0,250}+")
    | (?P<comment>\((?:[^()\\]|\\.){0,250}+\))
    | (?P<angle><[^<>]{0,1000}>)
    | (?P<separator>[,;])
    | (?P<group>:)
    | (?P<space>\s+)
    | (?P<atom>\[[^\]\s,;]{0,100}\]|[^\s"(<,;:\[]+|.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_AROUND_AT = re.compile(r" ?([@.]) ?")
# A quoted part before an @ may hold spaces.
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.){0,250}+"(?=@)|\S)+')
_BETWEEN = re.compile(r"[\s,;]+")
# Nearly every address: it came with nothing.
_PLAIN = re.compile(r"[\w.+=-]+@[\w.-]+", re.ASCII)
_ESCAPE = re.compile(r"\\(.)")
_QUOTED_LOCAL = re.compile(r"""^(["'])([\w.+=-]+)\1@""")
_PAIR = 2
_BARE = frozenset(("atom", "space", "word", "local"))
_SCHEME = "mailto:"
_ROUTE_OR_SCHEME = re.compile(r"^(?:@[^:]*|mailto|smtp):", re.IGNORECASE)
# "Doe, John, Jr. <...>": so many pieces of an unquoted name may stand before the one with the address.
_MAX_PIECES = 2
_LONG_LIST = 300
# Twice what can be delivered to.
_MAX_EMAIL = 640

_Token = tuple[str, str]


def parse_addresses(text: str) -> tuple[Address, ...]:
    """Return the mailboxes of an address list in order; empty groups have none."""
    return _parse_again(text) if len(text) <= _LONG_LIST else _parse_long(text)


def _parse(text: str) -> tuple[Address, ...]:
    found: list[Address] = []
    pieces: list[str] = []
    for item in _items(text):
        mailboxes = list(_mailboxes(item))
        if not mailboxes and (piece := _phrase(item)):
            pieces.append(piece)
            continue
        if pieces and _has_name(item):
            mailboxes[0] = _with_surname(found, pieces, mailboxes[0])
        found.extend(Address("", piece) for piece in pieces)
        pieces = []
        found.extend(mailboxes)
    return (*found, *(Address("", piece) for piece in pieces))


# The same few lists come again and again; long ones are kept only while their message is read.
_parse_again = lru_cache(maxsize=8192)(_parse)
_parse_long = lru_cache(maxsize=3)(_parse)


def is_address(email: str) -> bool:
    """Tell whether an address has one @ with something on both sides, and no white space."""
    local, at, domain = email.partition("@")
    return bool(local and at and domain) and "@" not in domain and len(email.split(None, 1)) == 1


def _has_name(item: list[_Token]) -> bool:
    """Tell whether a mailbox is a name and an address in angle brackets."""
    return any(kind == "angle" for kind, _ in item) and item[0][0] != "angle"


def _with_surname(found: list[Address], pieces: list[str], address: Address) -> Address:
    """Join the last pieces before a mailbox to its name: an unquoted name held commas."""
    surname = pieces[-_MAX_PIECES:]
    del pieces[-_MAX_PIECES:]
    return Address(address.email, ", ".join([*surname, address.name or ""]))


def _items(text: str) -> Iterator[list[_Token]]:
    """Yield the tokens of each item between separators; a group's name is dropped, its members are items."""
    item: list[_Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "separator":
            yield from _trimmed(item)
            item = []
        elif kind == "group":
            item = []
        else:
            item.append((kind, match.group() if kind != "space" else " "))
    yield from _trimmed(item)


def _trimmed(item: list[_Token]) -> Iterator[list[_Token]]:
    while item and item[0][0] == "space":
        del item[0]
    if item:
        yield item


def _mailboxes(item: list[_Token]) -> Iterator[Address]:
    """Yield the mailbox of an item, or those of several with no separator but space."""
    if any(kind == "angle" for kind, _ in item):
        yield from _named(item)
        return
    bare = "".join(text if kind in _BARE else " " for kind, text in item)
    words = _WORD.findall(_AROUND_AT.sub(r"\1", bare))
    emails = [word for word in words if "@" in word]
    quoted = [_unquoted(text) for kind, text in item if kind == "quoted"]
    name = " ".join([*quoted, *(word for word in words if "@" not in word)]) or _comment(item)
    # Without an address beside them quotes stand around addresses.
    for email in emails or [word for text in quoted for word in _BETWEEN.split(text) if "@" in word]:
        yield _address(email, name if len(emails) == 1 else "")


def _named(item: list[_Token]) -> Iterator[Address]:
    """Yield the mailboxes in angle brackets, each with the name before it; of one, a name may stand anywhere."""
    angles = [place for place, (kind, _) in enumerate(item) if kind == "angle"]
    usable = [place for place in angles if "@" in item[place][1]] or angles[:1]
    starts = [0, *(place + 1 for place in usable)]
    for place, start in zip(usable, starts, strict=False):
        name = _phrase(item[start:place])
        yield _address(item[place][1][1:-1], name or (_phrase(item) if len(usable) == 1 else ""))


def _address(email: str, name: str) -> Address:
    email = clean_email(email)
    name = decoded(name).strip(" '\"")
    same = name.casefold() == email.casefold()
    return Address(email if is_address(email) else "", None if same or not name else name)


def clean_email(email: str) -> str:
    """Return an address without the route, scheme, quotes and invisible characters that it may have come with."""
    if len(email) > _MAX_EMAIL:
        return ""
    if _PLAIN.fullmatch(email):
        return email
    email = " ".join(_INVISIBLE.sub("", email).split()).strip(" <>")
    email = _QUOTED_LOCAL.sub(r"\2@", email).strip("' ")
    if email[:1] == "[" and email[-1:] == "]":
        email = email[1:-1]
    if email[: len(_SCHEME)].lower() == _SCHEME:
        email = email.partition("?")[0]
    email = _ROUTE_OR_SCHEME.sub("", email, count=1)
    email = _AROUND_AT.sub(r"\1", email.strip(" '<>"))
    # A quoted part before the @ keeps its quotes where they are needed.
    return email if email.count('"') == _PAIR and not email.endswith('"') else email.strip("\"' ")


def _phrase(item: list[_Token]) -> str:
    """Return the words of an item as they are written, quoted ones without their quotes, comments left out."""
    parts = (_unquoted(text) if kind == "quoted" else text for kind, text in item if kind not in ("comment", "angle"))
    return "".join(parts).strip() or _comment(item)


def _comment(item: list[_Token]) -> str:
    return next((_unquoted(text) for kind, text in item if kind == "comment"), "")


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(r"\1", text[1:-1]).strip()
