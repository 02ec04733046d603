"""The summary as it is asked for: in which language, in which order, and at what cost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph.model import EngagementEvent, OpportunityState
from graph.store import Store
from tests.asking import ask, refusals
from tests.builders import (
    NOON,
    a_call,
    a_contact,
    a_lead,
    a_meeting,
    a_seller,
    an_account,
    an_email,
    an_engagement,
    an_opportunity,
)
from tests.resolvers.test_batching import calls

AS_OF = NOON + timedelta(days=200)
ANN, BOB = a_seller("ann"), a_contact("bob", account_id="globex")
INSIGHT = "code sentence ours theirs difference unit against distance"


def ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


async def summary(store: Store, arguments: str = "", root: str = 'contact(key: "bob"', fields: str = INSIGHT) -> Any:
    query = f'{{ record: {root}, asOf: "{AS_OF.isoformat()}") {{ summary{arguments} {{ insights {{ {fields} }} }} }} }}'
    return (await ask(store, query))["record"]["summary"]["insights"]


@pytest.fixture
async def met(store: Store) -> Store:
    """Three meetings by Ann and one by Bob, the last one 30 days ago; four days between two of them."""
    deal = an_opportunity("deal", contact_id="bob", owner_id="ann")
    await store.upsert_records(
        [ANN, BOB, an_account("globex"), deal, a_lead("lea", stakeholder_ids=("bob",), owner_id="ann")]
    )
    begun = [(ANN, BOB), (ANN, BOB), (BOB, ANN), (ANN, BOB)]
    await store.upsert_interactions([a_meeting(f"n{n}", *who, at=ago(42 - 4 * n)) for n, who in enumerate(begun)])
    return store


async def test_insights_have_a_code_a_sentence_and_both_numbers(met: Store) -> None:
    found = {insight["code"]: insight for insight in await summary(met)}
    assert found["MEETINGS_INITIATED"] == {
        "code": "MEETINGS_INITIATED",
        "sentence": "You have initiated 2 more meetings than the customer (3 to 1).",
        "ours": 3,
        "theirs": 1,
        "difference": 2,
        "unit": "COUNT",
        "against": "CUSTOMER",
        "distance": 1,
    }


async def test_the_farthest_from_the_usual_comes_first(met: Store) -> None:
    found = await summary(met, fields="code distance")
    assert [insight["code"] for insight in found] == ["SILENCE", "HEALTH_TREND", "MEETINGS_INITIATED"]
    assert [found[place]["distance"] for place in (0, 2)] == [13, 1]
    assert 13 > found[1]["distance"] > 1


@pytest.mark.parametrize(
    "root", ['contact(key: "bob"', 'account(key: "globex"', 'lead(key: "lea"', 'opportunity(key: "deal"']
)
async def test_every_kind_of_record_has_a_summary(met: Store, root: str) -> None:
    assert "SILENCE" in [insight["code"] for insight in await summary(met, root=root)]


async def test_a_planned_meeting_is_told_of_and_that_none_is_planned_no_longer(met: Store) -> None:
    await met.upsert_interactions([a_meeting("next", BOB, ANN, at=ago(-2))])
    sentences = [insight["sentence"] for insight in await summary(met)]
    assert "The next meeting is in 2 days, 32 days after the last one; the usual gap is 4 days." in sentences
    assert not any(sentence.startswith("No meeting") for sentence in sentences)


async def test_the_trend_is_that_of_the_health_widget(met: Store) -> None:
    query = f"""{{ contact(key: "bob", asOf: "{AS_OF.isoformat()}") {{
      health {{ score trendDelta }} summary {{ insights {{ code ours difference }} }}
    }} }}"""
    found = (await ask(met, query))["contact"]
    (trend,) = [insight for insight in found["summary"]["insights"] if insight["code"] == "HEALTH_TREND"]
    assert trend["ours"] == found["health"]["score"]
    assert trend["difference"] == pytest.approx(found["health"]["trendDelta"])


async def test_nothing_is_said_of_the_health_of_a_closed_deal(met: Store) -> None:
    closed = an_opportunity(
        "deal", contact_id="bob", owner_id="ann", state=OpportunityState.WON, closed_at=ago(1), created_at=ago(90)
    )
    await met.upsert_records([closed])
    codes = [insight["code"] for insight in await summary(met, root='opportunity(key: "deal"')]
    assert "SILENCE" in codes
    assert "HEALTH_TREND" not in codes


async def test_a_deal_is_compared_with_similar_won_deals_unless_that_is_turned_down(met: Store) -> None:
    won = {"state": OpportunityState.WON, "created_at": ago(90), "closed_at": ago(60), "owner_id": "ann"}
    cat = a_contact("cat")
    await met.upsert_records([cat, *(an_opportunity(f"w{n}", contact_id="cat", **won) for n in range(10))])
    await met.upsert_interactions([a_call(f"c{n}", ANN, cat, at=ago(70 + n), duration_minutes=60.0) for n in range(8)])
    deal = 'opportunity(key: "deal"'
    said = [insight["sentence"] for insight in await summary(met, root=deal)]
    assert "This deal has had 4 interactions; similar won deals had 8 on average." in said
    assert not any("similar" in insight["sentence"] for insight in await summary(met, "(similarWon: false)", deal))
    assert not any("similar" in insight["sentence"] for insight in await summary(met))


async def test_a_planned_call_is_no_meeting(met: Store) -> None:
    await met.upsert_interactions([an_email("since", ANN, BOB, at=ago(5)), a_call("next", BOB, ANN, at=ago(-2))])
    assert "NO_MEETING_PLANNED" in [insight["code"] for insight in await summary(met)]


async def test_emails_that_were_opened_and_not_answered_are_told_of(met: Store) -> None:
    await met.upsert_interactions([an_email(f"m{n}", ANN, BOB, at=ago(1), followed=True) for n in range(3)])
    events = [an_engagement(f"m{n}", BOB, at=ago(0.5), event=EngagementEvent.OPEN) for n in range(2)]
    await met.upsert_engagement(events)
    sentences = [insight["sentence"] for insight in await summary(met)]
    assert "The customer has opened 2 of the 3 emails that you follow, but answered none." in sentences


async def test_the_window_decides_what_is_compared(met: Store) -> None:
    assert "MEETINGS_INITIATED" not in [insight["code"] for insight in await summary(met, "(days: 29)")]


@pytest.mark.parametrize(
    ("language", "spoken", "said"),
    [
        ("en", "en", "There has been no interaction for 30 days; the usual gap is 4 days."),
        ("gl", "gl", "Levades 30 días sen interaccións; o intervalo habitual é de 4 días."),
        ("zh-Hant", "zh-Hant", "已有 30 天沒有互動，平常的間隔為 4 天。"),
        ("zh-TW", "zh-Hant", "已有 30 天沒有互動，平常的間隔為 4 天。"),
    ],
)
async def test_sentences_are_in_the_asked_language(met: Store, language: str, spoken: str, said: str) -> None:
    query = """query Q($at: DateTime, $language: String) { contact(key: "bob", asOf: $at) {
      summary(language: $language) { language insights { sentence } }
    } }"""
    found = (await ask(met, query, at=AS_OF.isoformat(), language=language))["contact"]["summary"]
    assert found["language"] == spoken
    assert found["insights"][0]["sentence"] == said


async def test_two_languages_may_be_asked_at_once(met: Store) -> None:
    query = """query Q($at: DateTime) { contact(key: "bob", asOf: $at) {
      gl: summary(language: "gl") { language } zh: summary(language: "zh-HK") { language } summary { language }
    } }"""
    found = (await ask(met, query, at=AS_OF.isoformat()))["contact"]
    assert found == {"gl": {"language": "gl"}, "zh": {"language": "zh-Hant"}, "summary": {"language": "en"}}


async def test_an_unknown_language_is_refused(met: Store) -> None:
    assert await refusals(met, '{ contact(key: "bob") { summary(language: "fr") { language } } }') == ["BAD_LANGUAGE"]


async def test_nothing_is_said_of_a_record_without_interactions(store: Store) -> None:
    await store.upsert_records([BOB])
    assert await summary(store) == []


async def test_a_summary_tells_when_it_was_computed_by_the_clock(met: Store) -> None:
    before = datetime.now(UTC)
    query = f'{{ contact(key: "bob", asOf: "{AS_OF.isoformat()}") {{ summary {{ computedAt }} }} }}'
    computed_at = (await ask(met, query))["contact"]["summary"]["computedAt"]
    assert before <= datetime.fromisoformat(computed_at) <= datetime.now(UTC)


@pytest.mark.parametrize("first", [1, 50])
async def test_summaries_of_many_records_cost_the_reads_of_one(store: Store, first: int) -> None:
    people = [a_contact(f"c{i}") for i in range(50)]
    await store.upsert_records([ANN, *people])
    await store.upsert_interactions([an_email(f"m{i}", ANN, p, at=ago(1), followed=True) for i, p in enumerate(people)])
    fields = "summary { insights { sentence } } emailEngagement { sent } lastInteraction { at } nextInteraction { at }"
    query = f'{{ contacts(first: {first}, asOf: "{AS_OF.isoformat()}") {{ nodes {{ {fields} }} }} }}'
    spent = await calls(store, query)
    assert spent == {"list_records": 1, "interactions_of": 1, "engagement_of": 1, "newest_document": 1}
