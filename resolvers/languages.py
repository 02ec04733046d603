"""The languages that there is a catalogue of, and which of them a client gets."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from graph.errors import LanguageError
from resolvers.language import Language, read_language

MESSAGES = Path(__file__).with_name("messages")
DEFAULT = "en"


class Languages:
    """Every language that can be spoken; the default one where nobody asks for another."""

    def __init__(self, languages: Iterable[Language]) -> None:
        self.all = sorted(languages, key=lambda language: language.tag)
        self._default = next(language for language in self.all if language.tag == DEFAULT)

    def named(self, tag: str) -> Language:
        """Return the language that a tag such as gl, en-GB or zh-TW stands for."""
        if (language := self._spoken(tag)) is None:
            there_are = ", ".join(language.tag for language in self.all)
            raise LanguageError(f"There is no language {tag!r}; use one of {there_are}.")
        return language

    def preferred(self, tags: Sequence[str]) -> Language:
        """Return the first of these languages that there is, else the default one."""
        found = (self._default if tag == "*" else self._spoken(tag) for tag in tags)
        return next(filter(None, found), self._default)

    def _spoken(self, tag: str) -> Language | None:
        wanted = _locale(tag)
        return next((spoken for spoken in self.all if wanted and _understands(wanted, spoken.locale)), None)


@cache
def languages() -> Languages:
    """Return the languages that come with Rapport, read once."""
    return read_languages(MESSAGES)


def read_languages(folder: Path) -> Languages:
    """Read every catalogue of a folder."""
    return Languages(map(read_language, folder.glob("*.po")))


@lru_cache(maxsize=1024)
def _locale(tag: str) -> Locale | None:
    """Return the locale of a tag, with the script that is likely in its territory; None where it is none we know."""
    try:
        return Locale.parse(tag.strip().replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return None


def _understands(wanted: Locale, spoken: Locale) -> bool:
    """Tell whether a reader of one reads the other: same language, same script unless the reader names none."""
    if wanted.language != spoken.language:
        return False
    return wanted.script == spoken.script or (wanted.script is None and wanted.territory is None)
