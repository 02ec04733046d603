"""
Which interactions belong to a record, decided when asked and in one place for every store.

A record's :class:`Scope` names the people and records its interactions touch. A store fetches each interaction that
touches any of them once (:class:`graph.interactions.Rows`); :func:`assemble` keeps, for each record, those that belong.

==========  ==================================================================================================
record R    belongs when (g is the regarding record, S the sellers and C the customers who took part)
==========  ==================================================================================================
any         g = R
contact     R in C, and S is not empty
account     S is not empty, and C meets contacts(R) or R's primary contact; or g is an opportunity of R
lead        owner(R) in S, C meets {R} or stakeholders(R), and g is not another lead or opportunity
opportunity S meets {owner(R)} or sales team(R), C meets {customer contact(R)} or stakeholders(R), and g is not
            another lead or opportunity
==========  ==================================================================================================
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.interactions import (
    ELSEWHERE,
    LAST_INITIATOR_ROLE,
    NOBODY,
    NOT_STORED,
    THEM,
    US,
    Bool,
    Int64,
    Interactions,
    Rows,
)
from graph.model import Account, Contact, Lead, Opportunity, Record


@dataclass(frozen=True, slots=True)
class Scope:
    """
    What touches a record.

    ``sellers`` is None where any seller will do; ``exclusive`` keeps out what regards another lead or opportunity.
    """

    record: str
    customers: frozenset[str] = frozenset()
    sellers: frozenset[str] | None = None
    regarding: frozenset[str] = frozenset()
    exclusive: bool = False


def _present(*ids: str | None) -> frozenset[str]:
    return frozenset(i for i in ids if i is not None)


def scope_of(record: Record, *, contacts: Collection[str] = (), opportunities: Collection[str] = ()) -> Scope:
    """Return the scope of a record; an account needs the ids of its contacts and opportunities."""
    match record:
        case Contact():
            return Scope(record.id, customers=frozenset({record.id}), regarding=frozenset({record.id}))
        case Account():
            people = frozenset(contacts) | _present(record.primary_contact_id)
            return Scope(record.id, customers=people, regarding=frozenset({record.id, *opportunities}))
        case Lead():
            people = frozenset({record.id, *record.stakeholder_ids})
            sellers = _present(record.owner_id)
        case Opportunity():
            people = _present(record.contact_id, *record.stakeholder_ids)
            sellers = _present(record.owner_id, *record.sales_team_ids)
        case _:
            return Scope(record.id)
    return Scope(record.id, customers=people, sellers=sellers, regarding=frozenset({record.id}), exclusive=True)


def assemble(records: Sequence[str], scopes: Iterable[Scope], rows: Rows) -> Interactions:
    """
    Keep the rows that belong to each record and count for it.

    Parameters
    ----------
    records : sequence of str
        The ids asked for, in order; those without a scope have no rows.
    scopes : iterable of Scope
        At most one for each record.
    rows : Rows
        Every interaction that touches any scope; others are left out here.
    """
    table = _Table(rows)
    positions = {record: i for i, record in enumerate(records)}
    ordered = sorted(scopes, key=lambda scope: positions[scope.record])
    record, row = _members(table, ordered, np.array([positions[s.record] for s in ordered], dtype=np.int64))
    customers = {scope.record: scope.customers for scope in ordered}
    named = tuple(customers.get(record, frozenset()) for record in records)
    return table.take(tuple(records), named, record, row)


class _Table:
    """The rows of a store as arrays, ordered by instant and id, each person once in a row."""

    def __init__(self, rows: Rows) -> None:
        self.order, self.at = _by_instant(rows)
        self.rows = rows
        self.id = np.array(rows.id, dtype=np.object_)[self.order]
        self.regarding = np.array(rows.regarding, dtype=np.object_)[self.order]
        self._sort_people()
        self._sort_presences()

    def __len__(self) -> int:
        return len(self.order)

    def _sort_people(self) -> None:
        order = sorted(range(len(self.rows.people)), key=self.rows.people.__getitem__)
        self.people = tuple(self.rows.people[i] for i in order)
        self.person_code = {person: i for i, person in enumerate(self.people)}
        self.opted_out = np.asarray(self.rows.opted_out, dtype=np.bool_)[order]
        self.new_person = np.empty(len(order), dtype=np.int64)
        self.new_person[order] = np.arange(len(order))

    def _sort_presences(self) -> None:
        rank = np.empty(len(self), dtype=np.int64)
        rank[self.order] = np.arange(len(self))
        row = rank[np.asarray(self.rows.present_row, dtype=np.int64)]
        person = self.new_person[np.asarray(self.rows.present_person, dtype=np.int64)]
        role = np.asarray(self.rows.present_role, dtype=np.int8)
        side = np.asarray(self.rows.present_side, dtype=np.int8)
        order = np.lexsort((role, person, row))
        row, person = row[order], person[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (row[1:] != row[:-1]) | (person[1:] != person[:-1])
        self.p_row, self.p_person = row[first], person[first]
        self.p_role, self.p_side = role[order][first], side[order][first]
        self.p_start = np.searchsorted(self.p_row, np.arange(len(self) + 1))
        self.sellers, self.customers = self._count(US), self._count(THEM)

    def take(
        self, records: tuple[str, ...], named: tuple[frozenset[str], ...], record: Int64, row: Int64
    ) -> Interactions:
        """Return the columns of the given (record, row) pairs, which are in order, less what counts for no record."""
        regards = self._regards(records, record, row)
        both = (self.sellers > 0)[row] & (self.customers > 0)[row]
        kept = (both | regards) & ~_flags(self.rows.canceled)[self.order[row]]
        record, row, regards = record[kept], row[kept], regards[kept]
        counts = (self.p_start[1:] - self.p_start[:-1])[row]
        presence = expand(self.p_start[row], counts)
        initiator_person, initiator = self._initiators()
        rows, read = self.rows, self.order[row]
        return Interactions(
            records=records,
            record=record.astype(np.int32),
            interaction=row.astype(np.int32),
            id=self.id[row],
            at=self.at[row],
            kind=_codes(rows.kind)[read],
            minutes=np.array([np.nan if m is None else m for m in rows.minutes], dtype=np.float64)[read],
            source=_codes(rows.source)[read],
            initiator=initiator[row],
            initiator_person=initiator_person[row],
            sellers=self.sellers[row],
            customers=self.customers[row],
            regards=regards,
            automatic=_flags(rows.automatic)[read],
            followed=_flags(rows.followed)[read],
            thread=self._threads()[read],
            reply_to=self._replies()[read],
            present_row=np.repeat(np.arange(len(row), dtype=np.int32), counts),
            present_person=self.p_person[presence].astype(np.int32),
            present_role=self.p_role[presence],
            present_side=self.p_side[presence],
            people=self.people,
            opted_out=self.opted_out,
            named=named,
        )

    def _regards(self, records: tuple[str, ...], record: Int64, row: Int64) -> Bool:
        names = np.array(records, dtype=np.object_)
        return np.asarray(self.regarding[row] == names[record], dtype=np.bool_)

    def _count(self, side: int) -> NDArray[np.int32]:
        return np.bincount(self.p_row[self.p_side == side], minlength=len(self)).astype(np.int32)

    def _initiators(self) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        person = np.full(len(self), -1, dtype=np.int32)
        side = np.full(len(self), NOBODY, dtype=np.int8)
        began = np.flatnonzero(self.p_role <= LAST_INITIATOR_ROLE)
        row = self.p_row[began]
        person[row] = self.p_person[began]
        side[row] = self.p_side[began]
        return person, side

    def _threads(self) -> NDArray[np.int32]:
        numbers: dict[str, int] = {}
        codes = [-1 if t is None else numbers.setdefault(t, len(numbers)) for t in self.rows.thread]
        return np.array(codes, dtype=np.int32)

    def _replies(self) -> NDArray[np.int32]:
        rows = {id_: i for i, id_ in enumerate(self.id)}
        stored = zip(self.rows.reply_to, self.rows.reply_stored, strict=True)
        codes = [rows.get(r, ELSEWHERE) if s and r is not None else NOT_STORED for r, s in stored]
        return np.array(codes, dtype=np.int32)


def _codes(column: Sequence[bool | int]) -> NDArray[np.int8]:
    """Return small numbers, none below 0, as an array: by way of bytes it takes a third of the time."""
    return np.frombuffer(bytes(column), dtype=np.int8)


def _flags(column: Sequence[bool | int]) -> Bool:
    return _codes(column).view(np.bool_)


def _by_instant(rows: Rows) -> tuple[Int64, Int64]:
    """Return the order of rows by instant and id, and their instants in that order."""
    at = np.asarray(rows.at, dtype=np.int64)
    order = np.argsort(at, kind="stable")
    sorted_at = at[order]
    new = np.ones(len(order) + 1, dtype=np.bool_)
    new[1:-1] = sorted_at[1:] != sorted_at[:-1]
    bounds = np.flatnonzero(new)
    for i in np.flatnonzero(bounds[1:] - bounds[:-1] > 1):
        same = slice(bounds[i], bounds[i + 1])
        order[same] = sorted(order[same], key=lambda k: rows.id[k])
    return order, sorted_at


def expand(starts: Int64, counts: Int64) -> Int64:
    """Return the positions of ranges given by start and length, one range after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - counts), counts), dtype=np.int64)


