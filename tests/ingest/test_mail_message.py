"""One message: what its headers become."""

import json
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.settings import BulkSign
from ingest.lines import parse_line
from ingest.mail.addresses import Address, parse_addresses
from ingest.mail.headers import decoded
from ingest.mail.message import Origin, read_message
from ingest.mail.subjects import is_reply, normalized_subject
from ingest.source import Item, Line, MailTrace, ReadOptions, Reject, Skip, Warn

HEADERS = {
    "Message-ID": "<m1@us.example>",
    "Date": "Mon, 2 Nov 2026 09:30:00 +0100",
    "From": "Ann Ax <ann@us.example>",
    "To": "Bob <bob@globex.example>",
    "Subject": "Offer",
}


ALL_SIGNS = tuple(BulkSign)


def items_of(
    *more: str, posted: str = "", bulk_signs: Collection[BulkSign] = ALL_SIGNS, **changed: str | None
) -> list[Item]:
    """Read a message with some headers changed (None takes one away), then further header lines."""
    headers = HEADERS | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    block = "\n".join([*lines, *more, ""]).encode("utf-8", "surrogateescape")
    return list(read_message(block, Origin("ann.mbox", 1, "ann.mbox", posted), ReadOptions(bulk_signs=bulk_signs)))


def line_of(*more: str, **changed: Any) -> Line:
    line = items_of(*more, **changed)[-1]
    assert isinstance(line, Line), line
    parse_line(line.text)
    return line


def message_of(*more: str, **changed: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(line_of(*more, **changed).text)
    return value


def trace_of(*more: str, **changed: Any) -> MailTrace:
    trace = line_of(*more, **changed).mail
    assert trace is not None
    return trace


def people_of(*more: str, **changed: Any) -> list[tuple[str, str]]:
    return [(p["email"], p["role"]) for p in message_of(*more, **changed)["participants"]]


def test_a_message_is_an_email_with_everyone_in_it() -> None:
    assert message_of() == {
        "type": "interaction",
        "id": "m1@us.example",
        "kind": "EMAIL",
        "at": "2026-11-02T09:30:00+01:00",
        "source": "MAILBOX",
        "subject": "Offer",
        "inReplyToId": None,
        "followed": False,
        "automatic": False,
        "participants": [
            {"email": "ann@us.example", "name": "Ann Ax", "role": "FROM"},
            {"email": "bob@globex.example", "name": "Bob", "role": "TO"},
        ],
        "copyKey": message_of()["copyKey"],
    }


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('"Ax, Ann" <ann@us.example>', [("ann@us.example", "Ax, Ann")]),
        ("Ax, Ann <ann@us.example>", [("ann@us.example", "Ax, Ann")]),
        ("Ax, Ann, Dr. <ann@us.example>, bob@x.example", [("ann@us.example", "Ax, Ann, Dr."), ("bob@x.example", None)]),
        ("=?utf-8?Q?M=C3=BCller=2C_Eva?= <eva@x.example>", [("eva@x.example", "Müller, Eva")]),
        ("=?iso-8859-1?Q?M=FCller,_Eva?= <eva@x.example>", [("eva@x.example", "Müller, Eva")]),
        ('"=?utf-8?B?w4VzYQ==?=" <asa@x.example>', [("asa@x.example", "Åsa")]),
        ("=?utf-8*sv?Q?=C3=85sa?= <asa@x.example>", [("asa@x.example", "Åsa")]),
        ("undisclosed-recipients:;", []),
        ("undisclosed recipients: ;", []),
        ("Team: ann@us.example, Bob <bob@x.example>;", [("ann@us.example", None), ("bob@x.example", "Bob")]),
        ("a@x.example; b@x.example", [("a@x.example", None), ("b@x.example", None)]),
        ("a@x.example b@x.example", [("a@x.example", None), ("b@x.example", None)]),
        ("ann@us.example (Ann Ax)", [("ann@us.example", "Ann Ax")]),
        ("<@relay.example:ann@us.example>", [("ann@us.example", None)]),
        ("<mailto:ann@us.example>", [("ann@us.example", None)]),
        ("'ann@us.example' <ann@us.example>", [("ann@us.example", None)]),
        ('"ann@us.example"', [("ann@us.example", None)]),
        ('"ann.ax"@us.example', [("ann.ax@us.example", None)]),
        ("Ann Ax ann@us.example", [("ann@us.example", "Ann Ax")]),
        ("ann @ us.example", [("ann@us.example", None)]),
        ('Ann "the Axe" Ax <ann@us.example>', [("ann@us.example", "Ann the Axe Ax")]),
        ('"Ann \\"the Axe\\" Ax" <ann@us.example>', [("ann@us.example", 'Ann "the Axe" Ax')]),
        ('"unclosed <ann@us.example>', [("ann@us.example", "unclosed")]),
        ("root", [("", "root")]),
        ("Bob <ann>", [("", "Bob")]),
        ("a@b@c.example", [("", None)]),
        ("@us.example", [("", None)]),
        ("ann@", [("", None)]),
        ("", []),
        (",,;", []),
    ],
)
def test_addresses_are_read_as_they_are_written(header: str, found: list[tuple[str, str | None]]) -> None:
    assert list(parse_addresses(header)) == [Address(*address) for address in found]


