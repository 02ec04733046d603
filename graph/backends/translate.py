"""The driver's errors as ours: one line each, what to do included."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConnectionAcquisitionTimeoutError,
    DriverError,
    Forbidden,
    ForbiddenOnReadOnlyDatabase,
    Neo4jError,
    NotALeader,
    ServiceUnavailable,
    TransientError,
    UnsupportedServerProduct,
)

from graph.errors import (
    InputError,
    StoreAccessError,
    StoreError,
    StoreLockedError,
    StoreUnavailableError,
    StoreUrlError,
)

NO_DATABASE = "Neo.ClientError.Database.DatabaseNotFound"
TOO_MANY_TRIES = "Neo.ClientError.Security.AuthenticationRateLimit"
LOCK_CODES = frozenset(
    {
        "Neo.TransientError.Transaction.DeadlockDetected",
        "Neo.TransientError.Transaction.LockClientStopped",
        "Neo.TransientError.Transaction.LockAcquisitionTimeout",
        "Neo.ClientError.Transaction.LockAcquisitionTimeout",
    }
)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise our error for one of the driver's; ``place`` is the server's address without a password."""
    try:
        yield
    except Neo4jError as exc:
        raise _from_server(exc, place) from exc
    except DriverError as exc:
        raise _from_driver(exc, place) from exc
    except UnicodeEncodeError as exc:
        raise InputError("A text holds half a surrogate pair, which no text of Unicode may; leave it out.") from exc
    # What the driver lets through of names that cannot be resolved, and of sockets.
    except OSError as exc:
        raise _unreachable(place, exc) from exc


def _from_server(exc: Neo4jError, place: str) -> StoreError:
    code = exc.code or ""
    if code == TOO_MANY_TRIES:
        return StoreAccessError(
            f"Neo4j at {place} refuses after too many wrong passwords; wait a little, then try again."
        )
    if isinstance(exc, AuthError):
        return StoreAccessError(f"Neo4j at {place} does not accept this user and password; check both in the URL.")
    if isinstance(exc, ForbiddenOnReadOnlyDatabase | NotALeader):
        return StoreAccessError(
            f"Neo4j at {place} is read-only; write to the cluster by neo4j://, not to a member by bolt://."
        )
    if isinstance(exc, Forbidden):
        return StoreAccessError(f"This user may not do that in Neo4j at {place}: {_line(exc)}")
    if code == NO_DATABASE:
        return StoreUrlError(f"Neo4j at {place} has no such database; check the name after the last / of the URL.")
    if code in LOCK_CODES:
        return StoreLockedError(f"Others keep what is to be written in Neo4j at {place} locked; try again.")
    if isinstance(exc, TransientError):
        return StoreUnavailableError(f"Neo4j at {place} cannot serve this now; try again: {_line(exc)}")
    return StoreError(f"Neo4j at {place} could not do this: {_line(exc)}")


def _from_driver(exc: DriverError, place: str) -> StoreError:
    if isinstance(exc, ConnectionAcquisitionTimeoutError):
        return StoreUnavailableError(f"No connection to Neo4j at {place} became free; raise RAPPORT_NEO4J_POOL_SIZE.")
    if isinstance(exc, UnsupportedServerProduct):
        return StoreUnavailableError(f"What answers at {place} is no Neo4j we know; Rapport needs Neo4j 5.26 or newer.")
    if isinstance(exc, ConfigurationError):
        return StoreUrlError(f"The URL of Neo4j at {place} cannot be used: {_line(exc)}")
    if isinstance(exc, ServiceUnavailable):
        return _unreachable(place, exc)
    return StoreError(f"Neo4j at {place} could not do this: {_line(exc)}")


def _unreachable(place: str, exc: Exception) -> StoreError:
    return StoreUnavailableError(
        f"No Neo4j answers at {place}; start it (make neo4j, docker compose up) or mend the URL. ({_line(exc)})"
    )


def _line(exc: Exception) -> str:
    message = exc.message if isinstance(exc, Neo4jError) else str(exc)
    return next(iter((message or type(exc).__name__).splitlines()), "")
