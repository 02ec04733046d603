"""
Every SQL statement of the SQLite store; values come in as parameters only.

Lists of ids arrive as one JSON array, so a statement is the same text for one id or for ten thousand.
"""

# NORMAL: a killed process loses nothing, a power cut at most the last transactions, and never the file.
SETTINGS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",
)

BEGIN_READ = "BEGIN"
BEGIN_WRITE = "BEGIN IMMEDIATE"

# --- records -----------------------------------------------------------------------------------------------------

RECORDS = "SELECT kind, doc FROM entity WHERE id IN (SELECT value FROM json_each(?))"
RECORD_DIGESTS = "SELECT id, no, digest FROM entity WHERE id IN (SELECT value FROM json_each(?))"
RECORD_NUMBERS = "SELECT id, no FROM entity WHERE id IN (SELECT value FROM json_each(?))"
PEOPLE_NUMBERS = """
    SELECT id, no FROM entity
    WHERE id IN (SELECT value FROM json_each(?)) AND kind IN ('SELLER', 'CONTACT', 'LEAD')
"""
RECORDS_NUMBERED = "SELECT kind, doc FROM entity WHERE no IN (SELECT value FROM json_each(?))"
NAMES = "SELECT no, id FROM entity WHERE no IN (SELECT value FROM json_each(?))"
NAMED_BY_ROWS = """
    SELECT no, id, kind IN ('LEAD', 'OPPORTUNITY'), opted_out FROM entity WHERE no IN (SELECT value FROM json_each(?))
"""
NEXT_RECORD = "SELECT coalesce(max(no), 0) + 1 FROM entity"
RECORDS_NAMING = """
    SELECT kind, doc FROM entity WHERE no IN (
        SELECT source FROM reference WHERE target IN (SELECT value FROM json_each(?))
    )
"""

WRITE_RECORD = """
    INSERT INTO entity (
        no, id, kind, digest, opted_out, provisional, state, created, closed, closes, revenue, search, doc
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (no) DO UPDATE SET
        kind = excluded.kind, digest = excluded.digest, opted_out = excluded.opted_out,
        provisional = excluded.provisional, state = excluded.state, created = excluded.created,
        closed = excluded.closed, closes = excluded.closes, revenue = excluded.revenue, search = excluded.search,
        doc = excluded.doc
"""
WRITE_REFERENCE = "INSERT OR IGNORE INTO reference (target, field, source) VALUES (?, ?, ?)"
WRITE_ADDRESS = "INSERT OR IGNORE INTO address (address, person) VALUES (?, ?)"
WRITE_DOMAIN = "INSERT OR IGNORE INTO domain (domain, account) VALUES (?, ?)"
# What hangs on a record, to be written anew with it or to go with it.
CLEAR_RECORDS = (
    "DELETE FROM reference WHERE source IN (SELECT value FROM json_each(?))",
    "DELETE FROM address WHERE person IN (SELECT value FROM json_each(?))",
    "DELETE FROM domain WHERE account IN (SELECT value FROM json_each(?))",
)
DELETE_RECORDS = "DELETE FROM entity WHERE no IN (SELECT value FROM json_each(?))"
ORPHANS = """
    SELECT no FROM entity AS n
    WHERE no IN (SELECT value FROM json_each(?)) AND provisional
        AND NOT EXISTS (SELECT 1 FROM edge WHERE entity = n.no)
        AND NOT EXISTS (SELECT 1 FROM reference WHERE target = n.id)
        AND NOT EXISTS (SELECT 1 FROM engagement WHERE person = n.no)
"""

PEOPLE_AT = """
    SELECT a.address, n.kind, n.doc FROM address AS a JOIN entity AS n ON n.no = a.person
    WHERE a.address IN (SELECT value FROM json_each(?))
    ORDER BY CASE n.kind WHEN 'SELLER' THEN 0 WHEN 'CONTACT' THEN 1 ELSE 2 END, n.id
"""
ACCOUNTS_AT = """
    SELECT d.domain, min(n.id) FROM domain AS d JOIN entity AS n ON n.no = d.account
    WHERE d.domain IN (SELECT value FROM json_each(?)) GROUP BY d.domain
"""
UNPLACED_ADDRESSES = """
    SELECT a.address, n.no FROM entity AS n JOIN address AS a ON a.person = n.no
    WHERE n.kind = 'CONTACT' AND n.provisional
        AND NOT EXISTS (SELECT 1 FROM reference WHERE source = n.no AND field = 'account_id')
"""
SELLER_ADDRESSES = """
    SELECT a.address FROM entity AS n JOIN address AS a ON a.person = n.no WHERE n.kind = 'SELLER'
"""
OF_ACCOUNTS = """
    SELECT r.target, n.kind, n.id FROM reference AS r JOIN entity AS n ON n.no = r.source
    WHERE r.target IN (SELECT value FROM json_each(?)) AND r.field = 'account_id'
"""

# --- listings: a head, the filters that apply, and for a page a tail ------------------------------------------------

