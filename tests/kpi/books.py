"""Random books of business: few people, few instants, odd clocks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from graph.model import Contact, Interaction, InteractionKind, InteractionState, Participant, Role, Side
from tests.situations import BOB, CUSTOMERS, DEAL, GLOBEX, LEA, SELLERS, email

RECORDS = (DEAL, BOB, LEA, Contact(id="cat"), GLOBEX)
ROLES = {
    InteractionKind.EMAIL: (Role.FROM, [Role.TO, Role.CC, Role.BCC]),
    InteractionKind.MEETING: (Role.ORGANIZER, [Role.REQUIRED, Role.OPTIONAL]),
    InteractionKind.CALL: (Role.CALLER, [Role.CALLEE]),
    InteractionKind.OTHER: (Role.INITIATOR, [Role.PARTICIPANT]),
}
# Where clocks do odd things: an hour twice, a day never, a midnight twice, nothing.
PLACES = [
    ("Europe/Madrid", datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 31, 9, 30, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 11, 7, 2, 45, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 5, 2, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(1986, 1, 1, 0, 0, tzinfo=UTC)),
    ("UTC", datetime(2026, 11, 22, 12, tzinfo=UTC)),
]
PEOPLE = (*SELLERS, *CUSTOMERS)


@st.composite
def interactions(draw: st.DrawFn, as_of: datetime, ids: list[str]) -> Interaction:
    kind = draw(st.sampled_from([*InteractionKind, InteractionKind.EMAIL, InteractionKind.EMAIL]))
    first_role, roles = ROLES[kind]
    who = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5))
    parts = [(p, draw(st.sampled_from(roles))) for p in who]
    parts[0] = (parts[0][0], parts[0][1] if kind is InteractionKind.OTHER and draw(st.booleans()) else first_role)
    # Few instants, so that many are the same; some lie after *as of*.
    minutes = draw(st.one_of(st.integers(-6, 2).map(lambda n: n * 5), st.integers(-200, 5).map(lambda n: n * 20)))
    return Interaction(
        id=ids.pop(),
        kind=kind,
        at=as_of + timedelta(minutes=minutes * draw(st.sampled_from([1, 1, 60]))),
        participants=tuple(Participant(p, role, Side.US if p in SELLERS else Side.THEM) for p, role in parts),
        duration_minutes=draw(st.sampled_from([None, 0.0, 12.5, 30.0, 59.9])),
        thread_id=draw(st.sampled_from(["t1", "t1", "t2", None])),
        in_reply_to_id=draw(st.sampled_from([None, None, "lost", "elsewhere", "i1", "i2", "i3", "i4", "i5"])),
        regarding_id=draw(st.sampled_from([None, None, None, "deal", "lea", "bob", "globex"])),
        state=draw(st.sampled_from([*InteractionState, InteractionState.COMPLETED])),
        automatic=draw(st.sampled_from([False, False, True])),
        followed=draw(st.booleans()),
    )


@st.composite
def mails(draw: st.DrawFn, as_of: datetime, ids: list[str]) -> Interaction:
    """An email between people of few, so that there is something to answer."""
    ours, theirs = draw(st.sampled_from(["ann", "max"])), draw(st.sampled_from(["bob", "bob", "cat"]))
    sender, receiver = draw(st.permutations([ours, theirs]))
    return email(
        ids.pop(),
        as_of + timedelta(hours=draw(st.integers(-72, 3))),
        sender,
        receiver,
        thread_id=draw(st.sampled_from(["t1", "t1", "t2", None])),
        in_reply_to_id=draw(st.sampled_from([None, None, "lost", "elsewhere", "i1", "i2", "i3", "i4", "i5", "i6"])),
        automatic=draw(st.sampled_from([False, False, False, True])),
        followed=draw(st.sampled_from([True, True, False])),
    )


@st.composite
def books(draw: st.DrawFn, one_of: Callable[[datetime, list[str]], st.SearchStrategy[Interaction]]) -> dict[str, Any]:
    zone, as_of = draw(st.sampled_from(PLACES))
    ids = draw(st.permutations([f"i{n}" for n in range(24)]))
    return {
        "interactions": draw(st.lists(one_of(as_of, list(ids)), max_size=24)),
        "opted_out": draw(st.sets(st.sampled_from(PEOPLE), max_size=2)),
        "stored": {"elsewhere"},
        "as_of": as_of,
        "days": draw(st.sampled_from([1, 2, 3, 7, 60, None])),
        "zone": zone,
    }
