"""From drafts to interactions: who the people are, what is regarded, and what becomes of those that do not fit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
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
from ingest.drafts import Draft
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
    known = await identity.known(ids)
    at = await identity.at(addresses)
    return [_place(draft, taken, known, at) for draft in drafts]


def _place(draft: Draft, taken: Mapping[str, str], known: Mapping[str, Known], at: Mapping[str, Known]) -> Placed:
    if draft.id in taken:
        return Placed(draft.seq, draft.id, bad=id_is_taken(draft.id, taken[draft.id]))
    people = [(at if by_address else known).get(key) for key, by_address, _ in draft.participants]
    regarding = None if draft.regarding_id is None else known.get(draft.regarding_id)
    if (bad := _what_is_unknown(draft, people, regarding)) is not None:
        return Placed(draft.seq, draft.id, bad=bad)
    present = [person for person in people if person is not None]
    interaction = _interaction(draft, present, regarding)
    if (skipped := skip_reason(interaction)) is not None:
        return Placed(draft.seq, draft.id, skipped=skipped)
    new = {p.id: p.new for p in (*present, regarding) if p is not None and p.new is not None}
    if not new:
        return Placed(draft.seq, draft.id, interaction)
    addresses = frozenset(key for key, by_address, _ in draft.participants if by_address)
    return Placed(draft.seq, draft.id, interaction, new.values(), addresses)


def _what_is_unknown(draft: Draft, people: Sequence[Known | None], regarding: Known | None) -> str | None:
    for i, person in enumerate(people):
        if person is None or person.family != PERSON:
            key, by_address, _ = draft.participants[i]
            field = f"participants.{i}.{'email' if by_address else 'personId'}"
            return f"{field}: {no_person(key, person)}"
    if draft.regarding_id is not None and (regarding is None or not _is_record(regarding)):
        return f"regardingId: no account, contact, lead or opportunity has the id {draft.regarding_id!r}"
    return None


def no_person(key: str, known: Known | None) -> str:
    """Return what is told of an id or address that is nobody's."""
    return (
        f"no person has the id {key!r}"
        if known is None
        else f"{key!r} is the id of {with_article(known.family)}, not of a person"
    )


def _is_record(known: Known) -> bool:
    return known.family in (ACCOUNT, OPPORTUNITY) or (known.family == PERSON and known.side is Side.THEM)


def _interaction(draft: Draft, people: Sequence[Known], regarding: Known | None) -> Interaction:
    # By a key of plain values: hashing and comparing participants themselves costs several times as much.
    keyed = {
        (_ROLE_ORDER[role], person.id): _participant(person.id, role, person.side)
        for person, (_, _, role) in zip(people, draft.participants, strict=True)
        if person.side is not None
    }
    return Interaction(
        id=draft.id,
        kind=_KINDS[draft.kind],
        at=from_micros(draft.at),
        participants=tuple([keyed[key] for key in sorted(keyed)]),
        duration_minutes=draft.minutes,
        source=_SOURCES[draft.source],
        subject=draft.subject,
        thread_id=draft.thread_id,
        in_reply_to_id=draft.in_reply_to_id,
        regarding_id=None if regarding is None else regarding.id,
        state=_STATES[draft.state],
        followed=draft.followed,
        automatic=draft.automatic,
        copy_key=draft.copy_key,
    )


# The same people take part again and again.
@lru_cache(maxsize=1 << 14)
def _participant(person_id: str, role: str, side: Side) -> Participant:
    return Participant(person_id, _ROLES[role], side)


def in_order(participants: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return participants as an interaction keeps them: by role, then person, without repeats."""
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