COUNT_LISTING = "SELECT count(*) FROM entity WHERE kind = :kind"
LISTING = "SELECT kind, doc FROM entity WHERE kind = :kind"
OUTLINES = "SELECT id, search, state, created, closed, closes, revenue FROM entity WHERE kind = :kind"
AMONG = " AND id IN (SELECT value FROM json_each(:among))"
NOT_OPTED_OUT = " AND NOT opted_out"
# The records that name another, by what of a listing says whom.
OF = {
    "owner_id": " AND no IN (SELECT source FROM reference WHERE target = :owner_id AND field = 'owner_id')",
    "account_id": " AND no IN (SELECT source FROM reference WHERE target = :account_id AND field = 'account_id')",
    "customer_id": """
    AND no IN (SELECT source FROM reference WHERE target = :customer_id AND field IN ('contact_id', 'stakeholder_ids'))
    """,
    "manager_id": " AND no IN (SELECT source FROM reference WHERE target = :manager_id AND field = 'manager_id')",
}
FOUND = " AND instr(search, :search)"
IN_STATES = " AND state IN (SELECT value FROM json_each(:states))"
IN_STATES_AT = """
    AND CASE WHEN closed > :at THEN 'OPEN' ELSE state END IN (SELECT value FROM json_each(:states))
"""
CREATED_BY = " AND (created IS NULL OR created <= :at)"
CLOSES_FROM = " AND closes >= :closes_from"
CLOSES_UNTIL = " AND closes <= :closes_until"
AFTER = " AND id > :after"
FIRST = " ORDER BY id LIMIT :limit"
ALL = " ORDER BY id"

COUNT_RECORDS = "SELECT kind, count(*) FROM entity GROUP BY kind"
COUNT_INTERACTIONS = "SELECT count(*) FROM interaction"
COUNT_ENGAGEMENT = "SELECT count(*) FROM engagement"

# --- interactions ----------------------------------------------------------------------------------------------------

INTERACTION_DIGESTS = "SELECT id, no, digest FROM interaction WHERE id IN (SELECT value FROM json_each(?))"
INTERACTION_NUMBERS = "SELECT id, no FROM interaction WHERE id IN (SELECT value FROM json_each(?))"
INTERACTION_EDGES = """
    SELECT no, at, regarding, participants FROM interaction WHERE no IN (SELECT value FROM json_each(?))
"""
REPLIES = """
    SELECT regarding, participants FROM interaction WHERE reply_to IN (SELECT value FROM json_each(?))
"""
INTERACTIONS_WITH = """
    SELECT regarding, participants FROM interaction WHERE no IN (
        SELECT e.interaction
        FROM json_each(?) AS t CROSS JOIN entity AS n ON n.id = t.value CROSS JOIN edge AS e ON e.entity = n.no
    )
"""
NEXT_INTERACTION = "SELECT coalesce(max(no), 0) + 1 FROM interaction"
WRITE_INTERACTION = """
    INSERT INTO interaction (
        no, id, digest, at, kind, minutes, source, subject, thread, reply_to, regarding, state, followed, automatic,
        copy_key, participants
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (no) DO UPDATE SET
        digest = excluded.digest, at = excluded.at, kind = excluded.kind, minutes = excluded.minutes,
        source = excluded.source, subject = excluded.subject, thread = excluded.thread,
        reply_to = excluded.reply_to, regarding = excluded.regarding, state = excluded.state,
        followed = excluded.followed, automatic = excluded.automatic, copy_key = excluded.copy_key,
        participants = excluded.participants
"""
WRITE_EDGE = "INSERT INTO edge (entity, at, interaction) VALUES (?, ?, ?)"
DELETE_EDGE = "DELETE FROM edge WHERE entity = ? AND at = ? AND interaction = ?"
DELETE_INTERACTIONS = "DELETE FROM interaction WHERE no IN (SELECT value FROM json_each(?))"

# The columns that make a whole interaction again; what follows FROM differs.
WHOLE = """
    SELECT i.id, i.at, i.kind, i.minutes, i.source, i.subject, i.thread, i.reply_to, g.id, i.state, i.followed,
        i.automatic, i.copy_key, i.participants
    FROM interaction AS i LEFT JOIN entity AS g ON g.no = i.regarding
"""
BY_IDS = WHOLE + "WHERE i.id IN (SELECT value FROM json_each(?))"
TOUCHING = WHOLE + ("WHERE i.no IN (SELECT interaction FROM edge WHERE entity IN (SELECT value FROM json_each(?)))")
EXPORT = WHOLE + "WHERE i.id > :after ORDER BY i.id LIMIT :limit"
EXPORT_TOUCHING = (
    WHOLE
    + """
    WHERE i.id > :after AND i.no IN (
        SELECT interaction FROM edge
        WHERE entity IN (SELECT no FROM entity WHERE id IN (SELECT value FROM json_each(:people)))
    )
    ORDER BY i.id LIMIT :limit
"""
)
COPIES = """
    SELECT copy_key, min(id) FROM interaction
    WHERE copy_key IN (SELECT value FROM json_each(?)) AND copy_key IS NOT NULL GROUP BY copy_key
"""
# No character comes after the last one, so this is a range of the index; a prefix given twice is asked for once.
IDS_BEGINNING = """
    SELECT p.value, i.id
    FROM (SELECT DISTINCT value FROM json_each(?)) AS p
    CROSS JOIN interaction AS i ON i.id >= p.value AND i.id < p.value || char(1114111)
    ORDER BY p.value, i.id
"""
STORED = "SELECT id FROM interaction WHERE id IN (SELECT value FROM json_each(?))"

