"""
Interactions as columns: what a store hands to the KPIs, for many records at once.

:class:`Rows` is what a store read, each interaction once. :class:`Interactions` has a row for each
(record, interaction) that counts, made of it by :func:`graph.membership.assemble`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph.model import SOURCES, Source

Int8 = NDArray[np.int8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
Text = NDArray[np.object_]

# Codes of the columns: the positions in graph.model.KINDS, SOURCES, ROLES and SIDES, and what is not there.
EMAIL, MEETING, CALL, OTHER = range(4)
US, THEM = range(2)
NOBODY = -1
LAST_INITIATOR_ROLE = 3

# The columns with a value for each row.
OF_ROWS = (
    "record", "interaction", "id", "at", "kind", "minutes", "source", "initiator", "initiator_person", "sellers",
    "customers", "regards", "automatic", "followed", "thread", "reply_to",
)  # fmt: skip
OF_PRESENCES = ("present_person", "present_role", "present_side")

# Values of ``reply_to`` that name no row.
NOT_STORED = -1  # no inReplyTo, or one that names no stored interaction
ELSEWHERE = -2  # one that names a stored interaction outside these columns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """
    Interactions as a store read them: each once, in any order, columns of equal length n.

    The people of all rows stand in four columns of length m (``present_*``), codes into ``people``; a person may be
    there in several roles. ``regards_deal`` says that the regarding record is a lead or an opportunity.
    """

    id: Sequence[str]
    at: Sequence[int]
    kind: Sequence[int]
    minutes: Sequence[float | None]
    source: Sequence[int]
    canceled: Sequence[bool | int]
    automatic: Sequence[bool | int]
    followed: Sequence[bool | int]
    thread: Sequence[str | None]
    reply_to: Sequence[str | None]
    reply_stored: Sequence[bool | int]
    regarding: Sequence[str | None]
    regards_deal: Sequence[bool | int]
    present_row: Sequence[int] | Int64
    present_person: Sequence[int] | Int64
    present_role: Sequence[int] | Int64
    present_side: Sequence[int] | Int64
    people: Sequence[str]
    opted_out: Sequence[bool | int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interactions:
    """
    The interactions that count for some records, as columns.

    One row for each (record, interaction), n in all, ordered by record, instant and id, so that the last row of a
    record is its latest interaction. Canceled interactions, and those without a customer that do not regard the very
    record, are not here. Whether an interaction has taken place by *as of* is for the reader to say (``at``).

    Attributes
    ----------
    records : tuple of str
        The ids asked for; ``record`` holds positions in it. A record may have no row.
    record : int32[n]
    interaction : int32[n]
        A number for each interaction, the same under every record, in order of instant and id; ``reply_to`` refers to
        it.
    id : object[n] of str
    at : int64[n]
        Microseconds since 1970-01-01T00:00Z.
    kind : int8[n]
        EMAIL, MEETING, CALL or OTHER.
    minutes : float64[n]
        Duration; NaN where it is missing.
    source : int8[n]
        Position in :data:`graph.model.SOURCES`.
    initiator : int8[n]
        US, THEM or NOBODY.
    initiator_person : int32[n]
        Position in ``people``, -1 for nobody.
    sellers, customers : int32[n]
        How many different people of each side took part.
    regards : bool[n]
        The interaction regards this very record.
    automatic, followed : bool[n]
    thread : int32[n]
        A number for each thread, -1 for none.
    reply_to : int32[n]
        The ``interaction`` it answers, NOT_STORED or ELSEWHERE.
    present_row, present_person : int32[m]
        Who took part, once for each person of a row, ordered by row, then person; ``present_person`` holds
        positions in ``people``.
    present_role, present_side : int8[m]
        Positions in :data:`graph.model.ROLES` (the initiating role where a person has several) and US or THEM.
    people : tuple of str
        Ids in code-point order, so that ordering by code is ordering by id.
    opted_out : bool[len(people)]
    named : tuple of frozenset of str
        For each of ``records``, whom it names on the customer's side, taken part or not (:mod:`graph.membership`); who
        stands on our side is among them where a record names them there.
    """

    records: tuple[str, ...]
    record: Int32
    interaction: Int32
    id: Text
    at: Int64
    kind: Int8
    minutes: Float64
    source: Int8
    initiator: Int8
    initiator_person: Int32
    sellers: Int32
    customers: Int32
    regards: Bool
    automatic: Bool
    followed: Bool
    thread: Int32
    reply_to: Int32
    present_row: Int32
    present_person: Int32
    present_role: Int8
    present_side: Int8
    people: tuple[str, ...]
    opted_out: Bool
    named: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.record)

    @property
    def both_sides(self) -> Bool:
        """bool[n]: at least one seller and one customer took part."""
        return (self.sellers > 0) & (self.customers > 0)

    def of_sources(self, sources: Collection[Source]) -> "Interactions":
        """
        Return the rows that come from these sources.

        Interactions keep their numbers, so that an answer to one that is left out still names something stored.
        """
        if len(set(sources)) == len(SOURCES):
            return self
        kept = np.isin(self.source, [SOURCES.index(source) for source in sources])
        return self if kept.all() else self._keep(kept)

    def up_to(self, instant: int) -> "Interactions":
        """Return the rows up to an instant (microseconds since 1970)."""
        kept = self.at <= instant
        return self if kept.all() else self._keep(kept)

    def _keep(self, kept: Bool) -> "Interactions":
        present = kept[self.present_row]
        new_row = np.cumsum(kept, dtype=np.int32) - 1
        columns = {name: getattr(self, name)[kept] for name in OF_ROWS}
        presences = {name: getattr(self, name)[present] for name in OF_PRESENCES}
        return replace(self, **columns, **presences, present_row=new_row[self.present_row[present]])
