"""The Cypher statements that list records; values come in as parameters only."""

from typing import NamedTuple

# A beginning, the filters, and for a page an end. Each filter holds where nothing is asked of it.
_OF_ALL = "MATCH (n:Entity) WHERE n.kind = $kind"
_OF_KEYS = "UNWIND $among AS key MATCH (n:Entity {key: key}) WHERE n.kind = $kind"
_OF_OWNER = "MATCH (:Entity {key: $owner})-[:OWNS]->(n:Entity) WHERE n.kind = $kind"
_OF_ACCOUNT = "MATCH (:Entity {key: $account})<-[:WORKS_FOR|FOR]-(n:Entity) WHERE n.kind = $kind"
_OF_CUSTOMER = """
MATCH (:Entity {key: $customer})-[:CUSTOMER_CONTACT_OF|STAKEHOLDER_OF]->(n:Entity)
WITH DISTINCT n WHERE n.kind = $kind
"""
_OF_MANAGER = "MATCH (:Entity {key: $manager})<-[:REPORTS_TO]-(n:Entity) WHERE n.kind = $kind"
_FILTERS = """
    AND ($all OR n.optedOut IS NULL)
    AND ($owner IS NULL OR n.ownerId = $owner)
    AND ($account IS NULL OR n.accountId = $account)
    AND ($customer IS NULL OR n.contactId = $customer OR $customer IN n.stakeholderIds)
    AND ($manager IS NULL OR n.managerId = $manager)
    AND ($search IS NULL OR n.search CONTAINS $search)
    AND ($at IS NULL OR n.createdAt IS NULL OR n.createdAt <= $at)
    AND ($closesFrom IS NULL OR n.estimatedCloseDate >= $closesFrom)
    AND ($closesUntil IS NULL OR n.estimatedCloseDate <= $closesUntil)
    AND ($states IS NULL OR CASE WHEN n.closedAt > $at THEN 'OPEN' ELSE n.state END IN $states)
"""
# Ordered by kind too, of which there is one, because so is the index.
_PAGE = """
    AND n.key > $after
WITH n ORDER BY n.kind, n.key LIMIT $limit
RETURN collect(properties(n)) AS found
"""
_OUTLINES = """
WITH n ORDER BY n.kind, n.key
RETURN collect([
    n.key, n.search, n.state, n.createdAt.epochMillis * 1000 + n.createdAt.microsecond % 1000,
    n.closedAt.epochMillis * 1000 + n.closedAt.microsecond % 1000, toString(n.estimatedCloseDate),
    toFloat(n.estimatedRevenue)
]) AS found
"""
_TOTAL = "RETURN count(n) AS found"


class Statements(NamedTuple):
    """How a listing that begins somewhere is read: a page of it, its outlines, and how many it has."""

    page: str
    outlines: str
    total: str


def _beginning(beginning: str) -> Statements:
    return Statements(*(beginning + _FILTERS + end for end in (_PAGE, _OUTLINES, _TOTAL)))


LISTING = _beginning(_OF_ALL)
# Of what is named here there is less to look through than of all; the first that a listing names is the beginning.
LISTING_OF = {
    "owner_id": _beginning(_OF_OWNER),
    "customer_id": _beginning(_OF_CUSTOMER),
    "manager_id": _beginning(_OF_MANAGER),
    "account_id": _beginning(_OF_ACCOUNT),
}
OUTLINES_AMONG = _OF_KEYS + _FILTERS + _OUTLINES
# Without filters the total is known without a look at more than the exceptions.
TOTAL_OF_KIND = """
RETURN CASE $kind
    WHEN 'SELLER' THEN COUNT { (:Seller) }
    WHEN 'ACCOUNT' THEN COUNT { (:Account) }
    WHEN 'CONTACT' THEN COUNT { (:Contact) }
    WHEN 'LEAD' THEN COUNT { (:Lead) }
    ELSE COUNT { (:Opportunity) }
END
- CASE WHEN $all THEN 0 ELSE COUNT { MATCH (n:Entity) WHERE n.kind = $kind AND n.optedOut = true } END
- CASE WHEN $at IS NULL THEN 0 ELSE COUNT { MATCH (n:Opportunity) WHERE n.createdAt > $at } END AS found
"""
