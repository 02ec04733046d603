"""
What a store of the graph can do: a dozen batch operations, the same for every backend.

No method takes a single id, so a query per record cannot be written by accident. Every method is safe to call from
many tasks at once, never blocks the event loop, and raises only errors of :mod:`graph.errors`. One suite,
``tests/graph/test_store_contract*.py``, holds every backend to what is said here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from graph.interactions import Interactions
from graph.model import Contact, Engagement, Interaction, LeadState, OpportunityState, Person, Record, RecordKind


@dataclass(frozen=True, slots=True)
class Changes:
    """What an upsert did, as ids; together they are the ids given, without repeats."""

    added: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()
    unchanged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """
    One page of a list of records of one kind, in code-point order of their ids.

    ``search`` matches any part of a name or address whatever the case (``str.casefold``). ``at`` is the instant for
    which opportunities are listed: those created later are left out, and ``states`` then means the state at that
    instant (open until closed). ``closes_from`` and ``closes_until`` are estimated close dates, both included; without
    one a record is in no list that asks for it. ``customer_id`` is who it is made with or who has a say in it as a
    stakeholder, ``manager_id`` whom a seller reports to. People who opted out are in no list unless
    ``include_opted_out``.
    """

    kind: RecordKind
    search: str | None = None
    owner_id: str | None = None
    account_id: str | None = None
    customer_id: str | None = None
    manager_id: str | None = None
    states: frozenset[LeadState] | frozenset[OpportunityState] | None = None
    at: datetime | None = None
    closes_from: date | None = None
    closes_until: date | None = None
    after: str | None = None
    first: int = 50
    include_opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a listing; ``total`` counts the whole listing, whatever the page."""

    records: tuple[Record, ...]
    has_next: bool
    total: int


class Outline(NamedTuple):
    """
    What a list of thousands needs to know of a record: plain values, None where it has none.

    ``name`` is what it is called, whatever the case (``str.casefold``): its name, else its first address, else its id.
    ``state`` is as recorded; ``created`` and ``closed`` are microseconds since 1970; ``closes`` is the estimated close
    date as YYYY-MM-DD; ``revenue`` is what is estimated.
    """

    id: str
    name: str
    state: str | None
    created: int | None
    closed: int | None
    closes: str | None
    revenue: float | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds."""

    records: Mapping[RecordKind, int] = field(default_factory=dict)
    interactions: int = 0
    engagement: int = 0


@dataclass(frozen=True, slots=True)
class Touched:
    """
    Records that may differ from those at an earlier mark, or whose interactions may, and the mark they were told at.

    Where ``erased``, there may be records that are gone since then and are not among them.
    """

    mark: int
    records: frozenset[str]
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What was worked out of each record's interactions as they were at a mark; the store does not look inside."""

    mark: int
    rows: Mapping[str, bytes]


