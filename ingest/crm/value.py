"""Where a field of a record comes from: a column, several, a template or a constant, and what becomes of the cell."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from pydantic import model_validator as checks

from ingest.crm.template import Template

Scalar = str | bool | int | float


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _value(value: Any) -> Any:
    """Read the short forms: text is a column, or a template where it has braces; a list is several columns."""
    if isinstance(value, str):
        return {"template": value} if "{" in value else {"column": value}
    return {"columns": value} if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
# The values of a column to match; true stands for any, false for an empty cell.
Where = dict[str, StrictBool | Texts]


class Model(BaseModel):
    """A part of a mapping file; a key it does not have is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Value(Model):
    """Where a field comes from, and what becomes of the cell."""

    column: str | None = None
    columns: Texts = ()
    template: str | None = None
    value: Scalar | None = None
    map: dict[str, Scalar] = {}
    default: Scalar | None = None
    split: str | None = Field(None, min_length=1)
    when: Where = {}
    as_: Literal["text", "number", "flag"] = Field("text", alias="as")

    @checks(mode="after")
    def _has_one_origin(self) -> Self:
        given = [self.column is not None, bool(self.columns), self.template is not None, self.value is not None]
        if sum(given) != 1:
            raise ValueError("give exactly one of column, columns, template or value")
        return self

    @cached_property
    def origins(self) -> tuple[Template, ...]:
        """The templates to fill, one for each column; a constant has none."""
        if self.template is not None:
            return (Template.parse(self.template),)
        names = self.columns or ((self.column,) if self.column is not None else ())
        return tuple(Template.of_column(name) for name in names)

    @cached_property
    def fallback(self) -> Template | None:
        """The template of a default that is text."""
        return Template.parse(self.default) if isinstance(self.default, str) else None

    @cached_property
    def folded_map(self) -> Mapping[str, Scalar]:
        """The map by folded text, for cells that differ in case alone."""
        return {name.casefold(): value for name, value in self.map.items()}

    def used_columns(self) -> Iterator[str]:
        """Yield every column this needs."""
        for template in (*self.origins, *((self.fallback,) if self.fallback else ())):
            yield from template.columns
        yield from self.when


Source = Annotated[Value, BeforeValidator(_value)]


def matches(where: Where, row: Mapping[str, str]) -> bool:
    """Tell whether a row has the values asked for, in any case."""
    for column, wanted in where.items():
        cell = row[column].casefold()
        if isinstance(wanted, bool):
            if bool(cell) != wanted:
                return False
        elif cell not in (text.casefold() for text in wanted):
            return False
    return True