@given(st.text(alphabet="ab@.<>()\",;:\\[]=? _\t'é", max_size=60))
def test_no_address_list_is_too_odd(text: str) -> None:
    assert all(a.email.count("@") == 1 for a in parse_addresses(text) if a.email)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("=?utf-8?B?w4VzYQ==?= =?utf-8?B?IMOFc2E=?=", "Åsa Åsa"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=85sa?=", "Åsa"),
        ("=?no-such-charset?Q?Asa?=", "Asa"),
        ("=?utf-8?B?a?=", "=?utf-8?B?a?="),
        ("=?utf-7?Q?+2AA-?=", "?"),
        ("no words", "no words"),
    ],
)
def test_encoded_words_are_decoded_or_left(text: str, meant: str) -> None:
    assert decoded(text) == meant


@given(st.binary(max_size=400))
def test_no_header_block_is_too_odd(block: bytes) -> None:
    origin = Origin("ann.mbox", 1, "ann.mbox")
    for start in (b"", b"From: a@b\nDate: Mon, 2 Nov 2026 09:30:00 +0100\nTo: "):
        *warnings, last = read_message(start + block, origin, ReadOptions(bulk_signs=()))
        assert isinstance(last, Line | Reject)
        assert all(isinstance(w, Warn) for w in warnings)
        if isinstance(last, Line):
            parse_line(last.text)


def test_raw_bytes_in_a_header_are_utf_8_or_else_latin_1() -> None:
    assert message_of(Subject="Größe")["subject"] == "Größe"
    assert message_of(Subject=b"Gr\xf6\xdfe".decode("utf-8", "surrogateescape"))["subject"] == "Größe"


def test_control_characters_and_line_ends_are_spaces() -> None:
    assert message_of(Subject="An\x00 offer\r\n\tof\n more")["subject"] == "An offer of more"


def test_a_line_that_is_no_header_costs_only_itself() -> None:
    assert people_of(">From somewhere", "no header at all", "Cc: cy@globex.example")[-1] == ("cy@globex.example", "CC")


def test_a_person_in_two_roles_keeps_the_first() -> None:
    people = people_of("Cc: BOB@globex.example, ann@us.example", "Bcc: bob@globex.example, dee@globex.example")
    assert people == [("ann@us.example", "FROM"), ("bob@globex.example", "TO"), ("dee@globex.example", "BCC")]


def test_a_recipient_without_an_address_is_left_out_with_a_warning() -> None:
    warning, line = items_of(To="root, bob@globex.example")
    assert isinstance(warning, Warn)
    assert isinstance(line, Line)
    assert len(json.loads(line.text)["participants"]) == 2


@pytest.mark.parametrize("sender", [None, "", "root", "<>", "a@b@c", "MAILER-DAEMON (Mail)"])
def test_mail_from_nobody_is_rejected(sender: str | None) -> None:
    (reject,) = items_of(From=sender)
    assert isinstance(reject, Reject)
    assert reject.reason.startswith("From:")


