"""From drafts to interactions: who the people are, what is regarded, and what becomes of those that do not fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.model import ROLES, Interaction, Participant, Person, Side, from_micros, is_storable
from ingest.identity import Identity, Known
from ingest.stage import ACCOUNT, OPPORTUNITY, PERSON, Draft

ROLE_ORDER = {role.value: i for i, role in enumerate(ROLES)}
NO_SELLER = "no seller took part"
NOBODY_ELSE = "one seller alone, nothing regarded"
NOBODY_BEGAN = "sellers only, nobody began it, nothing regarded"


@dataclass(frozen=True, slots=True)
class Placed:
    """
    What a draft came to: an interaction with the people to make for it, or why not.

    ``bad`` is what is wrong with the line; ``skipped`` is why a good line is not stored. ``addresses`` are those by
    which it names people.
    """

    seq: int
    id: str
    interaction: Interaction | None = None
    new_people: tuple[Person, ...] = ()
    addresses: frozenset[str] = frozenset()
    bad: str | None = None
    skipped: str | None = None


async def place(drafts: Sequence[Draft], identity: Identity) -> list[Placed]:
    """Return what each draft comes to, with a few look-ups for all of them."""
    ids = {p.key for d in drafts for p in d.participants if not p.by_address}
    ids |= {d.regarding_id for d in drafts if d.regarding_id is not None} | {d.id for d in drafts}
    known = await identity.known(ids)
    at = await identity.at({p.key for d in drafts for p in d.participants if p.by_address})
    return [_place(draft, known, at) for draft in drafts]


def _place(draft: Draft, known: Mapping[str, Known], at: Mapping[str, Known]) -> Placed:
    if (clash := known.get(draft.id)) is not None and clash.new is None:
        reason = f"id: {draft.id!r} is the id of a stored {clash.family}; ids are one space"
        return Placed(draft.seq, draft.id, bad=reason)
    people = [(at if p.by_address else known).get(p.key) for p in draft.participants]
    regarding = None if draft.regarding_id is None else known.get(draft.regarding_id)
    if (bad := _what_is_unknown(draft, people, regarding)) is not None:
        return Placed(draft.seq, draft.id, bad=bad)
    present = [person for person in people if person is not None]
    interaction = _interaction(draft, present, regarding)
    if (skipped := skip_reason(interaction)) is not None:
        return Placed(draft.seq, draft.id, skipped=skipped)
    named = present if regarding is None else [*present, regarding]
    new = {person.id: person.new for person in named if person.new is not None}
    addresses = frozenset(p.key for p in draft.participants if p.by_address) if new else frozenset()
    return Placed(draft.seq, draft.id, interaction, tuple(new.values()), addresses)


def _what_is_unknown(draft: Draft, people: Sequence[Known | None], regarding: Known | None) -> str | None:
    for i, (participant, person) in enumerate(zip(draft.participants, people, strict=True)):
        if person is None or person.family != PERSON:
            field = f"participants.{i}.{'email' if participant.by_address else 'personId'}"
            if person is None:
                return f"{field}: no person has the id {participant.key!r}"
            return f"{field}: {participant.key!r} is the id of another {person.family}, not of a person"
    if draft.regarding_id is not None and (regarding is None or not _is_record(regarding)):
        return f"regardingId: no account, contact, lead or opportunity has the id {draft.regarding_id!r}"
    return None


def _is_record(known: Known) -> bool:
    return known.family in (ACCOUNT, OPPORTUNITY) or (known.family == PERSON and known.side is Side.THEM)


def _interaction(draft: Draft, people: Sequence[Known], regarding: Known | None) -> Interaction:
    participants = (
        Participant(person.id, participant.role, person.side)
        for participant, person in zip(draft.participants, people, strict=True)
        if person.side is not None
    )
    return Interaction(
        id=draft.id,
        kind=draft.kind,
        at=from_micros(draft.at),
        participants=in_order(participants),
        duration_minutes=draft.minutes,
        source=draft.source,
        subject=draft.subject,
        thread_id=draft.thread_id,
        in_reply_to_id=draft.in_reply_to_id,
        regarding_id=None if regarding is None else regarding.id,
        state=draft.state,
        followed=draft.followed,
        automatic=draft.automatic,
        copy_key=draft.copy_key,
    )


def in_order(participants: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return participants as an interaction keeps them: by role, then person, without repeats."""
    # By a key of plain values: hashing and comparing participants themselves costs several times as much.
    keyed = {(ROLE_ORDER[p.role._value_], p.person_id): p for p in participants}
    return tuple(keyed[key] for key in sorted(keyed))


def skip_reason(interaction: Interaction) -> str | None:
    """Return why an interaction is not stored, None where it is."""
    if is_storable(interaction):
        return None
    ours = {p.person_id for p in interaction.participants if p.side is Side.US}
    if not ours:
        return NO_SELLER
    return NOBODY_ELSE if len(ours) == 1 else NOBODY_BEGAN
