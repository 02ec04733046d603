"""What an import makes of lines that depend on each other and on what is stored, on every store."""

import json
from pathlib import Path

import pytest

from graph.errors import SourceError
from graph.model import Contact, RecordKind, Seller
from graph.store import Store
from ingest.load import LoadOptions, load
from tests.ingest.helpers import ANN, BOB, DEAL, GLOBEX, import_lines, mail, opened, people_of, stored


async def test_the_order_of_lines_does_not_matter(store: Store, tmp_path: Path) -> None:
    lines = [opened("m1", "bob"), mail("m1", "ann", "bob", regardingId="deal"), DEAL, BOB, GLOBEX, ANN]
    report = await import_lines(store, tmp_path, *lines)
    assert report.rejected == 0
    assert set(await stored(store)) == {"ann", "globex", "bob", "deal", "m1", "engagement m1"}


async def test_every_line_read_is_in_one_count(store: Store, tmp_path: Path) -> None:
    lines = [ANN, BOB, GLOBEX, ANN, mail("m1", "ann", "bob"), mail("m1", "ann", "bob"), mail("m2", "bob"), "{", "[]"]
    report = await import_lines(store, tmp_path, *lines, opened("m2", "bob"), opened("m9", "bob"))
    landed = sum(t.added + t.updated + t.unchanged + t.merged for t in report.tallies.values())
    assert (report.read, landed, sum(report.skipped.values()), report.rejected) == (11, 6, 2, 3)


async def test_records_may_name_each_other_in_a_circle(store: Store, tmp_path: Path) -> None:
    report = await import_lines(store, tmp_path, {**GLOBEX, "primaryContactId": "bob"}, BOB)
    assert report.rejected == 0


async def test_a_line_that_names_a_bad_line_is_bad_too(store: Store, tmp_path: Path) -> None:
    report = await import_lines(store, tmp_path, {**BOB, "accountId": "nowhere"}, DEAL, ANN)
    assert [r.partition(": ")[2] for r in report.first_rejects] == [
        "accountId: no account has the id 'nowhere'",
        "contactId: no person has the id 'bob'",
    ]


async def test_an_earlier_good_line_stands_where_the_later_one_is_bad(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, {**ANN, "name": "Later", "managerId": "nobody"})
    assert (await stored(store))["ann"]["name"] == "Ann"


async def test_the_later_line_replaces_the_earlier_whole(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, {"type": "lead", "id": "ann", "name": "A lead now"})
    assert (await stored(store))["ann"]["type"] == "lead"
    assert (await stored(store))["ann"]["emails"] == []


async def test_an_id_that_stands_for_something_else_is_bad(store: Store, tmp_path: Path) -> None:
    report = await import_lines(store, tmp_path, BOB | {"accountId": None}, {**GLOBEX, "id": "bob"}, mail("bob", "ann"))
    assert report.rejected == 2
    assert "ids are one space" in report.first_rejects[0]


async def test_an_id_that_is_stored_as_something_else_is_bad(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, BOB | {"accountId": None}, mail("m1", "ann", "bob"))
    report = await import_lines(store, tmp_path, {**GLOBEX, "id": "m1"}, mail("bob", "ann", "bob"))
    assert report.rejected == 2


async def test_an_unknown_address_becomes_a_contact_of_the_domains_account(store: Store, tmp_path: Path) -> None:
    report = await import_lines(store, tmp_path, ANN, GLOBEX, mail("m1", "ann", " New@Mail.Globex.example "))
    made = (await stored(store))["new@mail.globex.example"]
    assert (made["type"], made["accountId"], made["provisional"], report.made) == ("contact", "globex", True, 1)


async def test_an_unknown_address_of_the_team_becomes_a_seller(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, mail("m1", "new@sub.us.example", "x@far.example"))
    assert (await stored(store))["new@sub.us.example"]["type"] == "seller"


async def test_team_domains_that_are_given_are_the_only_ones(store: Store, tmp_path: Path) -> None:
    line = mail("m1", "new@us.example", "x@far.example")
    await import_lines(store, tmp_path, ANN, line, team_domains=("far.example",))
    assert (await stored(store))["new@us.example"]["type"] == "contact"
    assert (await stored(store))["x@far.example"]["type"] == "seller"


async def test_a_seller_with_free_mail_does_not_make_everybody_there_a_seller(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, {**ANN, "emails": ["ann@gmail.com"]}, mail("m1", "ann", "x@gmail.com"))
    assert (await stored(store))["x@gmail.com"]["type"] == "contact"


