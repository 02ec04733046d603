"""Lines that are at hand: what becomes of each, on every store."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from graph.store import Store
from ingest.lines import field_of
from ingest.load import LoadOptions, load_lines
from ingest.report import Fate, Outcome, Report
from ingest.source import Line
from tests.builders import a_contact
from tests.ingest.helpers import ANN, BOB, DEAL, GLOBEX, import_lines, mail, opened, stored
from tests.resolvers.test_batching import Counting

NEWT = {"email": "new@mail.globex.example", "name": "Newt", "role": "TO"}
ADDED, UPDATED, UNCHANGED, MERGED = (Outcome(fate) for fate in (Fate.ADDED, Fate.UPDATED, Fate.UNCHANGED, Fate.MERGED))


async def report_of(store: Store, *lines: dict[str, Any] | str, **options: Any) -> Report:
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    return await load_lines(store, [Line("call", n, text) for n, text in enumerate(texts, 1)], LoadOptions(**options))


async def outcomes(store: Store, *lines: dict[str, Any] | str) -> list[Outcome]:
    found = (await report_of(store, *lines)).outcomes
    assert found is not None
    return [found[n] for n in range(1, len(lines) + 1)]


async def fates(store: Store, *lines: dict[str, Any] | str) -> list[Fate]:
    return [outcome.fate for outcome in await outcomes(store, *lines)]


async def test_of_the_same_people_each_line_has_what_it_regards_and_is_judged_by_it(store: Store) -> None:
    lines = [mail("m1", "ann", "bob"), mail("m2", "ann", "bob", regardingId="deal")]
    bad = [mail("m3", "ann", "bob", regardingId="nothing"), mail("m4", "ann", "ghost"), mail("m5", "ann", "ghost")]
    alone = [mail("m6", "ann"), mail("m7", "ann", regardingId="deal")]
    found = await fates(store, ANN, BOB, GLOBEX, DEAL, *lines, *bad, *alone)
    assert found[4:] == [Fate.ADDED] * 2 + [Fate.REJECTED] * 3 + [Fate.SKIPPED, Fate.ADDED]
    kept = await stored(store)
    assert [kept[id_]["regardingId"] for id_ in ("m1", "m2", "m7")] == [None, "deal", "deal"]


async def test_each_line_is_added_then_unchanged_then_updated(store: Store) -> None:
    lines = [opened("m1", "bob"), mail("m1", "ann", "bob"), ANN, BOB, GLOBEX, DEAL]
    assert await outcomes(store, *lines) == [ADDED] * 6
    assert await outcomes(store, *lines) == [UNCHANGED] * 6
    changed = [
        mail("m1", "ann", "bob", subject="New"),
        {**DEAL, "name": "New"},
        {**opened("m1", "bob"), "event": "LINK_CLICK"},
    ]
    assert await outcomes(store, *changed) == [UPDATED, UPDATED, ADDED]


async def test_a_bad_line_has_the_reason_and_the_others_land(store: Store) -> None:
    ann, nobody, text, bob = await outcomes(
        store, ANN, {**BOB, "id": "x", "accountId": "no"}, "{", {**BOB, "accountId": None}
    )
    assert (ann, bob) == (ADDED, ADDED)
    assert nobody == Outcome(Fate.REJECTED, "accountId: no account has the id 'no'")
    assert text.fate is Fate.REJECTED
    assert set(await stored(store)) == {"ann", "bob"}


async def test_of_the_same_id_the_last_line_lands(store: Store) -> None:
    found = await fates(store, ANN, mail("m1", "ann", "x@y.example"), {**ANN, "name": "A"}, mail("m1", "ann", "ann"))
    assert found == [Fate.MERGED, Fate.MERGED, Fate.ADDED, Fate.SKIPPED]


async def test_a_bad_later_line_leaves_the_earlier_one_its_outcome(store: Store) -> None:
    assert await fates(store, ANN, {**ANN, "managerId": "no"}) == [Fate.ADDED, Fate.REJECTED]


async def test_what_is_skipped_says_why_and_its_engagement_too(store: Store) -> None:
    await report_of(store, BOB | {"accountId": None})
    assert await outcomes(store, mail("m1", "bob", "bob"), opened("m1", "bob")) == [
        Outcome(Fate.SKIPPED, "no seller took part"),
        Outcome(Fate.SKIPPED, "of a skipped interaction"),
    ]


async def test_engagement_given_twice_lands_once(store: Store) -> None:
    await report_of(store, ANN, BOB | {"accountId": None}, mail("m1", "ann", "bob"))
    assert await outcomes(store, opened("m1", "bob"), opened("m1", "bob@globex.example")) == [MERGED, ADDED]
    assert await outcomes(store, opened("m1", "bob")) == [UNCHANGED]


async def test_whom_an_address_of_a_line_makes_may_be_regarded_by_it(store: Store) -> None:
    regarding = mail("m1", "ann", "new@globex.example", regardingId="new@globex.example")
    assert await fates(store, ANN, regarding) == [Fate.ADDED, Fate.ADDED]
    assert await fates(store, mail("m2", "ann", "bob@globex.example", regardingId="x@globex.example")) == [
        Fate.REJECTED
    ]


async def test_a_provisional_line_of_somebody_described_is_merged(store: Store) -> None:
    made = {**BOB, "id": "bob@globex.example", "accountId": None, "provisional": True}
    assert await fates(store, BOB | {"accountId": None}, made) == [Fate.ADDED, Fate.MERGED]


async def test_people_are_made_from_addresses_as_in_a_file(store: Store) -> None:
    report = await report_of(store, ANN, GLOBEX, mail("m1", "ann", "new@globex.example"))
    assert (report.made, (await stored(store))["new@globex.example"]["accountId"]) == (1, "globex")


async def test_a_person_described_later_takes_over_the_history(store: Store) -> None:
    await report_of(store, ANN, mail("m1", "ann", "bob@globex.example"))
    assert await fates(store, BOB | {"accountId": None}) == [Fate.ADDED]
    assert "bob@globex.example" not in await stored(store)


async def test_bad_lines_leave_no_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(os.listdir())
    assert (await report_of(store, "{")).rejected == 1
    assert sorted(os.listdir()) == before


async def test_an_import_of_files_keeps_no_outcomes(store: Store, tmp_path: Path) -> None:
    assert (await import_lines(store, tmp_path, ANN)).outcomes is None


@pytest.mark.parametrize(
    ("reason", "field"),
    [
        ("accountId: no account has the id 'no'", "accountId"),
        ("participants.0.personId: no person has the id 'bob'", "participants.0.personId"),
        ("participants.0: personId or email is required", "participants.0"),
        ("at is required", "at"),
        ("closedAt must be given where state is WON", "closedAt"),
        ("closedAt must not be before createdAt", "closedAt"),
        ("type must be one of seller, account", "type"),
        ("emails.1: 'x' is no address", "emails.1"),
        ("name or emails is required", None),
        ("not JSON: EOF while parsing", None),
        ("not a JSON object", None),
    ],
)
def test_a_reason_names_its_field(reason: str, field: str | None) -> None:
    assert field_of(reason) == field


# what a later import knows better of whom an address made


async def made_before(store: Store, address: str = "new@mail.globex.example") -> None:
    await report_of(store, ANN, mail("m1", "ann", address))


async def test_whom_an_address_made_joins_the_account_that_comes_later(store: Store) -> None:
    await made_before(store)
    assert (await report_of(store, GLOBEX)).joined == 1
    assert (await stored(store))["new@mail.globex.example"]["accountId"] == "globex"
    assert (await report_of(store, GLOBEX)).joined == 0


async def test_fifty_who_join_cost_the_calls_of_one(store: Store) -> None:
    calls = []
    for many in (1, 50):
        await report_of(store, ANN, *(mail(f"m{many}-{n}", "ann", f"p{n}@c{many}.example") for n in range(many)))
        counting = Counting(store)
        account = {"type": "account", "id": f"a{many}", "name": "A", "domains": [f"c{many}.example"]}
        assert (await report_of(counting, account)).joined == many  # type: ignore[arg-type]
        calls.append(counting.calls)
    assert calls[0] == calls[1]


async def test_the_longest_domain_decides_whichever_account_comes(store: Store) -> None:
    mailroom = {"type": "account", "id": "mailroom", "name": "M", "domains": ["mail.globex.example"]}
    await made_before(store)
    assert (await report_of(store, GLOBEX, mailroom)).joined == 1
    assert (await stored(store))["new@mail.globex.example"]["accountId"] == "mailroom"


async def test_whoever_has_an_account_stays_with_it(store: Store) -> None:
    await report_of(store, ANN, GLOBEX, mail("m1", "ann", "new@mail.globex.example"))
    mailroom = {"type": "account", "id": "mailroom", "name": "M", "domains": ["mail.globex.example"]}
    assert (await report_of(store, mailroom)).joined == 0
    assert (await stored(store))["new@mail.globex.example"]["accountId"] == "globex"


async def test_whoever_is_described_joins_no_account_by_the_address(store: Store) -> None:
    await report_of(store, {**BOB, "accountId": None})
    made = {"type": "contact", "id": "c@globex.example", "emails": ["c@globex.example"], "provisional": True}
    assert (await report_of(store, GLOBEX, made)).joined == 0
    kept = await stored(store)
    assert (kept["bob"]["accountId"], kept["c@globex.example"]["accountId"]) == (None, None)


async def test_nobody_joins_an_account_at_a_free_mail_provider_or_at_our_own_domain(store: Store) -> None:
    await made_before(store, "new@gmail.com")
    await made_before(store, "new@sub.us.example")
    await store.upsert_records([a_contact("x@us.example", emails=("x@us.example",), provisional=True)])
    free = {**GLOBEX, "domains": ["gmail.com", "us.example"]}
    assert (await report_of(store, free)).joined == 0


async def test_joining_is_told_and_not_done_in_a_dry_run(store: Store, tmp_path: Path) -> None:
    await made_before(store)
    assert (await import_lines(store, tmp_path, GLOBEX, dry_run=True)).joined == 1
    assert (await stored(store))["new@mail.globex.example"]["accountId"] is None


async def test_a_name_that_comes_later_is_taken_by_whom_an_address_made(store: Store) -> None:
    await made_before(store)
    named = {**mail("m2", "ann"), "participants": [*mail("m2", "ann")["participants"], NEWT]}
    assert await fates(store, GLOBEX, named) == [Fate.ADDED, Fate.ADDED]
    newt = (await stored(store))["new@mail.globex.example"]
    assert (newt["name"], newt["accountId"], newt["provisional"]) == ("Newt", "globex", True)
    other = {**named, "id": "m3", "participants": [named["participants"][0], {**NEWT, "name": "Other"}]}
    await report_of(store, other)
    assert (await stored(store))["new@mail.globex.example"]["name"] == "Newt"


async def test_a_name_in_a_bad_line_is_not_taken(store: Store) -> None:
    await made_before(store)
    named = {**mail("m2", "nobody"), "participants": [*mail("m2", "nobody")["participants"], NEWT]}
    assert await fates(store, named) == [Fate.REJECTED]
    assert (await stored(store))["new@mail.globex.example"]["name"] is None


async def test_whoever_is_described_keeps_the_name_or_has_none(store: Store) -> None:
    await report_of(store, ANN, {**BOB, "name": None, "accountId": None})
    bob = {"email": "bob@globex.example", "name": "Robert", "role": "TO"}
    await report_of(store, {**mail("m1", "ann"), "participants": [*mail("m1", "ann")["participants"], bob]})
    assert (await stored(store))["bob"]["name"] is None
