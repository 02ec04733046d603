"""
Threads and copies: which mail belongs together, and which is one message filed several times.

Mail of one Message-ID is one message. So is mail of one copy key in different mailboxes, under whatever ids, unless a
mailbox holds both: then they are two messages alike. A message goes by the id that is stored already, else by the one
that was sent or named first, of equal ones the lowest.

Mail is in one thread where it names, or is named by, what the other names, whoever of them is here. A reply that names
nothing joins the latest earlier mail of the same subject with which it shares two people. A thread is called after its
first message: the one that names no other, of several the one that was sent or named first, of equal ones the lowest;
or as it is called in the store already.

Works on tables of its own in a staging SQLite database that the caller opened, so memory does not grow with the mail.
Call :func:`create`, then :func:`add` for all mail in any order and any batches, :func:`settle` once, and read
:func:`places`. What comes out does not depend on the order of what went in.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations, pairwise

from ingest.source import MailTrace

# Message-IDs in, thread ids out: those of interactions that are stored already; None for one stored without a thread.
KnownThreads = Callable[[Collection[str]], Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be placed; ``seq`` is the caller's number for its line, ``at`` is in microseconds since 1970."""

    seq: int
    id: str
    at: int
    in_reply_to: str | None
    copy_key: str | None
    text: str
    trace: MailTrace


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a line of mail belongs.

    ``id`` is the interaction's, ``in_reply_to`` names an interaction or what is not here, ``copies`` are the other
    lines of the same message where this line stands for it, and ``is_copy`` says that another line does.
    """

    id: str
    thread: str
    in_reply_to: str | None
    is_copy: bool
    copies: tuple[int, ...]


# A node is a Message-ID that somebody has or names. ``same`` is the node of the message it is a copy of, else itself;
# ``up`` leads to the lowest node of those it is linked with; ``first_at`` is the earliest mail that has or names it.
# A link leads from a mail to what it answers, or, where ``copy`` is 1, to another id of the same message.
TABLES = """
CREATE TABLE mail_node (
    num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, is_mail INTEGER NOT NULL, first_at INTEGER NOT NULL,
    same INTEGER, up INTEGER, has_parent INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 0, thread TEXT);
CREATE TABLE mail_link (
    child INTEGER NOT NULL, parent INTEGER NOT NULL, copy INTEGER NOT NULL, PRIMARY KEY (child, parent, copy)
) WITHOUT ROWID;
CREATE TABLE mail (
    seq INTEGER PRIMARY KEY, node INTEGER NOT NULL, at INTEGER NOT NULL, parent INTEGER, copy_key TEXT,
    mailbox TEXT NOT NULL, subject_key TEXT NOT NULL, is_reply INTEGER NOT NULL, people TEXT NOT NULL,
    digest BLOB NOT NULL, main INTEGER NOT NULL);
CREATE TABLE mail_thread (up INTEGER PRIMARY KEY, id TEXT NOT NULL);
"""
ADD_NODE = """
INSERT INTO mail_node (id, is_mail, first_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE
SET is_mail = max(is_mail, excluded.is_mail), first_at = min(first_at, excluded.first_at)
WHERE excluded.is_mail > is_mail OR excluded.first_at < first_at
"""
NUMBERS = "SELECT id, num FROM mail_node WHERE id IN (SELECT value FROM json_each(?))"
ADD_LINK = "INSERT OR IGNORE INTO mail_link VALUES (?, ?, 0)"
ADD_COPY = "INSERT OR IGNORE INTO mail_link VALUES (?, ?, 1)"
ADD_MAIL = """
INSERT INTO mail (seq, node, at, parent, copy_key, mailbox, subject_key, is_reply, people, digest, main)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?1)
"""
INDEXES = """
CREATE INDEX mail_by_node ON mail (node);
CREATE INDEX mail_by_copy_key ON mail (copy_key) WHERE copy_key IS NOT NULL;
CREATE INDEX mail_by_subject ON mail (subject_key, at, digest) WHERE subject_key <> '';
"""
NODES_AFTER = "SELECT num, id FROM mail_node WHERE num > ? ORDER BY num LIMIT ?"
SET_KNOWN = "UPDATE mail_node SET known = 1, thread = ? WHERE num = ?"
# Asked for a Message-ID by git, people answered "yes": what looks like none names a mail that is here, or nothing.
DROP_NO_IDS = """
DELETE FROM mail_link WHERE parent IN
    (SELECT num FROM mail_node WHERE NOT is_mail AND NOT known AND instr(id, '@') = 0)
