"""Where every query begins."""

from typing import Annotated

from resolvers import lists, nodes, pipeline, records, settings
from schema.described import field, object_type
from schema.node import Node
from schema.paging import Connection
from schema.pipeline import Pipeline
from schema.preview import SettingsPreview, preview_settings
from schema.records import Account, Contact, Lead, Opportunity, Seller
from schema.settings import Settings, SettingsVersion


@object_type
class Query:
    """
    Where every query begins.

    Each field that leads to numbers takes `asOf` and `timeZone`, which hold for everything below it. What is not known
    is null.
    """

    account: Annotated[Account | None, field("An account by its key.", records.account)]
    contact: Annotated[Contact | None, field("A contact by key or by email address.", records.contact)]
    lead: Annotated[Lead | None, field("A lead by key or by email address.", records.lead)]
    opportunity: Annotated[Opportunity | None, field("A deal by its key.", records.opportunity)]
    seller: Annotated[Seller | None, field("A seller by key or by email address.", records.seller)]
    node: Annotated[Node | None, field("Whatever has this id.", nodes.node)]
    nodes: Annotated[list[Node | None], field("Whatever has each of these ids, in their order.", nodes.nodes)]
    accounts: Annotated[Connection[Account], field("Accounts, by key unless `orderBy` says otherwise.", lists.accounts)]
    contacts: Annotated[Connection[Contact], field("Contacts, by key unless `orderBy` says otherwise.", lists.contacts)]
    leads: Annotated[Connection[Lead], field("Leads, by key unless `orderBy` says otherwise.", lists.leads)]
    opportunities: Annotated[
        Connection[Opportunity],
        field("Deals that exist at `asOf`, by key unless `orderBy` says otherwise.", lists.opportunities),
    ]
    pipeline: Annotated[
        Pipeline, field("Open deals by close date, health and revenue: the points of a chart.", pipeline.pipeline)
    ]
    sellers: Annotated[Connection[Seller], field("Sellers, in the order of their keys.", lists.sellers)]
    settings: Annotated[Settings, field("What numbers are computed with, now or in a version.", settings.settings)]
    settings_versions: Annotated[
        Connection[SettingsVersion], field("How the settings were changed, newest first.", settings.settings_versions)
    ]
    preview_settings: Annotated[
        SettingsPreview,
        field("How many records would change grade with other settings; reads the whole book.", preview_settings),
    ]
