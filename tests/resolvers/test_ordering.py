"""Lists in the order of their numbers, and of the records whose numbers are so."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from graph.connect import open_store
from graph.model import Contact, Interaction, LeadState, OpportunityState, Seller
from graph.store import Store
from kpi.ranking import Measure
from resolvers.ordering import DEALS_ONLY, OF_RECORDS, Direction, OrderField
from tests.asking import ask, refusals
from tests.builders import NOON, a_call, a_contact, a_lead, a_meeting, a_seller, an_account, an_email, an_opportunity

AS_OF = NOON + timedelta(days=10)
DAYS = 30
NUMBERS = f"""fragment Numbers on Record {{
  key displayName health {{ score grade trend trendDelta }} lastInteraction {{ at }} nextInteraction {{ at }}
  customerInteractions(days: {DAYS}) {{ total {{ total }} byUs {{ total }} byThem {{ total }} }}
  responseTime(days: {DAYS}) {{ ours {{ meanHours }} theirs {{ meanHours }} }}
  hourlyInvestment(days: {DAYS}) {{ ourMinutes {{ total }} theirMinutes {{ total }} }}
  emailRatio(days: {DAYS}) {{ byUs byThem }}
  ... on Opportunity {{ estimatedCloseDate estimatedRevenue }}
}}"""
SHOWN = {
    OrderField.KEY: "key",
    OrderField.NAME: "displayName",
    OrderField.HEALTH: "health.score",
    OrderField.TREND: "health.trendDelta",
    OrderField.LAST_INTERACTION: "lastInteraction.at",
    OrderField.NEXT_INTERACTION: "nextInteraction.at",
    OrderField.INTERACTIONS: "customerInteractions.total.total",
    OrderField.INTERACTIONS_BY_US: "customerInteractions.byUs.total",
    OrderField.INTERACTIONS_BY_THEM: "customerInteractions.byThem.total",
    OrderField.OUR_RESPONSE_TIME: "responseTime.ours.meanHours",
    OrderField.THEIR_RESPONSE_TIME: "responseTime.theirs.meanHours",
    OrderField.OUR_MINUTES: "hourlyInvestment.ourMinutes.total",
    OrderField.THEIR_MINUTES: "hourlyInvestment.theirMinutes.total",
    OrderField.EMAIL_RATIO_BY_US: "emailRatio.byUs",
    OrderField.EMAIL_RATIO_BY_THEM: "emailRatio.byThem",
    OrderField.CLOSE_DATE: "estimatedCloseDate",
    OrderField.REVENUE: "estimatedRevenue",
}
CUSTOMERS = 8


def shown(node: Any, field: OrderField) -> Any:
    """Return what a list shows of a record in the column of an order."""
    for step in SHOWN[field].split("."):
        node = None if node is None else node[step]
    return node


def in_order(nodes: Sequence[Any], field: OrderField, direction: Direction) -> list[str]:
    """Return the keys of records as an order by what is shown of them has them."""
    known = sorted((n for n in nodes if shown(n, field) is not None), key=lambda node: node["key"])
    known.sort(key=lambda node: shown(node, field), reverse=direction is Direction.DESC)
    return [n["key"] for n in known] + sorted(n["key"] for n in nodes if shown(n, field) is None)


def talk(customer: Contact, n: int, dice: random.Random, ann: Seller, max_: Seller) -> list[Interaction]:
    """Return what was said with a customer: of some much, of some nothing; much of it at the same instants."""
    said: list[Interaction] = []
    for i in range(n * 3 % 13):
        at = AS_OF - timedelta(days=dice.choice([-4, -1, 0, 1, 3, 7, 8, 15, 29, 30, 31, 70]), hours=dice.choice([0, 5]))
        us, more = dice.choice([(ann, {}), (max_, {}), (ann, {"automatic": True})])
        # With every third we alone talk, and not lately.
        lost = n % 3 == 0
        at -= timedelta(days=40) * lost
        sender, other = dice.choice([(us, customer), (us, customer) if lost else (customer, us)])
        mail = {"thread_id": f"{customer.id}-{dice.randrange(3)}", **more}
        said.append(
            dice.choice(
                [
                    an_email(f"{customer.id}-{i}", sender, other, at=at, **mail),
                    an_email(f"{customer.id}-{i}", sender, other, at=at, **mail),
                    a_meeting(f"{customer.id}-{i}", sender, other, at=at, duration_minutes=dice.choice([None, 20.1])),
                    a_call(f"{customer.id}-{i}", sender, other, at=at, duration_minutes=7.3),
                ]
            )
        )
    return said


@pytest.fixture
async def book(store: Store) -> Store:
    """A few records of each kind, with everything from nothing to much said, and one customer who opted out."""
    dice, own = random.Random(5), {"owner_id": "ann"}
    ann, max_ = a_seller("ann"), a_seller("max")
    people = [a_contact(f"c{i}", account_id=f"a{i % 4}", opted_out=i == 5, **own) for i in range(CUSTOMERS)]
    accounts = [an_account(f"a{i}", **own) for i in range(5)]
    states = (LeadState.OPEN, LeadState.OPEN, LeadState.QUALIFIED)
    leads = [a_lead(f"l{i}", state=states[i % 3], stakeholder_ids=(f"c{i}",), **own) for i in range(6)]
    deals = [
        an_opportunity(
            f"o{i}",
            contact_id=f"c{i % CUSTOMERS}",
            stakeholder_ids=(f"c{i * 3 % CUSTOMERS}",),
            account_id=f"a{i % 4}",
            created_at=None if i % 2 else AS_OF - timedelta(days=i * 4 - 1),
            closed_at=AS_OF - timedelta(days=5) if i % 5 == 0 else None,
            state=OpportunityState.WON if i % 5 == 0 else OpportunityState.OPEN,
            estimated_close_date=None if i % 3 == 0 else date(2026, 12, 1 + i % 4),
            estimated_revenue=None if i % 4 == 0 else 1000.5 * (i % 3),
            **own,
        )
        for i in range(14)
    ]
    await store.upsert_records([ann, max_, *people, *accounts, *leads, *deals])
    await store.upsert_interactions([i for n, c in enumerate(people) for i in talk(c, n, dice, ann, max_)])
    return store


async def assert_all_in_order(store: Store, kind: str, as_of: datetime, zone: str) -> None:
    fields = [f for f in OrderField if kind == "opportunities" or f not in DEALS_ONLY]
    orders = [(field, direction) for field in fields for direction in Direction]
    lists = [
        f"{field}_{direction}: {kind}(first: 100, timeZone: $zone, asOf: $at, "
        f"orderBy: {{field: {field}, direction: {direction}, days: {DAYS}}}) {{ nodes {{ ...Numbers }} }}"
        for field, direction in orders
    ]
    query = f"query Q($at: DateTime, $zone: String) {{ {' '.join(lists)} }} {NUMBERS}"
    data = await ask(store, query, at=as_of.isoformat(), zone=zone)
    for field, direction in orders:
        nodes = data[f"{field}_{direction}"]["nodes"]
        assert len(nodes) > 3
        assert [node["key"] for node in nodes] == in_order(nodes, field, direction), (field, direction)


@pytest.mark.parametrize("kind", ["accounts", "contacts", "leads", "opportunities"])
async def test_every_order_is_that_of_the_numbers_shown(book: Store, kind: str) -> None:
    await assert_all_in_order(book, kind, AS_OF, "Europe/Madrid")


@pytest.mark.parametrize("as_of", [NOON - timedelta(days=15), NOON + timedelta(days=900)])
async def test_every_order_is_that_of_the_numbers_then(book: Store, as_of: datetime) -> None:
    await assert_all_in_order(book, "opportunities", as_of, "Pacific/Apia")


async def keys(store: Store, arguments: str, kind: str = "contacts", as_of: datetime = AS_OF) -> list[str]:
    data = await ask(store, f'{{ {kind}({arguments}, asOf: "{as_of.isoformat()}") {{ totalCount nodes {{ key }} }} }}')
    found = [node["key"] for node in data[kind]["nodes"]]
    assert data[kind]["totalCount"] == len(found)
    return found


async def met(store: Store, **days_ago: float | None) -> None:
    """Meet contacts so long before AS_OF, or never."""
    ann, people = a_seller("ann"), {key: a_contact(key, owner_id="ann") for key in days_ago}
    await store.upsert_records([ann, *people.values()])
    await store.upsert_interactions(
        [
            a_meeting(f"m-{key}", ann, people[key], at=AS_OF - timedelta(days=days))
            for key, days in days_ago.items()
            if days is not None
        ]
    )


@pytest.mark.parametrize(
    ("direction", "order"), [("ASC", ["c", "a", "d", "b", "e"]), ("DESC", ["a", "d", "c", "b", "e"])]
)
async def test_equals_are_in_order_of_key_and_nothing_comes_last(
    store: Store, direction: str, order: list[str]
) -> None:
    await met(store, a=1, b=None, c=2, d=1, e=None)
    assert await keys(store, f"orderBy: {{field: LAST_INTERACTION, direction: {direction}}}") == order


async def test_an_empty_store_has_an_empty_order(store: Store) -> None:
    assert await keys(store, "orderBy: {field: HEALTH}") == []
    assert await keys(store, "filter: {grades: [GOOD], silentForDays: 1}", "opportunities") == []


async def test_an_empty_filter_asks_for_nothing(store: Store) -> None:
    await met(store, a=1, b=None)
    assert await keys(store, "filter: {grades: [], trends: null}") == ["a", "b"]
    assert await keys(store, "orderBy: null, filter: null") == ["a", "b"]


@pytest.mark.parametrize(("grades", "found"), [("GOOD", {"GOOD"}), ("FAIR, POOR", {"FAIR", "POOR"})])
async def test_a_list_is_filtered_by_grade(book: Store, grades: str, found: set[str]) -> None:
    query = f"""query Q($at: DateTime) {{
      all: contacts(asOf: $at) {{ nodes {{ key health {{ grade }} }} }}
      some: contacts(asOf: $at, filter: {{grades: [{grades}]}}) {{ totalCount nodes {{ key }} }}
    }}"""
    data = await ask(book, query, at=AS_OF.isoformat())
    right = [{"key": n["key"]} for n in data["all"]["nodes"] if n["health"]["grade"] in found]
    assert right
    assert data["some"] == {"totalCount": len(right), "nodes": right}


@pytest.mark.parametrize("trend", ["IMPROVING", "STEADY", "DECLINING"])
async def test_a_list_is_filtered_by_trend(book: Store, trend: str) -> None:
    query = f"""query Q($at: DateTime) {{
      all: contacts(asOf: $at) {{ nodes {{ key health {{ trend }} }} }}
      some: contacts(asOf: $at, filter: {{trends: [{trend}]}}) {{ nodes {{ key }} }}
    }}"""
    data = await ask(book, query, at=AS_OF.isoformat())
    right = [{"key": n["key"]} for n in data["all"]["nodes"] if n["health"]["trend"] == trend]
    assert data["some"]["nodes"] == right


async def test_a_deal_that_was_closed_has_no_grade(book: Store) -> None:
    every = "filter: {grades: [GOOD, FAIR, POOR]}"
    assert "o10" not in await keys(book, every, "opportunities")
    assert "o10" in await keys(book, every, "opportunities", AS_OF - timedelta(days=6))


async def test_silence_begins_with_the_last_interaction(store: Store) -> None:
    second = 1 / 86_400
    await met(store, exactly=7, longer=7 + second, shorter=7 - second, never=None, planned=-1)
    assert await keys(store, "filter: {silentForDays: 7}") == ["exactly", "longer", "never", "planned"]


async def test_conditions_must_all_hold(store: Store) -> None:
    await met(store, a=1, b=9, c=None)
    assert await keys(store, 'filter: {silentForDays: 7}, search: "b@"') == ["b"]
    assert await keys(store, "filter: {silentForDays: 7, grades: [GOOD]}") == []


async def test_deals_are_filtered_by_close_date(store: Store) -> None:
    days = {"none": None, "early": date(2026, 11, 30), "first": date(2026, 12, 1), "last": date(2026, 12, 31)}
    await store.upsert_records([an_opportunity(key, estimated_close_date=day) for key, day in days.items()])
    december = 'closesFrom: "2026-12-01", closesUntil: "2026-12-31"'
    assert await keys(store, december, "opportunities") == ["first", "last"]
    assert await keys(store, f"{december}, orderBy: {{field: CLOSE_DATE, direction: DESC}}", "opportunities") == [
        "last",
        "first",
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("orderBy: {field: CLOSE_DATE}", "BAD_INPUT"),
        ("orderBy: {field: REVENUE}", "BAD_INPUT"),
        ("orderBy: {field: INTERACTIONS, days: 0}", "BAD_INPUT"),
        ("orderBy: {field: INTERACTIONS, days: 36601}", "BAD_INPUT"),
        ("orderBy: {field: HEALTH, days: 0}", "BAD_INPUT"),
        ("orderBy: {field: KEY, days: -1}", "BAD_INPUT"),
        ("filter: {silentForDays: 0}", "BAD_INPUT"),
        ("filter: {silentForDays: 36601}", "BAD_INPUT"),
        ("orderBy: {field: HEALTH}, first: 0", "BAD_INPUT"),
        ("orderBy: {field: OWNER}", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_cannot_be_is_refused(store: Store, arguments: str, code: str) -> None:
    assert await refusals(store, f"{{ contacts({arguments}) {{ totalCount }} }}") == [code]


def test_lists_are_ordered_by_every_measure_and_by_what_else_records_show() -> None:
    assert {*OrderField} == {*Measure} | OF_RECORDS | {OrderField.HEALTH, OrderField.TREND}


async def test_people_who_opted_out_are_in_no_order(book: Store) -> None:
    assert "c5" not in await keys(book, "orderBy: {field: HEALTH}")


async def test_a_deal_is_in_no_order_before_it_was_created(book: Store) -> None:
    assert "o2" in await keys(book, "orderBy: {field: HEALTH}", "opportunities")
    before = AS_OF - timedelta(days=8)
    assert "o2" not in await keys(book, "orderBy: {field: HEALTH}", "opportunities", before)


async def test_lists_below_a_record_are_ordered_too(book: Store) -> None:
    query = f"""query Q($at: DateTime) {{
      account(key: "a2", asOf: $at) {{
        contacts(orderBy: {{field: INTERACTIONS, days: {DAYS}}}) {{ nodes {{ ...Numbers }} }}
        opportunities(orderBy: {{field: REVENUE}}, filter: {{grades: [GOOD, FAIR, POOR]}}) {{ nodes {{ ...Numbers }} }}
      }}
      seller(key: "ann", asOf: $at) {{
        accounts(orderBy: {{field: OUR_MINUTES, days: {DAYS}}}) {{ nodes {{ ...Numbers }} }}
        contacts(orderBy: {{field: HEALTH}}) {{ nodes {{ ...Numbers }} }}
        leads(orderBy: {{field: LAST_INTERACTION}}) {{ nodes {{ ...Numbers }} }}
        opportunities(orderBy: {{field: CLOSE_DATE}}) {{ nodes {{ ...Numbers }} }}
      }}
    }} {NUMBERS}"""
    data = await ask(book, query, at=AS_OF.isoformat())
    for parent, kind, field in (
        ("account", "contacts", OrderField.INTERACTIONS),
        ("account", "opportunities", OrderField.REVENUE),
        ("seller", "accounts", OrderField.OUR_MINUTES),
        ("seller", "contacts", OrderField.HEALTH),
        ("seller", "leads", OrderField.LAST_INTERACTION),
        ("seller", "opportunities", OrderField.CLOSE_DATE),
    ):
        nodes = data[parent][kind]["nodes"]
        assert len(nodes) > 1
        assert [node["key"] for node in nodes] == in_order(nodes, field, Direction.ASC), kind


@pytest.mark.parametrize("direction", Direction)
async def test_names_are_in_order_whatever_the_case(store: Store, direction: Direction) -> None:
    people = [
        a_contact("1", name="bob"),
        a_contact("2", name="Ann"),
        a_contact("3", name="\u00c5se"),
        a_contact("4", name=None, emails=("Zoe@globex.example",)),
        a_contact("aaa", name=None, emails=()),
        a_contact("6", name="BOB"),
    ]
    await store.upsert_records(people)
    order = f"orderBy: {{field: NAME, direction: {direction}}}"
    expected = ["aaa", "2", "1", "6", "4", "3"] if direction is Direction.ASC else ["3", "4", "1", "6", "2", "aaa"]
    assert await keys(store, order) == expected
    await store.upsert_records([a_contact("2", name="Zoe")])
    assert (await keys(store, order)).index("2") == (3 if direction is Direction.ASC else 2)


async def test_what_another_process_writes_is_in_the_next_order(store: Store, store_url: str) -> None:
    await met(store, a=3, b=2)
    assert await keys(store, "orderBy: {field: LAST_INTERACTION}") == ["a", "b"]
    other = await open_store(store_url)
    await other.upsert_interactions([a_call("c1", a_seller("ann"), a_contact("a"), at=AS_OF - timedelta(days=1))])
    await other.upsert_records([a_contact("new")])
    assert await keys(store, "orderBy: {field: LAST_INTERACTION}") == ["b", "a", "new"]
    await other.erase_records(["b"])
    assert await keys(store, "orderBy: {field: LAST_INTERACTION}") == ["a", "new"]
    await other.aclose()


async def test_an_order_without_an_instant_knows_of_the_last_write(store: Store) -> None:
    await met(store, a=300, b=200)
    query = "{ contacts(orderBy: {field: LAST_INTERACTION, direction: DESC}) { nodes { key } } }"
    assert await ask(store, query) == {"contacts": {"nodes": [{"key": "b"}, {"key": "a"}]}}
    await store.upsert_interactions([a_call("c1", a_seller("ann"), a_contact("a"), at=AS_OF - timedelta(days=100))])
    assert await ask(store, query) == {"contacts": {"nodes": [{"key": "a"}, {"key": "b"}]}}


async def test_what_does_not_count_any_more_is_in_no_order(store: Store) -> None:
    await met(store, a=2, b=1)
    assert await keys(store, "orderBy: {field: LAST_INTERACTION}") == ["a", "b"]
    query = 'mutation { updateSettings(by: "ann", input: {sources: [MAILBOX]}) { settings { number } } }'
    await ask(store, query)
    assert await keys(store, "filter: {silentForDays: 1}") == ["a", "b"]


async def test_grades_are_those_of_the_settings(store: Store) -> None:
    ann, bob = a_seller("ann"), a_contact("bob")
    await store.upsert_records([ann, bob])
    await store.upsert_interactions(
        [an_email(f"m{n}", *((ann, bob) if n % 2 else (bob, ann)), at=AS_OF - timedelta(days=n)) for n in range(9)]
    )
    assert await keys(store, "filter: {grades: [GOOD]}") == ["bob"]
    await ask(store, 'mutation { updateSettings(by: "ann", input: {goodFrom: 99.9}) { settings { number } } }')
    assert await keys(store, "filter: {grades: [GOOD]}") == []
