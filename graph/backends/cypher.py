"""
Every Cypher statement of the Neo4j store; values come in as parameters only.

Nodes of people and records are ``Entity`` beside their own label, so that all ids are one space and a reference may
name what is written later: such a node has no ``kind`` yet and is no record.
"""

VERSION = 2

# --- schema --------------------------------------------------------------------------------------------------------

READ_VERSION = "OPTIONAL MATCH (v:Rapport {key: 'schema'}) RETURN coalesce(v.version, 0) AS found"
IS_EMPTY = "MATCH (n) RETURN count(n) = 0 AS found"
WRITE_VERSION = "MERGE (v:Rapport {key: 'schema'}) SET v.version = $version"
AWAIT_INDEXES = "CALL db.awaitIndexes(300)"

# What takes a store from version i to i + 1 is MIGRATIONS[i]; each statement may run again.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE CONSTRAINT rapport_key IF NOT EXISTS FOR (n:Rapport) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT entity_key IF NOT EXISTS FOR (n:Entity) REQUIRE n.key IS UNIQUE",
        # For those who look around: nobody writes (:Entity:Contact {key: ...}) by hand.
        "CREATE CONSTRAINT seller_key IF NOT EXISTS FOR (n:Seller) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT account_key IF NOT EXISTS FOR (n:Account) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT contact_key IF NOT EXISTS FOR (n:Contact) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT lead_key IF NOT EXISTS FOR (n:Lead) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT opportunity_key IF NOT EXISTS FOR (n:Opportunity) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT address_key IF NOT EXISTS FOR (n:Address) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT domain_key IF NOT EXISTS FOR (n:Domain) REQUIRE n.key IS UNIQUE",
        "CREATE CONSTRAINT interaction_id IF NOT EXISTS FOR (n:Interaction) REQUIRE n.id IS UNIQUE",
        "CREATE INDEX interaction_copy IF NOT EXISTS FOR (n:Interaction) ON (n.copyKey)",
        "CREATE INDEX entity_kind IF NOT EXISTS FOR (n:Entity) ON (n.kind, n.key)",
        "CREATE INDEX entity_opted_out IF NOT EXISTS FOR (n:Entity) ON (n.kind, n.optedOut)",
        # The edges of one record in order of time are one range of this index.
        "CREATE INDEX interacted_to_at IF NOT EXISTS FOR ()-[e:INTERACTED]-() ON (e.to, e.at)",
    ),
    (
        "CREATE CONSTRAINT document_key IF NOT EXISTS FOR (n:Document) REQUIRE (n.kind, n.key) IS UNIQUE",
        "CREATE CONSTRAINT change_mark IF NOT EXISTS FOR (n:Change) REQUIRE n.mark IS UNIQUE",
        "CREATE CONSTRAINT ledger_key IF NOT EXISTS FOR (n:Ledger) REQUIRE (n.kind, n.key) IS UNIQUE",
        "CREATE INDEX interaction_reply IF NOT EXISTS FOR (n:Interaction) ON (n.inReplyToId)",
        # What was written before has no marks: as if they had been dropped.
        """
        MERGE (v:Rapport {key: 'changes'})
        WITH v, COUNT { (:Entity) } AS records WHERE v.mark IS NULL
        SET v.mark = CASE records WHEN 0 THEN 0 ELSE 1 END
        """,
    ),
)

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
SELLER_DOMAINS = """
MATCH (:Seller)-[:HAS_ADDRESS]->(a:Address)
WITH DISTINCT split(a.key, '@')[-1] AS domain
RETURN collect(domain) AS found
"""

# --- listings ------------------------------------------------------------------------------------------------------

# A beginning, the filters, and for a page an end. Each filter holds where nothing is asked of it.
_OF_ALL = "MATCH (n:Entity) WHERE n.kind = $kind"
_OF_OWNER = "MATCH (:Entity {key: $owner})-[:OWNS]->(n:Entity) WHERE n.kind = $kind"
_OF_ACCOUNT = "MATCH (:Entity {key: $account})<-[:WORKS_FOR|FOR]-(n:Entity) WHERE n.kind = $kind"
_FILTERS = """
    AND ($all OR n.optedOut IS NULL)
    AND ($owner IS NULL OR n.ownerId = $owner)
    AND ($account IS NULL OR n.accountId = $account)
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
    n.key, n.state, n.createdAt.epochMillis * 1000 + n.createdAt.microsecond % 1000,
    n.closedAt.epochMillis * 1000 + n.closedAt.microsecond % 1000, toString(n.estimatedCloseDate),
    toFloat(n.estimatedRevenue)
]) AS found
"""
_TOTAL = "RETURN count(n) AS found"

