"""What makes a Neo4j database a store: its version, its constraints and indexes, and how they came to be."""

VERSION = 2

READ_VERSION = "OPTIONAL MATCH (v:Rapport {key: 'schema'}) RETURN coalesce(v.version, 0) AS found"
HOLDS_DATA = "RETURN EXISTS { MATCH (n) WHERE NOT n:Rapport } AS found"
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
