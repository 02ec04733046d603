"""How every store keeps small texts that are only ever added."""

import asyncio

from graph.connect import open_store
from graph.store import Store


async def test_an_empty_store_has_no_documents(store: Store) -> None:
    assert await store.documents("settings") == {}
    assert await store.newest_document("settings") is None


async def test_documents_are_read_by_kind_in_order_of_key(store: Store) -> None:
    for key, text in [("0000000002", "two"), ("0000000001", "one"), ("", "no key"), ("é", "{}")]:
        assert await store.add_document("settings", key, text)
    await store.add_document("similar", "0000000001", "another kind")
    documents = {"": "no key", "0000000001": "one", "0000000002": "two", "é": "{}"}
    assert list((await store.documents("settings")).items()) == list(documents.items())


async def test_the_newest_document_is_that_of_the_highest_key(store: Store) -> None:
    for key in ("0000000009", "0000000011", "0000000010"):
        await store.add_document("settings", key, f"text {key}")
    await store.add_document("similar", "2026-11-02", "another kind")
    assert await store.newest_document("settings") == ("0000000011", "text 0000000011")


async def test_a_document_never_changes(store: Store) -> None:
    assert await store.add_document("settings", "1", "first")
    assert not await store.add_document("settings", "1", "second")
    assert not await store.add_document("settings", "1", "first")
    assert await store.documents("settings") == {"1": "first"}


async def test_of_several_who_add_under_one_key_one_wins(store: Store, store_url: str) -> None:
    other = await open_store(store_url)
    adding = [s.add_document("settings", "1", f"{i}") for i, s in enumerate([store, other] * 10)]
    added = await asyncio.gather(*adding)
    assert sum(added) == 1
    assert await store.documents("settings") == {"1": str(added.index(True))}
    await other.aclose()


async def test_a_document_may_be_long_and_in_any_script(store: Store) -> None:
    text = "您好 Olá 👋 \x00\x1f " * 20_000
    await store.add_document("similar", "2026-11-02T12:00:00+00:00", text)
    assert await store.documents("similar") == {"2026-11-02T12:00:00+00:00": text}


async def test_a_document_is_there_for_others_at_once(store: Store, store_url: str) -> None:
    await store.add_document("settings", "1", "text")
    other = await open_store(store_url)
    assert await other.documents("settings") == {"1": "text"}
    await other.aclose()
