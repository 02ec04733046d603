"""Whatever is asked of real records, plans answer as graphql-core does, and leave it little to do."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from graphql import GraphQLObjectType
from hypothesis import given, settings
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Ordinary

from app.main import run_query
from graph.connect import open_store
from graph.model import InteractionState
from graph.store import Store
from schema.build import schema
from schema.execution import PlainExecutor
from tests.builders import NOON, a_call, a_contact, a_lead, a_meeting, a_seller, an_account, an_email, an_opportunity
from tests.schema.documents import documents

AS_OF = (NOON + timedelta(days=10)).isoformat()
TYPES = ("Account", "Contact", "Lead", "Opportunity")


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def book(runner: asyncio.Runner) -> Iterator[Store]:
    """A record of each kind, with mail both ways, a meeting, a call and a meeting to come."""
    store = runner.run(open_store("sqlite:///:memory:"))
    runner.run(_fill(store))
    yield store
    runner.run(store.aclose())


async def _fill(store: Store) -> None:
    ann, max_ = a_seller("ann", manager_id="max"), a_seller("max", name=None)
    bob, lea = a_contact("bob", account_id="globex", owner_id="ann"), a_lead("lea", owner_id="ann", opted_out=True)
    globex = an_account("globex", owner_id="max", primary_contact_id="bob", domains=("globex.example",))
    people = {"contact_id": "bob", "stakeholder_ids": ("lea",), "owner_id": "ann", "sales_team_ids": ("max",)}
    attributes = (("product", "GTX"), ("seats", 3.0), ("renewal", True))
    deal = an_opportunity("deal", account_id="globex", estimated_revenue=12000.0, attributes=attributes, **people)
    await store.upsert_records([ann, max_, bob, lea, globex, deal])
    planned = {"at": NOON + timedelta(days=40), "state": InteractionState.SCHEDULED}
    await store.upsert_interactions(
        [
            an_email("m1", ann, bob, lea, regarding_id="deal", subject="Offer", thread_id="t", followed=True),
            an_email("m2", bob, ann, in_reply_to_id="m1", at=NOON + timedelta(hours=3)),
            a_meeting("e1", lea, ann, max_, duration_minutes=30.0, at=NOON + timedelta(days=1)),
            a_call("c1", ann, bob, at=NOON + timedelta(days=2)),
            a_meeting("e2", max_, bob, lea, **planned),
        ]
    )


def _type(name: str) -> GraphQLObjectType:
    found = schema._schema.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def _answer(runner: asyncio.Runner, book: Store, document: str) -> str:
    return json.dumps(runner.run(run_query(book, document)))


@pytest.mark.parametrize("name", TYPES)
def test_anything_asked_of_a_record_is_answered_as_graphql_core_answers_it(
    name: str, runner: asyncio.Runner, book: Store
) -> None:
    key = {"Account": "globex", "Contact": "bob", "Lead": "lea", "Opportunity": "deal"}[name]
    root = f'{{ {name.lower()}(key: "{key}", asOf: "{AS_OF}") %s }}'

    @settings(max_examples=40)
    @given(document=documents(schema._schema, _type(name), root))
    def check(document: str) -> None:
        plain = _answer(runner, book, document)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(schema, "execution_context_class", Ordinary)
            assert plain == _answer(runner, book, document)

    check()


def test_a_dashboard_costs_no_execution_of_its_fields_each(
    runner: asyncio.Runner, book: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[str] = []

    class Counting(PlainExecutor):
        def execute_field(self, parent_type, source, field_details_list, *more):  # type: ignore[no-untyped-def]
            executed.append(field_details_list[0].node.name.value)
            return super().execute_field(parent_type, source, field_details_list, *more)

    monkeypatch.setattr(schema, "execution_context_class", Counting)
    widgets = "activities { points { emailsSent emailsReceived } } lastInteraction { subject by { displayName } }"
    answer = _answer(runner, book, f'{{ contact(key: "bob", asOf: "{AS_OF}") {{ key owner {{ key }} {widgets} }} }}')
    assert '"emailsSent": 1, "emailsReceived": 1' in answer
    assert executed == ["contact"]
