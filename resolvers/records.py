"""One record by its key or address, and the records that a record names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, TypeVar

import strawberry

from graph.errors import InputError
from graph.model import (
    Account,
    Contact,
    Lead,
    Opportunity,
    OpportunityState,
    Record,
    Seller,
    display_name,
    normalized_address,
)
from resolvers.arguments import AsOf, TimeZone
from resolvers.context import Info, begin, moment_of

T = TypeVar("T", bound=Record)
Customer = Contact | Lead

Key = Annotated[str, strawberry.argument(description="The id of the record in the system it came from.")]
PersonKey = Annotated[
    str | None, strawberry.argument(description="The id of the person in the system it came from; or give `email`.")
]
Email = Annotated[str | None, strawberry.argument(description="An address of the person, in any case; or give `key`.")]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of the organisation's own; one of the three holds its value."""

    name: str
    text: str | None = None
    number: float | None = None
    flag: bool | None = None


async def account(info: Info, key: Key, as_of: AsOf = None, time_zone: TimeZone = "UTC") -> Account | None:
    """Return the account with this key."""
    begin(info, as_of, time_zone)
    return await _named(info, key, Account)


async def opportunity(info: Info, key: Key, as_of: AsOf = None, time_zone: TimeZone = "UTC") -> Opportunity | None:
    """Return the opportunity with this key."""
    begin(info, as_of, time_zone)
    return await _named(info, key, Opportunity)


async def contact(
    info: Info, key: PersonKey = None, email: Email = None, as_of: AsOf = None, time_zone: TimeZone = "UTC"
) -> Contact | None:
    """Return the contact with this key or address."""
    begin(info, as_of, time_zone)
    return await _person(info, key, email, Contact)


async def lead(
    info: Info, key: PersonKey = None, email: Email = None, as_of: AsOf = None, time_zone: TimeZone = "UTC"
) -> Lead | None:
    """Return the lead with this key or address."""
    begin(info, as_of, time_zone)
    return await _person(info, key, email, Lead)


async def seller(
    info: Info, key: PersonKey = None, email: Email = None, as_of: AsOf = None, time_zone: TimeZone = "UTC"
) -> Seller | None:
    """Return the seller with this key or address."""
    begin(info, as_of, time_zone)
    return await _person(info, key, email, Seller)


async def owner(root: Account | Contact | Lead | Opportunity, info: Info) -> Seller | None:
    """Return the seller who owns a record."""
    return await _named(info, root.owner_id, Seller)


async def manager(root: Seller, info: Info) -> Seller | None:
    """Return whom a seller reports to."""
    return await _named(info, root.manager_id, Seller)


async def account_of(root: Contact | Opportunity, info: Info) -> Account | None:
    """Return the account a record belongs to."""
    return await _named(info, root.account_id, Account)


async def primary_contact(root: Account, info: Info) -> Customer | None:
    """Return the person to turn to first at an account."""
    return next(iter(await _customers(info, [root.primary_contact_id])), None)


async def customer_contact(root: Opportunity, info: Info) -> Customer | None:
    """Return the person whom a deal is made with."""
    return next(iter(await _customers(info, [root.contact_id])), None)


async def stakeholders(root: Lead | Opportunity, info: Info) -> list[Customer]:
    """Return the people outside who have a say."""
    return await _customers(info, root.stakeholder_ids)


async def sales_team(root: Opportunity, info: Info) -> list[Seller]:
    """Return the sellers who work on a deal beside its owner."""
    found = await info.context.loaders.records.load_many(root.sales_team_ids)
    return [person for person in found if isinstance(person, Seller)]


def state(root: Opportunity, info: Info) -> OpportunityState:
    """Return where a deal stood at *as of*."""
    closed = root.closed_at is not None and root.closed_at <= moment_of(info).as_of
    return root.state if closed else OpportunityState.OPEN


def attributes(root: Opportunity) -> list[Attribute]:
    """Return the organisation's own fields of a deal."""
    return [_attribute(name, value) for name, value in root.attributes]


def _attribute(name: str, value: str | float | bool) -> Attribute:
    match value:
        case bool():
            return Attribute(name, flag=value)
        case str():
            return Attribute(name, text=value)
        case _:
            return Attribute(name, number=value)


def key(root: Record) -> str:
    """Return the id of a record in the system it came from."""
    return root.id


def shown_name(root: Record) -> str:
    """Return what to call a record."""
    return root.name if isinstance(root, Account | Opportunity) else display_name(root)


async def _named(info: Info, key: str | None, kind: type[T]) -> T | None:
    """Return the record with a key where it is of a kind: a reference may name a person of the other side."""
    record = None if key is None else await info.context.loaders.records.load(key)
    return record if isinstance(record, kind) else None


async def _customers(info: Info, keys: Iterable[str | None]) -> list[Customer]:
    found = await info.context.loaders.records.load_many(key for key in keys if key is not None)
    return [person for person in found if isinstance(person, Customer)]


async def _person(info: Info, key: str | None, email: str | None, kind: type[T]) -> T | None:
    if (key is None) == (email is None):
        raise InputError(f"{info.field_name} takes either key or email; give exactly one of them.")
    if email is None:
        return await _named(info, key, kind)
    people = await info.context.loaders.people_by_address.load(normalized_address(email))
    return next((person for person in people if isinstance(person, kind)), None)
