"""`--set KEY=VALUE` of `ssr train` and `ssr search`: fields of a model's config and of training."""

from typing import Annotated

import typer

from ssr_neuro.errors import BadInput
from ssr_neuro.library.chosen_fields import KEYS, Chosen

Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="any field of the model's config or of training; `ssr models NAME` lists them",
    ),
]


def is_given(context: typer.Context, name: str) -> bool:
    """Whether an option was typed, or is in the file of --config."""
    origin = context.get_parameter_source(name)
    return origin is not None and origin.name in ("COMMANDLINE", "DEFAULT_MAP")


def is_typed(context: typer.Context, name: str) -> bool:
    """Whether an option was typed on the command line."""
    origin = context.get_parameter_source(name)
    return origin is not None and origin.name == "COMMANDLINE"


def refuse_twice(context: typer.Context, found: Chosen) -> None:
    """Raises BadInput where an option that was typed and --set say the same field."""
    for name in context.params:
        key = KEYS.get(name, name)
        if is_typed(context, name) and key in {**found.config, **found.training}:
            option = name.replace("_", "-")
            raise BadInput(f"--{option} and --set {key} are the same; give one of the two")
