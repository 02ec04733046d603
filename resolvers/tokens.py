"""Opaque texts that clients keep and give back: node ids and cursors."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

Part = str | int | float | None


def encode(*parts: Part) -> str:
    """Return a text that :func:`decode` turns back into its parts."""
    return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(token: str) -> tuple[Part, ...] | None:
    """Return the parts of a text that we made, None for any other."""
    try:
        parts = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(parts, list) or not all(isinstance(part, Part) for part in parts):
        return None
    # Base64 reads several texts as the same bytes; only the one we made is ours.
    return tuple(parts) if encode(*parts) == token else None
