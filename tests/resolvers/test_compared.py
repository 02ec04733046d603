"""A deal beside the won deals most like it, over their whole lives."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from graph.model import Opportunity, SellerRole, Source
from graph.store import Store
from tests.asking import ask
from tests.builders import NOON, a_call, a_contact, a_meeting, a_seller, an_account, an_email, an_opportunity
from tests.closed_deals import WON, a_closed_deal, of_metal, record
from tests.resolvers.test_batching import calls

ANN, BOB = a_seller("ann"), a_contact("bob", account_id="globex")
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
AS_OF = NOON + 100 * DAY
COMPARISON = "{ value mean difference deals }"
ROWS = """query Q($at: DateTime, $zone: String) { opportunity(key: "deal", asOf: $at, timeZone: $zone) {
  similarWonDeals(first: 100) { deals {
    opportunity { key }
    customerInteractions { total { total } comparedToSimilarWon { total { total { mean } } } }
    hourlyInvestment { ourMinutes { total } theirMinutes { total } }
    responseTime { ours { meanHours rate answers } theirs { meanHours rate } }
    emailRatio { sent received byUs }
  } }
} }"""
COMPARED = f"""query Q($at: DateTime, $zone: String) {{ opportunity(key: "deal", asOf: $at, timeZone: $zone) {{
  customerInteractions(days: 1) {{ total {{ total }} comparedToSimilarWon {{
    total {{ total {COMPARISON} }} byUs {{ meetings {COMPARISON} }}
  }} }}
  hourlyInvestment(days: 1) {{ comparedToSimilarWon {{ ourMinutes {{ total {COMPARISON} }} }} }}
  responseTime(days: 1) {{ comparedToSimilarWon {{ ours {{ meanHours {COMPARISON} rate {COMPARISON} }} }} }}
  emailRatio(days: 1) {{ comparedToSimilarWon {{ sent {COMPARISON} byUs {COMPARISON} }} }}
  activities(days: 1) {{ comparedToSimilarWon {{ meetingsSent {COMPARISON} }} }}
}} }}"""


async def widgets(store: Store, query: str, at: datetime = AS_OF, zone: str = "UTC") -> Any:
    return (await ask(store, query, at=at.isoformat(), zone=zone))["opportunity"]


async def rows(store: Store) -> dict[str, Any]:
    found = await widgets(store, ROWS)
    return {row.pop("opportunity")["key"]: row for row in found["similarWonDeals"]["deals"]}


def won(id: str = "won", created: datetime | None = NOON, closed: datetime = NOON + 10 * DAY) -> Opportunity:
    return a_closed_deal(id, WON, closed, created_at=created)


async def given(store: Store, *deals: Opportunity, **own: Any) -> None:
    await store.upsert_records([ANN, BOB, *deals, an_opportunity("deal", **{"created_at": NOON, **own})])


def meeting(id: str, at: datetime, regarding: str, minutes: float | None = 30.0) -> Any:
    return a_meeting(id, ANN, BOB, at=at, regarding_id=regarding, duration_minutes=minutes)


async def test_a_life_holds_both_its_ends_and_nothing_beyond(store: Store) -> None:
    await given(store, won())
    instants = [NOON - TICK, NOON, NOON + 10 * DAY, NOON + 10 * DAY + TICK]
    await store.upsert_interactions([meeting(f"m{n}", at, "won") for n, at in enumerate(instants)])
    row = (await rows(store))["won"]
    assert row["customerInteractions"]["total"]["total"] == 2
    assert row["hourlyInvestment"] == {"ourMinutes": {"total": 60.0}, "theirMinutes": {"total": 60.0}}


async def test_a_life_is_seen_as_of_its_close(store: Store) -> None:
    await given(store, won())
    close = NOON + 10 * DAY
    await store.upsert_interactions(
        [
            an_email("early", BOB, ANN, at=NOON - 2 * HOUR, regarding_id="won", thread_id="t0"),
            an_email("answer", ANN, BOB, at=NOON + HOUR, regarding_id="won", in_reply_to_id="early"),
            an_email("asked", BOB, ANN, at=NOON + 2 * HOUR, regarding_id="won", thread_id="t1"),
            an_email("late", BOB, ANN, at=close, regarding_id="won", thread_id="t2"),
            an_email("a1", ANN, BOB, at=NOON + 7 * HOUR, regarding_id="won", in_reply_to_id="asked"),
            an_email("a2", ANN, BOB, at=close + TICK, regarding_id="won", in_reply_to_id="late"),
        ]
    )
    row = (await rows(store))["won"]
    # The answer to what was asked before the creation counts, that after the close does not.
    assert row["responseTime"]["ours"] == {"meanHours": 4.0, "rate": 0.5, "answers": 2}
    assert row["responseTime"]["theirs"] == {"meanHours": None, "rate": 0.0}
    assert row["emailRatio"] == {"sent": 2, "received": 2, "byUs": 1.0}


async def test_a_life_without_a_recorded_creation_is_all_time(store: Store) -> None:
    await given(store, won(created=None))
    await store.upsert_interactions([meeting("m", NOON - 4000 * DAY, "won")])
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 1


async def test_similar_deals_are_not_compared_themselves(store: Store) -> None:
    await given(store, won())
    assert (await rows(store))["won"]["customerInteractions"]["comparedToSimilarWon"] is None


async def test_a_deal_is_compared_with_the_mean_of_those_that_have_the_number(store: Store) -> None:
    await given(store, won("w1"), won("w2", closed=NOON + 3 * DAY))
    await store.upsert_interactions(
        [
            meeting("own", NOON + DAY, "deal"),
            *(meeting(f"w1-{n}", NOON + n * DAY, "w1") for n in range(3)),
            an_email("asked", BOB, ANN, at=NOON, regarding_id="w2"),
            an_email("answer", ANN, BOB, at=NOON + 6 * HOUR, regarding_id="w2", in_reply_to_id="asked"),
        ]
    )
    found = await widgets(store, COMPARED)
    counts = found["customerInteractions"]["comparedToSimilarWon"]
    assert counts["total"]["total"] == {"value": 1.0, "mean": 2.5, "difference": -1.5, "deals": 2}
    assert counts["byUs"]["meetings"] == {"value": 1.0, "mean": 1.5, "difference": -0.5, "deals": 2}
    ours = found["responseTime"]["comparedToSimilarWon"]["ours"]
    assert ours["meanHours"] == {"value": None, "mean": 6.0, "difference": None, "deals": 1}
    minutes = found["hourlyInvestment"]["comparedToSimilarWon"]["ourMinutes"]["total"]
    assert minutes == {"value": 30.0, "mean": (90 + 7.5) / 2, "difference": 30 - 48.75, "deals": 2}
    assert found["emailRatio"]["comparedToSimilarWon"] == {
        "sent": {"value": 0.0, "mean": 0.5, "difference": -0.5, "deals": 2},
        "byUs": {"value": None, "mean": 1.0, "difference": None, "deals": 1},
    }


async def test_the_window_of_the_widget_changes_nothing(store: Store) -> None:
    await given(store, won())
    await store.upsert_interactions([meeting("own", NOON + DAY, "deal")])
    found = (await widgets(store, COMPARED))["customerInteractions"]
    assert found["total"]["total"] == 0
    assert found["comparedToSimilarWon"]["total"]["total"]["value"] == 1


async def test_activities_are_means_over_local_days(store: Store) -> None:
    await given(store, won(closed=NOON + 2 * DAY))
    await store.upsert_interactions([meeting("own", NOON, "deal"), *(meeting(f"m{n}", NOON, "won") for n in range(6))])
    found = (await widgets(store, COMPARED, NOON + 3 * DAY))["activities"]["comparedToSimilarWon"]["meetingsSent"]
    assert found == {"value": 1 / 4, "mean": 2.0, "difference": -1.75, "deals": 1}


async def test_local_days_are_those_of_the_zone(store: Store) -> None:
    # From 13:00 to 22:00 in UTC are two days in Tokyo, and one in London.
    await given(store, won(created=NOON + HOUR, closed=NOON + 10 * HOUR))
    await store.upsert_interactions([meeting("m", NOON + 2 * HOUR, "won")])
    for zone, mean in (("Asia/Tokyo", 0.5), ("Europe/London", 1.0)):
        found = (await widgets(store, COMPARED, zone=zone))["activities"]["comparedToSimilarWon"]["meetingsSent"]
        assert found["mean"] == mean


async def test_days_of_all_time_begin_with_the_first_interaction(store: Store) -> None:
    await given(store, won("w1", created=None), won("w2", created=None), created_at=None)
    await store.upsert_interactions([meeting("m", NOON + 6 * DAY, "w1")])
    found = (await widgets(store, COMPARED))["activities"]["comparedToSimilarWon"]["meetingsSent"]
    # From the sixth to the tenth day; the other has no day.
    assert found == {"value": None, "mean": 1 / 5, "difference": None, "deals": 1}


async def test_a_closed_deal_is_compared_as_of_its_close(store: Store) -> None:
    await given(store, won(), state=WON, closed_at=NOON + DAY)
    await store.upsert_interactions([meeting("in", NOON + DAY, "deal"), meeting("out", NOON + DAY + TICK, "deal")])
    assert (await widgets(store, COMPARED))["customerInteractions"]["comparedToSimilarWon"]["total"]["total"] == {
        "value": 1.0,
        "mean": 0.0,
        "difference": 1.0,
        "deals": 1,
    }


async def test_a_deal_closed_later_is_compared_as_of_then(store: Store) -> None:
    await given(store, won(closed=NOON + DAY), state=WON, closed_at=NOON + 50 * DAY)
    await store.upsert_interactions([meeting("in", NOON + 2 * DAY, "deal"), meeting("out", NOON + 20 * DAY, "deal")])
    found = await widgets(store, COMPARED, NOON + 10 * DAY)
    assert found["customerInteractions"]["comparedToSimilarWon"]["total"]["total"]["value"] == 1


async def test_before_its_creation_a_deal_has_no_value(store: Store) -> None:
    await given(store, won(), created_at=AS_OF + TICK)
    await store.upsert_interactions([meeting("m", NOON, "won"), meeting("own", NOON, "deal")])
    found = await widgets(store, COMPARED)
    expected = {"value": None, "mean": 1.0, "difference": None, "deals": 1}
    assert found["customerInteractions"]["comparedToSimilarWon"]["total"]["total"] == expected
    assert found["activities"]["comparedToSimilarWon"]["meetingsSent"]["value"] is None


async def test_without_similar_deals_there_is_no_mean(store: Store) -> None:
    await given(store)
    await store.upsert_interactions([meeting("own", NOON, "deal")])
    found = (await widgets(store, COMPARED))["customerInteractions"]["comparedToSimilarWon"]["total"]["total"]
    assert found == {"value": 1.0, "mean": None, "difference": None, "deals": 0}


async def test_only_the_hundred_most_similar_are_in_the_mean(store: Store) -> None:
    deals = record(130, 30, last=NOON)
    await given(store, *deals, attributes=of_metal("gold"))
    tin = [deal.id for deal in deals if deal.state is WON and deal.attributes == of_metal("tin")]
    await store.upsert_interactions([meeting(f"m-{id_}", NOON - 300 * DAY, id_) for id_ in tin])
    found = (await widgets(store, COMPARED))["customerInteractions"]["comparedToSimilarWon"]["total"]["total"]
    assert (found["mean"], found["deals"]) == (0.0, 100)


async def test_other_records_are_compared_with_nothing(store: Store) -> None:
    await given(store, won())
    await store.upsert_records([an_account("globex")])
    fields = """emailRatio { comparedToSimilarWon { sent { value } } }
      activities { comparedToSimilarWon { callsMade { value } } }"""
    data = await ask(store, f'{{ account(key: "globex") {{ {fields} }} contact(key: "bob") {{ {fields} }} }}')
    nothing = {"emailRatio": {"comparedToSimilarWon": None}, "activities": {"comparedToSimilarWon": None}}
    assert data == {"account": nothing, "contact": nothing}


async def test_two_instants_of_a_request_see_their_own_lives(store: Store) -> None:
    await given(store, won(closed=NOON))
    await store.upsert_interactions(
        [a_call(f"c{n}", ANN, BOB, at=NOON + n * DAY, regarding_id="deal") for n in range(3)]
    )
    part = "customerInteractions { comparedToSimilarWon { total { calls { value } } } }"
    fields = [f'd{n}: opportunity(key: "deal", asOf: "{(NOON + n * DAY).isoformat()}") {{ {part} }}' for n in range(3)]
    data = await ask(store, f"{{ {' '.join(fields)} }}")
    values = [
        data[f"d{n}"]["customerInteractions"]["comparedToSimilarWon"]["total"]["calls"]["value"] for n in range(3)
    ]
    assert values == [1.0, 2.0, 3.0]


async def test_what_is_written_to_a_similar_deal_is_in_its_life_from_then_on(store: Store) -> None:
    await given(store, won())
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 0
    await store.upsert_interactions([meeting("m1", NOON, "won")])
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 1
    await store.delete_interactions(["m1"])
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 0


async def test_a_stakeholder_who_is_added_brings_the_past_into_a_life(store: Store) -> None:
    await given(store, won())
    await store.upsert_interactions([an_email("m", ANN, BOB, at=NOON)])
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 0
    await store.upsert_records([replace(won(), owner_id="ann", stakeholder_ids=("bob",))])
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 1


async def test_what_comes_from_a_source_that_does_not_count_is_in_no_life(store: Store) -> None:
    await given(store, won())
    await store.upsert_records([a_seller("root", role=SellerRole.ADMIN)])
    await store.upsert_interactions(
        [meeting("m1", NOON, "won"), replace(meeting("m2", NOON, "won"), source=Source.CALENDAR)]
    )
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 2
    await ask(store, 'mutation { updateSettings(input: {sources: [CALENDAR]}, by: "root") { settings { number } } }')
    assert (await rows(store))["won"]["customerInteractions"]["total"]["total"] == 1
    found = await widgets(store, COMPARED)
    assert found["customerInteractions"]["comparedToSimilarWon"]["total"]["total"]["mean"] == 1.0


@pytest.mark.parametrize("many", [1, 50])
async def test_comparisons_of_many_deals_cost_one_read_of_their_interactions(store: Store, many: int) -> None:
    deals = [*record(30, 30), *(an_opportunity(f"open{n:02}", created_at=NOON) for n in range(many))]
    await store.upsert_records([ANN, BOB, *deals])
    at = AS_OF.isoformat()
    part = "comparedToSimilarWon"
    query = f"""{{ opportunities(first: 50, states: [OPEN], asOf: "{at}") {{ nodes {{
      customerInteractions {{ {part} {{ total {{ total {COMPARISON} }} }} }}
      hourlyInvestment {{ {part} {{ ourMinutes {{ total {COMPARISON} }} }} }}
      responseTime {{ {part} {{ ours {{ rate {COMPARISON} }} }} }}
      emailRatio {{ {part} {{ sent {COMPARISON} }} }}
      activities {{ {part} {{ callsMade {COMPARISON} }} }}
      similarWonDeals {{ deals {{ responseTime {{ ours {{ rate }} }} hourlyInvestment {{ missingDurations }} }} }}
    }} }} }}"""
    spent = await calls(store, query)
    # The deals' widgets, the lives of the rows and those of all that is compared; what two of them ask is kept.
    assert spent.pop("interactions_of") <= 3
    # The newest document is the settings, the others are weights that were asked for.
    once = ("list_records", "touched_since", "outlines", "records", "newest_document", "documents")
    assert spent == dict.fromkeys(once, 1)
