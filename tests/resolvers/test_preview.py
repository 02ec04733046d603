"""What a change of the settings would do, told before it is made, on every store."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.main import run_query
from graph.model import LeadState, OpportunityState, Source
from graph.settings_versions import newest_version
from graph.store import Store
from ingest.generate import generate
from ingest.load import LoadOptions, load_lines
from ingest.source import Line
from tests.asking import ask
from tests.builders import NOON, a_contact, a_lead, a_seller, an_account, an_email, an_opportunity
from tests.resolvers.test_batching import Counting

AS_OF = NOON.isoformat()
PREVIEW = """query Preview($input: SettingsInput!, $asOf: DateTime) {
  previewSettings(input: $input, asOf: $asOf) {
    changes { field from to } kinds { kind records changed moves { before after records } }
  }
}"""
ANN = a_seller("ann")


@pytest.fixture
async def book(store: Store) -> Store:
    """
    One record of each kind with mail to and fro each week, whose health is 81.2; and some without any score.

    Bob writes from a mailbox, the lead is disqualified, one deal is won and one begins later.
    """
    bob, cat = a_contact("bob", account_id="globex"), a_contact("cat")
    records = [
        ANN, bob, cat, a_contact("out", opted_out=True), an_account("globex"),
        a_lead("lea", owner_id="ann", stakeholder_ids=("bob",)),
        a_lead("lost", owner_id="ann", stakeholder_ids=("bob",), state=LeadState.DISQUALIFIED),
        an_opportunity("deal", contact_id="bob", owner_id="ann"),
        an_opportunity("won", contact_id="bob", owner_id="ann", state=OpportunityState.WON, closed_at=NOON),
        an_opportunity("later", contact_id="bob", owner_id="ann", created_at=NOON + timedelta(days=1)),
    ]  # fmt: skip
    await store.upsert_records(records)
    week = timedelta(days=7)
    mails = [
        an_email("m0", ANN, bob, at=NOON),
        an_email("m1", bob, ANN, at=NOON - week, source=Source.MAILBOX),
        an_email("m2", ANN, bob, at=NOON - 2 * week),
    ]
    await store.upsert_interactions([*mails, an_email("later", ANN, bob, at=NOON + week), an_email("c0", ANN, cat)])
    return store


async def previewed(store: Store, as_of: str = AS_OF, **input_: Any) -> dict[str, Any]:
    found = (await ask(store, PREVIEW, input=input_, asOf=as_of))["previewSettings"]
    return {
        kind["kind"]: (
            kind["records"],
            kind["changed"],
            [(move["before"], move["after"], move["records"]) for move in kind["moves"]],
        )
        for kind in found["kinds"]
    }


async def test_records_of_each_kind_are_counted_from_grade_to_grade(book: Store) -> None:
    assert await previewed(book, goodFrom=85, fairFrom=70) == {
        "ACCOUNT": (1, 1, [("GOOD", "FAIR", 1)]),
        "CONTACT": (2, 1, [("GOOD", "FAIR", 1), (None, None, 1)]),
        "LEAD": (2, 1, [("GOOD", "FAIR", 1), (None, None, 1)]),
        "OPPORTUNITY": (1, 1, [("GOOD", "FAIR", 1)]),
    }


@pytest.mark.parametrize(
    ("input_", "move"),
    [
        ({"goodFrom": 81.2}, ("GOOD", "GOOD", 1)),
        ({"goodFrom": 90, "fairFrom": 82}, ("GOOD", "POOR", 1)),
        ({"health": False}, ("GOOD", None, 1)),
        # Of three mails two are left, too few for a score.
        ({"sources": ["CRM"]}, ("GOOD", None, 1)),
        ({"smallestGroup": 9}, ("GOOD", "GOOD", 1)),
        ({}, ("GOOD", "GOOD", 1)),
    ],
)
async def test_whatever_moves_grades_is_previewed(
    book: Store, input_: dict[str, Any], move: tuple[str, str | None, int]
) -> None:
    assert (await previewed(book, **input_))["OPPORTUNITY"] == (1, int(move[0] != move[1]), [move])


async def test_what_would_change_is_told_and_nothing_is_saved(book: Store) -> None:
    found = await ask(book, PREVIEW, input={"goodFrom": 70, "frequency": "WEEKLY"})
    assert found["previewSettings"]["changes"] == [{"field": "goodFrom", "from": 60.0, "to": 70.0}]
    assert (await newest_version(book)).number == 0


async def test_what_would_be_refused_is_refused(book: Store) -> None:
    answer = await run_query(book, PREVIEW, variables={"input": {"goodFrom": 30, "callWeightPercent": 99}})
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_SETTING"
    assert [one["field"] for one in error["extensions"]["fields"]] == ["callWeightPercent", "goodFrom"]


async def test_nothing_stored_moves_nothing(store: Store) -> None:
    assert await previewed(store, goodFrom=70) == {
        kind: (0, 0, []) for kind in ("ACCOUNT", "CONTACT", "LEAD", "OPPORTUNITY")
    }


async def test_a_preview_holds_for_its_instant(book: Store) -> None:
    early = (NOON - timedelta(days=1)).isoformat()
    assert (await previewed(book, early, goodFrom=70))["OPPORTUNITY"] == (2, 0, [(None, None, 2)])


async def grades(store: Store, as_of: str) -> dict[str, dict[str, str | None]]:
    query = (
        "query Q($asOf: DateTime!) {"
        + " ".join(
            f"{kind}: {field}(first: 100, asOf: $asOf{only}) {{ totalCount nodes {{ key health {{ grade }} }} }}"
            for kind, field, only in (
                ("ACCOUNT", "accounts", ""),
                ("CONTACT", "contacts", ""),
                ("LEAD", "leads", ""),
                ("OPPORTUNITY", "opportunities", ", states: [OPEN]"),
            )
        )
        + "}"
    )
    found = await ask(store, query, asOf=as_of)
    assert all(list_["totalCount"] == len(list_["nodes"]) for list_ in found.values())
    return {kind: {node["key"]: node["health"]["grade"] for node in list_["nodes"]} for kind, list_ in found.items()}


async def test_a_preview_tells_what_the_change_then_does(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.batches.RECORDS_AT_ONCE", 7)
    texts = generate(800, 5, datetime(2026, 11, 22, tzinfo=UTC))
    await load_lines(store, [Line("book", n, text) for n, text in enumerate(texts, 1)], LoadOptions())
    as_of = "2026-11-20T00:00:00Z"
    input_ = {"frequency": "MONTHLY", "emailWeightPercent": -40, "goodFrom": 75, "sources": ["CRM", "CALENDAR"]}
    told = await previewed(store, as_of, **input_)
    before = await grades(store, as_of)
    update = """mutation U($input: SettingsInput!, $by: String!) {
      updateSettings(input: $input, by: $by) { settings { number } }
    }"""
    admin = (await ask(store, "{ sellers(first: 1) { nodes { key role } } }"))["sellers"]["nodes"][0]
    assert admin["role"] == "ADMIN"
    await ask(store, update, input=input_, by=admin["key"])
    after = await grades(store, as_of)
    for kind, (records, changed, moves) in told.items():
        found = Counter((grade, after[kind][key]) for key, grade in before[kind].items())
        assert {(a, b): n for a, b, n in moves} == found
        assert (records, changed) == (found.total(), sum(n for (a, b), n in found.items() if a != b))
    assert sum(changed for _, changed, _ in told.values()) > 10


async def test_a_preview_reads_in_batches_and_the_next_one_not_at_all(
    book: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.batches.RECORDS_AT_ONCE", 1)
    counting = Counting(book)
    await ask(counting, PREVIEW, input={"goodFrom": 70}, asOf=AS_OF)  # type: ignore[arg-type]
    kept = {"newest_document": 1, "touched_since": 4}
    assert counting.calls == kept | {"ledgers": 4, "outlines": 1, "interactions_of": 6}
    counting.calls.clear()
    await ask(counting, PREVIEW, input={"goodFrom": 80, "callWeightPercent": 20}, asOf=AS_OF)  # type: ignore[arg-type]
    assert counting.calls == kept


async def test_a_preview_of_other_sources_leaves_what_is_kept_of_those_that_count(book: Store) -> None:
    counting = Counting(book)
    for input_ in ({"goodFrom": 70}, {"sources": ["CRM"]}):
        await ask(counting, PREVIEW, input=input_, asOf=AS_OF)  # type: ignore[arg-type]
    counting.calls.clear()
    lists = f'{{ contacts(orderBy: {{field: HEALTH}}, asOf: "{AS_OF}") {{ totalCount }} }}'
    await ask(counting, lists)  # type: ignore[arg-type]
    assert counting.calls == {"newest_document": 1, "touched_since": 1, "records": 1}
