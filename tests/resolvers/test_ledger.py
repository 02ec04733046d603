"""Facts that a process keeps are those of the store, and only what was written is read again."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from graph.connect import open_store
from graph.errors import StoreAccessError
from graph.interactions import Interactions
from graph.model import SOURCES, Contact, RecordKind, Seller, Source
from graph.store import Listing, Store
from kpi.facts import Facts, facts_of
from kpi.ledger import ROW, unpack
from resolvers.held import Held, held
from resolvers.ledger import SAVED_FROM, Ledger
from tests.builders import NOON, a_call, a_contact, a_lead, a_meeting, a_seller, an_account, an_email, an_opportunity

KINDS = (RecordKind.ACCOUNT, RecordKind.CONTACT, RecordKind.LEAD, RecordKind.OPPORTUNITY)
ANN, BOB, CAT = a_seller("ann"), a_contact("bob"), a_contact("cat")


class Watching:
    """A store that notes whose interactions are asked for; it may refuse to save."""

    def __init__(self, store: Store, *, read_only: bool = False) -> None:
        self._store = store
        self._read_only = read_only
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._store, name)
        return method

    async def interactions_of(self, records: Sequence[str]) -> Interactions:
        self.asked += records
        return await self._store.interactions_of(records)

    async def save_ledgers(self, *args: Any, **options: Any) -> bool:
        if self._read_only:
            raise StoreAccessError("Nobody may write here.")
        return await self._store.save_ledgers(*args, **options)


def watching(store: Store, *, read_only: bool = False) -> Any:
    return Watching(store, read_only=read_only)


async def ids_of(store: Store, kind: RecordKind) -> list[str]:
    [outlines] = await store.outlines([Listing(kind=kind)])
    return [outline.id for outline in outlines]


async def read(ledger: Ledger, store: Any, *ids: str) -> Held:
    await ledger.update(store)
    return await ledger.read(store, ids)


def rows(facts: Facts) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each record."""
    names = [name for name in Facts.__slots__ if name not in ("records", "record")]
    found: dict[str, list[tuple[Any, ...]]] = {id_: [] for id_ in facts.records}
    columns = zip(*(getattr(facts, name).tolist() for name in names), strict=True)
    for record, row in zip(facts.record.tolist(), columns, strict=True):
        found[facts.records[record]].append(row)
    return found


def held_rows(facts: Held) -> dict[str, list[tuple[Any, ...]]]:
    return rows(facts.large) | rows(facts.small)


async def assert_as_in_store(store: Store, kind: RecordKind, facts: Held, ids: Sequence[str]) -> None:
    right = rows(facts_of(await store.interactions_of(ids)))
    assert {id_: held_rows(facts)[id_] for id_ in ids} == right, kind


async def test_only_what_was_touched_is_read_again(store: Store) -> None:
    await store.upsert_records([ANN, BOB, CAT])
    ledger, watched = Ledger(RecordKind.CONTACT, SOURCES), watching(store)
    await read(ledger, watched, "bob", "cat")
    await store.upsert_interactions([a_call("c1", ANN, CAT)])
    facts = await read(ledger, watched, "bob", "cat")
    assert watched.asked == ["bob", "cat", "cat"]
    assert [len(held_rows(facts)[key]) for key in ("bob", "cat")] == [0, 1]


async def test_what_nobody_asks_about_is_not_read(store: Store) -> None:
    await store.upsert_records([ANN, BOB, CAT])
    ledger, watched = Ledger(RecordKind.CONTACT, SOURCES), watching(store)
    await read(ledger, watched, "bob")
    await store.upsert_interactions([a_call("c1", ANN, CAT), a_call("c2", ANN, BOB)])
    await read(ledger, watched)
    assert watched.asked == ["bob"]
    assert "cat" not in await read(ledger, watched, "bob")
    assert watched.asked == ["bob", "bob"]


async def many(store: Store) -> list[str]:
    """Write so many contacts that their facts are worth saving, one of them called."""
    people = [a_contact(f"c{n:03}") for n in range(SAVED_FROM)]
    await store.upsert_records([ANN, *people])
    await store.upsert_interactions([a_call("call", ANN, people[7])])
    return [person.id for person in people]