LISTING = _OF_ALL + _FILTERS + _PAGE
LISTING_OF_OWNER = _OF_OWNER + _FILTERS + _PAGE
LISTING_OF_ACCOUNT = _OF_ACCOUNT + _FILTERS + _PAGE
OUTLINES = _OF_ALL + _FILTERS + _OUTLINES
OUTLINES_OF_OWNER = _OF_OWNER + _FILTERS + _OUTLINES
OUTLINES_OF_ACCOUNT = _OF_ACCOUNT + _FILTERS + _OUTLINES
TOTAL = _OF_ALL + _FILTERS + _TOTAL
TOTAL_OF_OWNER = _OF_OWNER + _FILTERS + _TOTAL
TOTAL_OF_ACCOUNT = _OF_ACCOUNT + _FILTERS + _TOTAL
# Without filters the total is known without a look at the records.
TOTAL_OF_KIND = """
RETURN CASE $kind
    WHEN 'SELLER' THEN COUNT { (:Seller) }
    WHEN 'ACCOUNT' THEN COUNT { (:Account) }
    WHEN 'CONTACT' THEN COUNT { (:Contact) }
    WHEN 'LEAD' THEN COUNT { (:Lead) }
    ELSE COUNT { (:Opportunity) }
END - CASE WHEN $all THEN 0 ELSE COUNT { MATCH (n:Entity) WHERE n.kind = $kind AND n.optedOut = true } END AS found
"""
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
MATCH (i:Interaction {id: row.id})
SET i.digest = row.digest, i.kind = row.kind, i.at = row.at, i.durationMinutes = row.durationMinutes,
    i.source = row.source, i.subject = row.subject, i.threadId = row.threadId, i.inReplyToId = row.inReplyToId,
    i.regardingId = row.regardingId, i.state = row.state, i.followed = row.followed, i.automatic = row.automatic,
    i.copyKey = row.copyKey, i.people = row.people, i.roles = row.roles, i.sides = row.sides
