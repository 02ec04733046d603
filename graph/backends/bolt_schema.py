"""Whether a Neo4j database is ours, and its constraints and indexes."""

from neo4j.exceptions import Neo4jError

from graph.backends import cypher_schema
from graph.backends.bolt_session import BoltSession
from graph.errors import ForeignStoreError, StoreError, StoreUnavailableError, StoreVersionError

MADE_MEANWHILE = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"


async def migrate(session: BoltSession, *, create: bool) -> None:
    """Bring a database to our version; refuse one that is newer or holds something else, or ours not yet."""
    version = await _version(session)
    if version > cypher_schema.VERSION:
        raise StoreVersionError(
            f"The graph in Neo4j at {session.place} was made by a newer Rapport (version {version}, this one knows "
            f"{cypher_schema.VERSION}); update Rapport."
        )
    if version == 0 and not create:
        raise StoreUnavailableError(
            f"Neo4j at {session.place} holds no graph yet; import something, or check the address."
        )
    if version < cypher_schema.VERSION:
        await _apply(session, version)


async def _version(session: BoltSession) -> int:
    """Return the version of a database, 0 for an empty one; raise where it holds something else."""
    version: int = await session.fetch(cypher_schema.READ_VERSION)
    if version == 0 and await session.fetch(cypher_schema.HOLDS_DATA):
        # Looked at again: who sets the same database up beside us writes the version before any data.
        version = await session.fetch(cypher_schema.READ_VERSION)
        if version == 0:
            raise ForeignStoreError(
                f"The database in Neo4j at {session.place} holds data that is not Rapport's; use an empty database."
            )
    return version


async def _apply(session: BoltSession, version: int) -> None:
    for statements in cypher_schema.MIGRATIONS[version:]:
        for statement in statements:
            await _make(session, statement)
    await session.execute(cypher_schema.AWAIT_INDEXES)
    await session.execute(cypher_schema.WRITE_VERSION, version=cypher_schema.VERSION)


async def _make(session: BoltSession, statement: str) -> None:
    try:
        await session.execute(statement)
    except StoreError as exc:
        # IF NOT EXISTS looks before it locks, so another may make the same in between; the second look finds it.
        if not (isinstance(exc.__cause__, Neo4jError) and exc.__cause__.code == MADE_MEANWHILE):
            raise
        await session.execute(statement)