async def test_the_next_process_reads_only_what_was_written_since(store: Store, store_url: str) -> None:
    ids = await many(store)
    await read(Ledger(RecordKind.CONTACT, SOURCES), store, *ids)
    await store.upsert_interactions([a_call("later", ANN, a_contact("c005"))])
    other = await open_store(store_url)
    watched = watching(other)
    facts = await read(Ledger(RecordKind.CONTACT, SOURCES), watched, *ids)
    assert watched.asked == ["c005"]
    await assert_as_in_store(store, RecordKind.CONTACT, facts, ids)
    await other.aclose()


async def test_a_few_records_are_not_worth_saving(store: Store) -> None:
    ids = (await many(store))[1:]
    await read(Ledger(RecordKind.CONTACT, SOURCES), store, *ids)
    watched = watching(store)
    await read(Ledger(RecordKind.CONTACT, SOURCES), watched, *ids)
    assert watched.asked == ids


async def test_what_was_touched_and_not_read_again_is_not_believed_by_the_next_process(store: Store) -> None:
    ids = await many(store)
    ledger = Ledger(RecordKind.CONTACT, SOURCES)
    await read(ledger, store, *ids)
    await store.upsert_interactions([a_call("later", ANN, a_contact("c005"))])
    # The call of c005 is known of, and others are saved at a later mark without a look at c005.
    more = [a_contact(f"d{n:03}") for n in range(SAVED_FROM)]
    await store.upsert_records(more)
    await read(ledger, store, *(person.id for person in more))
    watched = watching(store)
    facts = await read(Ledger(RecordKind.CONTACT, SOURCES), watched, *ids)
    assert watched.asked == ["c005"]
    await assert_as_in_store(store, RecordKind.CONTACT, facts, ids)


async def test_who_cannot_save_does_without(store: Store) -> None:
    ids, ledger = await many(store), Ledger(RecordKind.CONTACT, SOURCES)
    watched = watching(store, read_only=True)
    await assert_as_in_store(store, RecordKind.CONTACT, await read(ledger, watched, *ids), ids)
    await store.upsert_records([a_contact(id_, name="Else") for id_ in ids])
    await assert_as_in_store(store, RecordKind.CONTACT, await read(ledger, watched, *ids), ids)


async def test_of_two_processes_that_save_the_quicker_one_is_believed(store: Store, store_url: str) -> None:
    ids, other = await many(store), await open_store(store_url)
    first, second = (Ledger(RecordKind.CONTACT, SOURCES) for _ in range(2))
    await read(first, store, *ids)
    await read(second, other, "c000")
    for round_ in range(2):
        await store.upsert_records([a_contact(id_, name=f"Name {round_}") for id_ in ids])
        await store.upsert_interactions([a_call(f"again-{round_}", ANN, a_contact("c003"))])
        await read(second, other, *ids)
        await read(first, store, *ids)
    watched = watching(store)
    await assert_as_in_store(
        store, RecordKind.CONTACT, await read(Ledger(RecordKind.CONTACT, SOURCES), watched, *ids), ids
    )
    assert watched.asked == []
    await other.aclose()


async def test_facts_over_other_sources_are_others(store: Store) -> None:
    ids = await many(store)
    mailbox = (Source.MAILBOX,)
    for sources, found in ((SOURCES, 1), (mailbox, 0), (SOURCES, 1)):
        facts = await read(Ledger(RecordKind.CONTACT, sources), store, *ids)
        assert len(held_rows(facts)["c007"]) == found


async def test_many_who_ask_at_once_read_once(store: Store) -> None:
    ids, ledger, watched = await many(store), Ledger(RecordKind.CONTACT, SOURCES), watching(store)
    await ledger.update(watched)
    await asyncio.gather(*(ledger.read(watched, ids) for _ in range(5)))
    assert sorted(watched.asked) == ids


