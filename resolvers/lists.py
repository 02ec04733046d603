"""Lists of records: searched, filtered, a page at a time in the order of their keys."""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from graph.model import Account, LeadState, OpportunityState, RecordKind, Seller
from graph.store import Listing
from resolvers.arguments import AsOf, TimeZone
from resolvers.context import Info, begin, moment_of
from resolvers.paging import DEFAULT_FIRST, After, Connection, Edge, First, connection, page_size, position
from resolvers.tokens import encode

# Each list holds records of one kind; which one, the schema says.
Records = Connection[Any]

Search = Annotated[
    str | None, strawberry.argument(description="Only those whose name or an address contains this, in any case.")
]
OwnerKey = Annotated[str | None, strawberry.argument(description="Only those owned by the seller with this key.")]
AccountKey = Annotated[str | None, strawberry.argument(description="Only those of the account with this key.")]
LeadStates = Annotated[
    list[LeadState] | None, strawberry.argument(description="Only those in these states; null or none means all.")
]
OpportunityStates = Annotated[
    list[OpportunityState] | None,
    strawberry.argument(description="Only those in these states at `asOf`; null or none means all."),
]


async def accounts(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List accounts."""
    begin(info, as_of, time_zone)
    return await _page(info, Listing(kind=RecordKind.ACCOUNT, search=search, owner_id=owner), first, after)


async def contacts(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    account: AccountKey = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List contacts."""
    begin(info, as_of, time_zone)
    listing = Listing(kind=RecordKind.CONTACT, search=search, owner_id=owner, account_id=account)
    return await _page(info, listing, first, after)


async def leads(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    states: LeadStates = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List leads."""
    begin(info, as_of, time_zone)
    listing = Listing(kind=RecordKind.LEAD, search=search, owner_id=owner, states=_states(states))
    return await _page(info, listing, first, after)


async def opportunities(
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    owner: OwnerKey = None,
    account: AccountKey = None,
    states: OpportunityStates = None,
    as_of: AsOf = None,
    time_zone: TimeZone = "UTC",
) -> Records:
    """List opportunities."""
    begin(info, as_of, time_zone)
    listing = Listing(
        kind=RecordKind.OPPORTUNITY, search=search, owner_id=owner, account_id=account, states=_states(states)
    )
    return await _page(info, listing, first, after)


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
    return await _page(info, Listing(kind=RecordKind.SELLER, search=search), first, after)


async def contacts_of(
    root: Account, info: Info, first: First = DEFAULT_FIRST, after: After = None, search: Search = None
) -> Records:
    """List the contacts of an account."""
    return await _page(info, Listing(kind=RecordKind.CONTACT, search=search, account_id=root.id), first, after)


async def opportunities_of(
    root: Account,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    states: OpportunityStates = None,
) -> Records:
    """List the opportunities of an account."""
    listing = Listing(kind=RecordKind.OPPORTUNITY, search=search, account_id=root.id, states=_states(states))
    return await _page(info, listing, first, after)


async def accounts_owned(
    root: Seller, info: Info, first: First = DEFAULT_FIRST, after: After = None, search: Search = None
) -> Records:
    """List the accounts a seller owns."""
    return await _page(info, Listing(kind=RecordKind.ACCOUNT, search=search, owner_id=root.id), first, after)


async def contacts_owned(
    root: Seller, info: Info, first: First = DEFAULT_FIRST, after: After = None, search: Search = None
) -> Records:
    """List the contacts a seller owns."""
    return await _page(info, Listing(kind=RecordKind.CONTACT, search=search, owner_id=root.id), first, after)


async def leads_owned(
    root: Seller,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    states: LeadStates = None,
) -> Records:
    """List the leads a seller owns."""
    listing = Listing(kind=RecordKind.LEAD, search=search, owner_id=root.id, states=_states(states))
    return await _page(info, listing, first, after)


async def opportunities_owned(
    root: Seller,
    info: Info,
    first: First = DEFAULT_FIRST,
    after: After = None,
    search: Search = None,
    states: OpportunityStates = None,
) -> Records:
    """List the opportunities a seller owns."""
    listing = Listing(kind=RecordKind.OPPORTUNITY, search=search, owner_id=root.id, states=_states(states))
    return await _page(info, listing, first, after)


def _states(states: Collection[Any] | None) -> frozenset[Any] | None:
    return frozenset(states) if states else None


async def _page(info: Info, listing: Listing, first: int | None, after: str | None) -> Records:
    """Return a page of a listing at the moment of the root field."""
    place = position(after, listing.kind, str)
    listing = replace(
        listing,
        search=(listing.search or "").strip() or None,
        at=moment_of(info).as_of,
        after=None if place is None else str(place[0]),
        first=page_size(first),
    )
    page = await info.context.loaders.pages.load(listing)
    edges = [Edge(encode(listing.kind, record.id), record) for record in page.records]
    return connection(edges, has_next=page.has_next, after=after, total=page.total)