class Store(Protocol):
    """A graph of people, records and their interactions."""

    async def upsert_records(self, records: Sequence[Record], *, dry_run: bool = False) -> Changes:
        """
        Write people and records; each replaces what its id stood for, among people also across kinds.

        A reference may name an id that is written later. The caller writes a person's interactions again when the
        person changes sides (:meth:`export_interactions` with ``people`` finds them). With ``dry_run`` nothing is
        written and the changes are those there would be.
        """
        ...

    async def upsert_interactions(self, interactions: Sequence[Interaction], *, dry_run: bool = False) -> Changes:
        """
        Write interactions, each with all its edges; participants and regarding records must be known.

        Nothing is written where one of them is not. A large batch may be several transactions: after a failure, write
        it again.
        """
        ...

    async def upsert_engagement(self, events: Sequence[Engagement], *, dry_run: bool = False) -> int:
        """Write engagement events and return how many were new; the same event twice is one."""
        ...

    async def delete_interactions(self, ids: Collection[str]) -> int:
        """Remove interactions with their edges and engagement, and provisional people left without any; count them."""
        ...

    async def merge_people(self, into: Mapping[str, str]) -> None:
        """
        Remove people in favour of others: every record that names one names the other instead, engagement moves.

        Interactions are not touched: the caller has written them again with the new people before.
        """
        ...

    async def erase_records(self, ids: Collection[str]) -> int:
        """
        Forget people and records: addresses, engagement and every place that names them included; count them.

        Interactions that one of them began, or that have no edge without them, go too; the others stay without them.
        """
        ...

    async def records(self, ids: Collection[str]) -> dict[str, Record]:
        """Return the people and records with these ids; unknown ids are missing from the answer."""
        ...

    async def people_at(self, addresses: Collection[str]) -> dict[str, list[Person]]:
        """
        Return who holds each address (as :func:`graph.model.normalized_address` gives it), the first one first.

        A seller comes before a contact before a lead, then the lowest id; opted-out people are among them.
        """
        ...

    async def accounts_at(self, domains: Collection[str]) -> dict[str, str]:
        """Return the id of the account that owns each of these domains, the lowest where several do."""
        ...

    async def unplaced_contacts(self, domains: Collection[str]) -> list[Contact]:
        """Return the provisional contacts of no account with an address at one of these domains or below one."""
        ...

    async def seller_domains(self) -> frozenset[str]:
        """Return the domains of all sellers' addresses."""
        ...

    async def interactions(self, ids: Collection[str]) -> dict[str, Interaction]:
        """Return whole interactions; unknown ids are missing from the answer."""
        ...

    async def copies_of(self, copy_keys: Collection[str]) -> dict[str, str]:
        """Return the id of the interaction stored for each copy key, the lowest where several are."""
        ...

    async def ids_beginning(self, prefixes: Collection[str]) -> dict[str, list[str]]:
        """
        Return the ids of the interactions that begin with each of these, in code-point order.

        A prefix that no id begins with is missing from the answer.
        """
        ...

    async def interactions_of(
        self, records: Sequence[str], *, after: datetime | None = None, until: datetime | None = None
    ) -> Interactions:
        """
        Return the columns of all that counts for each record, after one instant (exclusive) and until another.

        What belongs to a record is said in :mod:`graph.membership`; ids that are no record have no rows.
        """
        ...

    async def engagement_of(self, interaction_ids: Collection[str]) -> dict[str, list[Engagement]]:
        """Return the engagement events of these interactions, in order; interactions without any are missing."""
        ...

    async def export_interactions(
        self, *, after: str | None = None, limit: int = 5000, people: Collection[str] | None = None
    ) -> list[Interaction]:
        """
        Return whole interactions in order of id, after an id.

        With ``people`` those that any of them took part in or that regard one of them.
        """
        ...

    async def list_records(self, listings: Sequence[Listing]) -> list[Page]:
        """Return a page for each listing, in order."""
        ...

    async def outlines(
        self, listings: Sequence[Listing], *, among: Collection[str] | None = None
    ) -> list[list[Outline]]:
        """
        Return every record of each listing, whatever its page: outlines in code-point order of their ids.

        With ``among`` only those of these ids that are in the listing.
        """
        ...

    async def touched_since(self, mark: int) -> Touched:
        """
        Return the records that may have changed since a mark, or whose :meth:`interactions_of` may; 0 is before all.

        Every write of records and interactions that is committed, merges and removals included, has a mark of its own,
        and these are in order of commit: who has seen one misses nothing that is committed later, by whatever process.
        Told are who was written or removed, the accounts they named, the customers and regarding records of
        interactions before and after, those of what answers an interaction that came or went, and every record that
        has one of these in its scope. Too many may be told, too few never; only of those erased
        (:meth:`erase_records`) no id is kept, and it is told that there were some.
        """
        ...

    async def ledgers(self, kind: RecordKind, basis: str) -> Ledgers | None:
        """
        Return what :meth:`save_ledgers` kept of the records of a kind, None where nothing is kept on this basis.

        A row may be newer than the mark, and may be there although its record is gone.
        """
        ...

    async def save_ledgers(
        self, kind: RecordKind, basis: str, rows: Mapping[str, bytes], *, since: int | None, mark: int
    ) -> bool:
        """
        Keep what was worked out of some records' interactions as they are at a mark; tell whether it is kept.

        It is not where others were quicker: unless what is kept of this kind has this basis and the mark ``since``.
        With ``since`` None the rows replace all there is, whatever its basis.
        """
        ...

    async def documents(self, kind: str) -> dict[str, str]:
        """Return the documents of a kind by key, in code-point order of the keys."""
        ...

    async def newest_document(self, kind: str) -> tuple[str, str] | None:
        """Return the (key, text) with the highest key of a kind; keys are ASCII."""
        ...

    async def add_document(self, kind: str, key: str, text: str) -> bool:
        """
        Add a small text that never changes again; tell whether its key was free.

        Where it was not, nothing is changed: of several who add under one key at the same time one wins.
        """
        ...

    async def counts(self) -> Counts:
        """Count what is stored."""
        ...

    async def aclose(self) -> None:
        """Give back files, threads and connections; a second call does nothing."""
        ...