async def test_free_mail_domains_of_accounts_are_ignored_with_a_warning(store: Store, tmp_path: Path) -> None:
    account = {**GLOBEX, "domains": ["gmail.com", "globex.example"]}
    report = await import_lines(store, tmp_path, ANN, account, mail("m1", "ann", "x@gmail.com"))
    assert (await stored(store))["x@gmail.com"]["accountId"] is None
    assert list(report.warnings) == ["gmail.com is a free-mail domain; no account owns it"]


async def test_the_longest_domain_wins_and_of_equal_ones_the_team(store: Store, tmp_path: Path) -> None:
    accounts = [{**GLOBEX, "domains": ["uk.us.example", "us.example"]}]
    lines = [mail("m1", "ann", "a@uk.us.example", "b@us.example")]
    await import_lines(store, tmp_path, ANN, *accounts, *lines)
    found = await stored(store)
    assert (found["a@uk.us.example"]["type"], found["b@us.example"]["type"]) == ("contact", "seller")


async def test_a_name_for_a_made_person_is_the_one_most_often_given(store: Store, tmp_path: Path) -> None:
    def named(id_: str, name: str) -> dict[str, object]:
        people = [{"personId": "ann", "role": "FROM"}, {"email": "x@far.example", "name": name, "role": "TO"}]
        return {**mail(id_, "ann"), "participants": people}

    await import_lines(store, tmp_path, ANN, named("m1", "zed"), named("m2", "Xavier"), named("m3", "Xavier"))
    assert (await stored(store))["x@far.example"]["name"] == "Xavier"


async def test_what_has_no_seller_is_skipped_with_its_engagement_and_makes_nobody(store: Store, tmp_path: Path) -> None:
    lines = [BOB | {"accountId": None}, mail("m1", "x@far.example", "bob"), opened("m1", "bob")]
    report = await import_lines(store, tmp_path, *lines)
    assert report.skipped == {"no seller took part": 1, "of a skipped interaction": 1}
    assert set(await stored(store)) == {"bob"}


async def test_a_person_made_in_the_import_is_known_by_the_address(store: Store, tmp_path: Path) -> None:
    lines = [ANN, mail("m1", "ann", "x@far.example"), opened("m1", "bob") | {"personId": "x@far.example"}]
    report = await import_lines(store, tmp_path, *lines, {**DEAL, "contactId": "x@far.example"})
    assert report.rejected == 0


async def test_a_skipped_line_makes_nobody_known(store: Store, tmp_path: Path) -> None:
    report = await import_lines(
        store, tmp_path, ANN, mail("m1", "x@far.example"), {**DEAL, "contactId": "x@far.example"}
    )
    assert report.first_rejects[0].endswith("contactId: no person has the id 'x@far.example'")


async def test_an_explicit_person_takes_over_the_history_of_the_address(store: Store, tmp_path: Path) -> None:
    await import_lines(
        store, tmp_path, ANN, mail("m1", "ann", "bob@globex.example"), opened("m1", "bob@globex.example")
    )
    report = await import_lines(store, tmp_path, GLOBEX, BOB)
    found = await stored(store)
    assert report.taken_over == 1
    assert people_of(found["m1"]) == ["ann", "bob"]
    assert found["engagement m1"]["personId"] == "bob"
    assert "bob@globex.example" not in found


async def test_a_take_over_may_change_sides(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, mail("m1", "ann", "sam@far.example"), mail("m2", "sam@far.example", "ann"))
    await import_lines(store, tmp_path, {"type": "seller", "id": "sam", "emails": ["sam@far.example"]})
    columns = await store.interactions_of(["sam"])
    whole = (await store.interactions(["m1"]))["m1"]
    assert {p.side for p in whole.participants} == {"US"}
    assert len(columns) == 0


async def test_history_without_an_edge_after_a_take_over_is_dropped_with_those_it_made(
    store: Store, tmp_path: Path
) -> None:
    await import_lines(store, tmp_path, mail("m1", "sam@us.example", "x@far.example"), team_domains=("us.example",))
    report = await import_lines(store, tmp_path, {"type": "contact", "id": "sam", "emails": ["sam@us.example"]})
    assert report.dropped == 1
    assert set(await stored(store)) == {"sam"}


async def test_records_that_named_somebody_name_who_took_over(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, mail("m1", "ann", "x@far.example"), {**DEAL, "contactId": "x@far.example"})
    await import_lines(store, tmp_path, {"type": "contact", "id": "xavier", "emails": ["x@far.example"]})
    assert (await stored(store))["deal"]["contactId"] == "xavier"


async def test_a_person_who_changes_sides_takes_the_history_along(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, BOB | {"accountId": None}, mail("m1", "ann", "bob"))
    await import_lines(store, tmp_path, {"type": "seller", "id": "bob", "name": "Bob"})
    assert isinstance((await store.records(["bob"]))["bob"], Seller)
    assert {p.side for p in (await store.interactions(["m1"]))["m1"].participants} == {"US"}


