"""
Which of two versions of a calendar entry is the newer, and what the newest leaves of the others.

The order is that of RFC 5546, 2.1.5: the higher SEQUENCE, of equal ones the later DTSTAMP, of equal ones the one read
later. An event with a rule speaks for its whole series, one with a RECURRENCE-ID (an exception) for one occurrence.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self, TypeVar

K = TypeVar("K")

OLDER = "an older copy of the same event"
CANCELLATION = "a cancellation of meetings stored before"
VERSION = r"(?:(-?\d{1,10}) (\w*))?"
TEXT = re.compile(f"{VERSION}/{VERSION}(?:/{VERSION})?")


class Version(NamedTuple):
    """SEQUENCE, -1 for none, and DTSTAMP as the format writes it in UTC, blank for none."""

    sequence: int
    stamp: str


LOWEST = Version(-1, "")


@dataclass(frozen=True, slots=True)
class Revision:
    """
    Where an occurrence stands among the versions of its calendar entry.

    ``series`` is the version of the whole entry that it came with, None where an exception came alone; ``own`` is that
    of the exception which makes the occurrence what it is, None where it follows its rule. ``heard`` keeps the version
    of the whole entry in an exception that came alone, for there may be no other occurrence to keep it.
    """

    series: Version | None = None
    own: Version | None = None
    heard: Version | None = None

    @property
    def base(self) -> Version:
        """The version of the entry as far as it is known."""
        return self.series or self.own or LOWEST

    @property
    def whole(self) -> Version:
        """The newest version of the whole entry that this tells of."""
        return self.series or self.heard or LOWEST

    def is_older_than(self, other: Self) -> bool:
        """Tell whether this may not take the place of another revision of the same occurrence."""
        if self.own is not None and other.own is not None:
            return self.own < other.own
        if self.series is not None and other.series is not None:
            return self.series < other.series
        return (self.own or self.base) < (other.own or other.base)

    def text(self) -> str:
        """Return the revision as it is stored."""
        versions = (self.series, self.own) if self.heard is None else (self.series, self.own, self.heard)
        return "/".join("" if v is None else f"{v.sequence} {v.stamp}" for v in versions)

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """
        Return the revision that is stored; what is none comes before all others.

        >>> Revision.parse("2 20261101T090000Z/").base
        Version(sequence=2, stamp='20261101T090000Z')
        """
        found = TEXT.fullmatch(text or "")
        if found is None:
            return cls()
        return cls(*(Version(int(found[i]), found[i + 1]) if found[i] else None for i in (1, 3, 5)))


class Given(NamedTuple):
    """An occurrence as a calendar has it; ``entry`` is what it was read with, ``seq`` its place in the import."""

    seq: int
    id: str
    entry: str
    revision: Revision
    is_canceled: bool


class Entry(NamedTuple):
    """What a calendar says of all occurrences until an instant, or of ``only`` one: those not given are none."""

    key: str
    version: Version
    until: int
    only: str | None


class Stored(NamedTuple):
    """An occurrence that is stored."""

    revision: Revision
    at: int
    is_canceled: bool


@dataclass(slots=True)
class Judgement:
    """
    What becomes of the versions of one calendar entry.

    Of what is given some is ``merged`` into newer versions, some ``skipped`` with a reason; of what is stored some is
    ``gone``, with the revision that says so. Of the rest, what keeps the version of the whole entry from
    now on is ``revised`` if it is given, ``noted`` if it is stored.
    """

    merged: list[int] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    gone: dict[str, Revision] = field(default_factory=dict)
    revised: dict[int, Revision] = field(default_factory=dict)
    noted: dict[str, Revision] = field(default_factory=dict)


def judge(given: Sequence[Given], entries: Sequence[Entry], stored: Mapping[str, Stored]) -> Judgement:
    """Return what becomes of the occurrences of one entry, given in the order of reading, and of those stored."""
    judgement = Judgement()
    latest = _latest(given, judgement)
    known = max((s.revision.whole for s in stored.values()), default=LOWEST)
    whole = _newest_whole(entries)
    telling = [entry for entry in entries if entry.only is not None or (entry is whole and entry.version >= known)]
    listed = {o.id for o in given if whole is not None and o.entry == whole.key}
    for occurrence in latest:
        end = _end(occurrence.id, occurrence.revision, telling, listed)
        if end is not None or _is_outdated(occurrence, stored, known):
            judgement.skipped[occurrence.seq] = OLDER
    kept = {occurrence.id: occurrence for occurrence in latest if occurrence.seq not in judgement.skipped}
    for id_, old in stored.items():
        end = _end(id_, old.revision, [entry for entry in telling if old.at <= entry.until], listed)
        if end is not None and not old.is_canceled and id_ not in kept:
            judgement.gone[id_] = end
    told = [*judgement.gone.values(), *(o.revision for o in kept.values() if o.id in stored)]
    remembered = max(known, *(revision.whole for revision in told), LOWEST)
    new = (occurrence for occurrence in kept.values() if occurrence.id not in stored)
    judgement.skipped.update({o.seq: CANCELLATION for o in new if _is_needless(o, remembered)})
    _remember(judgement, kept, stored, max(known, *(entry.version for entry in telling if entry.only is None), LOWEST))
    return judgement


def _remember(judgement: Judgement, kept: Mapping[str, Given], stored: Mapping[str, Stored], heard: Version) -> None:
    """Have exceptions that came alone keep the version of the whole entry."""

    def keeping(revisions: Mapping[K, Revision]) -> dict[K, Revision]:
        alone = {key: revision for key, revision in revisions.items() if revision.series is None}
        return {key: replace(revision, heard=heard) for key, revision in alone.items() if revision.heard != heard}

    if heard == LOWEST:
        return
    comes = {o.seq: o.revision for o in kept.values() if o.seq not in judgement.skipped}
    stays = {id_: old.revision for id_, old in stored.items() if id_ not in kept and id_ not in judgement.gone}
    judgement.revised.update(keeping(comes))
    judgement.noted.update(keeping(stays))
    judgement.gone.update(keeping(judgement.gone))


def _latest(given: Sequence[Given], judgement: Judgement) -> Collection[Given]:
    """Return the newest of each occurrence; the others are merged into it."""
    latest: dict[str, Given] = {}
    for occurrence in given:
        other = latest.get(occurrence.id)
        if other is not None and occurrence.revision.is_older_than(other.revision):
            judgement.merged.append(occurrence.seq)
            continue
        if other is not None:
            judgement.merged.append(other.seq)
        latest[occurrence.id] = occurrence
    return latest.values()


def _newest_whole(entries: Sequence[Entry]) -> Entry | None:
    """Return the newest that speaks for the whole series, of equal ones the one read last."""
    wholes = [entry for entry in entries if entry.only is None]
    return max(reversed(wholes), key=lambda entry: entry.version, default=None)


def _end(id_: str, revision: Revision, telling: Iterable[Entry], listed: Collection[str]) -> Revision | None:
    """Return the revision by which an occurrence no longer takes place, None where it does."""
    for entry in telling:
        if entry.only is None and id_ not in listed and revision.base <= entry.version:
            return Revision(entry.version)
        # What cancels one occurrence is an exception: it says nothing of the version of the series.
        if entry.only == id_ and (revision.own or revision.base) <= entry.version:
            return Revision(None, entry.version)
    return None


def _is_needless(occurrence: Given, remembered: Version) -> bool:
    """Tell whether an occurrence is only cancelled, by a version that what is stored tells without it."""
    series, own = occurrence.revision.series, occurrence.revision.own
    return occurrence.is_canceled and own is None and series is not None and series <= remembered


def _is_outdated(occurrence: Given, stored: Mapping[str, Stored], known: Version) -> bool:
    """Tell whether the store has a newer version of an occurrence, or of a series that it is no longer part of."""
    revision = occurrence.revision
    if revision.series is not None and revision.series < known:
        return True
    old = stored.get(occurrence.id)
    return revision.base < known if old is None else revision.is_older_than(old.revision)