def _members(table: _Table, scopes: Sequence[Scope], positions: Int64) -> tuple[Int64, Int64]:
    """Return the (record position, row) pairs that belong, ordered by record, then row."""
    if not scopes or not len(table):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    pairs = np.concatenate([_by_people(table, scopes), _by_regarding(table, scopes)])
    pairs.sort()
    distinct = np.ones(len(pairs), dtype=np.bool_)
    distinct[1:] = pairs[1:] != pairs[:-1]
    scope, row = np.divmod(pairs[distinct], len(table))
    return positions[scope], row


def _by_people(table: _Table, scopes: Sequence[Scope]) -> Int64:
    """Return scope * len(table) + row for rows whose people are the scope's."""
    theirs = _people_pairs(table, [s.customers for s in scopes])
    scope, row = _join(theirs, table, THEM)
    kept = _has_sellers(table, scopes, scope, row) & ~_regards_another(table, scopes, scope, row)
    return scope[kept] * len(table) + row[kept]


def _people_pairs(table: _Table, people: Sequence[Collection[str]]) -> Int64:
    """Return scope * len(people) + person for the people of each scope who took part in any row, sorted."""
    codes = table.person_code
    pairs = [i * len(codes) + codes[p] for i, chosen in enumerate(people) for p in chosen if p in codes]
    return np.sort(np.array(pairs, dtype=np.int64))


