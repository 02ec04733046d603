"""What makes a SQLite file a store: its mark, its version, its tables, and how they came to be."""

APPLICATION_ID = 0x52505254  # "RPRT"
VERSION = 2

READ_APPLICATION_ID = "PRAGMA application_id"
READ_VERSION = "PRAGMA user_version"
COUNT_TABLES = "SELECT count(*) FROM sqlite_master"
USE_WAL = "PRAGMA journal_mode = WAL"

# What takes a store from version i to i + 1 is MIGRATIONS[i].
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE entity (
            no INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            digest BLOB NOT NULL,
            opted_out INTEGER NOT NULL,
            provisional INTEGER NOT NULL,
            state TEXT,
            created INTEGER,
            closed INTEGER,
            search TEXT NOT NULL,
            doc TEXT NOT NULL
        )
        """,
        "CREATE INDEX entity_kind ON entity (kind, id, opted_out)",
        # By id rather than number: a record may name one that is written later.
        """
        CREATE TABLE reference (
            target TEXT NOT NULL,
            field TEXT NOT NULL,
            source INTEGER NOT NULL REFERENCES entity,
            PRIMARY KEY (target, field, source)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX reference_source ON reference (source)",
        """
        CREATE TABLE address (
            address TEXT NOT NULL,
            person INTEGER NOT NULL REFERENCES entity,
            PRIMARY KEY (address, person)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX address_person ON address (person)",
        """
        CREATE TABLE domain (
            domain TEXT NOT NULL,
            account INTEGER NOT NULL REFERENCES entity,
            PRIMARY KEY (domain, account)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX domain_account ON domain (account)",
        # participants: see graph.backends.sqlite_rows.pack. Everyone is read with the row, without a join.
        """
        CREATE TABLE interaction (
            no INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            digest BLOB NOT NULL,
            at INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            minutes REAL,
            source INTEGER NOT NULL,
            subject TEXT,
            thread TEXT,
            reply_to TEXT,
            regarding INTEGER REFERENCES entity,
            state INTEGER NOT NULL,
            followed INTEGER NOT NULL,
            automatic INTEGER NOT NULL,
            copy_key TEXT,
            participants BLOB NOT NULL
        )
        """,
        "CREATE INDEX interaction_copy ON interaction (copy_key, id) WHERE copy_key IS NOT NULL",
        "CREATE INDEX interaction_regarding ON interaction (regarding) WHERE regarding IS NOT NULL",
        # A row for each participant and for the regarding record; clustered, so that the edges of one record in
        # order of time are one range.
        """
        CREATE TABLE edge (
            entity INTEGER NOT NULL REFERENCES entity,
            at INTEGER NOT NULL,
            interaction INTEGER NOT NULL,
            PRIMARY KEY (entity, at, interaction)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE engagement (
            interaction INTEGER NOT NULL REFERENCES interaction,
            person INTEGER NOT NULL REFERENCES entity,
            event TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (interaction, person, event, at)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX engagement_person ON engagement (person)",
    ),
    (
        "CREATE TABLE document (kind TEXT, key TEXT, text TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
        # Read without the document of the record, which is by far the most of it.
        "ALTER TABLE entity ADD COLUMN closes TEXT",
        "ALTER TABLE entity ADD COLUMN revenue REAL",
        """
        UPDATE entity SET closes = json_extract(doc, '$.estimated_close_date'),
            revenue = json_extract(doc, '$.estimated_revenue')
        WHERE kind = 'OPPORTUNITY'
        """,
        "CREATE INDEX interaction_reply_to ON interaction (reply_to) WHERE reply_to IS NOT NULL",
        # Whom each write touched, by id: those removed are among them. No mark is ever used twice, so that those of
        # a reader stay true when what it has seen is dropped.
        "CREATE TABLE change (mark INTEGER PRIMARY KEY AUTOINCREMENT, ids TEXT NOT NULL)",
        # What was written before has no marks: as if it had been dropped.
        "INSERT INTO change (ids) SELECT '[]' WHERE EXISTS (SELECT 1 FROM entity)",
        "DELETE FROM change",
        """
        CREATE TABLE ledger (
            kind TEXT NOT NULL,
            record TEXT NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (kind, record)
        )
        """,
        "CREATE TABLE ledger_state (kind TEXT PRIMARY KEY, basis TEXT NOT NULL, mark INTEGER NOT NULL) WITHOUT ROWID",
    ),
)
