"""Threads and copies, on an SQLite database as an import has it."""

import random
import sqlite3
from collections.abc import Collection, Iterator, Mapping

import pytest

from ingest.source import MailTrace
from ingest.threads import KnownThreads, Mail, Place, add, create, places, settle


def a_mail(
    id_: str,
    at: int = 0,
    *,
    references: tuple[str, ...] = (),
    reply_to: str | None = None,
    copy_key: str | None = None,
    mailbox: str = "ann.mbox",
    subject: str = "",
    is_reply: bool = False,
    people: tuple[str, ...] = ("ann@us.example", "bob@globex.example"),
    text: str = "{}",
) -> Mail:
    parent = reply_to or (references[-1] if references else None)
    trace = MailTrace(references, subject, is_reply, mailbox, people)
    return Mail(0, id_, at, parent, copy_key, text, trace)


def nothing_known(_ids: Collection[str]) -> Mapping[str, str | None]:
    return {}


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    create(opened)
    yield opened
    opened.close()


def settled(
    connection: sqlite3.Connection,
    *mail: Mail,
    known: KnownThreads = nothing_known,
) -> list[Place]:
    """Return the place of each mail, in the order given."""
    numbered = [Mail(seq, m.id, m.at, m.in_reply_to, m.copy_key, m.text, m.trace) for seq, m in enumerate(mail)]
    for m in numbered:
        add(connection, [m])
    settle(connection, known)
    found = places(connection, range(len(numbered)))
    return [found[seq] for seq in range(len(numbered))]


def threads_of(connection: sqlite3.Connection, *mail: Mail) -> list[str]:
    return [place.thread for place in settled(connection, *mail)]


def test_a_mail_that_names_nothing_is_a_thread(connection: sqlite3.Connection) -> None:
    assert threads_of(connection, a_mail("a@x")) == ["a@x"]


def test_a_thread_is_called_after_its_first_message(connection: sqlite3.Connection) -> None:
    third = a_mail("c@x", 3, references=("a@x", "b@x"))
    second = a_mail("b@x", 2, references=("a@x",))
    assert threads_of(connection, third, a_mail("a@x", 1), second) == ["a@x"] * 3


def test_the_first_message_need_not_be_here(connection: sqlite3.Connection) -> None:
    mail = a_mail("c@x", 3, references=("a@x", "b@x")), a_mail("d@x", 4, references=("a@x",))
    assert threads_of(connection, *mail) == ["a@x", "a@x"]


def test_shortened_references_are_joined_by_what_others_name(connection: sqlite3.Connection) -> None:
    early = a_mail("b@x", 2, references=("a@x",))
    late = a_mail("d@x", 4, references=("c@x",))
    between = a_mail("c@x", 3, references=("b@x",))
    assert threads_of(connection, late, early, between) == ["a@x"] * 3


def test_what_in_reply_to_alone_names_is_in_the_thread(connection: sqlite3.Connection) -> None:
    assert threads_of(connection, a_mail("b@x", 2, reply_to="a@x"), a_mail("a@x", 1)) == ["a@x", "a@x"]


def test_messages_that_answer_each_other_are_one_thread(connection: sqlite3.Connection) -> None:
    mail = a_mail("b@x", 1, references=("a@x",)), a_mail("a@x", 2, references=("b@x",))
    assert threads_of(connection, *mail) == ["a@x", "a@x"]


def test_a_message_is_no_answer_to_itself(connection: sqlite3.Connection) -> None:
    (place,) = settled(connection, a_mail("a@x", references=("a@x",), reply_to="a@x"))
    assert (place.thread, place.in_reply_to) == ("a@x", None)


def test_a_reference_that_is_no_message_id_joins_nothing(connection: sqlite3.Connection) -> None:
    mail = a_mail("a@x", 1, reply_to="yes"), a_mail("b@x", 2, references=("yes", "c@x"))
    assert threads_of(connection, *mail) == ["a@x", "c@x"]


def test_a_message_id_without_a_domain_joins_where_it_is_one(connection: sqlite3.Connection) -> None:
    assert threads_of(connection, a_mail("b@x", 2, reply_to="20030101"), a_mail("20030101", 1)) == ["20030101"] * 2


def test_a_long_thread_in_any_order_is_one(connection: sqlite3.Connection) -> None:
    numbers = list(range(500))
    random.Random(1).shuffle(numbers)
    mail = [a_mail(f"{n:03}@x", n, references=(f"{n - 1:03}@x",) if n else ()) for n in numbers]
    assert set(threads_of(connection, *mail)) == {"000@x"}


def test_a_thread_goes_on_as_it_is_called_in_the_store(connection: sqlite3.Connection) -> None:
    answer, unknown = a_mail("b@x", 2, references=("a@x",)), a_mail("z@x", 1)
    found = settled(connection, answer, unknown, known=lambda ids: {i: "t1" for i in ids if i == "a@x"})
    assert [place.thread for place in found] == ["t1", "z@x"]


def test_a_thread_that_is_stored_under_its_own_name_keeps_it(connection: sqlite3.Connection) -> None:
    stored = {"a@x": "a@x", "b@x": "0@x"}
    mail = a_mail("b@x", 2, references=("a@x",)), a_mail("a@x", 1)
    found = settled(connection, *mail, known=lambda ids: {i: stored[i] for i in ids if i in stored})
    assert {place.thread for place in found} == {"a@x"}


def test_a_stored_interaction_without_a_thread_gives_its_id(connection: sqlite3.Connection) -> None:
    (place,) = settled(connection, a_mail("b@x", references=("a@x",)), known=lambda _ids: {"a@x": None})
    assert place.thread == "a@x"


