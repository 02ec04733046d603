"""Text with columns in braces: ``{account}: {product}``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

HOLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """``literals`` surround ``columns``: one more of the first than of the second."""

    literals: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the template that a text stands for."""
        parts = HOLE.split(text)
        return cls(tuple(parts[::2]), tuple(name.strip() for name in parts[1::2]))

    @classmethod
    def of_column(cls, name: str) -> Self:
        """Return the template that is one column and nothing else."""
        return cls(("", ""), (name,))

    def fill(self, row: Mapping[str, str]) -> str:
        """Return the text with the cells of a row in it; blank where any of them is, for half a name is none."""
        cells = [row[name] for name in self.columns]
        if not all(cells):
            return ""
        return "".join(part for pair in zip(self.literals, [*cells, ""], strict=True) for part in pair)
