"""
The Cypher statements on records and interactions; values come in as parameters only.

Nodes of people and records are ``Entity`` beside their own label, so that all ids are one space and a reference may
name what is written later: such a node has no ``kind`` yet and is no record.
"""

# --- records -------------------------------------------------------------------------------------------------------

RECORDS = "MATCH (n:Entity) WHERE n.key IN $keys AND n.kind IS NOT NULL RETURN collect(properties(n)) AS found"
RECORD_DIGESTS = """
MATCH (n:Entity) WHERE n.key IN $keys AND n.kind IS NOT NULL
RETURN collect([n.key, n.digest, n.kind]) AS found
"""
PEOPLE_KEYS = """
MATCH (n:Entity) WHERE n.key IN $keys AND n.kind IN ['SELLER', 'CONTACT', 'LEAD']
RETURN collect(n.key) AS found
"""
# Everything a record names, in whichever direction that is drawn.
RECORDS_NAMING = """
MATCH (n:Entity) WHERE n.key IN $keys
CALL (n) {
    MATCH (n)-[:OWNS|ON_TEAM_OF|CUSTOMER_CONTACT_OF|STAKEHOLDER_OF|PRIMARY_CONTACT_OF]->(r:Entity) RETURN r
    UNION
    MATCH (n)<-[:REPORTS_TO|WORKS_FOR|FOR]-(r:Entity) RETURN r
}
WITH DISTINCT r
RETURN collect(properties(r)) AS found
"""

# Records are written one transaction after the other: they share addresses, domains and whom they name.
LOCK_STORE = "MATCH (v:Rapport {key: 'schema'}) SET v.key = 'schema'"
# Merging locks what is new and setting what is old, if only to what it was: of two who write the same the second sees
# here what the first has done.
LOCK_RECORDS = """
UNWIND $keys AS key
MERGE (n:Entity {key: key})
SET n.key = key
WITH n WHERE n.kind IS NOT NULL
RETURN collect([n.key, n.digest, n.kind]) AS found
"""
# The old label goes before another comes: a person may change from one side to the other.
DROP_LABELS = """
UNWIND $keys AS key
MATCH (n:Entity {key: key})
REMOVE n:Seller:Account:Contact:Lead:Opportunity
"""
WRITE_RECORDS = """
UNWIND $rows AS row
MATCH (n:Entity {key: row.key})
SET n = row.properties, n:$(row.label)
"""
DROP_REFERENCES = """
UNWIND $keys AS key
MATCH (n:Entity {key: key})
CALL (n) {
    MATCH (n)<-[r:OWNS|ON_TEAM_OF|CUSTOMER_CONTACT_OF|STAKEHOLDER_OF|PRIMARY_CONTACT_OF]-(other) RETURN r, other
    UNION
    MATCH (n)-[r:REPORTS_TO|WORKS_FOR|FOR|HAS_ADDRESS|HAS_DOMAIN]->(other) RETURN r, other
}
DELETE r
RETURN collect(DISTINCT elementId(other)) AS found
"""
WRITE_REFERENCES = """
UNWIND $rows AS row
UNWIND row.references AS reference
MERGE (a:Entity {key: reference[0]})
MERGE (b:Entity {key: reference[2]})
CREATE (a)-[:$(reference[1])]->(b)
"""
WRITE_ADDRESSES = """
UNWIND $rows AS row
MATCH (n:Entity {key: row.key})
UNWIND row.addresses AS key
MERGE (a:Address {key: key})
CREATE (n)-[:HAS_ADDRESS]->(a)
"""
WRITE_DOMAINS = """
UNWIND $rows AS row
MATCH (n:Entity {key: row.key})
UNWIND row.domains AS key
MERGE (d:Domain {key: key})
CREATE (n)-[:HAS_DOMAIN]->(d)
"""
# Addresses, domains and names of what was never written, when nothing names them any longer.
DROP_LEFTOVERS = """
MATCH (n) WHERE elementId(n) IN $ids AND n.kind IS NULL AND NOT EXISTS { (n)--() }
DELETE n
"""
DELETE_RECORDS = "UNWIND $keys AS key MATCH (n:Entity {key: key}) DETACH DELETE n"
# Provisional people whom nothing names any longer: no interaction, no engagement, no record.
ORPHANS = """
MATCH (n:Entity) WHERE n.key IN $keys AND n.provisional
    AND NOT EXISTS {
        (n)-[:INTERACTED|ENGAGED|OWNS|ON_TEAM_OF|CUSTOMER_CONTACT_OF|STAKEHOLDER_OF|PRIMARY_CONTACT_OF]->()
    }
    AND NOT EXISTS { (n)<-[:INTERACTED|REPORTS_TO|WORKS_FOR]-() }
RETURN collect(n.key) AS found
"""