async def test_opting_out_stays_until_a_line_says_otherwise(store: Store, tmp_path: Path) -> None:
    contact = BOB | {"accountId": None}
    await import_lines(store, tmp_path, contact | {"optedOut": True})
    await import_lines(store, tmp_path, contact)
    assert (await stored(store))["bob"]["optedOut"] is True
    await import_lines(store, tmp_path, contact | {"optedOut": False})
    assert (await stored(store))["bob"]["optedOut"] is False


async def test_opting_out_survives_a_take_over(store: Store, tmp_path: Path) -> None:
    address = "bob@globex.example"
    made = {"type": "contact", "id": address, "emails": [address], "provisional": True, "optedOut": True}
    await import_lines(store, tmp_path, ANN, made, mail("m1", "ann", address))
    await import_lines(store, tmp_path, BOB | {"accountId": None})
    assert (await stored(store))["bob"]["optedOut"] is True


async def test_where_several_hold_an_address_a_seller_comes_first(store: Store, tmp_path: Path) -> None:
    shared = {"emails": ["office@far.example"]}
    people = [{**BOB, **shared, "accountId": None}, {"type": "lead", "id": "a-lead", **shared}, {**ANN, **shared}]
    await import_lines(store, tmp_path, *people, {"type": "contact", "id": "cat", "name": "Cat"})
    await import_lines(store, tmp_path, mail("m1", "office@far.example", "cat"))
    assert people_of((await stored(store))["m1"]) == ["ann", "cat"]


async def test_a_mail_without_a_subject_is_answered_in_the_first_import_already(store: Store, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "id,sent_at,from,to,subject,in_reply_to\n"
        "m0,2026-11-02T09:08:00Z,ann@us.example,bob@g.example,,m9\n"
        "m3,2026-11-02T09:06:00Z,bob@g.example,ann@us.example,Yo,m0\n"
        "m4,2026-11-02T09:05:00Z,ann@us.example,bob@g.example,Yo,m0\n"
    )
    options = LoadOptions(team_domains=("us.example",))
    first, second = [await load(store, [log], options) for _ in range(2)]
    tallies = [report.tally("interactions") for report in (first, second)]
    assert [(tally.added, tally.updated) for tally in tallies] == [(3, 0), (0, 0)]
    found = await store.interactions(["m0", "m3", "m4"])
    assert len({interaction.thread_id for interaction in found.values()}) == 1


async def test_importing_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    lines = [ANN, GLOBEX, BOB, DEAL, mail("m1", "ann", "x@far.example", regardingId="deal"), opened("m1", "bob")]
    await import_lines(store, tmp_path, *lines)
    before = await stored(store)
    report = await import_lines(store, tmp_path, *lines)
    assert [(t.added, t.updated) for t in report.tallies.values()] == [(0, 0)] * 3
    assert await stored(store) == before


async def test_a_changed_line_updates_what_is_stored(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, BOB | {"accountId": None}, mail("m1", "ann", "bob"))
    report = await import_lines(store, tmp_path, mail("m1", "ann", "bob", subject="Now with a subject"))
    assert report.tally("interactions").updated == 1
    assert (await stored(store))["m1"]["subject"] == "Now with a subject"


async def test_a_stored_interaction_that_is_now_skipped_goes(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, BOB | {"accountId": None}, mail("m1", "ann", "bob"))
    report = await import_lines(store, tmp_path, mail("m1", "ann"))
    assert (report.dropped, "m1" in await stored(store)) == (1, False)


async def test_a_person_whose_only_interaction_goes_stays_where_the_same_import_needs_them(
    store: Store, tmp_path: Path
) -> None:
    await import_lines(store, tmp_path, mail("m1", "x@us.example", "b@far.example"), team_domains=("us.example",))
    lines = [mail("m1", "b@far.example"), mail("m2", "x@us.example", "b@far.example")]
    report = await import_lines(store, tmp_path, *lines, team_domains=("us.example",))
    assert (report.dropped, report.tally("interactions").added) == (1, 1)
    assert set(await stored(store)) == {"m2", "x@us.example", "b@far.example"}


async def test_who_is_named_by_the_import_that_drops_their_history_stays(store: Store, tmp_path: Path) -> None:
    chat = {"type": "interaction", "id": "i1", "kind": "OTHER", "at": "2026-11-02T09:30:00Z"}
    people = [{"email": e, "role": "PARTICIPANT"} for e in ("x@us.example", "bob@far.example")]
    await import_lines(store, tmp_path, {**chat, "participants": people}, team_domains=("us.example",))
    boss = {"type": "seller", "id": "bob@far.example", "name": "Bob", "managerId": "x@us.example"}
    report = await import_lines(store, tmp_path, boss, team_domains=("us.example",))
    before = await stored(store)
    assert (report.dropped, set(before)) == (1, {"bob@far.example", "x@us.example"})
    again = await import_lines(store, tmp_path, boss, team_domains=("us.example",))
    assert (again.rejected, await stored(store)) == (0, before)


