"""Inputs with one fault each, made systematically: every field of every format, by every fault it may have."""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

from tests.ingest.helpers import ANN, BOB, DEAL, GLOBEX, Line, mail, opened

# Values that no field or only some should have.
VALUES: list[Any] = [
    None,
    "",
    " \t ",
    0,
    -1,
    2.5,
    10**400,
    True,
    [],
    {},
    [None],
    ["", 1],
    [["x"]],
    {"x": {}},
    "x" * 20_000,
    "a\0b",
    "é\u2028\u202e",
    "ann@us.example",
    "@",
    "a@b@c",
    "2026-02-30T00:00:00Z",
    "2026-11-02T09:30:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-02T25:61:61.1234567890Z",
    "-2026-11-02T00:00:00Z",
]
# What JSON itself knows nothing of, or what Python cannot encode.
RAW_VALUES = ["NaN", "-Infinity", "1e999", '"\\ud800"', '"\\u0000"', "[" * 3000 + "]" * 3000, "9" * 5000, "tru", "'x'"]

LEA = {"type": "lead", "id": "lea", "name": "Lea", "emails": ["lea@new.example"], "ownerId": "ann", "state": "OPEN"}
WON = {**DEAL, "state": "WON", "createdAt": "2026-10-01T00:00:00Z", "closedAt": "2026-11-01T00:00:00Z"}
LINES: dict[str, Line] = {
    "seller": {**ANN, "id": "x", "emails": ["x@us.example"], "managerId": "ann", "role": "SELLER", "optedOut": False},
    "account": {**GLOBEX, "id": "x", "ownerId": "ann", "primaryContactId": "bob"},
    "contact": {**BOB, "id": "x", "emails": ["x@globex.example"], "ownerId": "ann", "provisional": False},
    "lead": {**LEA, "id": "x", "company": "New", "stakeholderIds": ["bob"]},
    "opportunity": {
        **WON,
        "id": "x",
        "salesTeamIds": ["ann"],
        "stakeholderIds": ["bob"],
        "accountId": "globex",
        "estimatedRevenue": 1,
        "actualRevenue": 1,
        "estimatedCloseDate": "2026-12-01",
        "attributes": {"product": "GTX"},
    },
    "interaction": {
        **mail("x", "ann", "bob"),
        "durationMinutes": 5,
        "source": "CRM",
        "subject": "S",
        "threadId": "t",
        "inReplyToId": "m",
        "regardingId": "deal",
        "state": "COMPLETED",
        "followed": True,
        "automatic": False,
    },
    "engagement": opened("m1", "bob"),
}


def lines_of(kind: str) -> Iterator[str]:
    """Yield a line of a kind with each fault in each field, each under an id of its own."""
    base = LINES[kind]
    number = 0
    for field in base:
        values = [json.dumps(value) for value in VALUES] + RAW_VALUES
        for value in values:
            number += 1
            whole = {**base, "id": f"x{number}"} if field != "id" and "id" in base else dict(base)
            yield json.dumps({**whole, field: "HERE"}).replace('"HERE"', value)
    yield from people_of(base) if kind == "interaction" else ()
    text = json.dumps(base)
    yield from (text[:n] for n in range(1, len(text), 9))
    yield from (text + tail for tail in ("}", ",", " {}", "\0"))
    yield from (json.dumps([base]), json.dumps(text), text.replace(":", "="), text.replace('"', "'"), text.upper())


def people_of(base: Line) -> Iterator[str]:
    """Yield an interaction with each fault in its participants."""
    for number, value in enumerate(VALUES):
        for field in ("personId", "email", "role", "name"):
            person = {"email": "bob@globex.example", "role": "TO", field: value}
            participants = [{"personId": "ann", "role": "FROM"}, person]
            yield json.dumps({**base, "id": f"p{number}{field}", "participants": participants})


HEADERS = {
    "From": "Ann <ann@us.example>",
    "To": "Bob <bob@globex.example>",
    "Cc": "cat@globex.example",
    "Date": "Mon, 02 Nov 2026 09:30:00 +0100",
    "Subject": "Offer",
    "Message-ID": "<x@us.example>",
    "In-Reply-To": "<m1@us.example>",
    "References": "<m0@us.example> <m1@us.example>",
}
HEADER_VALUES: list[bytes] = [
    b"",
    b" ",
    b"\x00",
    b"\xff\xfe\x80",
    b"=?utf-8?b?broken",
    b"=?utf-8?b?!!!!?= =?x-none?q?=zz?= =?utf-7?q?+2AA-?=",
    b"<" * 5000,
    b'"' + b"\\" * 5001,
    b"(" * 5000,
    b"a," * 5000,
    b":;" * 5000,
    b"x" * 300_000,
    b"\r",
    b"\n folded\n\tagain",
    b"undisclosed-recipients:;",
    b"<>",
    b"@",
    b"a@b@c",
    b'"Doe, John" john@x.example, <@route:jane@x.example>; kim@[127.0.0.1]',
    b"Mon, 99 Foo 99999 99:99:99 +9999",
    b"31 Dec 9999 23:59:59 -2359",
    b"1 Jan 0001 00:00:00 +2359",
    "ÄÖ \u202e@x.example".encode(),
    b"=?utf-8*en?q?=00=0a=0d?= <x@y>",
]


