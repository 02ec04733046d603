"""Email engagement as it is asked for: whose it is, and what it costs."""

from datetime import timedelta

import pytest

from graph.model import EngagementEvent
from graph.store import Store
from tests.asking import ask
from tests.builders import NOON, a_contact, a_seller, an_account, an_email, an_engagement, an_opportunity
from tests.resolvers.test_batching import calls

AS_OF = (NOON + timedelta(days=10)).isoformat()
ANN, BOB, CAT = a_seller("ann"), a_contact("bob", account_id="globex"), a_contact("cat")
FIELDS = """emailEngagement {
  sent opened clicked attachmentViewed replied opens clicks attachmentViews
  openRate clickRate attachmentViewRate replyRate
}"""


@pytest.fixture
async def followed(store: Store) -> Store:
    """Two emails that are followed; Bob opened one twice and clicked in it, Cat was sent it on."""
    deal = an_opportunity("deal", contact_id="bob", stakeholder_ids=("cat", "max"), owner_id="ann")
    await store.upsert_records([ANN, a_seller("max"), BOB, CAT, an_account("globex"), deal])
    mails = [an_email(id_, ANN, BOB, regarding_id="deal", followed=True) for id_ in ("m1", "m2")]
    answer = an_email("r", BOB, ANN, at=NOON + timedelta(hours=1), in_reply_to_id="m2")
    await store.upsert_interactions([*mails, answer])
    later = NOON + timedelta(days=1)
    await store.upsert_engagement(
        [
            an_engagement("m1", BOB),
            an_engagement("m1", BOB, at=later),
            an_engagement("m1", BOB, event=EngagementEvent.LINK_CLICK),
            an_engagement("m2", CAT, event=EngagementEvent.ATTACHMENT_VIEW),
            an_engagement("m2", a_seller("max")),
        ]
    )
    return store


async def test_a_deal_tells_what_its_people_did_with_the_emails(followed: Store) -> None:
    deal = await ask(followed, f'{{ opportunity(key: "deal", asOf: "{AS_OF}") {{ {FIELDS} }} }}')
    assert deal["opportunity"]["emailEngagement"] == {
        "sent": 2,
        "opened": 1,
        "clicked": 1,
        "attachmentViewed": 1,
        "replied": 1,
        "opens": 2,
        "clicks": 1,
        "attachmentViews": 1,
        "openRate": 0.5,
        "clickRate": 0.5,
        "attachmentViewRate": 0.5,
        "replyRate": 0.5,
    }


async def test_a_contact_tells_what_it_did_alone(followed: Store) -> None:
    query = f'{{ contact(key: "bob", asOf: "{AS_OF}") {{ emailEngagement {{ opens attachmentViews }} }} }}'
    assert (await ask(followed, query))["contact"]["emailEngagement"] == {"opens": 2, "attachmentViews": 0}


async def test_a_colleague_named_as_a_stakeholder_is_no_customer(followed: Store) -> None:
    query = f'{{ opportunity(key: "deal", asOf: "{AS_OF}") {{ emailEngagement {{ opened }} }} }}'
    assert (await ask(followed, query))["opportunity"]["emailEngagement"] == {"opened": 1}


async def test_engagement_is_that_of_the_asked_instant_and_window(followed: Store) -> None:
    query = f"""{{
      then: contact(key: "bob", asOf: "{NOON.isoformat()}") {{ emailEngagement {{ opens replied }} }}
      now: contact(key: "bob", asOf: "{AS_OF}") {{ emailEngagement(days: 5) {{ sent openRate }} }}
    }}"""
    data = await ask(followed, query)
    assert data["then"]["emailEngagement"] == {"opens": 1, "replied": 0}
    assert data["now"]["emailEngagement"] == {"sent": 0, "openRate": None}


@pytest.mark.parametrize("first", [1, 50])
async def test_engagement_of_many_records_costs_one_call(store: Store, first: int) -> None:
    people = [a_contact(f"c{i}") for i in range(50)]
    await store.upsert_records([ANN, *people])
    await store.upsert_interactions([an_email(f"m{i}", ANN, p, followed=True) for i, p in enumerate(people)])
    await store.upsert_engagement([an_engagement(f"m{i}", p) for i, p in enumerate(people)])
    windows = "emailEngagement { opened } all: emailEngagement(days: null) { opened } emailRatio { sent }"
    spent = await calls(store, f'{{ contacts(first: {first}, asOf: "{AS_OF}") {{ nodes {{ {windows} }} }} }}')
    assert spent == {"list_records": 1, "newest_document": 1, "interactions_of": 1, "engagement_of": 1}


async def test_without_followed_emails_no_engagement_is_read(store: Store) -> None:
    await store.upsert_records([ANN, BOB])
    await store.upsert_interactions([an_email("m", ANN, BOB)])
    spent = await calls(store, f'{{ contact(key: "bob", asOf: "{AS_OF}") {{ emailEngagement {{ sent }} }} }}')
    assert spent == {"records": 1, "newest_document": 1, "interactions_of": 1}
