"""Subjects without what replies, forwards and mailing lists put before them."""

import re
from hashlib import blake2b

# What mail programs write before the subject of an answer and of a forward, in the languages they are sold in.
_ANSWER = "re|aw|antw|antwort|sv|vs|res|resp|odp|ynt|回复|回覆|答复|답장|отв|απ"
_FORWARD = "fwd?|wg|vb|vl|tr|rv|enc|doorst|pd|ilt|转发|轉寄|전달|пересл|πρθ"
_COUNT = r"(?:\s?\[\d{1,4}\]|\s?\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?"
_LIST_TAG = r"\[[^\[\]\s]{1,60}\]\s*"
_PREFIXES = re.compile(rf"(?:(?:{_ANSWER}|{_FORWARD}){_COUNT}\s?[:\uff1a]\s*|{_LIST_TAG})+", re.IGNORECASE)
_MARKED = re.compile(rf"(?:{_LIST_TAG})*(?:{_ANSWER}){_COUNT}\s?[:\uff1a]", re.IGNORECASE)


def normalized_subject(subject: str) -> str:
    """Return a subject as it is compared: no prefixes or list tags, white space folded, whatever the case."""
    subject = " ".join(subject.split())
    found = _PREFIXES.match(subject)
    return subject[found.end() if found else 0 :].casefold()


def is_reply(subject: str) -> bool:
    """Tell whether a subject is marked as an answer; a forward is none."""
    return _MARKED.match(subject.strip()) is not None


def subject_key(subject: str) -> str:
    """Return a short key that is the same for mail of one normalised subject, "" where nothing is left of it."""
    normalized = normalized_subject(subject)
    return blake2b(normalized.encode(), digest_size=12).hexdigest() if normalized else ""