def test_of_several_writers_the_sender_is_taken() -> None:
    assert people_of("Sender: max@us.example", From="ann@us.example, Max <max@us.example>")[0][0] == "max@us.example"


def test_of_several_writers_without_a_sender_the_first_is_taken_with_a_warning() -> None:
    warning, line = items_of(From="ann@us.example, max@us.example")
    assert isinstance(warning, Warn)
    assert isinstance(line, Line)
    assert json.loads(line.text)["participants"][0]["email"] == "ann@us.example"


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Mon, 2 Nov 2026 09:30:00 -0000", "2026-11-02T09:30:00+00:00"),
        ("Mon, 2 Nov 2026 09:30:00", "2026-11-02T09:30:00+00:00"),
        ("2 Nov 2026 09:30 EST", "2026-11-02T09:30:00-05:00"),
        ("Mon, 2 Nov 2026 09:30:60 +0545 (NPT)", "2026-11-02T09:30:59+05:45"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00+00:00"),
        ("Mon, 31 Dec 1979 23:00:00 -0800", "1979-12-31T23:00:00-08:00"),
        ("Sun, 7 Feb 2106 06:28:15 +0000", "2106-02-07T06:28:15+00:00"),
    ],
)
def test_a_date_is_kept_as_it_was_sent(date: str, at: str) -> None:
    assert message_of(Date=date)["at"] == at


IMPOSSIBLE = ["", "yesterday", "Mon, 31 Jun 2026 09:30:00 +0000", "Mon, 2 Nov 2026 25:30:00 +0000"]
IMPOSSIBLE += ["Mon, 2 Nov 2026 09:30:00 +9999", "Mon, 1 Jan 1901 00:00:00 +0000", "Mon, 1 Jan 99999 00:00:00 +0000"]
RECEIVED = "Received: from a by b; Mon, 2 Nov 2026 10:00:00 +0100"


@pytest.mark.parametrize("date", IMPOSSIBLE)
def test_the_first_server_dates_what_has_no_possible_date(date: str) -> None:
    warning, line = items_of("Received: by c; Mon, 2 Nov 2026 11:00:00 +0100", RECEIVED, Date=date)
    assert isinstance(warning, Warn)
    assert isinstance(line, Line)
    assert json.loads(line.text)["at"] == "2026-11-02T10:00:00+01:00"


def test_the_mbox_line_dates_what_no_server_did() -> None:
    assert message_of(Date=None, posted="Mon Nov  2 09:30:00 2026")["at"] == "2026-11-02T09:30:00+00:00"


def test_an_mbox_line_of_1970_is_no_date() -> None:
    (reject,) = items_of(Date=None, posted="Thu Jan  1 00:00:00 1970")
    assert isinstance(reject, Reject)
    assert reject.reason.startswith("Date:")


def test_a_message_without_an_id_has_the_same_one_each_time() -> None:
    first, again = message_of(Message_ID=None), message_of(Message_ID="<>")
    assert first["id"] == again["id"]
    assert message_of(Message_ID=None, To="cy@globex.example")["id"] != first["id"]


def test_an_id_needs_no_brackets() -> None:
    assert message_of(Message_ID="m1@us.example")["id"] == "m1@us.example"


def test_an_answer_names_what_it_answers() -> None:
    assert message_of("In-Reply-To: <a@x>", "References: <z@x> <a@x>")["inReplyToId"] == "a@x"


def test_without_in_reply_to_the_last_reference_is_answered() -> None:
    assert message_of("References: <z@x>\n\t<a@x>")["inReplyToId"] == "a@x"


def test_an_address_in_in_reply_to_is_not_answered_where_references_know_better() -> None:
    assert message_of('In-Reply-To: Your mail of "Mon" <bob@x> <a@x>', "References: <a@x>")["inReplyToId"] == "a@x"


def test_a_message_that_names_itself_answers_nothing() -> None:
    assert message_of("In-Reply-To: <m1@us.example>")["inReplyToId"] is None


