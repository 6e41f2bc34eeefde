"""Options that several commands share."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from ssr_neuro.cli.input_paths import DATA, MODEL, check_paths

PANEL = "Reading the data"
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Option:
    """An option that several commands share: how it is annotated, and its default."""

    annotation: Any
    default: Any = None


# The fields of `Reading`. None stands for its default, so that a command can tell what was asked.
READING: dict[str, Option] = {
    "core": Option(
        Annotated[
            str | None,
            typer.Option(
                help="filter: 5-core (SSR paper), 5-once (LRURec for ML-1M), none",
                show_default="5-core",
                rich_help_panel=PANEL,
            ),
        ]
    ),
    "duplicates": Option(
        Annotated[
            str | None,
            typer.Option(
                help="same user and item again: keep, first (keep the first), last, immediate "
                "(keep the first of those in a row; LRURec but for ML-1M)",
                show_default="keep",
                rich_help_panel=PANEL,
            ),
        ]
    ),
    "ties": Option(
        Annotated[
            str | None,
            typer.Option(
                help="order of a user's interactions of the same time: file (as they stand in it), "
                "item (ascending, a pattern that models learn), shuffle (at random, seed 0)",
                show_default="file",
                rich_help_panel=PANEL,
            ),
        ]
    ),
    "reader": Option(
        Annotated[
            str | None,
            typer.Option(
                help="force a reader instead of choosing by file name and content",
                rich_help_panel=PANEL,
            ),
        ]
    ),
    **{
        f"{what}_column": Option(
            Annotated[
                str | None,
                typer.Option(
                    help=f"column of {what}s by name, or by number from 1{more}",
                    show_default="by known names",
                    rich_help_panel=PANEL,
                ),
            ]
        )
        for what, more in (("user", ""), ("item", ""), ("time", "; none: read no times"))
    },
}


def takes_options(options: Mapping[str, Option]) -> Callable[[Command], Command]:
    """Give a command these options in the place of its `**options`."""

    def extend(command: Command) -> Command:
        signature = inspect.signature(command, eval_str=True)
        own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
        shared = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default,
                annotation=option.annotation,
            )
            for name, option in options.items()
        ]
        command.__signature__ = signature.replace(parameters=[*own, *shared])  # type: ignore[attr-defined]
        return command

    return extend


def reads_data(command: Command) -> Command:
    """Give a command, in the place of its `**reading`, every option of reading data."""
    return takes_options(READING)(command)


def reads_all_data(command: Command) -> Command:
    """As `reads_data`, for a command whose filter is none where none is asked for."""
    core = Annotated[
        str | None,
        typer.Option(
            help="filter: none, 5-core, 5-once", show_default="none", rich_help_panel=PANEL
        ),
    ]
    return takes_options({**READING, "core": Option(core)})(command)


Data = Annotated[
    str, typer.Option(help="data set file, or 'generated'", callback=check_paths(DATA))
]
Models = Annotated[
    list[Path], typer.Argument(help="one or more model.pt", callback=check_paths(MODEL))
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
