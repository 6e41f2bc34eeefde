"""Options that several commands share."""

from typing import Annotated

import typer

Core = Annotated[
    str,
    typer.Option(help="filter: 5-core (SSR paper), 5-once (LRURec), none", show_default=True),
]
Duplicates = Annotated[
    str, typer.Option(help="same user and item again: keep, first (keep the first), last")
]
Reader = Annotated[
    str | None,
    typer.Option(help="force a reader instead of choosing by file name and content"),
]
Json = Annotated[bool, typer.Option("--json", help="print JSON for machines")]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="replace what an earlier run wrote to --out")
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="say what would be written where; run and write nothing"),
]
Protocol = Annotated[
    str, typer.Option(help="ratio (SSR: last 20 % of each user) or leave-one-out (LRURec, TiM4Rec)")
]
