"""`ssr verify`: a bundle is as it was made, and still computes what it did."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro import registry
from ssr_neuro.cli.completion import complete_simulator
from ssr_neuro.cli.input_paths import BUNDLE, check_paths
from ssr_neuro.cli.options import Json
from ssr_neuro.cli.output import console, print_json


def verify(
    folder: Annotated[
        Path, typer.Argument(help="bundle made by ssr-compile", callback=check_paths(BUNDLE))
    ],
    simulator: Annotated[
        list[str],
        typer.Option(
            help=f"one of {', '.join(registry.names())}; give it again for several",
            autocompletion=complete_simulator,
        ),
    ] = ["fast"],  # noqa: B006 - typer reads the default at run time
    json: Json = False,
) -> None:
    """Check every hash, then replay the golden inputs and compare all spikes, readouts, membranes.

    Sequences, top-10 lists, outputs and the counts of the report are recomputed, too.
    Exit code 4 where a file has changed, or a value differs; it says which.
    """
    from ssr_neuro.cli.compile.program_output import show_comparisons
    from ssr_neuro.library.bundles import verify as verify_bundle

    found = verify_bundle(folder, tuple(simulator))
    if json:
        return print_json(found.to_dict())
    console.print(f"{found.files} files are as they were made", markup=False)
    if found.others:
        console.print(f"Not of the bundle: {', '.join(found.others)}", markup=False, soft_wrap=True)
    for comparison in found.comparisons:
        show_comparisons([comparison])
        equal, name = found.membranes[comparison.right], comparison.right
        console.print(f"{equal:,} watched membranes of {name} are the golden ones\n", markup=False)
    for claim in found.claims:
        console.print(claim, markup=False)
