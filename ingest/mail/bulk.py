"""Mail that was sent to many, and mail that a machine wrote."""

from collections.abc import Collection, Iterator

from graph.settings import BulkSign
from ingest.mail.headers import Headers, first

_LISTS = ("list-id", "list-post", "x-mailing-list", "mailing-list")


def is_bulk(headers: Headers, signs: Collection[BulkSign]) -> bool:
    """Tell by these signs whether a message came over a list, from a bulk sender or from a machine."""
    return any(sign in signs for sign in _signs(headers))


def _signs(headers: Headers) -> Iterator[BulkSign]:
    if "list-unsubscribe" in headers:
        yield BulkSign.LIST_UNSUBSCRIBE
    if "list-id" in headers:
        yield BulkSign.LIST_ID
    if _word(headers, "precedence") in ("bulk", "list", "junk"):
        yield BulkSign.PRECEDENCE
    if _is_auto_submitted(headers):
        yield BulkSign.AUTO_SUBMITTED


def is_automatic(headers: Headers) -> bool:
    """
    Tell whether a machine wrote a message.

    Lists mark all they pass on as bulk; what a person wrote to a list is still that person's.
    """
    over_a_list = any(name in headers for name in _LISTS)
    return _is_auto_submitted(headers) or (not over_a_list and _word(headers, "precedence") in ("bulk", "junk"))


def _is_auto_submitted(headers: Headers) -> bool:
    return _word(headers, "auto-submitted") not in ("", "no")


def _word(headers: Headers, name: str) -> str:
    """Return the first word of a header in lower case, without parameters and comments."""
    words = first(headers, name).replace(";", " ").replace("(", " ").lower().split()
    return words[0] if words else ""