def test_a_reply_that_names_nothing_joins_the_latest_earlier_mail_of_its_subject(
    connection: sqlite3.Connection,
) -> None:
    older, newer = a_mail("a@x", 1, subject="offer"), a_mail("b@x", 2, subject="offer")
    later = a_mail("d@x", 9, subject="offer")
    reply = a_mail("c@x", 3, subject="offer", is_reply=True)
    assert threads_of(connection, older, newer, later, reply) == ["a@x", "b@x", "d@x", "b@x"]


def test_a_mail_that_is_no_reply_joins_no_other_of_its_subject(connection: sqlite3.Connection) -> None:
    assert threads_of(connection, a_mail("a@x", 1, subject="news"), a_mail("b@x", 2, subject="news")) == ["a@x", "b@x"]


def test_a_reply_joins_no_mail_of_its_subject_among_other_people(connection: sqlite3.Connection) -> None:
    theirs = a_mail("a@x", 1, subject="offer", people=("ann@us.example", "eve@initech.example"))
    assert threads_of(connection, theirs, a_mail("b@x", 2, subject="offer", is_reply=True)) == ["a@x", "b@x"]


def test_a_reply_with_one_person_more_still_joins(connection: sqlite3.Connection) -> None:
    people = ("bob@globex.example", "ann@us.example", "max@us.example")
    reply = a_mail("b@x", 2, subject="offer", is_reply=True, people=people)
    assert threads_of(connection, a_mail("a@x", 1, subject="offer"), reply) == ["a@x", "a@x"]


def test_a_reply_with_references_does_not_go_by_its_subject(connection: sqlite3.Connection) -> None:
    reply = a_mail("b@x", 2, subject="offer", is_reply=True, references=("c@x",))
    assert threads_of(connection, a_mail("a@x", 1, subject="offer"), reply) == ["a@x", "c@x"]


def test_one_message_id_is_one_message_wherever_it_lies(connection: sqlite3.Connection) -> None:
    first, second = settled(connection, a_mail("a@x"), a_mail("a@x", mailbox="max.mbox"))
    assert (first.is_copy, first.copies, second.is_copy) == (False, (1,), True)


def test_a_copy_under_another_id_goes_by_the_earliest_then_lowest_id(connection: sqlite3.Connection) -> None:
    copy, original = a_mail("b@x", 1, copy_key="k"), a_mail("a@x", 1, copy_key="k", mailbox="max.mbox")
    first, second = settled(connection, copy, original)
    assert (first.id, first.is_copy, second.copies) == ("a@x", True, (0,))


def test_two_alike_in_one_mailbox_are_two_messages(connection: sqlite3.Connection) -> None:
    found = settled(connection, a_mail("a@x", copy_key="k"), a_mail("b@x", copy_key="k"))
    assert [place.is_copy for place in found] == [False, False]


def test_two_alike_in_each_of_two_mailboxes_stay_two_messages(connection: sqlite3.Connection) -> None:
    mail = [a_mail(id_, copy_key="k", mailbox=box) for box in ("ann.mbox", "max.mbox") for id_ in ("a@x", "b@x")]
    assert [place.id for place in settled(connection, *mail) if not place.is_copy] == ["a@x", "b@x"]


def test_a_copy_of_what_is_stored_goes_by_the_stored_id(connection: sqlite3.Connection) -> None:
    mail = a_mail("a@x", 1, copy_key="k"), a_mail("b@x", 1, copy_key="k", mailbox="max.mbox")
    found = settled(connection, *mail, known=lambda ids: {i: "b@x" for i in ids if i == "b@x"})
    assert [place.id for place in found] == ["b@x", "b@x"]


def test_an_answer_to_a_copy_answers_the_original_in_its_thread(connection: sqlite3.Connection) -> None:
    original, copy = a_mail("a@x", 1, copy_key="k"), a_mail("b@x", 1, copy_key="k", mailbox="max.mbox")
    *_, answer = settled(connection, original, copy, a_mail("c@x", 2, references=("b@x",)))
    assert (answer.in_reply_to, answer.thread) == ("a@x", "a@x")


def test_what_a_copy_answers_the_message_answers(connection: sqlite3.Connection) -> None:
    original, copy = a_mail("b@x", 2), a_mail("b@x", 2, references=("a@x",), mailbox="max.mbox", text="{...}")
    assert {place.in_reply_to for place in settled(connection, original, copy)} == {"a@x"}


def test_a_line_that_is_no_mail_has_no_place(connection: sqlite3.Connection) -> None:
    settled(connection, a_mail("a@x"))
    assert places(connection, [7]) == {}


def some_mail(rng: random.Random) -> list[Mail]:
    return [
        a_mail(
            f"{rng.randrange(12)}@x",
            rng.randrange(4),
            references=tuple(f"{rng.randrange(12)}@x" for _ in range(rng.randrange(3))),
            copy_key=rng.choice(["k1", "k2", None]),
            mailbox=rng.choice(["ann.mbox", "max.mbox", "zoe.mbox"]),
            subject=rng.choice(["offer", "news", ""]),
            is_reply=rng.random() < 0.5,
            text=str(rng.randrange(10**9)),
        )
        for _ in range(rng.randrange(1, 15))
    ]


@pytest.mark.parametrize("seed", range(150))
def test_nothing_depends_on_the_order_of_mail(seed: int) -> None:
    rng = random.Random(seed)
    mail = some_mail(rng)
    outcomes = []
    for _ in range(3):
        rng.shuffle(mail)
        connection = sqlite3.connect(":memory:")
        create(connection)
        found = zip(mail, settled(connection, *mail), strict=True)
        outcomes.append({m.text: (p.id, p.thread, p.in_reply_to, p.is_copy) for m, p in found})
        connection.close()
    assert outcomes[0] == outcomes[1] == outcomes[2]
