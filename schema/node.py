"""What can be fetched again by its id, and what people have in common."""

from typing import Annotated

import strawberry

from resolvers import nodes, records
from schema.described import field, interface


@interface
class Node:
    """Anything that can be fetched again by its id."""

    id: Annotated[strawberry.ID, field("Opaque id, unique over all types; give it to `node`.", nodes.record_id)]


@interface
class Person(Node):
    """A person: a seller of ours, or a contact or lead outside."""

    key: Annotated[str, field("The id in the system it came from.", records.key)]
    name: Annotated[str | None, field("The name as it was recorded; null where none was.")]
    display_name: Annotated[str, field("What to call them: name, else an address, else key.", records.shown_name)]
    emails: Annotated[list[str], field("Their email addresses, the main one first.")]
    opted_out: Annotated[bool, field("They asked not to be shown: they are in no list, search or ranking.")]
    provisional: Annotated[bool, field("Made from an address found in mail or a calendar, not from a record.")]