def messages_of(header: str) -> Iterator[bytes]:
    """Yield a message with each fault in a header."""
    for value in HEADER_VALUES:
        yield message({**HEADERS, header: value})
    others = {name: value for name, value in HEADERS.items() if name != header}
    yield message(others)
    yield message(others).replace(b"\n", b"\r\n")
    yield message(others).replace(b"\n\n", b"\n") + f"{header} no colon\n\n".encode()
    yield message(HEADERS).replace(f"{header}:".encode(), f"{header.upper()} :".encode())
    yield message(HEADERS).replace(f"{header}:".encode(), f"{header}: other\n{header}:".encode())


def message(headers: Mapping[str, str | bytes]) -> bytes:
    """Return a message; header values are taken as they are."""
    lines = (name.encode() + b": " + (v if isinstance(v, bytes) else v.encode()) for name, v in headers.items())
    return b"\n".join(lines) + b"\n\nHello\n"


EVENT = {
    "UID": ":x",
    "DTSTART": ":20261102T090000Z",
    "DTEND": ":20261102T100000Z",
    "DURATION": ":PT1H",
    "RRULE": ":FREQ=WEEKLY;COUNT=2",
    "RDATE": ":20261105T090000Z",
    "EXDATE": ":20261109T090000Z",
    "RECURRENCE-ID": ":20261102T090000Z",
    "SEQUENCE": ":1",
    "DTSTAMP": ":20261101T090000Z",
    "STATUS": ":CONFIRMED",
    "SUMMARY": ":Offer",
    "CLASS": ":PUBLIC",
    "ORGANIZER": ":mailto:ann@us.example",
    "ATTENDEE": ";PARTSTAT=ACCEPTED:mailto:bob@globex.example",
}
# An exception is no series, so what makes events recur is not in every event.
RECURRING = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
PROPERTY_VALUES = [
    "",
    ":",
    ";",
    ":;",
    ";VALUE=DATE:20261102",
    ";VALUE=DATE-TIME:20261102",
    ";VALUE=PERIOD:20261102T090000Z/PT1H",
    ";VALUE=BINARY:AAAA",
    ";TZID=Nowhere/At-All:20261102T090000",
    ";TZID=:20261102T090000",
    ';TZID="Europe/Berlin:20261102T090000',
    ":00000000T000000Z",
    ":99991231T235959Z",
    ":99999999T999999Z",
    ":-PT1H",
    ":P99999999999D",
    ":FREQ=SECONDLY",
    ":FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ":FREQ=DAILY;INTERVAL=0",
    ":FREQ=DAILY;COUNT=-1;UNTIL=x",
    ":FREQ=MONTHLY;BYDAY=99XX",
    ":FREQ=HOURLY;BYSETPOS=400",
    ":" + "x" * 50_000,
    ":" + "," * 5000,
    ":\\n\\,\\;\\x",
    ":mailto:",
    ":mailto:a@b@c",
    ';CN="a:mailto:b@c.example',
    ";X=\x00:\x00",
    ":\ud83d",
]


def events_of(name: str) -> Iterator[str]:
    """Yield an event with each fault in a property."""
    usual = {key: value for key, value in EVENT.items() if key not in RECURRING or key == name}
    for value in PROPERTY_VALUES:
        yield event({**usual, name: value})
    yield event({key: value for key, value in usual.items() if key != name})
    yield event(usual).replace(f"{name}:", f"{name}{EVENT[name]}\n{name}:")
    yield event(usual).replace(name, name.lower()).replace("\n", "\n \n")
    yield event(usual).replace("END:VEVENT", "")
    yield event(usual).replace(f"{name}", f"BEGIN:VEVENT\n{name}")


def event(properties: dict[str, str]) -> str:
    """Return an event; properties are taken as they are."""
    lines = "\n".join(name + value for name, value in properties.items())
    return f"BEGIN:VEVENT\n{lines}\nEND:VEVENT"


ROW = {"id": "x", "sent_at": "2026-11-02T09:30:00Z", "from": "ann@us.example", "to": "bob@globex.example"}
CELLS = [
    "",
    " ",
    "\0",
    '"',
    '""',
    '"a""b',
    "a,b",
    ",",
    "@",
    "a@b@c",
    "a b@c.example d@e.example;f@g.example",
    "<" * 3000,
    '"' + "a@b.example," * 20_000 + '"',
    "x" * 200_000,
    "2026-13-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "NaN",
    "\ufeff",
    "\u2028",
]


def rows_of(column: str) -> Iterator[str]:
    """Yield a row of a mail log with each fault in a column."""
    for number, cell in enumerate(CELLS):
        yield ",".join({**ROW, "id": f"x{number}", column: cell}.values())
    yield ",".join(value for name, value in ROW.items() if name != column)


def damaged(content: bytes, seed: int) -> bytes:
    """Return content with a few bytes lost, doubled, changed or come from nowhere."""
    dice = random.Random(seed)
    data = bytearray(content)
    for _ in range(dice.randrange(1, 6)):
        start = dice.randrange(len(data))
        end = start + dice.randrange(1, 40)
        match dice.randrange(4):
            case 0:
                del data[start:end]
            case 1:
                data[start:start] = data[start:end]
            case 2:
                data[start:end] = dice.randbytes(end - start)
            case _:
                data[start:start] = dice.choice([b"\r", b"\n\n", b'"', b"\0", b"\xff", b"\nFrom x", b"BEGIN:VEVENT\n"])
    return bytes(data)
