"""What the commands share: consoles and the store option."""

from typing import Annotated

import typer
from rich.console import Console

# Lines are never folded: they are grepped and pasted.
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Where the graph is: sqlite:///FILE, neo4j://USER:PASSWORD@HOST:7687, neo4j+s:// or bolt://. "
        "Otherwise RAPPORT_STORE, otherwise sqlite:///rapport.db.",
        show_default=False,
    ),
]
