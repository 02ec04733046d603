"""A reader that asks what was touched, and writes at random for it to follow."""

from dataclasses import replace
from random import Random

from graph.interactions import ELSEWHERE, NOT_STORED, Interactions
from graph.model import Interaction, InteractionState, Person, Record, is_storable
from graph.store import Store
from tests.builders import NOON, a_contact, a_lead, a_seller, a_task, an_account, an_email, an_opportunity

SELLERS, CUSTOMERS, ACCOUNTS, DEALS = ["s0", "s1"], ["c0", "c1", "c2", "c3"], ["a0", "a1"], ["d0", "d1"]
EVERYONE = [*SELLERS, *CUSTOMERS]
IDS = [*CUSTOMERS, *ACCOUNTS, *DEALS]
MAILS = [f"m{i}" for i in range(6)]
# In one order whatever the hashing of the day.
STATES = [InteractionState.COMPLETED, InteractionState.COMPLETED, InteractionState.CANCELED]

Row = tuple[object, ...]


class Follower:
    """Holds the interactions of records as of a mark, and reads again only those of whom it is told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.mark = 0
        self.known: dict[str, list[Row]] = {id_: [] for id_ in IDS}

    async def is_right(self) -> None:
        """Fail unless this is what the store holds; who was erased is of no interest any longer."""
        stored = await interactions_of(self._store, sorted(await self._store.records(IDS)))
        assert stored == {id_: self.known[id_] for id_ in stored}

    async def follow(self) -> None:
        """Catch up with the store."""
        touched = await self._store.touched_since(self.mark)
        self.known |= await interactions_of(self._store, sorted(touched.records & set(IDS)))
        self.mark = touched.mark


async def interactions_of(store: Store, ids: list[str]) -> dict[str, list[Row]]:
    """Return what the columns of each record say, without the codes that may differ from one reading to the next."""
    return {id_: rows(await store.interactions_of([id_])) for id_ in ids}


def rows(columns: Interactions) -> list[Row]:
    threads: dict[int, int] = {}
    plain = ["id", "at", "kind", "minutes", "source", "initiator", "sellers", "customers", "regards", "automatic"]
    values = zip(*(getattr(columns, name).tolist() for name in [*plain, "followed"]), strict=True)
    return [
        (
            *map(str, row),
            threads.setdefault(int(columns.thread[i]), len(threads)),
            reply(columns, i),
            present(columns, i),
        )
        for i, row in enumerate(values)
    ]


def reply(columns: Interactions, row: int) -> str:
    code = columns.reply_to[row]
    if code == NOT_STORED:
        return "not stored"
    here = (columns.interaction == code) & (code != ELSEWHERE)
    return str(columns.id[here][0]) if here.any() else "elsewhere"


def present(columns: Interactions, row: int) -> list[tuple[object, ...]]:
    there = columns.present_row == row
    people = columns.present_person[there]
    parts = (columns.present_role[there].tolist(), columns.present_side[there].tolist())
    return [
        (columns.people[person], bool(columns.opted_out[person]), *part)
        for person, *part in zip(people, *parts, strict=True)
    ]


async def write_something(store: Store, random: Random) -> None:
    """Do one of the things that are done to a store."""
    records = await store.records([*EVERYONE, *ACCOUNTS, *DEALS])
    match random.randrange(8):
        case 0 | 1 | 2:
            await store.upsert_records([some_record(random) for _ in range(random.randrange(1, 4))])
        case 3 | 4 | 5:
            people = [r for r in records.values() if isinstance(r, Person)]
            made = [some_interaction(random, people, sorted(records)) for _ in range(random.randrange(1, 4))]
            await store.upsert_interactions([i for i in made if i is not None])
        case 6:
            await store.delete_interactions(random.sample(MAILS, 2))
        case 7 if random.random() < 0.5:
            await store.erase_records(random.sample(IDS, 1))
        case 7:
            customers = sorted(id_ for id_ in records if id_ in CUSTOMERS)
            if len(customers) > 1:
                await take_over(store, *random.sample(customers, 2))


def some_record(random: Random) -> Record:
    maybe, some = random.choice, random.sample
    person = maybe([None, *EVERYONE])
    account = maybe([None, *ACCOUNTS])
    opted_out = random.random() < 0.2
    match random.randrange(6):
        case 0:
            return a_seller(maybe(SELLERS), opted_out=opted_out)
        case 1 | 2:
            return a_contact(maybe(CUSTOMERS), account_id=account, opted_out=opted_out)
        case 3:
            return a_lead(maybe(CUSTOMERS), owner_id=person, stakeholder_ids=tuple(some(EVERYONE, 2)))
        case 4:
            return an_account(maybe(ACCOUNTS), primary_contact_id=person)
        case _:
            team, stakeholders = tuple(some(SELLERS, 1)), tuple(some(EVERYONE, random.randrange(3)))
            return an_opportunity(
                maybe(DEALS),
                account_id=account,
                contact_id=person,
                owner_id=maybe(SELLERS),
                sales_team_ids=team,
                stakeholder_ids=stakeholders,
            )


def some_interaction(random: Random, people: list[Person], known: list[str]) -> Interaction | None:
    if len(people) < 2:
        return None
    there = random.sample(people, random.randrange(2, min(len(people), 4) + 1))
    made = random.choice([an_email, a_task])(
        random.choice(MAILS),
        *there,
        at=NOON.replace(hour=random.randrange(3)),
        regarding_id=random.choice([None, *(id_ for id_ in known if id_ not in SELLERS)]),
        in_reply_to_id=random.choice([None, *MAILS]),
        thread_id=random.choice([None, "t0", "t1"]),
        state=random.choice(STATES),
    )
    return made if is_storable(made) else None


async def take_over(store: Store, old: str, new: str) -> None:
    """Let one customer take the place of another, as an import does: first in what took place, then altogether."""
    history = await store.export_interactions(people=[old])
    moved = [renamed(interaction, old, new) for interaction in history]
    await store.upsert_interactions([i for i in moved if is_storable(i)])
    await store.delete_interactions([i.id for i in moved if not is_storable(i)])
    await store.merge_people({old: new})


def renamed(interaction: Interaction, old: str, new: str) -> Interaction:
    people = (replace(p, person_id=new) if p.person_id == old else p for p in interaction.participants)
    participants = tuple({(p.role, p.person_id): p for p in people}.values())
    regarding = new if interaction.regarding_id == old else interaction.regarding_id
    return replace(interaction, participants=participants, regarding_id=regarding)
