"""Options that several commands share."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from ssr_neuro.cli.input_paths import DATA, MODEL, checked

PANEL = "Reading the data"
Command = TypeVar("Command", bound=Callable[..., Any])

# The fields of `Reading`. None stands for its default, so that a command can tell what was asked.
READING: dict[str, Any] = {
    "core": Annotated[
        str | None,
        typer.Option(
            help="filter: 5-core (SSR paper), 5-once (LRURec for ML-1M), none",
            show_default="5-core",
            rich_help_panel=PANEL,
        ),
    ],
    "duplicates": Annotated[
        str | None,
        typer.Option(
            help="same user and item again: keep, first (keep the first), last, immediate (keep "
            "the first of those in a row; LRURec but for ML-1M)",
            show_default="keep",
            rich_help_panel=PANEL,
        ),
    ],
    "ties": Annotated[
        str | None,
        typer.Option(
            help="order of a user's interactions of the same time: file (as they stand in it), "
            "item (ascending, a pattern that models learn), shuffle (at random, seed 0)",
            show_default="file",
            rich_help_panel=PANEL,
        ),
    ],
    "reader": Annotated[
        str | None,
        typer.Option(
            help="force a reader instead of choosing by file name and content",
            rich_help_panel=PANEL,
        ),
    ],
    **{
        f"{what}_column": Annotated[
            str | None,
            typer.Option(
                help=f"column of {what}s by name, or by number from 1{more}",
                show_default="by known names",
                rich_help_panel=PANEL,
            ),
        ]
        for what, more in (("user", ""), ("item", ""), ("time", "; none: read no times"))
    },
}


def reads_data(command: Command) -> Command:
    """Give a command, in the place of its `**reading`, every option of reading data."""
    signature = inspect.signature(command, eval_str=True)
    keyword_only = inspect.Parameter.KEYWORD_ONLY
    own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    options = [
        inspect.Parameter(name, keyword_only, default=None, annotation=kind)
        for name, kind in READING.items()
    ]
    command.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    return command


Data = Annotated[str, typer.Option(help="data set file, or 'generated'", callback=checked(DATA))]
Models = Annotated[list[Path], typer.Argument(help="one or more model.pt", callback=checked(MODEL))]
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