"""
COPY_KEYS = """
SELECT copy_key FROM mail WHERE copy_key IS NOT NULL GROUP BY copy_key
HAVING count(DISTINCT node) BETWEEN 2 AND ? AND count(DISTINCT mailbox) > 1
"""
COPIES = "SELECT node, mailbox FROM mail WHERE copy_key = ? ORDER BY node"
SET_SAME = """
UPDATE mail_node SET same = chosen.num FROM (
    SELECT num AS copy, first_value(num) OVER (PARTITION BY up ORDER BY known DESC, first_at, id) AS num
    FROM mail_node WHERE is_mail) AS chosen
WHERE mail_node.num = chosen.copy
"""
SET_OTHERS_SAME = "UPDATE mail_node SET same = num WHERE same IS NULL"
LONE_REPLIES = """
SELECT m.seq, m.node, m.at, n.id, n.same, m.subject_key, m.people FROM mail AS m JOIN mail_node AS n ON n.num = m.node
WHERE m.seq > ? AND m.is_reply AND m.subject_key <> ''
  AND NOT EXISTS (SELECT 1 FROM mail_link WHERE child = m.node AND copy = 0)
ORDER BY m.seq LIMIT ?
"""
EARLIER = """
SELECT m.node, m.people FROM (
    SELECT node, people, at, digest FROM mail
    WHERE subject_key = ? AND subject_key <> '' AND at <= ? ORDER BY at DESC, digest DESC LIMIT ?) AS m
JOIN mail_node AS n ON n.num = m.node
WHERE (m.at, n.id) < (?, ?) AND n.same <> ? ORDER BY m.at DESC, n.id DESC, m.digest LIMIT ?
"""
# Connected components: every root takes the lowest root it is linked with, chains are halved until flat, again until
# nothing changes. A handful of rounds, whatever the order and the length of the threads.
BEGIN_UNION = "UPDATE mail_node SET up = num"
HOOK = """
UPDATE mail_node SET up = lower.up FROM (
    SELECT max(c.up, p.up) AS root, min(min(c.up, p.up)) AS up FROM mail_link AS l
    JOIN mail_node AS c ON c.num = l.child JOIN mail_node AS p ON p.num = l.parent
    WHERE l.copy >= ? AND c.up <> p.up GROUP BY 1) AS lower
WHERE mail_node.num = lower.root
"""
HALVE = """
UPDATE mail_node SET up = above.up FROM mail_node AS above
WHERE above.num = mail_node.up AND above.up <> mail_node.up
"""
SET_HAS_PARENT = """
UPDATE mail_node SET has_parent = 1 WHERE num IN (
    SELECT c.same FROM mail_link AS l JOIN mail_node AS c ON c.num = l.child JOIN mail_node AS p ON p.num = l.parent
    WHERE c.same <> p.same)
"""
NAME_THREADS = """
INSERT INTO mail_thread SELECT up, id FROM (
    SELECT up, id, row_number() OVER (PARTITION BY up ORDER BY has_parent, first_at, id) AS place
    FROM mail_node WHERE same = num)
WHERE place = 1
"""
KEEP_KNOWN_THREADS = """
UPDATE mail_thread SET id = known.thread FROM (
    SELECT n.up, min(n.thread) AS thread, max(n.thread = t.id) AS kept FROM mail_node AS n
    JOIN mail_thread AS t ON t.up = n.up WHERE n.thread IS NOT NULL GROUP BY n.up) AS known
