"""Which interactions belong to a record, once more: straight from the rules, one pair at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from graph.model import (
    Account,
    Contact,
    Interaction,
    InteractionState,
    Lead,
    Opportunity,
    Person,
    Record,
    Seller,
    Side,
    is_storable,
)
from tests.builders import NOON, a_task, an_email


@dataclass(frozen=True)
class Book:
    """Records with what took place."""

    records: tuple[Record, ...]
    interactions: tuple[Interaction, ...]


def belonging(book: Book) -> list[tuple[str, str]]:
    """Return the (record, interaction) ids that count, by record as listed, instant and id."""
    ordered = sorted(book.interactions, key=lambda i: (i.at, i.id))
    return [(r.id, i.id) for r in book.records for i in ordered if counts(r, i, book.records)]


def counts(record: Record, i: Interaction, records: Sequence[Record]) -> bool:
    if isinstance(record, Seller) or i.state is InteractionState.CANCELED or not belongs(record, i, records):
        return False
    return i.regarding_id == record.id or bool(_people(i, Side.US) and _people(i, Side.THEM))


def belongs(record: Record, i: Interaction, records: Sequence[Record]) -> bool:
    sellers, customers = _people(i, Side.US), _people(i, Side.THEM)
    if i.regarding_id == record.id:
        return True
    if isinstance(record, Contact):
        return record.id in customers and sellers != set()
    if isinstance(record, Account):
        contacts = {c.id for c in records if isinstance(c, Contact) and c.account_id == record.id}
        deals = {o.id for o in records if isinstance(o, Opportunity) and o.account_id == record.id}
        met = customers & (contacts | {record.primary_contact_id})
        return (sellers != set() and met != set()) or i.regarding_id in deals
    others = {r.id for r in records if isinstance(r, Lead | Opportunity) and r.id != record.id}
    if i.regarding_id in others:
        return False
    if isinstance(record, Lead):
        return record.owner_id in sellers and bool(customers & {record.id, *record.stakeholder_ids})
    assert isinstance(record, Opportunity)
    ours = sellers & {record.owner_id, *record.sales_team_ids}
    return bool(ours and customers & {record.contact_id, *record.stakeholder_ids})


def random_book(random: Random) -> Book:
    """Return a small book in which everything meets everything."""
    sellers = [Seller(id=f"s{i}") for i in range(3)]
    accounts = [f"a{i}" for i in range(2)]
    customers = [f"c{i}" for i in range(4)] + ["l0", "l1"]
    everyone = [s.id for s in sellers] + customers

    def some(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(random.sample(ids, random.randrange(3)))

    def maybe(ids: Sequence[str]) -> str | None:
        return random.choice([None, *ids])

    contacts = [Contact(id=f"c{i}", account_id=maybe(accounts)) for i in range(4)]
    leads = [Lead(id=f"l{i}", owner_id=maybe(everyone), stakeholder_ids=some(everyone)) for i in range(2)]
    deals = [
        Opportunity(
            id=f"o{i}",
            name="Deal",
            account_id=maybe(accounts),
            contact_id=maybe(everyone),
            owner_id=maybe(everyone),
            sales_team_ids=some(everyone),
            stakeholder_ids=some(everyone),
        )
        for i in range(3)
    ]
    companies = [Account(id=a, name="Company", primary_contact_id=maybe(everyone)) for a in accounts]
    records: tuple[Record, ...] = (*companies, *contacts, *leads, *deals, *sellers)
    made = (_interaction(random, f"i{n}", [*sellers, *contacts, *leads], records) for n in range(30))
    return Book(records, tuple(i for i in made if is_storable(i)))


def _interaction(random: Random, id_: str, people: Sequence[Person], records: Sequence[Record]) -> Interaction:
    there = random.sample(people, random.randrange(1, 5))
    make = random.choice([an_email, a_task])
    regarding = random.choice([None, None, *(r.id for r in records if not isinstance(r, Seller))])
    state = random.choice([InteractionState.COMPLETED, InteractionState.COMPLETED, InteractionState.CANCELED])
    return make(id_, *there, at=NOON + timedelta(hours=random.randrange(8)), regarding_id=regarding, state=state)


def _people(i: Interaction, side: Side) -> set[str]:
    return {p.person_id for p in i.participants if p.side is side}
