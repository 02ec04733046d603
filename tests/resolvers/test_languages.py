"""Catalogues: whole in every language, numbers and plurals as each has them, and which one a client gets."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import LanguageError
from resolvers.language import Language
from resolvers.languages import MESSAGES, languages, read_languages

PATHS = sorted(MESSAGES.glob("*.po"))
EN, GL, ZH = (languages().named(tag) for tag in ("en", "gl", "zh-Hant"))
every_catalogue = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, path.stem, abort_invalid=True)


def messages(path: Path) -> dict[str, Message]:
    return {str(m.id[0] if m.pluralizable else m.id): m for m in catalogue(path) if m.id}


def forms(message: Message) -> list[str]:
    return list(message.string) if message.pluralizable else [str(message.string)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@every_catalogue
def test_a_catalogue_has_every_message_and_no_other(path: Path) -> None:
    english = messages(MESSAGES / "en.po")
    assert {n: m.pluralizable for n, m in messages(path).items()} == {n: m.pluralizable for n, m in english.items()}


@every_catalogue
def test_every_form_of_every_message_is_translated(path: Path) -> None:
    number = catalogue(path).num_plurals
    for name, message in messages(path).items():
        assert len(forms(message)) == (number if message.pluralizable else 1), name
        assert all(forms(message)), name
        assert not message.fuzzy, name


@every_catalogue
def test_every_translation_has_the_placeholders_of_the_english(path: Path) -> None:
    english = messages(MESSAGES / "en.po")
    for name, message in messages(path).items():
        wanted = placeholders(forms(english[name])[-1])
        # Only a form that stands for one number alone may do without naming it.
        assert [placeholders(form) for form in forms(message)][-1] == wanted, name
        assert all(placeholders(form) <= wanted for form in forms(message)), name


@every_catalogue
def test_every_sentence_ends_as_one(path: Path) -> None:
    stop = "。" if path.stem.startswith("zh") else "."
    for name, message in messages(path).items():
        assert all(form.endswith(stop) for form in forms(message)) or name.startswith("DURATION."), name


def test_chinese_is_punctuated_in_full_width_and_has_a_space_around_numbers_alone() -> None:
    for name, message in messages(MESSAGES / "zh_Hant.po").items():
        (form,) = forms(message)
        text = re.sub(r"\{\w+\}", "9", form)
        assert not re.search(r"[,;:()!?]", text), name
        assert not re.search(r"[^\x00-\x7f] [^\x00-\x7f]", text), name
        assert not re.search(r"[\u4e00-\u9fff]\d", text), name


@pytest.mark.parametrize(
    ("language", "one", "some", "many"),
    [
        (EN, "1 hour", "2 hours", "1,200 hours"),
        (GL, "1 hora", "2 horas", "1.200 horas"),
        (ZH, "1 小時", "2 小時", "1,200 小時"),
    ],
    ids=["en", "gl", "zh"],
)
def test_a_noun_takes_the_form_of_its_number(language: Language, one: str, some: str, many: str) -> None:
    assert [language.minutes(60 * hours) for hours in (1, 2, 1200)] == [one, some, many]


def test_fractions_are_written_as_each_language_does() -> None:
    assert [language.hours(1.5) for language in (EN, GL, ZH)] == ["1.5 hours", "1,5 horas", "1.5 小時"]
    assert [language.share(0.456) for language in (EN, GL, ZH)] == ["46%", "46\u00a0%", "46%"]
    assert [language.number(1234.5) for language in (EN, GL, ZH)] == ["1,235", "1.235", "1,235"]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "1 minute"),
        (0.5, "30 minutes"),
        (59.4 / 60, "59 minutes"),
        (59.6 / 60, "1 hour"),
        (1.04, "1 hour"),
        (9.94, "9.9 hours"),
        (9.96, "10 hours"),
        (47.4, "47 hours"),
        (48, "2 days"),
        (60, "2.5 days"),
        (24 * 54.2, "54 days"),
    ],
)
def test_time_passed_is_told_in_the_unit_that_a_reader_would_use(hours: float, said: str) -> None:
    assert EN.hours(hours) == said


def test_time_worked_is_never_told_in_days() -> None:
    assert EN.minutes(60 * 100) == "100 hours"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.25, "0.25"), (0.5, "0.5"), (0.995, "1"), (0.0123, "0.012"), (2.0, "2"), (2.54, "2.5"), (12.6, "13")],
)
def test_a_ratio_below_one_is_told_more_exactly(value: float, said: str) -> None:
    assert EN.ratio(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (0.04, "0.04"), (0.0051, "0.005"), (0.06, "0.1"), (9.96, "10")]
)
def test_what_there_is_little_of_is_not_told_as_nothing(value: float, said: str) -> None:
    assert EN.number(value) == said


@pytest.mark.parametrize(("share", "said"), [(0, "0%"), (0.001, "1%"), (0.999, "99%"), (1, "100%")])
def test_only_none_is_told_as_none_and_all_as_all(share: float, said: str) -> None:
    assert EN.share(share) == said


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("gl-ES", "gl"),
        ("gl_ES", "gl"),
        (" gl ", "gl"),
        ("zh-Hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-hant-hk", "zh-Hant"),
        ("zh", "zh-Hant"),
    ],
)
def test_a_tag_names_the_language_that_its_reader_reads(tag: str, spoken: str) -> None:
    assert languages().named(tag).tag == spoken


@pytest.mark.parametrize("tag", ["fr", "pt", "es", "zh-CN", "zh-Hans", "zh-SG", "", "*", "english", "x" * 500, "gl-;q"])
def test_an_unknown_language_is_refused_with_those_there_are(tag: str) -> None:
    with pytest.raises(LanguageError, match="use one of en, gl, zh-Hant"):
        languages().named(tag)


@pytest.mark.parametrize(
    ("tags", "spoken"),
    [
        ([], "en"),
        (["fr", "gl", "en"], "gl"),
        (["zh-cn", "zh-tw"], "zh-Hant"),
        (["fr", "de-CH"], "en"),
        (["*", "gl"], "en"),
        (["fr", "*"], "en"),
        (["???", "gl"], "gl"),
    ],
)
def test_a_client_gets_the_first_language_it_likes_that_there_is(tags: list[str], spoken: str) -> None:
    assert languages().preferred(tags).tag == spoken


@given(st.lists(st.text(max_size=20), max_size=5))
def test_whatever_a_client_says_it_gets_a_language(tags: list[str]) -> None:
    assert languages().preferred(tags).tag in {"en", "gl", "zh-Hant"}


def test_adding_a_language_is_adding_one_file(tmp_path: Path) -> None:
    for path in PATHS:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    polish = (MESSAGES / "en.po").read_text(encoding="utf-8")
    polish = polish.replace("Language: en", "Language: pl").replace(
        "nplurals=2; plural=(n != 1);",
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    )
    hours = '"{number} hour"\nmsgstr[1] "{number} hours"'
    polish = polish.replace(hours, '"{number} godzina"\nmsgstr[1] "{number} godziny"\nmsgstr[2] "{number} godzin"')
    (tmp_path / "pl.po").write_text(polish, encoding="utf-8")
    pl = read_languages(tmp_path).named("pl-PL")
    said = [pl.minutes(60 * hours) for hours in (1, 3, 5, 1.5)]
    assert said == ["1 godzina", "3 godziny", "5 godzin", "1,5 godziny"]


def test_minutes_below_ten_have_a_decimal() -> None:
    assert [EN.minutes(minutes) for minutes in (0.2, 2.5, 5, 12.5)] == [
        "1 minute",
        "2.5 minutes",
        "5 minutes",
        "13 minutes",
    ]
