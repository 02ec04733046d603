"""The records of a generated book: our people, and account by account the customers, leads and deals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ingest.generate.clock import DAY, HOUR, iso
from ingest.generate.dice import Dice
from ingest.generate.names import company_name, person_name

TEAM_DOMAIN = "ours.example"
TEAM_SIZE = 8
OFFSETS = (-8 * HOUR, -5 * HOUR, 0, HOUR, HOUR, 2 * HOUR, 5 * HOUR + HOUR // 2, 9 * HOUR)
SECTORS = ("technology", "medical", "retail", "finance", "logistics", "energy")
REGIONS = ("Americas", "Europe", "Asia", "Africa")
# Price of one, and how much likelier than usual it wins.
PRODUCTS = {"Atlas": (900, 0.15), "Beacon": (2400, 0.0), "Compass": (5200, -0.1), "Delta": (12000, 0.05)}

# When a deal that is still open ends, for conversations.
OPEN_END = 1 << 60

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seller:
    """One of ours."""

    id: str
    offset: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A contact or lead, as far as conversations need to know them."""

    id: str
    email: str
    offset: int
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity, as far as conversations need to know it."""

    id: str
    customers: frozenset[str]
    begins: int
    ends: int


@dataclass(slots=True)
class Numbers:
    """The next number of each kind of id."""

    contacts: Iterator[int] = field(default_factory=lambda: count(1))
    leads: Iterator[int] = field(default_factory=lambda: count(1))
    deals: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(slots=True)
class Account:
    """One account with all that belongs to it, and the records to write for it."""

    number: int
    owner: Seller
    colleague: Seller
    contacts: list[Customer] = field(default_factory=list)
    leads: list[Customer] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    @property
    def is_first(self) -> bool:
        """The account that people look at first; it has one of everything."""
        return self.number == 1


def make_sellers(dice: Dice, size: int) -> Iterator[tuple[Seller | None, Record]]:
    """Yield our people, each with the record: sellers in teams, a manager for each team, one administrator over all."""
    yield None, _seller(dice, "adm-1", 0, None, "ADMIN")
    for number in range(1, size + 1):
        manager = f"mgr-{(number - 1) // TEAM_SIZE + 1}"
        if number % TEAM_SIZE == 1:
            yield None, _seller(dice, manager, 0, "adm-1", "MANAGER")
        record = _seller(dice, f"sel-{number}", number, manager, "SELLER")
        yield Seller(f"sel-{number}", dice.pick(OFFSETS)), record


def _seller(dice: Dice, key: str, number: int, manager: str | None, role: str) -> Record:
    name = person_name(dice)
    plain = f"{name.plain}{number}" if number else f"{name.plain}.{key}"
    emails = [f"{plain}@{TEAM_DOMAIN}"]
    return {"type": "seller", "id": key, "name": name.shown, "emails": emails, "managerId": manager, "role": role}


class AccountMaker:
    """Makes accounts one after the other, so that a book of any size needs little memory."""

    def __init__(self, dice: Dice, sellers: Sequence[Seller], now: int) -> None:
        self._dice = dice
        self._sellers = sellers
        self._now = now
        self._numbers = Numbers()

    def make(self, number: int) -> Account:
        """Return the account of a number; numbers come in order."""
        dice = self._dice
        first = dice.between(0, len(self._sellers) - 1) if number > 1 else 0
        account = Account(number, self._sellers[first], self._sellers[(first + 1) % len(self._sellers)])
        company = company_name(dice)
        domain = f"{company.plain}{number}.example"
        offset = dice.pick(OFFSETS)
        for _ in range(dice.between(3, 7)):
            self._add_contact(account, domain, offset)
        account.records.append(
            {
                "type": "account",
                "id": f"acc-{number}",
                "name": company.shown,
                "domains": [domain],
                "ownerId": account.owner.id,
                "primaryContactId": account.contacts[0].id,
            }
        )
        for _ in range(dice.between(1, 2) if account.is_first else int(dice.chance(0.4))):
            self._add_lead(account)
        self._add_deals(account, company.shown)
        return account

    def _add_contact(self, account: Account, domain: str, offset: int) -> None:
        key, name = next(self._numbers.contacts), person_name(self._dice)
        emails = [f"{name.plain}{key}@{domain}"]
        if self._dice.chance(0.1):
            emails.append(f"{name.plain}{key}@mail.{domain}")
        record: Record = {"type": "contact", "id": f"con-{key}", "name": name.shown, "emails": emails}
        record |= {"accountId": f"acc-{account.number}", "ownerId": account.owner.id}
        if self._dice.chance(0.02) and account.contacts:
            record["optedOut"] = True
        account.contacts.append(Customer(f"con-{key}", emails[0], offset))
        account.records.append(record)

    def _add_lead(self, account: Account) -> None:
        dice, key = self._dice, next(self._numbers.leads)
        name, company = person_name(dice), company_name(dice)
        emails = [f"{name.plain}@{company.plain}-lead{key}.example"]
        state = "OPEN" if key == 1 else dice.pick(("OPEN", "OPEN", "OPEN", "QUALIFIED", "DISQUALIFIED"))
        record: Record = {"type": "lead", "id": f"lead-{key}", "name": name.shown, "emails": emails}
        record |= {"company": company.shown, "ownerId": account.owner.id, "state": state}
        if key == 1 or dice.chance(0.3):
            record["stakeholderIds"] = [account.contacts[-1].id]
        account.leads.append(Customer(f"lead-{key}", emails[0], dice.pick(OFFSETS), is_lead=True))
        account.records.append(record)

    def _add_deals(self, account: Account, company: str) -> None:
        sector, employees = self._dice.pick(SECTORS), self._dice.between(2, 400) * 10
        for _ in range(self._dice.between(2, 5)):
            self._add_deal(account, company, {"sector": sector, "employees": employees})

    def _add_deal(self, account: Account, company: str, attributes: Record) -> None:
        dice, key = self._dice, next(self._numbers.deals)
        product = dice.pick(tuple(PRODUCTS))
        attributes = attributes | {"product": product, "region": dice.pick(REGIONS), "competitor": dice.chance(0.4)}
        contact = account.contacts[0] if key == 1 else dice.pick(account.contacts)
        others = [c.id for c in account.contacts if c is not contact and dice.chance(0.4)]
        quantity = dice.between(2, 60)
        record: Record = {"type": "opportunity", "id": f"opp-{key}", "name": f"{company}: {quantity} {product}"}
        record |= {"accountId": f"acc-{account.number}", "contactId": contact.id, "ownerId": account.owner.id}
        record |= {"salesTeamIds": [account.colleague.id] if key == 1 or dice.chance(0.5) else []}
        record |= {"stakeholderIds": others, "estimatedRevenue": PRODUCTS[product][0] * quantity}
        begins = self._now - (90 if key == 1 else dice.between(20, 600)) * DAY
        ends = begins + dice.between(30, 240) * DAY
        if key == 1 or ends > self._now:
            ends = OPEN_END
            record |= self._open(key)
        else:
            record |= self._closed(record["estimatedRevenue"], attributes, ends)
        record |= {"createdAt": iso(begins), "attributes": attributes}
        account.deals.append(Deal(f"opp-{key}", frozenset({contact.id, *others}), begins, ends))
        account.records.append(record)

    def _open(self, key: int) -> Record:
        due = 45 if key == 1 else self._dice.between(-12, 120)
        dated = key == 1 or self._dice.chance(0.92)
        return {"state": "OPEN", "estimatedCloseDate": iso(self._now + due * DAY)[:10] if dated else None}

    def _closed(self, revenue: int, attributes: Record, ends: int) -> Record:
        """Return how a deal ended: some products, sectors and sizes win more often, competitors cost deals."""
        chances = 0.55 + PRODUCTS[attributes["product"]][1]
        chances += {"medical": 0.12, "technology": 0.08, "energy": -0.15}.get(attributes["sector"], 0)
        chances += -0.22 if attributes["competitor"] else 0.1
        closed: Record = {"closedAt": iso(ends), "estimatedCloseDate": iso(ends)[:10]}
        if self._dice.chance(chances):
            return closed | {"state": "WON", "actualRevenue": revenue * self._dice.between(80, 105) // 100}
        return closed | {"state": "LOST"}
