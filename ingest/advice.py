"""What to do about a file that nobody knows, by how it begins."""

import re

from ingest.text import first_line

JSON_LINES = "JSON Lines hold one object a line, each with its type (docs/data-format.md)"
MAIL_LOG = "a mail log needs the columns id, sent_at, from and to in its first line"
# What other programs call the columns of a mail log.
MAIL_COLUMNS = frozenset(
    {
        "id",
        "message_id",
        "message-id",
        "messageid",
        "date",
        "sent",
        "sent_at",
        "sentat",
        "timestamp",
        "time",
        "datetime",
    }
    | {"from", "sender", "author", "to", "recipient", "recipients", "receiver", "cc", "bcc", "subject"}
)
FEW = 3


def advice(text: str) -> str | None:
    """Return what a file that begins so seems to be and what makes it one to import, None where nothing tells."""
    if text.startswith("["):
        return f"It seems to be a JSON array, and {JSON_LINES}: jq -c '.[]' FILE writes an array so."
    if text.startswith("{"):
        return f"It seems to be JSON of another program, and {JSON_LINES}."
    if "\0" in text:
        return "It holds NUL characters, as text in UTF-16 or UTF-32 without a byte order mark does: save it as UTF-8."
    if len(MAIL_COLUMNS & _columns(text)) >= FEW:
        return f"It seems to be a mail log under other names, and {MAIL_LOG}: rename them."
    return None


def _columns(text: str) -> set[str]:
    return {column.strip(' "').lower().replace(" ", "_") for column in re.split("[,;\t|]", first_line(text))}
