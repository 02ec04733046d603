"""Facts of records as bytes that a store can keep, and facts put in the place of older ones."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import accumulate, chain, pairwise
from typing import Any

import numpy as np

from graph.interactions import Int64
from graph.membership import expand
from kpi.facts import Facts

# Part of what a store knows ledgers by: change it with the row, and older ledgers are made anew.
FORMAT = 1
ROW = np.dtype([("at", "<i8"), ("wait", "<i8"), ("our_minutes", "<f8"), ("their_minutes", "<f8"), ("flags", "u1")])
# The bits of ``flags``: two of kind, two of the initiator (who counts from -1), then these.
INITIATOR_BIT = 2
FLAG_BITS = {"we_talk": 4, "they_talk": 5, "both_sides": 6, "asks": 7}
NUMBERS = ("at", "wait", "our_minutes", "their_minutes")
COLUMNS = tuple(field.name for field in fields(Facts) if field.name != "records")


def pack(facts: Facts) -> dict[str, bytes]:
    """
    Return the facts of each record as bytes, 33 for each row; none for a record without any.

    Examples
    --------
    >>> from kpi.facts import facts_of
    >>> from tests.situations import ago, columns, email
    >>> ledger = pack(facts_of(columns(email("m1", ago(1), "ann", "bob"))))
    >>> len(ledger["bob"]), unpack(ledger).they_talk
    (33, array([False]))
    """
    rows = np.empty(len(facts), dtype=ROW)
    for name in NUMBERS:
        rows[name] = getattr(facts, name)
    flags = facts.kind | (facts.initiator + 1) << INITIATOR_BIT
    rows["flags"] = flags.astype(np.uint8)
    for name, bit in FLAG_BITS.items():
        rows["flags"] |= getattr(facts, name).astype(np.uint8) << bit
    bounds = starts(facts).tolist()
    return {id_: rows[bounds[i] : bounds[i + 1]].tobytes() for i, id_ in enumerate(facts.records)}


def unpack(packed: Mapping[str, bytes]) -> Facts:
    """Return the facts that were packed, records in the order given."""
    rows = np.frombuffer(b"".join(packed.values()), dtype=ROW)
    lengths = np.array([len(row) for row in packed.values()], dtype=np.int64) // ROW.itemsize
    flags = np.ascontiguousarray(rows["flags"])
    columns: dict[str, Any] = {name: np.ascontiguousarray(rows[name]) for name in NUMBERS}
    columns |= {name: (flags >> bit & 1).astype(np.bool_) for name, bit in FLAG_BITS.items()}
    return Facts(
        records=tuple(packed),
        record=np.repeat(np.arange(len(packed), dtype=np.int32), lengths),
        kind=(flags & 3).astype(np.int8),
        initiator=(flags >> INITIATOR_BIT & 3).astype(np.int8) - np.int8(1),
        **columns,
    )


def starts(facts: Facts) -> Int64:
    """Return int64[records + 1], the first row of each record, and the number of rows."""
    return np.searchsorted(facts.record, np.arange(len(facts.records) + 1, dtype=np.int32))


def joined(parts: Sequence[Facts]) -> Facts:
    """Return the facts of several lots of records, no record in two of them, as one."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
    before = accumulate((len(part.records) for part in parts), initial=0)
    columns["record"] += np.repeat(np.array(list(before)[:-1], dtype=np.int32), [len(part) for part in parts])
    return Facts(records=tuple(chain.from_iterable(part.records for part in parts)), **columns)


def replaced(facts: Facts, by: Facts) -> Facts:
    """Return facts with those of some records put in the place of what there was of them; new records are added."""
    anew = frozenset(by.records)
    kept = np.flatnonzero([id_ not in anew for id_ in facts.records])
    return joined([taken(facts, kept), by])


def taken(facts: Facts, positions: Int64) -> Facts:
    """Return the facts of the records at some positions, in that order."""
    bounds = starts(facts)
    lengths = bounds[positions + 1] - bounds[positions]
    rows = expand(bounds[positions], lengths)
    columns = {name: getattr(facts, name)[rows] for name in COLUMNS}
    columns["record"] = np.repeat(np.arange(len(positions), dtype=np.int32), lengths)
    return Facts(records=tuple(facts.records[i] for i in positions.tolist()), **columns)


def parted(facts: Facts, parts: int) -> list[Facts]:
    """Return facts in several parts of some whole records each, of about as many rows; empty ones are left out."""
    bounds = starts(facts)
    cuts = np.searchsorted(bounds, np.linspace(0, len(facts), parts + 1)[1:-1]).tolist()
    records = sorted({0, *cuts, len(facts.records)})
    return [_between(facts, bounds, *ends) for ends in pairwise(records)] or [facts]


def _between(facts: Facts, bounds: Int64, first: int, stop: int) -> Facts:
    """Return the facts of the records from one to another."""
    rows = slice(bounds[first], bounds[stop])
    columns = {name: getattr(facts, name)[rows] for name in COLUMNS}
    columns["record"] = columns["record"] - np.int32(first)
    return Facts(records=facts.records[first:stop], **columns)