WHERE known.up = mail_thread.up AND NOT known.kept
"""
CHOOSE_MAIN = """
UPDATE mail SET main = chosen.main FROM (
    SELECT m.seq, first_value(m.seq) OVER (PARTITION BY n.same ORDER BY n.num <> n.same, m.at, m.digest, m.seq) AS main
    FROM mail AS m JOIN mail_node AS n ON n.num = m.node) AS chosen
WHERE chosen.seq = mail.seq AND chosen.main <> mail.seq
"""
INDEX_COPIES = "CREATE INDEX mail_copies ON mail (main) WHERE main <> seq"
PARENTS_OF_COPIES = """
UPDATE mail SET parent = (
    SELECT c.parent FROM mail AS c WHERE c.main = mail.seq AND c.main <> c.seq AND c.parent IS NOT NULL
    ORDER BY c.at, c.digest, c.seq LIMIT 1)
WHERE parent IS NULL AND seq IN (SELECT main FROM mail WHERE main <> seq)
"""
PLACES = """
SELECT m.seq, n.id, t.id, nullif(answered.id, n.id), m.main <> m.seq
FROM json_each(?) AS asked
JOIN mail AS m ON m.seq = asked.value
JOIN mail AS main ON main.seq = m.main
JOIN mail_node AS n ON n.num = (SELECT same FROM mail_node WHERE num = main.node)
JOIN mail_thread AS t ON t.up = n.up
LEFT JOIN mail_node AS parent ON parent.num = main.parent
LEFT JOIN mail_node AS answered ON answered.num = parent.same
"""
COPIES_OF = """
SELECT main, seq FROM mail WHERE main IN (SELECT value FROM json_each(?)) AND main <> seq ORDER BY seq
"""

BATCH = 5000
# More mail of one date, sender and subject than this is a machine with a stopped clock, not one message.
MAX_COPIES = 64
# How far a reply without references looks back among mail of its subject, and whom it must share with one.
MAX_LOOK_BACK = 20
# Of mail of one instant, its own copies among them, so much is looked at.
MAX_CANDIDATES = 3 * MAX_COPIES
SHARED_PEOPLE = 2


def create(connection: sqlite3.Connection) -> None:
    """Make the tables."""
    _run(connection, TABLES)


def add(connection: sqlite3.Connection, mail: Iterable[Mail]) -> None:
    """Note a batch of mail; the caller commits."""
    batch = list(mail)
    links = dict.fromkeys(link for m in batch for link in _links(m))
    first_at = _first_at(batch)
    own = {m.id for m in batch}
    connection.executemany(ADD_NODE, ((id_, id_ in own, at) for id_, at in first_at.items()))
    numbers = dict(connection.execute(NUMBERS, (json.dumps(list(first_at)),)).fetchall())
    connection.executemany(ADD_LINK, ((numbers[child], numbers[parent]) for child, parent in links))
    connection.executemany(ADD_MAIL, (_row(m, numbers) for m in batch))


def settle(connection: sqlite3.Connection, known_threads: KnownThreads) -> None:
    """Find copies and threads of all mail added; ``known_threads`` is asked in batches of a few thousand."""
    _run(connection, INDEXES)
    _ask(connection, known_threads)
    connection.execute(DROP_NO_IDS)
    _merge_copies(connection)
    _join_lone_replies(connection)
    _unite(connection, copies_only=False)
    for statement in (SET_HAS_PARENT, NAME_THREADS, KEEP_KNOWN_THREADS, CHOOSE_MAIN, INDEX_COPIES, PARENTS_OF_COPIES):
        connection.execute(statement)


def places(connection: sqlite3.Connection, seqs: Collection[int]) -> dict[int, Place]:
    """Return the place of each of these lines that is mail."""
    asked = json.dumps(list(seqs))
    copies: dict[int, list[int]] = {}
    for main, seq in connection.execute(COPIES_OF, (asked,)):
        copies.setdefault(main, []).append(seq)
    rows = connection.execute(PLACES, (asked,))
    return {
        seq: Place(id_, thread, answered, bool(is_copy), tuple(copies.get(seq, ())))
        for seq, id_, thread, answered, is_copy in rows
    }


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run statements within the caller's transaction, which executescript would commit."""
    for statement in script.split(";"):
        if statement.strip():
            connection.execute(statement)