def _join(pairs: Int64, table: _Table, side: int) -> tuple[Int64, Int64]:
    """Return (scope, row) for each row in which a scope's person took part on a side."""
    presences = np.flatnonzero(table.p_side == side)
    presences = presences[np.argsort(table.p_person[presences], kind="stable")]
    person_sorted = table.p_person[presences]
    scope, person = np.divmod(pairs, max(len(table.people), 1))
    starts = np.searchsorted(person_sorted, person, side="left")
    counts = np.searchsorted(person_sorted, person, side="right") - starts
    return np.repeat(scope, counts), table.p_row[presences[expand(starts, counts)]]


def _has_sellers(table: _Table, scopes: Sequence[Scope], scope: Int64, row: Int64) -> Bool:
    """Tell for each pair whether the sellers whom the scope asks for took part."""
    anyone = np.array([s.sellers is None for s in scopes])
    if anyone.all():
        return np.asarray(table.sellers[row] > 0)
    asked = _people_pairs(table, [s.sellers or frozenset() for s in scopes])
    counts = table.p_start[row + 1] - table.p_start[row]
    presence = expand(table.p_start[row], counts)
    pair = np.repeat(np.arange(len(row)), counts)
    ours = table.p_side[presence] == US
    named = np.isin(scope[pair] * len(table.people) + table.p_person[presence], asked)
    found = ours & (anyone[scope[pair]] | named)
    return np.asarray(np.bincount(pair[found], minlength=len(row)) > 0)


def _regards_another(table: _Table, scopes: Sequence[Scope], scope: Int64, row: Int64) -> Bool:
    """Tell for each pair whether it regards another lead or opportunity, where the scope keeps that out."""
    exclusive = np.array([s.exclusive for s in scopes])
    deals = _flags(table.rows.regards_deal)[table.order[row]]
    names = np.array([s.record for s in scopes], dtype=np.object_)
    other = np.asarray(table.regarding[row] != names[scope], dtype=np.bool_)
    return exclusive[scope] & deals & other


def _by_regarding(table: _Table, scopes: Sequence[Scope]) -> Int64:
    """Return scope * len(table) + row for rows that regard one of the scope's records."""
    rows_of: dict[str, list[int]] = {}
    for row, regarded in enumerate(table.regarding):
        if regarded is not None:
            rows_of.setdefault(regarded, []).append(row)
    pairs = [i * len(table) + row for i, s in enumerate(scopes) for r in s.regarding for row in rows_of.get(r, ())]
    return np.array(pairs, dtype=np.int64)
