"""Accounts, contacts, leads, opportunities and sellers."""

from datetime import date, datetime
from typing import Annotated

from graph import model
from graph.model import LeadState, OpportunityState, SellerRole
from resolvers import lists, records, similar
from schema.described import field, node_type, object_type
from schema.node import Person
from schema.paging import Connection
from schema.record import Customer, Record
from schema.similar import SimilarWonDeals

DealsWith = Annotated[
    Connection["Opportunity"],
    field("The deals made with them or in which they have a say, that exist at `asOf`.", lists.opportunities_with),
]


@node_type(of=model.Account)
class Account(Record):
    """An organisation we sell to."""

    name: Annotated[str, field("Its name.")]
    domains: Annotated[list[str], field("Domains of its email addresses; whoever writes from there belongs to it.")]
    primary_contact: Annotated[
        Customer | None, field("Whom to turn to first; null where nobody is named.", records.primary_contact)
    ]
    contacts: Annotated[Connection["Contact"], field("The people who work there.", lists.contacts_of)]
    opportunities: Annotated[
        Connection["Opportunity"], field("The deals with it that exist at `asOf`.", lists.opportunities_of)
    ]


@node_type(of=model.Contact)
class Contact(Customer):
    """A person outside who is a customer's."""

    account: Annotated[
        Account | None, field("The organisation they work for; null where none is known.", records.account_of)
    ]
    opportunities: DealsWith


@node_type(of=model.Lead)
class Lead(Customer):
    """A person outside who may become a customer."""

    company: Annotated[str | None, field("Where they work, as they said; null where they did not.")]
    state: Annotated[LeadState, field("Where the lead stands, as it is recorded now.")]
    stakeholders: Annotated[list[Customer], field("Others outside who have a say.", records.stakeholders)]
    opportunities: DealsWith


@object_type
class Attribute:
    """One of the organisation's own fields of a deal, such as its product or sector."""

    name: Annotated[str, field("The name of the field.")]
    text: Annotated[str | None, field("Its value where that is a text, else null.")]
    number: Annotated[float | None, field("Its value where that is a number, else null.")]
    flag: Annotated[bool | None, field("Its value where that is true or false, else null.")]


@node_type(of=model.Opportunity)
class Opportunity(Record):
    """A deal, open or closed."""

    name: Annotated[str, field("What it is called.")]
    account: Annotated[
        Account | None, field("The organisation it is made with; null where none is named.", records.account_of)
    ]
    contact: Annotated[
        Customer | None, field("The person it is made with; null where nobody is named.", records.customer_contact)
    ]
    sales_team: Annotated[list["Seller"], field("The sellers who work on it beside its owner.", records.sales_team)]
    stakeholders: Annotated[list[Customer], field("The people outside who have a say.", records.stakeholders)]
    state: Annotated[OpportunityState, field("Where it stood at `asOf`: open until it was closed.", records.state)]
    estimated_revenue: Annotated[float | None, field("What it is expected to bring; null where nobody has said.")]
    actual_revenue: Annotated[float | None, field("What it brought; null where that is not recorded.")]
    estimated_close_date: Annotated[date | None, field("The day it is expected to close; null where nobody has said.")]
    created_at: Annotated[datetime | None, field("When it began; null where that is not recorded.")]
    closed_at: Annotated[datetime | None, field("When it was won or lost, as recorded now; null while it is open.")]
    attributes: Annotated[list[Attribute], field("The organisation's own fields, by name.", records.attributes)]
    similar_won_deals: Annotated[
        SimilarWonDeals,
        field(
            "The won deals that are most like it, by the fields that told won deals from lost ones.",
            similar.similar_won_deals,
        ),
    ]


@node_type(of=model.Seller)
class Seller(Person):
    """A person of our organisation."""

    role: Annotated[SellerRole, field("What they may do.")]
    manager: Annotated["Seller | None", field("Whom they report to; null where nobody is named.", records.manager)]
    reports: Annotated[Connection["Seller"], field("The sellers who report to them.", lists.reports_of)]
    accounts: Annotated[Connection[Account], field("The accounts they own.", lists.accounts_owned)]
    contacts: Annotated[Connection[Contact], field("The contacts they own.", lists.contacts_owned)]
    leads: Annotated[Connection[Lead], field("The leads they own.", lists.leads_owned)]
    opportunities: Annotated[
        Connection[Opportunity], field("The deals they own that exist at `asOf`.", lists.opportunities_owned)
    ]
