"""What a store of an earlier version holds, and what has to be found in it after its upgrade."""

from datetime import date

from graph.model import RecordKind, to_micros
from graph.store import Listing, Outline, Store
from tests.builders import NOON, a_contact, a_seller, an_account, an_email, an_engagement, an_opportunity

ANN, BOB = a_seller("ann"), a_contact("bob", account_id="globex")
DEAL = an_opportunity(
    "deal",
    account_id="globex",
    owner_id="ann",
    contact_id="bob",
    created_at=NOON,
    estimated_close_date=date(2027, 1, 31),
    estimated_revenue=12000.0,
)
RECORDS = [ANN, BOB, DEAL, an_account("globex")]
ASKED = an_email("m1", BOB, ANN)
MAILS = [ASKED, an_email("m2", ANN, BOB, in_reply_to_id="m0"), an_email("m3", ANN, BOB, in_reply_to_id="m1")]


async def fill(store: Store) -> None:
    """Write records, interactions and engagement."""
    await store.upsert_records(RECORDS)
    await store.upsert_interactions(MAILS)
    await store.upsert_engagement([an_engagement("m2", BOB)])


async def check(store: Store) -> None:
    """Fail unless all that was written is there, and what is new of this version works with it."""
    assert await store.records([r.id for r in RECORDS]) == {r.id: r for r in RECORDS}
    assert await store.export_interactions() == MAILS
    assert await store.engagement_of(["m2"]) == {"m2": [an_engagement("m2", BOB)]}
    await check_lists(store)
    await check_marks(store)
    assert await store.documents("settings") == {}
    assert await store.ledgers(RecordKind.OPPORTUNITY, "v1") is None


async def check_lists(store: Store) -> None:
    listings = [Listing(kind=DEAL.kind, closes_from=date(2027, 1, 31)), Listing(kind=DEAL.kind, closes_until=date.min)]
    assert await store.outlines(listings) == [
        [Outline("deal", "deal", "OPEN", to_micros(NOON), None, "2027-01-31", 12000.0)],
        [],
    ]


async def check_marks(store: Store) -> None:
    before = await store.touched_since(0)
    assert before.records == {"ann", "bob", "deal", "globex"}
    assert before.mark > 0
    await store.upsert_interactions([an_email("m0", ANN, regarding_id="deal")])
    # m2 was in reply to it all the time.
    assert (await store.touched_since(before.mark)).records >= {"bob", "deal", "globex"}
    await store.delete_interactions(["m0"])