# CROSS JOIN keeps SQLite to this order: the records touched, then the range of edges of each. IN sorts the numbers
# found, so that interactions are read in the order in which they lie. What they regard is looked up once for all rows:
# a join would look up the same few deals for each.
ROWS = """
    SELECT id, at, kind, minutes, source, automatic, followed, thread, reply_to, regarding, participants
    FROM interaction
    WHERE state <> :canceled AND no IN (
        SELECT e.interaction
        FROM json_each(:touched) AS t CROSS JOIN entity AS n ON n.id = t.value CROSS JOIN edge AS e ON e.entity = n.no
        WHERE e.at > :after AND e.at <= :until
    )
"""

# --- engagement ------------------------------------------------------------------------------------------------------

ENGAGEMENT = """
    SELECT i.id, p.id, e.event, e.at
    FROM interaction AS i JOIN engagement AS e ON e.interaction = i.no JOIN entity AS p ON p.no = e.person
    WHERE i.id IN (SELECT value FROM json_each(?)) ORDER BY i.id, p.id, e.event, e.at
"""
WRITE_ENGAGEMENT = "INSERT OR IGNORE INTO engagement (interaction, person, event, at) VALUES (?, ?, ?, ?)"
PEOPLE_ENGAGED = "SELECT person FROM engagement WHERE interaction IN (SELECT value FROM json_each(?))"
DELETE_ENGAGEMENT = "DELETE FROM engagement WHERE interaction IN (SELECT value FROM json_each(?))"
FORGET_ENGAGEMENT = "DELETE FROM engagement WHERE person IN (SELECT value FROM json_each(?))"
MOVE_ENGAGEMENT = """
    INSERT OR IGNORE INTO engagement (interaction, person, event, at)
    SELECT interaction, ?, event, at FROM engagement WHERE person = ?
"""

# --- documents -------------------------------------------------------------------------------------------------------

DOCUMENTS = "SELECT key, text FROM document WHERE kind = ? ORDER BY key"
NEWEST_DOCUMENT = "SELECT key, text FROM document WHERE kind = ? ORDER BY key DESC LIMIT 1"
ADD_DOCUMENT = "INSERT OR IGNORE INTO document (kind, key, text) VALUES (?, ?, ?)"

# --- changes ---------------------------------------------------------------------------------------------------------

ADD_CHANGE = "INSERT INTO change (ids) VALUES (?)"
# The latest mark there was, and the earliest that is still told.
MARKS = """
    SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0), (SELECT min(mark) FROM change)
"""
EVERY_RECORD = "SELECT id FROM entity"
# With the accounts of those touched, and the records that name them.
TOUCHED_SINCE = """
    WITH recent (id) AS (
        SELECT DISTINCT t.value FROM change AS c CROSS JOIN json_each(c.ids) AS t WHERE c.mark > :mark
    )
    SELECT id FROM recent
    UNION
    SELECT r.target
    FROM recent AS t CROSS JOIN entity AS n ON n.id = t.id CROSS JOIN reference AS r ON r.source = n.no
    WHERE r.field = 'account_id'
    UNION
    SELECT n.id
    FROM recent AS t CROSS JOIN reference AS r ON r.target = t.id CROSS JOIN entity AS n ON n.no = r.source
    WHERE r.field IN (SELECT value FROM json_each(:fields))
"""
FORGET_CHANGES = """
    UPDATE change SET ids = (
        SELECT json_group_array(t.value) FROM json_each(change.ids) AS t
        WHERE t.value NOT IN (SELECT value FROM json_each(:forgotten))
    )
    WHERE EXISTS (
        SELECT 1 FROM json_each(change.ids) AS t WHERE t.value IN (SELECT value FROM json_each(:forgotten))
    )
"""
FORGET_LEDGERS = "DELETE FROM ledger WHERE record IN (SELECT value FROM json_each(?))"

# --- ledgers ---------------------------------------------------------------------------------------------------------

LEDGER_STATE = "SELECT basis, mark FROM ledger_state WHERE kind = ?"
LEDGERS = "SELECT record, content FROM ledger WHERE kind = ?"
CLEAR_LEDGERS = "DELETE FROM ledger WHERE kind = ?"
SAVE_LEDGER = "INSERT OR REPLACE INTO ledger (kind, record, content) VALUES (?, ?, ?)"
SAVE_LEDGER_STATE = "INSERT OR REPLACE INTO ledger_state (kind, basis, mark) VALUES (?, ?, ?)"
# What all ledgers know is told to nobody any longer; who knows less is told of every record.
DROP_CHANGES = "DELETE FROM change WHERE mark <= (SELECT min(mark) FROM ledger_state)"
