"""`ssr place`: a compiled program on the cores of a chip."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.completion import complete_chip
from ssr_neuro.cli.input_paths import ARRAYS, PLACEABLE, check_chip, check_paths
from ssr_neuro.cli.options import Json


def place(
    program: Annotated[
        Path,
        typer.Argument(
            help="folder made by ssr-compile, or model.pt",
            metavar="FOLDER|MODEL.PT",
            callback=check_paths(PLACEABLE),
        ),
    ],
    chip: Annotated[
        str,
        typer.Option(
            help="name of a chip (`ssr chips`), or a .toml file of your own",
            autocompletion=complete_chip,
            callback=check_chip,
        ),
    ],
    inputs: Annotated[
        Path | None,
        typer.Option(
            help=".npz of spikes that messages are counted with",
            show_default="golden vectors of the folder, or sequences in model.pt",
            callback=check_paths(ARRAYS),
        ),
    ] = None,
    mesh: Annotated[
        str | None,
        typer.Option(
            metavar="CxR[xK]",
            help="columns and rows of tiles, and cores in each, such as 8x4x4",
            show_default="as the chip's file says",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Put a program on a chip: cores and their use, messages and hops, time per step.

    Exit code 3 where it does not fit: every population, need and limit, and what to do.
    """
    from ssr_neuro.library.placement import place as place_on

    placed = place_on(program, chip, inputs=inputs, mesh=mesh)
    if json:
        from ssr_neuro.cli.output import print_json
        from ssr_neuro.placement import as_json

        print_json(as_json(placed))
    else:
        from ssr_neuro.cli.place_output import show

        show(placed)
