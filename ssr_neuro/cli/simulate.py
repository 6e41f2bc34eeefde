"""`ssr simulate`: run a compiled program on spikes of one's own."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ssr_neuro import registry
from ssr_neuro.cli.completion import complete_simulator
from ssr_neuro.cli.input_paths import ARRAYS, PROGRAM, check_paths
from ssr_neuro.cli.options import DryRun, Json, Overwrite
from ssr_neuro.cli.output import console, print_json
from ssr_neuro.cli.output_places import check_current_folder

if TYPE_CHECKING:
    from ssr_neuro.library.simulation import Simulation
    from ssr_neuro.program.trace import Comparison

TRACE = Path("trace.npz")


def simulate(
    folder: Annotated[
        Path, typer.Argument(help="folder made by ssr-compile", callback=check_paths(PROGRAM))
    ],
    inputs: Annotated[
        Path,
        typer.Option(
            help=".npz with `inputs` (samples, steps, *shape), or an array per input",
            callback=check_paths(ARRAYS),
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="trace to write, .npz", show_default=str(TRACE))
    ] = None,
    simulator: Annotated[
        str,
        typer.Option(
            help=f"one of {', '.join(registry.names())}", autocompletion=complete_simulator
        ),
    ] = "reference",
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="SIMULATOR",
            autocompletion=complete_simulator,
            help="a second simulator that must agree; the first difference is located",
        ),
    ] = None,
    membranes: Annotated[
        bool, typer.Option("--membranes", help="also write each membrane before its reset")
    ] = False,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Run a compiled program on your spikes; writes the spikes of each population and the readouts.

    With --against, exit code 4 where the two simulators differ, and a description of the first
    difference: population, neuron, sample, step, arriving input, both membranes and spike trains.
    """
    from ssr_neuro.cli.dry_run import show_file
    from ssr_neuro.files import output_file
    from ssr_neuro.program.spikes_file import archive

    if out is None:
        check_current_folder([folder])
    out, reads = archive(out or TRACE), (folder, inputs)
    if dry_run:
        return show_file(out, overwrite, reads, json)
    output_file.check(out, overwrite=overwrite, inputs=reads)
    from ssr_neuro.library.simulation import simulate as run

    if against is not None:
        registry.load(against)  # refuses a name that is none before the first run
    found = run(folder, inputs, simulator=simulator, membranes=membranes)
    found.save(out, overwrite=overwrite, inputs=reads)
    compared = None if against is None else found.check_against(against)
    if json:
        return _print_json(found, out, compared)
    fired = f"{found.spikes_fired:,} spikes on {simulator}"
    console.print(f"{found.trace.samples} samples, {fired}: {out}", soft_wrap=True, markup=False)
    if compared is not None:
        from ssr_neuro.cli.compile.program_output import show_comparisons

        show_comparisons([compared])


def _print_json(found: "Simulation", out: Path, compared: "Comparison | None") -> None:
    fired = {name: int(spikes.sum()) for name, spikes in found.trace.spikes.items()}
    print_json(
        {
            "out": str(out),
            "simulator": found.simulator.name,
            "samples": found.trace.samples,
            "spikes_fired": fired,
            "comparison": None if compared is None else asdict(compared),
        }
    )
