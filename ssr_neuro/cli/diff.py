"""`ssr diff`: where two recorded runs first part."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.input_paths import ARRAYS, check_paths
from ssr_neuro.cli.options import Json


def diff(
    left: Annotated[
        Path, typer.Argument(help="trace.npz of `ssr simulate`", callback=check_paths(ARRAYS))
    ],
    right: Annotated[
        Path,
        typer.Argument(
            help="another, of the same program and inputs", callback=check_paths(ARRAYS)
        ),
    ],
    json: Json = False,
) -> None:
    """Compare two traces: every population, neuron, sample and step.

    Exit code 0 where all is equal, 4 where not; the first difference is named. A run on other
    hardware or another tool can be compared if it is written with the same names and shapes:
    uint8 (samples, steps, *shape) for spikes, int64 for readouts.
    """
    from ssr_neuro.cli.compile.program_output import show_comparisons
    from ssr_neuro.cli.output import print_json
    from ssr_neuro.library.comparison_document import comparison_document
    from ssr_neuro.program.spikes_file import read_trace
    from ssr_neuro.program.trace import compare
    from ssr_neuro.verification.prove import demand

    found = compare(read_trace(left), read_trace(right), (str(left), str(right)))
    if json:
        print_json(comparison_document(found))
    else:
        show_comparisons([found])
    demand(found)
