"""From drafts to interactions: who the people are, what is regarded, and what becomes of those that do not fit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from graph.model import (
    KINDS,
    ROLES,
    SOURCES,
    Interaction,
    InteractionState,
    Participant,
    Person,
    Side,
    from_micros,
    is_storable,
)
from ingest.drafts import Draft, DraftParticipant
from ingest.identity import Identity, Known
from ingest.stage import ACCOUNT, OPPORTUNITY, PERSON, id_is_taken, with_article

NO_SELLER = "no seller took part"
NOBODY_ELSE = "one seller alone, nothing regarded"
NOBODY_BEGAN = "sellers only, nobody began it, nothing regarded"

# By their values, for a look-up of an enum by value costs several times as much as one here.
_KINDS = {kind.value: kind for kind in KINDS}
_SOURCES = {source.value: source for source in SOURCES}
_STATES = {state.value: state for state in InteractionState}
_ROLES = {role.value: role for role in ROLES}
_ROLE_ORDER = {role.value: i for i, role in enumerate(ROLES)}


class Placed(NamedTuple):
    """
    What a draft came to: an interaction with the people to make for it, or why not.

    ``bad`` is what is wrong with the line; ``skipped`` is why a good line is not stored. ``addresses`` are those by
    which it names people.
    """

    seq: int
    id: str
    interaction: Interaction | None = None
    new_people: Collection[Person] = ()
    addresses: frozenset[str] = frozenset()
    bad: str | None = None
    skipped: str | None = None


async def place(drafts: Sequence[Draft], identity: Identity) -> list[Placed]:
    """Return what each draft comes to, with a few look-ups for all of them."""
    ids: set[str] = set()
    addresses: set[str] = set()
    for draft in drafts:
        if draft.regarding_id is not None:
            ids.add(draft.regarding_id)
        for key, by_address, _ in draft.participants:
            (addresses if by_address else ids).add(key)
    taken = await identity.taken([draft.id for draft in drafts])
    people = _People(await identity.known(ids), await identity.at(addresses))
    return [_place(draft, taken, people) for draft in drafts]


class _Party(NamedTuple):
    """
    Who takes part and what is regarded: as an interaction has it, with the people to make for it; or what is wrong.

    Where there are people of ``both_sides`` the interaction is stored, whatever else it is.
    """

    participants: tuple[Participant, ...] = ()
    regarding_id: str | None = None
    new: Mapping[str, Person] = MappingProxyType({})
    both_sides: bool = False
    bad: str | None = None


class _People:
    """Who ids and addresses are; the same people take part again and again, so what they come to is kept."""

    def __init__(self, by_id: Mapping[str, Known], by_address: Mapping[str, Known]) -> None:
        self._by_id = by_id
        self._by_address = by_address
        self._parties: dict[tuple[object, str | None], _Party] = {}

    def party(self, draft: Draft) -> _Party:
        """Return what the people of a draft and what it regards come to."""
        key = draft.participants, draft.regarding_id
        party = self._parties.get(key)
        if party is None:
            party = self._parties[key] = self._party(*key)
        return party

    def _party(self, participants: Sequence[DraftParticipant], regarding_id: str | None) -> _Party:
        present: list[Known] = []
        for i, (key, by_address, _) in enumerate(participants):
            person = (self._by_address if by_address else self._by_id).get(key)
            if person is None or person.side is None:
                return _Party(bad=f"participants.{i}.{'email' if by_address else 'personId'}: {no_person(key, person)}")
            present.append(person)
        regarding = self._by_id.get(regarding_id or "")
        if regarding_id is not None and (regarding is None or not _is_record(regarding)):
            return _Party(bad=f"regardingId: no account, contact, lead or opportunity has the id {regarding_id!r}")
        new = {known.id: known.new for known in (*present, regarding) if known is not None and known.new is not None}
        found = in_order(
            Participant(person.id, _ROLES[role], person.side)
            for person, (_, _, role) in zip(present, participants, strict=True)
            if person.side is not None
        )
        both_sides = len({p.side for p in found}) == len(Side)
        return _Party(found, None if regarding is None else regarding.id, new, both_sides)


def _place(draft: Draft, taken: Mapping[str, str], people: _People) -> Placed:
    if draft.id in taken:
        return Placed(draft.seq, draft.id, bad=id_is_taken(draft.id, taken[draft.id]))
    party = people.party(draft)
    if party.bad is not None:
        return Placed(draft.seq, draft.id, bad=party.bad)
    interaction = _interaction(draft, party)
    if not party.both_sides and (skipped := skip_reason(interaction)) is not None:
        return Placed(draft.seq, draft.id, skipped=skipped)
    if not party.new:
        return Placed(draft.seq, draft.id, interaction)
    addresses = frozenset(key for key, by_address, _ in draft.participants if by_address)
    return Placed(draft.seq, draft.id, interaction, party.new.values(), addresses)


def no_person(key: str, known: Known | None) -> str:
    """Return what is told of an id or address that is nobody's."""
    return (
        f"no person has the id {key!r}"
        if known is None
        else f"{key!r} is the id of {with_article(known.family)}, not of a person"
    )


def _is_record(known: Known) -> bool:
    return known.family in (ACCOUNT, OPPORTUNITY) or (known.family == PERSON and known.side is Side.THEM)


def _interaction(draft: Draft, party: _Party) -> Interaction:
    return Interaction(
        id=draft.id,
        kind=_KINDS[draft.kind],
        at=from_micros(draft.at),
        participants=party.participants,
        duration_minutes=draft.minutes,
        source=_SOURCES[draft.source],
        subject=draft.subject,
        thread_id=draft.thread_id,
        in_reply_to_id=draft.in_reply_to_id,
        regarding_id=party.regarding_id,
        state=_STATES[draft.state],
        followed=draft.followed,
        automatic=draft.automatic,
        copy_key=draft.copy_key,
    )


def in_order(participants: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return participants as an interaction keeps them: by role, then person, without repeats."""
    # By a key of plain values: hashing and comparing participants themselves costs several times as much.
    keyed = {(_ROLE_ORDER[p.role._value_], p.person_id): p for p in participants}
    return tuple([keyed[key] for key in sorted(keyed)])


def skip_reason(interaction: Interaction) -> str | None:
    """Return why an interaction is not stored, None where it is."""
    if is_storable(interaction):
        return None
    ours = {p.person_id for p in interaction.participants if p.side is Side.US}
    if not ours:
        return NO_SELLER
    return NOBODY_ELSE if len(ours) == 1 else NOBODY_BEGAN
