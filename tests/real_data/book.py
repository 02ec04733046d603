"""A few records about the busiest people of some mail, so that every kind of record has widgets to compare."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from graph.model import RecordKind
from tests.real_data.naive import Mail, Team

KINDS = ("account", "contact", "lead", "opportunity")


@dataclass(frozen=True)
class Book:
    """People of some mail by their addresses, and the records made of them."""

    team: Team
    mail: Sequence[Mail]
    sellers: Sequence[str]
    contact: str
    lead: str
    domain: str
    stakeholders: Sequence[str]

    def write(self, file: Path) -> Path:
        """Write an account, a lead and a deal; contacts are made from addresses."""
        file.write_text("".join(json.dumps(line) + "\n" for line in self._lines()))
        return file

    def _lines(self) -> Iterator[dict[str, Any]]:
        owner, *team = self.sellers
        first, *others = self.stakeholders
        yield {"type": "account", "id": "account", "name": "Account", "domains": [self.domain]}
        lead = {"type": "lead", "id": self.lead, "emails": [self.lead]}
        yield {**lead, "ownerId": owner, "stakeholderIds": [first]}
        deal = {"type": "opportunity", "id": "deal", "name": "Deal", "contactId": first}
        yield {**deal, "ownerId": owner, "salesTeamIds": team, "stakeholderIds": others}

    def key(self, kind: str) -> str:
        """Return the key of the record of a kind."""
        return {"account": "account", "contact": self.contact, "lead": self.lead, "opportunity": "deal"}[kind]

    def mail_of(self, kind: str) -> list[Mail]:
        """Return the emails of the record of a kind."""
        owner, *team = self.sellers
        match kind:
            case "account":
                account = Team((self.domain,))
                sellers, customers = None, {p for p in self.people if account.has(p) and p != self.lead}
            case "contact":
                sellers, customers = None, {self.contact}
            case "lead":
                sellers, customers = {owner}, {self.lead, self.stakeholders[0]}
            case _:
                sellers, customers = {owner, *team}, {*self.stakeholders}
        return [m for m in self.mail if customers & m.people and (sellers or self.team.sellers(m)) & m.people]

    @property
    def people(self) -> set[str]:
        """Everybody outside the team."""
        return {p for m in self.mail for p in self.team.customers(m)}

    @property
    def counts(self) -> dict[RecordKind, int]:
        """How many people and records there are of each kind."""
        sellers = {p for m in self.mail for p in self.team.sellers(m)}
        return {
            RecordKind.SELLER: len(sellers | self.team.addresses),
            RecordKind.ACCOUNT: 1,
            RecordKind.CONTACT: len(self.people - {self.lead}),
            RecordKind.LEAD: 1,
            RecordKind.OPPORTUNITY: 1,
        }


def busiest(mail: Sequence[Mail], team: Team, *, sellers: int, stakeholders: int) -> Book:
    """Return records about those with the most mail."""
    between = [m for m in mail if team.has_both_sides(m)]
    times = Counter(person for m in between for person in m.people)
    contact, lead, *others = [person for person, _ in times.most_common() if not team.has(person)]
    theirs = {lead, *others[:stakeholders]}
    ours = Counter(s for m in between if theirs & m.people for s in team.sellers(m))
    owners = [seller for seller, _ in ours.most_common(sellers)]
    domain = Counter(p.rpartition("@")[2] for p in others[:stakeholders]).most_common(1)[0][0]
    return Book(team, mail, owners, contact, lead, domain, others[:stakeholders])


def instants(mail: Sequence[Mail]) -> list[datetime]:
    """Return instants to ask about a record: of a mail, just before one, in its longest silence, and of its last."""
    times = sorted(m.at for m in mail)
    silence = max(range(1, len(times)), key=lambda i: times[i] - times[i - 1])
    before_one = times[len(times) // 3] - timedelta(microseconds=1)
    return [times[len(times) // 2], before_one, times[silence] - timedelta(minutes=1), times[-1]]
