"""Lists of records: searched, filtered and ordered, a page at a time."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any

import strawberry

from graph.model import Account, Contact, Lead, LeadState, OpportunityState, RecordKind, Seller
from graph.store import Listing
from resolvers.arguments import AsOf, TimeZone
from resolvers.context import Info, begin
from resolvers.ordering import Filter, OrderBy
from resolvers.pages import Turn, page
from resolvers.paging import DEFAULT_FIRST, After, Connection, First

# Each list holds records of one kind; which one, the schema says.
Records = Connection[Any]

Search = Annotated[
    str | None, strawberry.argument(description="Only those whose name or an address contains this, in any case.")
]
OwnerKey = Annotated[str | None, strawberry.argument(description="Only those owned by the seller with this key.")]
AccountKey = Annotated[str | None, strawberry.argument(description="Only those of the account with this key.")]
LeadStates = Annotated[
    list[LeadState] | None,
    strawberry.argument(description="Only those in these states; null or an empty list means all."),
]
OpportunityStates = Annotated[
    list[OpportunityState] | None,
    strawberry.argument(description="Only those in these states at `asOf`; null or an empty list means all."),
]
ClosesFrom = Annotated[
    date | None,
    strawberry.argument(description="Only those expected to close on this day or later; not those without a day."),
]
ClosesUntil = Annotated[
    date | None,
    strawberry.argument(description="Only those expected to close on this day or earlier; not those without a day."),
]


async def accounts(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    order_by: OrderBy = None,
    filter: Filter = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List accounts."""
    begin(info, as_of, time_zone)
    return await page(
        info, Listing(kind=RecordKind.ACCOUNT, search=search, owner_id=owner), Turn(first, after, order_by, filter)
    )


async def contacts(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    account: AccountKey = None,
    order_by: OrderBy = None,
    filter: Filter = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List contacts."""
    begin(info, as_of, time_zone)
    listing = Listing(kind=RecordKind.CONTACT, search=search, owner_id=owner, account_id=account)
    return await page(info, listing, Turn(first, after, order_by, filter))


async def leads(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    states: LeadStates = None,
    order_by: OrderBy = None,
    filter: Filter = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List leads."""
    begin(info, as_of, time_zone)
    listing = Listing(kind=RecordKind.LEAD, search=search, owner_id=owner, states=_states(states))
    return await page(info, listing, Turn(first, after, order_by, filter))


async def opportunities(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    account: AccountKey = None,
    states: OpportunityStates = None,
    closes_from: ClosesFrom = None,
    closes_until: ClosesUntil = None,
    order_by: OrderBy = None,
    filter: Filter = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List opportunities."""
    begin(info, as_of, time_zone)
    listing = _deals(search, states, closes_from, closes_until, owner=owner, account=account)
    return await page(info, listing, Turn(first, after, order_by, filter))


async def sellers(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List sellers."""
    begin(info, as_of, time_zone)
    return await page(info, Listing(kind=RecordKind.SELLER, search=search), Turn(first, after))


async def contacts_of(
    root: Account,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    order_by: OrderBy = None,
    filter: Filter = None,
) -> Records:
    """List the contacts of an account."""
    return await page(
        info, Listing(kind=RecordKind.CONTACT, search=search, account_id=root.id), Turn(first, after, order_by, filter)
    )


async def opportunities_of(
    root: Account,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    states: OpportunityStates = None,
    closes_from: ClosesFrom = None,
    closes_until: ClosesUntil = None,
    order_by: OrderBy = None,
    filter: Filter = None,
) -> Records:
    """List the opportunities of an account."""
    listing = _deals(search, states, closes_from, closes_until, account=root.id)
    return await page(info, listing, Turn(first, after, order_by, filter))


async def opportunities_with(
    root: Contact | Lead,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    states: OpportunityStates = None,
    closes_from: ClosesFrom = None,
    closes_until: ClosesUntil = None,
    order_by: OrderBy = None,
    filter: Filter = None,
) -> Records:
    """List the opportunities that are made with a person or that they have a say in."""
    listing = _deals(search, states, closes_from, closes_until, customer=root.id)
    return await page(info, listing, Turn(first, after, order_by, filter))


async def reports_of(
    root: Seller, info: Info, first: First = DEFAULT_FIRST, after: After = None, search: Search = None
) -> Records:
    """List the sellers who report to one."""
    return await page(info, Listing(kind=RecordKind.SELLER, search=search, manager_id=root.id), Turn(first, after))


async def accounts_owned(
    root: Seller,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    order_by: OrderBy = None,
    filter: Filter = None,
) -> Records:
    """List the accounts a seller owns."""
    return await page(
        info, Listing(kind=RecordKind.ACCOUNT, search=search, owner_id=root.id), Turn(first, after, order_by, filter)
    )


async def contacts_owned(
    root: Seller,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    order_by: OrderBy = None,
    filter: Filter = None,
) -> Records:
    """List the contacts a seller owns."""
    return await page(
        info, Listing(kind=RecordKind.CONTACT, search=search, owner_id=root.id), Turn(first, after, order_by, filter)
    )


async def leads_owned(
    root: Seller,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    states: LeadStates = None,
    order_by: OrderBy = None,
    filter: Filter = None,
) -> Records:
    """List the leads a seller owns."""
    listing = Listing(kind=RecordKind.LEAD, search=search, owner_id=root.id, states=_states(states))
    return await page(info, listing, Turn(first, after, order_by, filter))


async def opportunities_owned(
    root: Seller,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    states: OpportunityStates = None,
    closes_from: ClosesFrom = None,
    closes_until: ClosesUntil = None,
    order_by: OrderBy = None,
    filter: Filter = None,
) -> Records:
    """List the opportunities a seller owns."""
    listing = _deals(search, states, closes_from, closes_until, owner=root.id)
    return await page(info, listing, Turn(first, after, order_by, filter))


def _deals(
    search: str | None,
    states: Collection[OpportunityState] | None,
    closes_from: date | None,
    closes_until: date | None,
    *,
    owner: str | None = None,
    account: str | None = None,
    customer: str | None = None,
) -> Listing:
    return Listing(
        kind=RecordKind.OPPORTUNITY,
        search=search,
        owner_id=owner,
        account_id=account,
        customer_id=customer,
        states=_states(states),
        closes_from=closes_from,
        closes_until=closes_until,
    )


def _states(states: Collection[Any] | None) -> frozenset[Any] | None:
    return frozenset(states) if states else None
