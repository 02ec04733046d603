"""The first half of an import: every item of every source is checked and laid on the stage, or rejected."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from threading import Event

from ingest import meetings, threads
from ingest.drafts import Draft, drafted, engaged, pack
from ingest.fields import address
from ingest.identity import FREE_MAIL
from ingest.job import Job
from ingest.lines import (
    AccountLine,
    AnyLine,
    BadLineError,
    EngagementLine,
    InteractionLine,
    ParticipantLine,
    RecordLine,
    parse_line,
)
from ingest.source import CalendarEntry, Item, Line, MailTrace, Reject, Skip, Warn, name_of
from ingest.stage import FAMILIES, PERSON, references

CHUNK = 5000
NOTE_NAME = "INSERT INTO name VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET times = times + excluded.times"
LAY_RECORD = "INSERT INTO record (seq, id, family, opted_out, provisional, weak) VALUES (?, ?, ?, ?, ?, ?)"
Parsed = tuple[int, Line, AnyLine | Draft]
Checked = tuple[int, Line, AnyLine]


class Reader:
    """Lays items on a stage; ``stop`` ends the reading between two chunks, ``stopped`` says that it has ended."""

    def __init__(self, job: Job) -> None:
        threads.create(job.stage.db)
        self._stage = job.stage
        self._report = job.report
        self._rejects = job.rejects
        self._next_seq = 1
        self.stop = Event()
        self.stopped = Event()

    def read(self, items: Iterable[Item]) -> None:
        """Lay the items of one source on the stage."""
        iterator = iter(items)
        while not self.stop.is_set() and (chunk := list(islice(iterator, CHUNK))):
            self._lay(list(self._checked(chunk)))
        self._stage.index()

    def add_team(self, path: Path) -> None:
        """Lay a file of our people's addresses on the stage, one a line; a known explicit person comes before them."""
        for number, text in enumerate(path.read_text("utf-8-sig").splitlines(), start=1):
            if entry := text.partition("#")[0].strip():
                self._add_teammate(name_of(path), number, entry)

    def _add_teammate(self, source: str, number: int, entry: str) -> None:
        self._report.read += 1
        name, _, rest = entry.rpartition("<")
        try:
            email = address(rest.rstrip("> ") if name else entry)
        except ValueError as exc:
            self._rejects.add(Reject(source, number, str(exc), entry))
            return
        shown = name.strip(' "') or None
        seller = {"type": "seller", "id": email, "name": shown, "emails": [email], "provisional": True}
        line = Line(source, number, json.dumps(seller))
        seq = self._take_seq()
        self._lay_lines([(seq, line, parse_line(line.text))])
        row = (seq, email, FAMILIES["seller"], None, 1, 1)
        self._stage.many(LAY_RECORD, [row])

    def _take_seq(self) -> int:
        self._next_seq += 1
        return self._next_seq - 1

    def _checked(self, chunk: Sequence[Item]) -> Iterator[Parsed]:
        for item in chunk:
            match item:
                case Line():
                    self._report.read += 1
                    try:
                        yield self._take_seq(), item, item.draft or parse_line(item.text)
                    except BadLineError as exc:
                        self._rejects.add(Reject(item.source, item.number, str(exc), item.text))
                case Reject():
                    self._report.read += 1
                    self._rejects.add(item)
                case Skip():
                    self._report.read += 1
                    self._report.skipped[item.reason] += 1
                case Warn():
                    self._report.warnings[item.reason] += 1
                case CalendarEntry():
                    meetings.add_entry(self._stage.db, item)

    def _lay(self, kept: Sequence[Parsed]) -> None:
        self._lay_lines(kept)
        drafts = [(seq, origin, line) for seq, origin, line in kept if isinstance(line, Draft)]
        self._lay_drafts(drafts)
        self._note_names(chain.from_iterable(origin.names for _, origin, _ in drafts))
        # Apart from drafts, for to ask of a checked line what it is costs more than to lay a draft.
        if len(drafts) < len(kept):
            self._lay_checked([(seq, origin, line) for seq, origin, line in kept if not isinstance(line, Draft)])

    def _lay_checked(self, kept: Sequence[Checked]) -> None:
        self._lay_records([(seq, line) for seq, _, line in kept if isinstance(line, RecordLine)])
        self._lay_drafts([(s, origin, drafted(line)) for s, origin, line in kept if isinstance(line, InteractionLine)])
        events = [engaged(seq, line) for seq, _, line in kept if isinstance(line, EngagementLine)]
        self._stage.insert("INSERT INTO engagement VALUES (?, ?, ?, ?, ?, ?)", events)
        self._note_people([line for _, _, line in kept])

    def _lay_lines(self, kept: Sequence[Parsed]) -> None:
        sources = {name: self._stage.source(name) for name in {origin.source for _, origin, _ in kept}}
        rows = ((seq, sources[origin.source], origin.number, origin.text) for seq, origin, _ in kept)
        self._stage.insert("INSERT INTO line VALUES (?, ?, ?, ?)", rows)

    def _lay_records(self, kept: Sequence[tuple[int, RecordLine]]) -> None:
        for domain in (d for _, line in kept if isinstance(line, AccountLine) for d in line.domains if d in FREE_MAIL):
            self._report.warnings[f"{domain} is a free-mail domain; no account owns it"] += 1
        rows = [
            (seq, r.id, FAMILIES[r.type], getattr(r, "opted_out", None), getattr(r, "provisional", False), 0)
            for seq, r in kept
        ]
        self._stage.many(LAY_RECORD, rows)
        refs = [(seq, *reference) for seq, record in kept for reference in references(record)]
        self._stage.many("INSERT INTO ref VALUES (?, ?, ?, ?)", refs)

    def _lay_drafts(self, kept: Sequence[tuple[int, Line, Draft]]) -> None:
        rows = [(seq, draft.id, origin.mail is not None, pack(draft)) for seq, origin, draft in kept]
        self._stage.insert("INSERT INTO interaction VALUES (?, ?, ?, ?)", rows)
        threads.add(self._stage.db, (_mail(*laid, laid[1].mail) for laid in kept if laid[1].mail is not None))
        traced = [(s, origin.source, draft, origin.meeting) for s, origin, draft in kept if origin.meeting is not None]
        self._stage.many(meetings.LAY, (meetings.row(*meeting) for meeting in traced))

    def _note_people(self, lines: Sequence[AnyLine]) -> None:
        """Note the names that addresses go by, and ids that may stand for people made from addresses."""
        names: list[tuple[str, str]] = []
        wanted: set[str] = set()
        for line in lines:
            if isinstance(line, RecordLine):
                wanted.update(id_ for _, id_, family in references(line) if family == PERSON)
            else:
                if isinstance(line, InteractionLine) and line.regarding_id is not None:
                    wanted.add(line.regarding_id)
                _note(line.participants if isinstance(line, InteractionLine) else [line], names, wanted)
        self._note_names(names)
        self._stage.many("INSERT OR IGNORE INTO wanted VALUES (?)", ((id_,) for id_ in wanted if "@" in id_))

    def _note_names(self, names: Iterable[tuple[str, str]]) -> None:
        counted = Counter(names)
        self._stage.many(NOTE_NAME, ((address, name, times) for (address, name), times in counted.items()))


def _note(people: Iterable[ParticipantLine | EngagementLine], names: list[tuple[str, str]], ids: set[str]) -> None:
    for person in people:
        if person.person_id is not None:
            ids.add(person.person_id)
        elif person.name is not None:
            names.append((person.email or "", person.name))


def _mail(seq: int, origin: Line, draft: Draft, trace: MailTrace) -> threads.Mail:
    return threads.Mail(seq, draft.id, draft.at, draft.in_reply_to_id, draft.copy_key, origin.text, trace)
