"""Options that several commands share."""

from typing import Annotated, Optional

import typer

Core = Annotated[
    str,
    typer.Option(help="filter: 5-core (SSR paper), 5-once (LRURec), none", show_default=True),
]
Duplicates = Annotated[
    str, typer.Option(help="same user and item again: keep, first (keep the first), last")
]
Reader = Annotated[
    Optional[str],  # noqa: UP045 - typer reads the annotation at run time
    typer.Option(help="force a reader instead of choosing by file name and content"),
]
Json = Annotated[bool, typer.Option("--json", help="print JSON for machines")]
Protocol = Annotated[
    str, typer.Option(help="ratio (SSR: last 20 % of each user) or leave-one-out (LRURec, TiM4Rec)")
]
