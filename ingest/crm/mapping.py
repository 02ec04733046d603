"""A mapping: which CSV holds which records, and which column is which field (``docs/crm.md``)."""

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, PrivateAttr
from pydantic import model_validator as checks
from pydantic.alias_generators import to_camel

from graph.model import Role
from ingest.crm.suggest import near
from ingest.crm.value import Model, Source, Texts, Value, Where, matches
from ingest.lines import (
    AccountLine,
    ContactLine,
    EngagementLine,
    InteractionLine,
    LeadLine,
    OpportunityLine,
    SellerLine,
)

LINES: dict[str, type[BaseModel]] = {
    "seller": SellerLine,
    "account": AccountLine,
    "contact": ContactLine,
    "lead": LeadLine,
    "opportunity": OpportunityLine,
    "interaction": InteractionLine,
    "engagement": EngagementLine,
}
RecordType = Literal["seller", "account", "contact", "lead", "opportunity", "interaction", "engagement"]
NOT_MAPPED = frozenset({"type", "attributes", "participants", "provisional", "copyKey"})
REQUIRED = {
    "account": ("id", "name"),
    "opportunity": ("id", "name"),
    "interaction": ("id", "kind", "at"),
    "engagement": ("interactionId", "event", "at"),
}


class Join(Model):
    """Another file to look things up in; its columns are known as ``file.column``."""

    file: str
    key: str
    column: str

    @property
    def prefix(self) -> str:
        """The name of the file without its ending."""
        return self.file.partition(".")[0]


class Participant(Model):
    """Somebody who took part in an interaction."""

    role: Role
    person_id: Source | None = Field(None, alias="personId")
    email: Source | None = None
    name: Source | None = None

    @checks(mode="after")
    def _is_somebody(self) -> Self:
        if self.person_id is None and self.email is None:
            raise ValueError("give personId or email")
        return self

    def sources(self) -> Iterator[tuple[str, Value]]:
        """Yield each given field and where it comes from."""
        named = (("personId", self.person_id), ("email", self.email), ("name", self.name))
        yield from ((name, source) for name, source in named if source is not None)


class RecordSet(Model):
    """The records of one type that one file holds."""

    type: RecordType
    file: str
    where: Where = Field(default_factory=dict)
    join: tuple[Join, ...] = ()
    fields: dict[str, Source]
    attributes: dict[str, Source] = Field(default_factory=dict)
    participants: tuple[Participant, ...] = ()
    _number: int = PrivateAttr(0)

    @checks(mode="after")
    def _fields_exist(self) -> Self:
        known = sorted({to_camel(name) for name in LINES[self.type].model_fields} - NOT_MAPPED)
        for name in self.fields:
            if name not in known:
                raise ValueError(f"fields: {name!r} is no field of {self.type}{near(name, known, 'Its fields are')}")
        for name in REQUIRED.get(self.type, ("id",)):
            if name not in self.fields:
                raise ValueError(f"fields: {name} is missing, and every {self.type} needs it")
        if bool(self.participants) != (self.type == "interaction"):
            raise ValueError("participants: an interaction needs them, nothing else has them")
        if self.attributes and self.type != "opportunity":
            raise ValueError("attributes: only an opportunity has them")
        if any(value.as_ != "text" for value in self.fields.values()):
            raise ValueError("fields: 'as' is for attributes; each field has a type of its own")
        return self

    @property
    def place(self) -> str:
        """How to speak of this set in an error."""
        return f"records {self._number} ({self.type} from {self.file})"

    def numbered(self, number: int) -> Self:
        """Remember which of the sets of a mapping this is."""
        self._number = number
        return self

    def sources(self) -> Iterator[tuple[str, Value]]:
        """Yield every value with its place in the mapping."""
        yield from ((f"fields.{name}", source) for name, source in self.fields.items())
        yield from ((f"attributes.{name}", source) for name, source in self.attributes.items())
        for i, participant in enumerate(self.participants, start=1):
            yield from ((f"participants {i}.{name}", source) for name, source in participant.sources())

    def columns(self) -> Iterator[tuple[str, str]]:
        """Yield every column that a value needs, with the place that names it."""
        yield from ((place, column) for place, source in self.sources() for column in source.used_columns())

    def takes(self, row: Dict[str, str]) -> bool:
        """Tell whether a row is one of this set."""
        return matches(self.where, row)


class Formats(Model):
    """How a program writes dates and numbers."""

    time_zone: str = "UTC"
    date_format: Texts = ()
    decimal: Literal[".", ","] = "."

    @checks(mode="after")
    def _zone_exists(self) -> Self:
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, OSError, KeyError) as exc:
            raise ValueError(
                f"time_zone: {self.time_zone!r} is no time zone; use a name such as Europe/Madrid"
            ) from exc
        return self

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of times without an offset."""
        return ZoneInfo(self.time_zone)


class Mapping(Model):
    """A whole mapping file."""

    formats: Formats = Formats()
    mend: dict[str, dict[str, dict[str, str]]] = Field(default_factory=dict)
    records: tuple[RecordSet, ...] = Field(min_length=1)
    _path: Path = PrivateAttr()

    @checks(mode="after")
    def _mends_what_it_reads(self) -> Self:
        read = {records.file for records in self.records} | {join.file for one in self.records for join in one.join}
        for name in self.mend:
            if name not in read:
                raise ValueError(f"mend: no records are read from {name!r}{near(name, sorted(read), 'Files are')}")
        return self

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self._path

    def read_from(self, path: Path) -> Self:
        """Remember where this was read, and number the record sets."""
        self._path = path
        for number, records in enumerate(self.records, start=1):
            records.numbered(number)
        return self

    def mend_of(self, file: str) -> dict[str, dict[str, str]]:
        """Return the corrections for a file, by column."""
        return self.mend.get(file) or self.mend.get(file.removesuffix(".gz"), {})
