"""One language: its messages, its plurals, and how it writes numbers and durations."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from math import floor, log10
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, parse_pattern

# As many decimals as a number is left with by rounding.
PATTERN = parse_pattern("#,##0.########")

MINUTES_PER_HOUR, HOURS_PER_DAY = 60, 24
# From here on a wait is told in days, and a number without tenths.
HOURS_TOLD = 48
TENTHS_TOLD = 10


class Language:
    """Says messages of a catalogue; ``tag`` is its name in BCP 47, such as zh-Hant."""

    def __init__(self, locale: Locale, messages: GNUTranslations) -> None:
        self.locale = locale
        self.tag = str(locale).replace("_", "-")
        self._messages = messages

    def say(self, message: str, count: float | None, values: Mapping[str, str]) -> str:
        """Return a message with its values, in the form of a count where it has several."""
        if count is None:
            text = self._messages.gettext(message)
        else:
            text = self._messages.ngettext(message, message, _alike(self.locale, count))
        return text.format_map(values)

    def number(self, value: float) -> str:
        """Write a number: 3, 7.5, 1,234, and 0.04 rather than 0."""
        return self._written(_rounded(value))

    def ratio(self, value: float) -> str:
        """Write a ratio: 2.5, or 0.25 where it is below 1."""
        return self._written(_significant(value, 2)) if value < 1 else self.number(value)

    def share(self, value: float) -> str:
        """Write a share as a percentage; 0 and 100 are none and all."""
        percent = _half_up(value * 100)
        return format_percent((min(max(percent, 1), 99) if 0 < value < 1 else percent) / 100, locale=self.locale)

    def points(self, value: float) -> str:
        """Write points of a score: 61.5."""
        return self._written(_half_up(value * 10) / 10)

    def minutes(self, minutes: float) -> str:
        """Write time worked: minutes, or hours; never days, which would be those of work."""
        if _half_up(minutes) < MINUTES_PER_HOUR:
            return self._duration("DURATION.MINUTES", max(minutes, 1))
        return self._duration("DURATION.HOURS", minutes / MINUTES_PER_HOUR)

    def hours(self, hours: float) -> str:
        """Write time passed: minutes, hours, or days from two days on."""
        return self.minutes(hours * MINUTES_PER_HOUR) if hours < HOURS_TOLD else self.days(hours / HOURS_PER_DAY)

    def days(self, days: float) -> str:
        """Write days."""
        return self._duration("DURATION.DAYS", days)

    def _duration(self, message: str, value: float) -> str:
        shown = _rounded(value)
        return self.say(message, shown, {"number": self._written(shown)})

    def _written(self, value: float) -> str:
        return _formatted(value, self.locale)


@lru_cache(maxsize=4096)
def _formatted(value: float, locale: Locale) -> str:
    return format_decimal(value, PATTERN, locale)


def read_language(path: Path) -> Language:
    """Read the catalogue of a language; the file is named after its locale, such as zh_Hant.po."""
    locale = Locale.parse(path.stem)
    with path.open("rb") as file:
        catalog = read_po(file, locale)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Language(locale, GNUTranslations(compiled))


def _rounded(value: float) -> float:
    tenths = _half_up(value * 10) / 10
    return _half_up(value) if tenths >= TENTHS_TOLD else tenths or _significant(value, 1)


def _significant(value: float, digits: int) -> float:
    """Round a number below 1 to so many digits that are not leading zeros."""
    if value <= 0:
        return 0.0
    scale = 10.0 ** max(digits - 1 - floor(log10(value)), 0)
    return _half_up(value * scale) / scale


def _half_up(value: float) -> int:
    """Round as people do; Python rounds 2.5 to 2."""
    return floor(value + 0.5)


@lru_cache(maxsize=1024)
def _alike(locale: Locale, number: float) -> int:
    """
    Return a whole number that takes the plural form of a number.

    Catalogues choose among forms by whole numbers. Where no whole number takes the form of a fraction, languages use
    that of 2 or of 1.5 alike.
    """
    if number == int(number):
        return int(number)
    form = locale.plural_form(Decimal(str(number)))
    return next((n for n in range(100) if locale.plural_form(n) == form), 2)