def test_references_lead_from_the_first_message_to_the_answered_one() -> None:
    assert trace_of("In-Reply-To: <b@x>", "References: <a@x> <b@x> <c@x>").references == ("a@x", "c@x", "b@x")


def test_copies_share_a_key_whatever_their_ids_and_recipients() -> None:
    copy = message_of(Message_ID="<other@us.example>", To="max@us.example", Date="Mon, 2 Nov 2026 08:30:00 +0000")
    assert copy["copyKey"] == message_of()["copyKey"] is not None


@pytest.mark.parametrize(("header", "value"), [("Subject", " "), ("Date", "never")])
def test_no_copy_is_told_without_date_and_subject(header: str, value: str) -> None:
    assert message_of(RECEIVED, **{header: value})["copyKey"] is None


BULK = [
    ("List-Unsubscribe: <https://x.example>", BulkSign.LIST_UNSUBSCRIBE),
    ("List-Id: <l.x.example>", BulkSign.LIST_ID),
    ("Precedence: Bulk", BulkSign.PRECEDENCE),
    ("Precedence: list", BulkSign.PRECEDENCE),
    ("Precedence: junk", BulkSign.PRECEDENCE),
    ("Auto-Submitted: auto-replied (vacation)", BulkSign.AUTO_SUBMITTED),
    ("Auto-Submitted: auto-generated; type=x", BulkSign.AUTO_SUBMITTED),
]


@pytest.mark.parametrize(("header", "_sign"), BULK)
def test_bulk_and_automatic_mail_is_skipped(header: str, _sign: BulkSign) -> None:
    (skip,) = items_of(header)
    assert isinstance(skip, Skip)


@pytest.mark.parametrize(("header", "sign"), BULK)
def test_a_sign_of_bulk_mail_that_is_not_heeded_is_none(header: str, sign: BulkSign) -> None:
    others = [other for other in BulkSign if other is not sign]
    assert message_of(header, bulk_signs=others)["subject"] == "Offer"
    assert isinstance(items_of(header, bulk_signs=[sign])[0], Skip)


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Auto-Submitted: No (really)", "Precedence: first-class"])
def test_mail_that_says_it_is_neither_is_read(header: str) -> None:
    assert message_of(header)["automatic"] is False


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        (["Precedence: bulk"], True),
        (["Precedence: bulk", "List-ID: <l.x.example>"], False),
        (["Precedence: bulk", "List-Post: <mailto:l@x.example>"], False),
        (["Precedence: list"], False),
        (["List-Unsubscribe: <https://x.example>"], False),
        (["List-Id: <l.x.example>", "Auto-Submitted: auto-generated"], True),
    ],
)
def test_only_what_a_machine_wrote_is_automatic(headers: list[str], automatic: bool) -> None:
    assert message_of(*headers, bulk_signs=())["automatic"] is automatic


def test_headers_without_end_are_rejected() -> None:
    (reject,) = items_of("X-Long: " + "x" * (1 << 20))
    assert isinstance(reject, Reject)


@pytest.mark.parametrize(
    ("subject", "normalized"),
    [
        ("Re: Offer", "offer"),
        ("RE[2]: AW: Fwd:  an \t Offer", "an offer"),
        ("[R-pkg-devel] Re: [R-pkg-devel] Offer", "offer"),
        ("SV: VS: Antw: WG: Offer", "offer"),
        ("Re\uff1a报价", "报价"),
        ("Regarding: offer", "regarding: offer"),
        ("[PATCH 1/4] mend", "[patch 1/4] mend"),
        ("Re:", ""),
    ],
)
def test_a_subject_is_compared_without_what_was_put_before_it(subject: str, normalized: str) -> None:
    assert normalized_subject(subject) == normalized


@pytest.mark.parametrize(
    ("subject", "reply"),
    [("Re: Offer", True), ("[list] RE[3]: Offer", True), ("AW: Offer", True), ("Fwd: Offer", False), ("React", False)],
)
def test_a_reply_is_marked_as_one(subject: str, reply: bool) -> None:
    assert is_reply(subject) is reply
