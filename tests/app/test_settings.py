import pytest

from app.settings import PREFIX, Settings, load_settings, masked, near_misses
from graph.errors import SettingsError


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_the_defaults_serve_one_person_on_one_machine() -> None:
    settings = load_settings()
    assert (settings.store, settings.host, settings.port) == ("sqlite:///rapport.db", "127.0.0.1", 8000)


def test_the_environment_is_read_when_asked_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_PORT", "9000")
    assert load_settings().port == 9000


def test_what_is_given_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_STORE", "sqlite:///one.db")
    assert load_settings(store="sqlite:///two.db").store == "sqlite:///two.db"


def test_none_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_STORE", "sqlite:///one.db")
    assert load_settings(store=None).store == "sqlite:///one.db"


def test_an_empty_variable_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_PORT", "")
    assert load_settings().port == 8000


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


@pytest.mark.parametrize("text", ["us.example,eu.example", "us.example eu.example", " @US.example ,\teu.example. "])
def test_team_domains_are_separated_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("RAPPORT_TEAM_DOMAINS", text)
    assert load_settings().team_domains == ("us.example", "eu.example")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("RAPPORT_PORT", "http", "valid integer"),
        ("RAPPORT_PORT", "70000", "less than or equal to 65535"),
        ("RAPPORT_WORKERS", "0", "greater than or equal to 1"),
        ("RAPPORT_LOG_LEVEL", "chatty", "'debug', 'info', 'warning' or 'error'"),
        ("RAPPORT_TEAM_DOMAINS", "ann@us.example", "not a mail domain such as us.example"),
    ],
)
def test_a_wrong_value_names_key_value_and_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, key: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert key in message
    assert value in message
    assert expected in message


def test_two_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_PORT", "http")
    monkeypatch.setenv("RAPPORT_WORKERS", "many")
    with pytest.raises(SettingsError, match=r"RAPPORT_PORT.*RAPPORT_WORKERS"):
        load_settings()


@pytest.mark.parametrize("password", ["secret", "s3cr:et", "sec@ret", "sec/ret"])
def test_a_password_is_never_shown(password: str) -> None:
    assert masked(f"neo4j+s://neo4j:{password}@db.example:7687") == "neo4j+s://neo4j:***@db.example:7687"


def test_a_password_is_not_in_the_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_STORE", "neo4j://neo4j:secret@db.example")
    assert "secret" not in repr(load_settings())


def test_an_address_without_a_password_is_shown_as_it_is() -> None:
    assert masked("sqlite:///rapport.db") == "sqlite:///rapport.db"


def test_a_misspelt_variable_is_noticed() -> None:
    assert near_misses(["RAPPORT_STOR", "PATH"]) == {"RAPPORT_STOR": "RAPPORT_STORE"}


def test_variables_of_the_tests_are_no_misspelling() -> None:
    assert near_misses(["RAPPORT_TEST_NEO4J_URI", "RAPPORT_REQUIRE_NEO4J", "RAPPORT_STORE"]) == {}