class Somebody:
    """Somebody who writes this and that about a few people."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.dice = random.Random(seed)
        self.sellers = [a_seller(f"s{n}") for n in range(2)]
        self.people = [a_contact(f"c{n}") for n in range(5)]
        mail = [self.talks] * 5
        self.acts = [self.moves, self.heads_an_account, self.meets_a_lead, self.opens_a_deal, self.forgets, *mail]

    def some(self, prefix: str, most: int = 5) -> str:
        return f"{prefix}{self.dice.randrange(most)}"

    async def writes(self) -> None:
        await self.dice.choice(self.acts)(self.dice.choice(self.sellers), self.dice.choice(self.people))

    async def moves(self, us: Seller, them: Contact) -> None:
        await self.store.upsert_records([a_contact(them.id, account_id=self.some("a"), owner_id=us.id)])

    async def heads_an_account(self, us: Seller, them: Contact) -> None:
        await self.store.upsert_records([an_account(self.some("a"), owner_id=us.id, primary_contact_id=them.id)])

    async def meets_a_lead(self, us: Seller, them: Contact) -> None:
        await self.store.upsert_records([a_lead(self.some("l"), owner_id=us.id, stakeholder_ids=(them.id,))])

    async def opens_a_deal(self, us: Seller, them: Contact) -> None:
        named = {"contact_id": them.id, "account_id": self.some("a"), "sales_team_ids": (us.id,)}
        await self.store.upsert_records([an_opportunity(self.some("o"), **named)])

    async def forgets(self, _us: Seller, _them: Contact) -> None:
        await self.store.delete_interactions([self.some("i", 20)])
        await self.store.erase_records([self.some("a"), self.some("o"), self.some("l")])

    async def talks(self, us: Seller, them: Contact) -> None:
        people = self.dice.choice([(us, them), (them, us)])
        at = NOON + timedelta(hours=self.dice.randrange(-50, 50))
        reply = {"thread_id": self.some("t", 2), "in_reply_to_id": self.dice.choice([None, self.some("i", 20)])}
        said = [an_email(self.some("i", 20), *people, at=at, **reply), a_meeting(self.some("i", 20), *people, at=at)]
        await self.store.upsert_interactions([self.dice.choice(said)])


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_written_facts_are_those_of_the_store(store: Store, seed: int) -> None:
    somebody = Somebody(store, seed)
    ledgers = {kind: Ledger(kind, SOURCES) for kind in KINDS}
    await store.upsert_records([*somebody.sellers, *somebody.people])
    for _ in range(40):
        for _ in range(somebody.dice.randrange(4)):
            await somebody.writes()
        kind = somebody.dice.choice(KINDS)
        ids = await ids_of(store, kind)
        await assert_as_in_store(store, kind, await read(ledgers[kind], store, *ids), ids)


def facts(store_rows: dict[str, int]) -> Facts:
    """Return made-up facts: so many rows of each record."""
    return unpack({id_: np.zeros(count, dtype=ROW).tobytes() for id_, count in store_rows.items()})


def test_what_was_read_lately_joins_the_rest_when_it_is_much_of_it() -> None:
    whole = held(facts({f"r{n}": 100 for n in range(1000)}))
    few = whole.updated([facts({"r1": 90, "new": 3})])
    assert (len(few.large), len(few.small)) == (100_000, 93)
    grown = few.updated([facts({f"r{n}": 101 for n in range(500)})])
    assert (len(grown.large), len(grown.small)) == (50_500 + 50_000 + 3, 0)
    assert len(grown.in_large) == 1001


def test_positions_are_of_what_was_read_last() -> None:
    whole = held(facts({"a": 1, "b": 1})).updated([facts({"b": 2, "c": 0})])
    assert whole.positions(["a", "c", "b"]).tolist() == [0, 3, 2]


def test_where_few_are_asked_about_the_others_are_left_out() -> None:
    whole = held(facts({f"r{n}": 10 for n in range(100)})).updated([facts({"r5": 3})])
    narrow = whole.narrowed(["r7", "r5", "r9"])
    assert narrow.large.records == ("r7", "r5", "r9")
    assert [len(held_rows(narrow)[id_]) for id_ in ("r7", "r5", "r9")] == [10, 3, 10]
    assert whole.narrowed([f"r{n}" for n in range(30)]) is whole
