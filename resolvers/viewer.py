"""
Who asks, and what they may do.

There is no sign-in yet: who changes something says who they are. Once there is, this module alone learns it from the
request.
"""

from dataclasses import replace
from typing import Annotated

import strawberry

from graph.errors import ForbiddenError
from graph.model import RecordKind, Seller, SellerRole
from graph.store import Listing
from resolvers.context import Info

PAGE = 1000

By = Annotated[
    str,
    strawberry.argument(
        description="The key of the seller who asks for it: an administrator, or anybody while no seller is one."
    ),
]


async def administrator(info: Info, key: str) -> Seller:
    """Return the seller who asks, or raise ForbiddenError where it takes an administrator and they are none."""
    seller = await info.context.loaders.records.load(key)
    if not isinstance(seller, Seller):
        raise ForbiddenError(f"No seller has the key {key!r}; by must be the key of a seller who is an administrator.")
    if seller.role is not SellerRole.ADMIN and await _somebody_is(info, SellerRole.ADMIN):
        raise ForbiddenError(f"{key!r} is no administrator; by must be the key of a seller whose role is ADMIN.")
    return seller


async def _somebody_is(info: Info, role: SellerRole) -> bool:
    listing = Listing(kind=RecordKind.SELLER, first=PAGE, include_opted_out=True)
    page = await info.context.loaders.pages.load(listing)
    while not any(getattr(seller, "role", None) is role for seller in page.records):
        if not page.has_next:
            return False
        page = await info.context.loaders.pages.load(replace(listing, after=page.records[-1].id))
    return True
