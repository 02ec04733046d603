"""What customers did with followed emails, fetched for many records at once."""

from collections.abc import Mapping, Sequence

import numpy as np

from graph.interactions import THEM, Interactions
from graph.model import Engagement, Seller
from graph.store import Store
from kpi.email_engagement import Events, followed
from kpi.window import Window


async def engagement_with(store: Store, interactions: Interactions, windows: Sequence[Window]) -> Events:
    """Return the customers' engagement with the followed emails by us in any of the windows."""
    if not windows:
        return {}
    wanted = np.zeros(len(interactions), dtype=np.bool_)
    for window in windows:
        wanted |= window.contains(interactions.at)
    emails = set(interactions.id[wanted & followed(interactions)])
    if not emails:
        return {}
    found = await store.engagement_of(emails)
    ours = await _sellers(store, interactions, {event.person_id for events in found.values() for event in events})
    return _without(found, ours) if ours else found


async def _sellers(store: Store, interactions: Interactions, people: set[str]) -> frozenset[str]:
    """Return who of these stands on our side; only those whom the columns do not show are looked up."""
    theirs = np.unique(interactions.present_person[interactions.present_side == THEM])
    unknown = people.difference(interactions.people[person] for person in theirs)
    if not unknown:
        return frozenset()
    records = await store.records(unknown)
    return frozenset(id_ for id_, record in records.items() if isinstance(record, Seller))


def _without(found: Mapping[str, Sequence[Engagement]], people: frozenset[str]) -> Events:
    return {id_: [event for event in events if event.person_id not in people] for id_, events in found.items()}