async def test_a_person_made_by_engagement_is_known_by_the_address(store: Store, tmp_path: Path) -> None:
    account = {**GLOBEX, "primaryContactId": "fwd@far.example"}
    lines = [ANN, BOB, account, mail("m1", "ann", "bob"), opened("m1", "fwd@far.example")]
    report = await import_lines(store, tmp_path, *lines)
    assert report.rejected == 0


async def test_a_dry_run_tells_what_would_be_dropped(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, mail("m1", "sam@us.example", "x@far.example"), team_domains=("us.example",))
    sam = {"type": "contact", "id": "sam", "emails": ["sam@us.example"]}
    report = await import_lines(store, tmp_path, sam, dry_run=True)
    assert (report.dropped, "m1" in await stored(store)) == (1, True)


async def test_a_dry_run_tells_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    report = await import_lines(store, tmp_path, ANN, mail("m1", "ann", "x@far.example"), dry_run=True)
    assert (report.tally("records").added, report.tally("interactions").added, report.made) == (1, 1, 1)
    counts = await store.counts()
    assert (counts.interactions, counts.records[RecordKind.SELLER]) == (0, 0)


async def test_rejects_are_kept_with_source_line_reason_and_text(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN, '{"type":"seller","id":"x"}')
    (row,) = map(json.loads, (tmp_path / "rejects.jsonl").read_text().splitlines())
    assert row == {
        "source": str(tmp_path / "lines.jsonl"),
        "line": 2,
        "reason": "name or emails is required",
        "text": '{"type":"seller","id":"x"}',
    }


async def test_a_good_import_leaves_no_rejects_file(store: Store, tmp_path: Path) -> None:
    await import_lines(store, tmp_path, ANN)
    assert not (tmp_path / "rejects.jsonl").exists()


async def test_a_team_file_makes_its_addresses_sellers(store: Store, tmp_path: Path) -> None:
    team = tmp_path / "team.txt"
    team.write_text("# our people\nSam Sy <Sam@Here.example>\n\nkim@here.example  # office\nnobody\n")
    lines = [mail("m1", "x@far.example", "new@here.example"), BOB | {"accountId": None}]
    report = await import_lines(store, tmp_path, *lines, team_file=team)
    found = await stored(store)
    assert (found["sam@here.example"]["type"], found["sam@here.example"]["name"]) == ("seller", "Sam Sy")
    assert found["new@here.example"]["type"] == "seller"
    assert report.first_rejects[0].startswith(f"{team}:5: ")


async def test_a_team_file_does_not_overrule_who_is_described(store: Store, tmp_path: Path) -> None:
    team = tmp_path / "team.txt"
    team.write_text("bob@globex.example\n")
    await import_lines(store, tmp_path, GLOBEX, BOB, team_file=team)
    await import_lines(store, tmp_path, GLOBEX, team_file=team)
    assert isinstance((await store.records(["bob"]))["bob"], Contact)
    assert "bob@globex.example" not in await stored(store)


async def test_an_account_called_like_an_address_is_nobody(store: Store, tmp_path: Path) -> None:
    called = {**GLOBEX, "id": "x@far.example", "domains": []}
    report = await import_lines(store, tmp_path, ANN, called, {**GLOBEX, "id": "b", "ownerId": "x@far.example"})
    assert report.first_rejects == [f"{tmp_path}/lines.jsonl:3: ownerId: no person has the id 'x@far.example'"]


async def test_a_provisional_line_taken_over_in_the_same_import_is_merged(store: Store, tmp_path: Path) -> None:
    made = {"type": "contact", "id": "bob@globex.example", "emails": ["bob@globex.example"], "provisional": True}
    report = await import_lines(store, tmp_path, made, BOB | {"accountId": None})
    assert (report.tally("records").added, report.tally("records").merged) == (1, 1)


async def test_a_missing_file_is_told_before_anything_is_read(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        await load(store, [tmp_path / "absent.jsonl"], LoadOptions())


async def test_what_an_export_says_makes_the_same_graph(store: Store, tmp_path: Path) -> None:
    lines = [ANN, GLOBEX, BOB, {**DEAL, "attributes": {"n": 1, "x": 0.5, "t": "é", "b": True}}]
    await import_lines(store, tmp_path, *lines, mail("m1", "ann", "x@far.example"), opened("m1", "x@far.example"))
    before = await stored(store)
    report = await import_lines(store, tmp_path, *before.values())
    assert [(t.added, t.updated) for t in report.tallies.values()] == [(0, 0)] * 3