def _links(mail: Mail) -> list[tuple[str, str]]:
    """Return who follows whom, as (child, parent), from the mail back to the first of its thread."""
    chain = [r for r in dict.fromkeys(mail.trace.references) if "@" in r and r not in (mail.id, mail.in_reply_to)]
    parent = [mail.in_reply_to] if mail.in_reply_to not in (None, mail.id) else []
    chain = [mail.id, *(p for p in parent if p and "@" in p), *reversed(chain)]
    return [*pairwise(chain), *((mail.id, p) for p in parent if p and "@" not in p)]


def _first_at(batch: Sequence[Mail]) -> dict[str, int]:
    """Return when each Message-ID of a batch is first had or named."""
    first_at: dict[str, int] = {}
    for mail in batch:
        for id_ in (mail.id, *(parent for _, parent in _links(mail))):
            first_at[id_] = min(mail.at, first_at.get(id_, mail.at))
    return first_at


def _row(mail: Mail, numbers: Mapping[str, int]) -> tuple[object, ...]:
    trace = mail.trace
    digest = blake2b(mail.text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    people = json.dumps(trace.people)
    parent = numbers.get(mail.in_reply_to or "") if mail.in_reply_to != mail.id else None
    about = (trace.mailbox, trace.subject_key, trace.is_reply, people, digest)
    return (mail.seq, numbers[mail.id], mail.at, parent, mail.copy_key, *about)


def _ask(connection: sqlite3.Connection, known_threads: KnownThreads) -> None:
    """Note which Message-IDs are stored already, and in which threads."""
    last = 0
    while batch := connection.execute(NODES_AFTER, (last, BATCH)).fetchall():
        last = batch[-1][0]
        known = known_threads([id_ for _, id_ in batch])
        connection.executemany(SET_KNOWN, ((known[id_], num) for num, id_ in batch if id_ in known))


def _merge_copies(connection: sqlite3.Connection) -> None:
    for (copy_key,) in connection.execute(COPY_KEYS, (MAX_COPIES,)):
        mailboxes: dict[int, set[str]] = {}
        for node, mailbox in connection.execute(COPIES, (copy_key,)):
            mailboxes.setdefault(node, set()).add(mailbox)
        connection.executemany(ADD_COPY, _copies(mailboxes))
    _unite(connection, copies_only=True)
    connection.execute(SET_SAME)
    connection.execute(SET_OTHERS_SAME)


def _copies(mailboxes: Mapping[int, Collection[str]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of ids that are one message: those that no mailbox holds both of."""
    return ((a, b) for a, b in combinations(mailboxes, 2) if not set(mailboxes[a]) & set(mailboxes[b]))


def _join_lone_replies(connection: sqlite3.Connection) -> None:
    """Link each reply that names nothing with the latest earlier mail of its subject among the same people."""
    last = -1
    while batch := connection.execute(LONE_REPLIES, (last, BATCH)).fetchall():
        last = batch[-1][0]
        for _, node, at, id_, same, subject_key, people in batch:
            asked = (subject_key, at, MAX_CANDIDATES, at, id_, same, MAX_LOOK_BACK)
            earlier = connection.execute(EARLIER, asked)
            parent = next((other for other, theirs in earlier if _share(people, theirs)), None)
            if parent is not None:
                connection.execute(ADD_LINK, (node, parent))


def _share(people: str, others: str) -> bool:
    mine, theirs = set(json.loads(people)), set(json.loads(others))
    return len(mine & theirs) >= SHARED_PEOPLE or mine == theirs


def _unite(connection: sqlite3.Connection, *, copies_only: bool) -> None:
    """Lead every node to the lowest node of those it is linked with, by copies or by whatever link."""
    connection.execute(BEGIN_UNION)
    changed = 1
    while changed:
        changed = connection.execute(HOOK, (copies_only,)).rowcount
        while connection.execute(HALVE).rowcount:
            pass
