"""Empty a Neo4j database between tests, quickly."""

import neo4j

DELETE_SOME_EDGES = "MATCH ()-[r]->() WITH r LIMIT 20000 DELETE r RETURN count(r) AS deleted"
DELETE_SOME_NODES = "MATCH (n) WHERE NOT n:Rapport WITH n LIMIT 20000 DELETE n RETURN count(n) AS deleted"
DELETE_EVERY_NODE = "MATCH (n) WITH n LIMIT 20000 DELETE n RETURN count(n) AS deleted"
IS_EMPTY = "MATCH (n) RETURN count(n) = 0 AS empty"


def is_empty(driver: neo4j.Driver) -> bool:
    """Tell whether a database holds no node."""
    return bool(driver.execute_query(IS_EMPTY).records[0]["empty"])


def delete_data(driver: neo4j.Driver) -> None:
    """Remove all records and interactions; our schema and its version stay, which makes the next opening quick."""
    _repeat(driver, DELETE_SOME_EDGES)
    _repeat(driver, DELETE_SOME_NODES)


def delete_everything(driver: neo4j.Driver) -> None:
    """Leave an empty database without constraints and indexes."""
    _repeat(driver, DELETE_SOME_EDGES)
    _repeat(driver, DELETE_EVERY_NODE)
    for constraint in driver.execute_query("SHOW CONSTRAINTS YIELD name").records:
        driver.execute_query(f"DROP CONSTRAINT `{constraint['name']}` IF EXISTS")
    for index in driver.execute_query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'").records:
        driver.execute_query(f"DROP INDEX `{index['name']}` IF EXISTS")


def _repeat(driver: neo4j.Driver, query: str) -> None:
    while driver.execute_query(query).records[0]["deleted"]:
        pass
