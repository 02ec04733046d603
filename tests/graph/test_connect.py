from pathlib import Path

import pytest

from graph.connect import open_store
from graph.errors import StoreUnavailableError, StoreUrlError


async def test_a_relative_path_is_from_where_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = await open_store("sqlite:///here.db")
    await store.aclose()
    assert (tmp_path / "here.db").exists()


async def test_a_path_with_four_strokes_is_from_the_root(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/it's 100% ours?.db")
    await store.aclose()
    assert (tmp_path / "it's 100% ours?.db").exists()


async def test_a_file_that_is_only_to_be_read_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="yet; import something"):
        await open_store(f"sqlite:///{tmp_path}/absent.db", create=False)
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize("url", ["", "rapport.db", "postgres://host", "sqlite", "sqlite:rapport.db", "SQLITE:///x"])
async def test_a_url_of_no_store_says_which_there_are(url: str) -> None:
    with pytest.raises(StoreUrlError, match=r"sqlite:///rapport\.db"):
        await open_store(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite://rapport.db", "sqlite://host/rapport.db"])
async def test_a_url_without_a_file_says_how_to_write_one(url: str) -> None:
    with pytest.raises(StoreUrlError, match=r"sqlite:///rapport\.db"):
        await open_store(url)


async def test_no_error_tells_the_password() -> None:
    with pytest.raises(StoreUrlError) as raised:
        await open_store("http://user:secret@host")
    assert "secret" not in str(raised.value)
