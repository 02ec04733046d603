"""Whether a Neo4j database is ours, and its constraints and indexes."""

from graph.backends import cypher_schema
from graph.backends.bolt_session import BoltSession
from graph.errors import ForeignStoreError, StoreUnavailableError, StoreVersionError


async def migrate(session: BoltSession, *, create: bool) -> None:
    """Bring a database to our version; refuse one that is newer or holds something else, or ours not yet."""
    version = await session.fetch(cypher_schema.READ_VERSION)
    if version > cypher_schema.VERSION:
        raise StoreVersionError(
            f"The graph in Neo4j at {session.place} was made by a newer Rapport (version {version}, this one knows "
            f"{cypher_schema.VERSION}); update Rapport."
        )
    if version == 0 and not await session.fetch(cypher_schema.IS_EMPTY):
        raise ForeignStoreError(
            f"The database in Neo4j at {session.place} holds data that is not Rapport's; use an empty database."
        )
    if version == 0 and not create:
        raise StoreUnavailableError(
            f"Neo4j at {session.place} holds no graph yet; import something, or check the address."
        )
    if version < cypher_schema.VERSION:
        await _apply(session, version)


async def _apply(session: BoltSession, version: int) -> None:
    for statements in cypher_schema.MIGRATIONS[version:]:
        for statement in statements:
            await session.execute(statement)
    await session.execute(cypher_schema.AWAIT_INDEXES)
    await session.execute(cypher_schema.WRITE_VERSION, version=cypher_schema.VERSION)
