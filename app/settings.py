"""
Everything that can be set, in one frozen object, read from the environment when asked for.

Each field is the variable of its name in capitals after ``RAPPORT_``; ``docs/settings.md`` lists them.
"""

import difflib
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from graph.connect import DEFAULT_POOL_SIZE, DEFAULT_TIMEOUT_SECONDS
from graph.errors import SettingsError

PREFIX = "RAPPORT_"
# Up to the last @, so that a password someone forgot to percent-encode is not shown in part.
PASSWORD = re.compile(r"(?<=://)([^/@:]*):.*(?=@)")


class LogLevel(StrEnum):
    """How much the server tells about its work."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """What an administrator decides; the defaults serve one person on one machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="ignore",
        # An empty variable, as compose files pass for one that is not set, is the default.
        env_ignore_empty=True,
    )

    # Not in the representation: it may hold a password.
    store: str = Field("sqlite:///rapport.db", repr=False, description="Address of the graph: a SQLite file or Neo4j.")
    team_domains: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Mail domains of our organisation, separated by commas or spaces."
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the server listens on.")
    workers: int = Field(1, ge=1, le=256, description="Number of server processes.")
    log_level: LogLevel = Field(LogLevel.INFO, description="How much the server tells about its work.")
    store_pool_size: int = Field(
        DEFAULT_POOL_SIZE, ge=1, le=10_000, description="Most connections to the store of one process."
    )
    store_timeout_seconds: float = Field(
        DEFAULT_TIMEOUT_SECONDS, gt=0, le=3600, description="Longest wait for a connection to the store, or for a lock."
    )
    max_body_bytes: int = Field(1_000_000, ge=1_000, description="Largest request body that is read.")
    max_query_depth: int = Field(16, ge=1, le=1000, description="Deepest nesting of a query.")
    max_query_tokens: int = Field(4000, ge=10, description="Longest query, in tokens.")
    max_query_aliases: int = Field(60, ge=0, description="Most aliases in a query.")
    max_query_objects: int = Field(
        20_000, ge=1, description="Most objects a query may ask for: lengths of lists, multiplied where nested."
    )

    @field_validator("team_domains", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(re.findall(r"[^\s,]+", value)) if isinstance(value, str) else value

    @field_validator("team_domains")
    @classmethod
    def _domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(normalized_domain(domain) for domain in value)


def normalized_domain(text: str) -> str:
    """Return a mail domain in lower case, without the @ that people put before it; ValueError where it is none."""
    domain = text.strip().removeprefix("@").rstrip(".").lower()
    if not domain or re.search(r"[\s@/,]", domain):
        raise ValueError(f"{text!r} is not a mail domain such as us.example")
    return domain


def load_settings(**given: object) -> Settings:
    """Read the environment; what is given (and not None) comes first."""
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(" ".join(_complaint(detail) for detail in error.errors())) from None


def _complaint(detail: ErrorDetails) -> str:
    key = PREFIX + str(detail["loc"][0]).upper()
    expected = detail["msg"].removeprefix("Value error, ").replace("Input should be", "it should be")
    return f"{key} is {masked(str(detail['input']))!r}: {expected}."


def masked(url: str) -> str:
    """Return a store's address without the password in it, fit to be shown."""
    return PASSWORD.sub(r"\1:***", url)


def near_misses(environ: Iterable[str]) -> dict[str, str]:
    """Return the variables that look like a misspelt setting, each with the one that was probably meant."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strays = (key for key in environ if key.startswith(PREFIX) and key not in known)
    return {key: close[0] for key in strays if (close := difflib.get_close_matches(key, known, n=1, cutoff=0.85))}