PEOPLE_AT = """
MATCH (a:Address)<-[:HAS_ADDRESS]-(n:Entity) WHERE a.key IN $addresses
RETURN collect([a.key, properties(n)]) AS found
"""
ACCOUNTS_AT = """
MATCH (d:Domain)<-[:HAS_DOMAIN]-(n:Account) WHERE d.key IN $domains
WITH d, min(n.key) AS owner
RETURN collect([d.key, owner]) AS found
"""
UNPLACED_ADDRESSES = """
MATCH (n:Contact)-[:HAS_ADDRESS]->(a:Address) WHERE n.provisional AND n.accountId IS NULL
RETURN collect([a.key, n.key]) AS found
"""
SELLER_DOMAINS = """
MATCH (:Seller)-[:HAS_ADDRESS]->(a:Address)
WITH DISTINCT split(a.key, '@')[-1] AS domain
RETURN collect(domain) AS found
"""

# --- how much there is ---------------------------------------------------------------------------------------------

COUNTS = """
RETURN {
    SELLER: COUNT { (:Seller) }, ACCOUNT: COUNT { (:Account) }, CONTACT: COUNT { (:Contact) },
    LEAD: COUNT { (:Lead) }, OPPORTUNITY: COUNT { (:Opportunity) },
    interactions: COUNT { (:Interaction) }, engagement: COUNT { ()-[:ENGAGED]->() }
} AS found
"""

# --- interactions --------------------------------------------------------------------------------------------------

INTERACTION_DIGESTS = "MATCH (i:Interaction) WHERE i.id IN $ids RETURN collect([i.id, i.digest]) AS found"
KNOWN = """
MATCH (n:Entity) WHERE n.key IN $keys AND n.kind IS NOT NULL
RETURN collect(n.key) AS found
"""
LOCK_INTERACTIONS = """
UNWIND $ids AS id
MERGE (i:Interaction {id: id})
SET i.id = id
WITH i WHERE i.digest IS NOT NULL
RETURN collect([i.id, i.digest, i.people, i.regardingId]) AS found
"""
# By the end and the instant, which is where the index is.
DROP_EDGES = """
MATCH (i:Interaction) WHERE i.id IN $ids
UNWIND i.people + coalesce(i.regardingId, []) AS end
WITH DISTINCT i, end
MATCH ()-[e:INTERACTED {to: end, at: i.at}]->() WHERE e.id = i.id
DELETE e
"""
WRITE_INTERACTIONS = """
UNWIND $rows AS row
WITH row, datetime.fromepoch(row.at[0], row.at[1]) AS at
MATCH (i:Interaction {id: row.id})
SET i.digest = row.digest, i.kind = row.kind, i.at = at, i.durationMinutes = row.durationMinutes,
    i.source = row.source, i.subject = row.subject, i.threadId = row.threadId, i.inReplyToId = row.inReplyToId,
    i.overlongReplyToId = row.overlongReplyToId,
    i.regardingId = row.regardingId, i.state = row.state, i.followed = row.followed, i.automatic = row.automatic,
    i.copyKey = row.copyKey, i.people = row.people, i.roles = row.roles, i.sides = row.sides
WITH row, at
UNWIND row.edges AS edge
MATCH (a:Entity {key: edge[0]})
MATCH (b:Entity {key: edge[1]})
CREATE (a)-[:INTERACTED {
    id: row.id, at: at, kind: row.kind, state: row.state, to: edge[1], regarding: edge[2]
}]->(b)
"""
LOCK_STORED_INTERACTIONS = """
UNWIND $ids AS id
MATCH (i:Interaction {id: id})
SET i.id = id
"""
DELETE_INTERACTIONS = """
MATCH (i:Interaction) WHERE i.id IN $ids
OPTIONAL MATCH (i)<-[:ENGAGED]-(p)
WITH i, i.id AS id, i.people + coalesce(i.regardingId, []) + collect(p.key) AS touched
DETACH DELETE i
RETURN collect([id, touched]) AS found
"""

