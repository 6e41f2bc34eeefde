"""The options of `ssr-compile`."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro import registry
from ssr_neuro.cli.completion import complete_chip, complete_target
from ssr_neuro.cli.input_paths import DATA, GRAPH_INPUTS, SOURCE, check_chip, check_paths
from ssr_neuro.settings.default_chip import DEFAULT_CHIP

Model = Annotated[
    Path,
    typer.Argument(
        help="model.pt from `ssr train`, a .nir or .net graph", callback=check_paths(SOURCE)
    ),
]
Target = Annotated[
    str,
    typer.Option(
        help=", ".join(f"{name} ({does})" for name, does in registry.BUNDLE_TARGETS.items())
        + f", or another tool's format: {', '.join(registry.targets())}",
        autocompletion=complete_target,
    ),
]
Out = Annotated[
    Path | None, typer.Option(help="folder for the result", show_default="build/MODEL-TARGET")
]
Data = Annotated[
    str | None,
    typer.Option(
        help="data set to measure accuracy on: a file, or 'generated'",
        callback=check_paths(DATA),
    ),
]
Samples = Annotated[
    int | None, typer.Option(min=1, help="sequences to run on every stage", show_default="64")
]
Chip = Annotated[
    str | None,
    typer.Option(
        help="to place the program on: a name of `ssr chips`, or a .toml file",
        show_default=DEFAULT_CHIP,
        autocompletion=complete_chip,
        callback=check_chip,
    ),
]
WeightBits = Annotated[
    int | None,
    typer.Option(min=2, max=8, help="bits of a weight", show_default="as trained, else 8"),
]
Calibrate = Annotated[
    bool | None,
    typer.Option(
        "--calibrate/--no-calibrate",
        help="choose each population's scale on data",
        show_default="below 8 bits, unless trained for them",
    ),
]
Optimise = Annotated[
    bool | None,
    typer.Option(
        "--optimise/--no-optimise",
        help="make the program smaller without changing a bit of its readouts",
        show_default="optimise, but not with --trace, which shows every neuron",
    ),
]
Passes = Annotated[bool, typer.Option("--passes", help="print what every pass saved")]
Details = Annotated[
    bool,
    typer.Option(
        "--details",
        help="print what quantising did to each population, all ways of accounting for energy, "
        "and seconds by step",
    ),
]
StopAfter = Annotated[
    str | None,
    typer.Option(metavar="PASS", help="write the program as it is after this pass; run nothing"),
]
Layout = Annotated[
    str | None,
    typer.Option(help="of a .nir target: compact or flat", show_default="compact"),
]
Inputs = Annotated[
    Path | None,
    typer.Option(
        help="spikes for a .nir graph: .npz with `inputs` (samples, steps, *shape), or an .h5 "
        "of nir.write_data",
        callback=check_paths(GRAPH_INPUTS),
    ),
]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain", help="print how many spikes every other reading of the graph changes"
    ),
]
Trace = Annotated[bool, typer.Option("--trace", help="also write each population's spikes")]
Lanes = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="samples side by side in Lava; with --target rtl or rtl-int8, neurons side "
        "by side in the core: 1, 2, 4, 8 or 16",
        show_default="Lava: by their number; rtl, rtl-int8: 8",
    ),
]
Liberty = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="with --target rtl or rtl-int8: cells (.lib, .lib.gz) in which the core is "
        "synthesised, run gate by gate and priced",
    ),
]
Fpga = Annotated[
    str | None,
    typer.Option(
        help="with --target rtl: ecp5 counts what the core and its serial line take of one; ulx3s "
        "places and routes them for that board, and writes its bitstream",
    ),
]
TimeoutS = Annotated[
    float | None, typer.Option(help="limit for Lava, seconds", show_default="by the work")
]
Debug = Annotated[bool, typer.Option("--debug", help="show the traceback of an error")]