WITH row
UNWIND row.edges AS edge
MATCH (a:Entity {key: edge[0]})
MATCH (b:Entity {key: edge[1]})
CREATE (a)-[:INTERACTED {
    id: row.id, at: row.at, kind: row.kind, state: row.state, to: edge[1], regarding: edge[2]
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
MERGE (p)-[e:ENGAGED {event: row.event, at: row.at}]->(i)
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

# --- changes -------------------------------------------------------------------------------------------------------

MARK = "MATCH (v:Rapport {key: 'changes'}) RETURN v.mark AS found"
# Each write ends by locking the counter, and commits: so marks are in order of commit, and what is found here of those
# touched indirectly misses nobody who was committed before.
ADD_CHANGE = """
MATCH (v:Rapport {key: 'changes'})
SET v.key = 'changes'
WITH v, $keys + COLLECT {
    MATCH (i:Interaction) WHERE i.inReplyToId IN $interactions
    UNWIND i.people + coalesce(i.regardingId, []) AS key
    RETURN DISTINCT key
} + COLLECT {
    MATCH (n:Entity)-[e:INTERACTED]-() WHERE n.key IN $people
    WITH DISTINCT e.id AS id
    MATCH (i:Interaction {id: id})
    UNWIND i.people + coalesce(i.regardingId, []) AS key
    RETURN DISTINCT key
} AS keys
SET v.mark = v.mark + 1
CREATE (:Change {mark: v.mark, keys: [key IN keys WHERE NOT key IN $forgotten]})
"""
# Locked too: what was committed before is then there in every index. The latest mark, and the earliest still told.
LOCK_MARKS = """
MATCH (v:Rapport {key: 'changes'})
SET v.key = 'changes'
WITH v
RETURN [
    v.mark,
    COLLECT { MATCH (c:Change) WHERE c.mark > 0 RETURN c.mark ORDER BY c.mark LIMIT 1 }[0]
] AS found
"""
EVERY_RECORD = "MATCH (n:Entity) WHERE n.kind IS NOT NULL RETURN collect(n.key) AS found"
# With the accounts of those touched, and the records that name them.
TOUCHED_SINCE = """
MATCH (c:Change) WHERE c.mark > $mark
UNWIND c.keys AS key
WITH collect(DISTINCT key) AS keys
RETURN keys + COLLECT {
    MATCH (n:Entity)-[:WORKS_FOR|FOR]->(a:Entity) WHERE n.key IN keys
    RETURN DISTINCT a.key
} + COLLECT {
    MATCH (n:Entity)-[:PRIMARY_CONTACT_OF|CUSTOMER_CONTACT_OF|STAKEHOLDER_OF]->(r:Entity) WHERE n.key IN keys
    RETURN DISTINCT r.key
} AS found
"""
FORGET_CHANGES = """
MATCH (v:Rapport {key: 'changes'})
SET v.key = 'changes'
WITH v
MATCH (c:Change) WHERE any(key IN c.keys WHERE key IN $forgotten)
SET c.keys = [key IN c.keys WHERE NOT key IN $forgotten]
"""
FORGET_LEDGERS = """
UNWIND ['ACCOUNT', 'CONTACT', 'LEAD', 'OPPORTUNITY'] AS kind
UNWIND $forgotten AS key
MATCH (l:Ledger {kind: kind, key: key})
DELETE l
"""

# --- ledgers -------------------------------------------------------------------------------------------------------

# The ledger without a key is the head of its kind: basis and mark of all the others, and whose writing is under way.
# No mark: they are not all there yet. Who reads locks it too, so that they read all that was written with a mark.
LOCK_LEDGERS = """
OPTIONAL MATCH (h:Ledger {kind: $kind, key: ''})
SET h.key = ''
WITH h
RETURN [h.basis, h.mark] AS found
"""
LEDGERS = """
MATCH (l:Ledger) WHERE l.kind = $kind AND l.key > $after
WITH l ORDER BY l.kind, l.key LIMIT $limit
RETURN collect([l.key, l.content]) AS found
"""
REPLACE_LEDGERS = """
MERGE (h:Ledger {kind: $kind, key: ''})
SET h.basis = $basis, h.mark = null, h.writer = $writer
"""
EXTEND_LEDGERS = """
OPTIONAL MATCH (h:Ledger {kind: $kind, key: ''})
SET h.key = ''
WITH h, coalesce(h.basis = $basis AND h.mark = $since, false) AS mine
FOREACH (_ IN CASE WHEN mine THEN [1] ELSE [] END | SET h.writer = $writer)
RETURN mine AS found
"""
GO_ON_WITH_LEDGERS = """
MATCH (h:Ledger {kind: $kind, key: ''})
SET h.key = ''
WITH h
RETURN h.writer = $writer AS found
"""
CLEAR_LEDGERS = """
MATCH (l:Ledger) WHERE l.kind = $kind AND l.key > ''
WITH l LIMIT $limit
DELETE l
RETURN count(l) AS found
"""
SAVE_LEDGERS = """
UNWIND $rows AS row
MERGE (l:Ledger {kind: $kind, key: row[0]})
SET l.content = row[1]
"""
FINISH_LEDGERS = "MATCH (h:Ledger {kind: $kind, key: ''}) SET h.mark = $mark, h.writer = null"
# What all ledgers know is told to nobody any longer; who knows less is told of every record. Ledgers that are not all
# there yet know nothing.
DROP_CHANGES = """
MATCH (h:Ledger) WHERE h.kind IN ['ACCOUNT', 'CONTACT', 'LEAD', 'OPPORTUNITY'] AND h.key = ''
WITH min(coalesce(h.mark, 0)) AS known
MATCH (v:Rapport {key: 'changes'})
SET v.key = 'changes'
WITH known
MATCH (c:Change) WHERE c.mark <= known
DELETE c
"""
