"""What somebody who wrote a name that does not exist may have meant."""

from collections.abc import Sequence
from difflib import get_close_matches


def near(name: str, known: Sequence[str], intro: str) -> str:
    """Return the end of a sentence: the nearest of the known names, and all of them."""
    by_folded = {k.casefold(): k for k in known}
    close = get_close_matches(name.casefold(), list(by_folded), n=1)
    meant = f"; did you mean {by_folded[close[0]]!r}?" if close else "."
    return f"{meant} {intro} {', '.join(known)}." if known else meant
