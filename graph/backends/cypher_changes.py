"""The Cypher of what readers hold on to: marks of changes, and ledgers of what was worked out as of a mark."""

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
# With the accounts of those touched, and the records that name them. The hints are for graphs with few such edges, of
# which the planner would rather read all.
TOUCHED_SINCE = """
MATCH (c:Change) WHERE c.mark > $mark
UNWIND c.keys AS key
WITH collect(DISTINCT key) AS keys
RETURN keys + COLLECT {
    MATCH (n:Entity)-[:WORKS_FOR|FOR]->(a:Entity) USING INDEX n:Entity(key) WHERE n.key IN keys
    RETURN DISTINCT a.key
} + COLLECT {
    MATCH (n:Entity)-[:PRIMARY_CONTACT_OF|CUSTOMER_CONTACT_OF|STAKEHOLDER_OF]->(r:Entity)
    USING INDEX n:Entity(key) WHERE n.key IN keys
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
