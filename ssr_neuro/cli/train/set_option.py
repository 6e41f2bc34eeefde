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


def refuse_twice(context: typer.Context, found: Chosen) -> None:
    """Raises BadInput where an option that was typed and --set say the same field."""
    for name in context.params:
        source = context.get_parameter_source(name)
        key = KEYS.get(name, name)
        was_typed = source is not None and source.name == "COMMANDLINE"
        if was_typed and key in {**found.config, **found.training}:
            option = name.replace("_", "-")
            raise BadInput(f"--{option} and --set {key} are the same; give one of the two")