# Instants as microseconds since 1970, because the driver takes very long over making instants of its own; by way of
# epochMillis, because epochSeconds is a second late before 1970.
_WHOLE = """
RETURN collect(i {.*, at: i.at.epochMillis * 1000 + i.at.microsecond % 1000}) AS found
"""
INTERACTIONS = "MATCH (i:Interaction) WHERE i.id IN $ids" + _WHOLE
EXPORT = (
    """
MATCH (i:Interaction) WHERE i.id > $after
WITH i ORDER BY i.id LIMIT $limit
"""
    + _WHOLE
)
EXPORT_TOUCHING = (
    """
MATCH (n:Entity) WHERE n.key IN $people
MATCH (n)-[e:INTERACTED]-() WHERE e.id > $after
WITH DISTINCT e.id AS id ORDER BY id LIMIT $limit
MATCH (i:Interaction {id: id})
WITH i ORDER BY i.id
"""
    + _WHOLE
)
TOUCHING = (
    """
MATCH (n:Entity)-[e:INTERACTED]-() WHERE n.key IN $keys
WITH DISTINCT e.id AS id LIMIT $limit
MATCH (i:Interaction {id: id})
"""
    + _WHOLE
)
COPIES = """
MATCH (i:Interaction) WHERE i.copyKey IN $keys
WITH i.copyKey AS key, min(i.id) AS id
RETURN collect([key, id]) AS found
"""
IDS_BEGINNING = """
UNWIND $prefixes AS prefix
MATCH (i:Interaction) WHERE i.id STARTS WITH prefix
WITH prefix, collect(DISTINCT i.id) AS ids
RETURN collect([prefix, ids]) AS found
"""

# A record with what it takes to know its scope.
SCOPES = """
MATCH (n:Entity) WHERE n.key IN $keys AND n.kind IS NOT NULL
RETURN collect([
    properties(n),
    COLLECT { MATCH (n)<-[:WORKS_FOR]-(c:Contact) RETURN c.key },
    COLLECT { MATCH (n)<-[:FOR]-(o:Opportunity) RETURN o.key }
]) AS found
"""
# By the end of the edges and their instant; a person's other edges are never walked. One list of lists, which is
# many times cheaper to send than as many rows.
ROWS = """
MATCH ()-[e:INTERACTED]->() WHERE e.to IN $touched AND e.at > coalesce($after, datetime({year: 0}))
    AND e.at <= coalesce($until, datetime({year: 10000})) AND e.state <> 'CANCELED'
WITH DISTINCT e.id AS id
MATCH (i:Interaction {id: id})
RETURN collect([
    i.id, i.at.epochMillis * 1000 + i.at.microsecond % 1000, i.kind, i.durationMinutes, i.source,
    i.automatic, i.followed, i.threadId, i.inReplyToId, i.regardingId, i.people, i.roles, i.sides
]) AS found
"""
# Of the people and records of many rows those with something to know about, and which of their replies name what is
# stored elsewhere.
REMARKABLE = """
RETURN [
    COLLECT { MATCH (n:Entity) WHERE n.key IN $keys AND n.optedOut RETURN n.key },
    COLLECT { MATCH (n:Entity) WHERE n.key IN $regarding AND n.kind IN ['LEAD', 'OPPORTUNITY'] RETURN n.key },
    COLLECT { MATCH (i:Interaction) WHERE i.id IN $replies RETURN i.id }
] AS found
"""

# --- engagement ----------------------------------------------------------------------------------------------------

ENGAGEMENT = """
MATCH (i:Interaction)<-[e:ENGAGED]-(p:Entity) WHERE i.id IN $ids
RETURN collect([i.id, p.key, e.event, e.at.epochMillis * 1000 + e.at.microsecond % 1000]) AS found
"""
WRITE_ENGAGEMENT = """
UNWIND $rows AS row
MATCH (i:Interaction {id: row.interaction})
MATCH (p:Entity {key: row.person})
MERGE (p)-[e:ENGAGED {event: row.event, at: datetime.fromepoch(row.at[0], row.at[1])}]->(i)
"""
MOVE_ENGAGEMENT = """
UNWIND $rows AS row
MATCH (old:Entity {key: row.old})-[e:ENGAGED]->(i:Interaction)
MATCH (new:Entity {key: row.new})
MERGE (new)-[:ENGAGED {event: e.event, at: e.at}]->(i)
"""

# --- documents -----------------------------------------------------------------------------------------------------

DOCUMENTS = "MATCH (d:Document {kind: $kind}) RETURN collect([d.key, d.text]) AS found"
NEWEST_DOCUMENT = """
OPTIONAL MATCH (d:Document {kind: $kind})
WITH d ORDER BY d.key DESC LIMIT 1
RETURN [d.key, d.text] AS found
"""
# Two who merge the same wait for each other; only the first creates it.
ADD_DOCUMENT = """
MERGE (d:Document {kind: $kind, key: $key})
ON CREATE SET d.text = $text, d.new = true
WITH d, d.new IS NOT NULL AS added
REMOVE d.new
RETURN added AS found
"""
