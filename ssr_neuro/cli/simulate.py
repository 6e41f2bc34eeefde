"""`ssr simulate`: run a compiled program on spikes of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro import registry
from ssr_neuro.cli.completion import complete_simulator
from ssr_neuro.cli.input_paths import ARRAYS, PROGRAM, check_paths
from ssr_neuro.cli.options import DryRun, Overwrite
from ssr_neuro.cli.output import console


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
    out: Annotated[Path, typer.Option(help="trace to write, .npz")] = Path("trace.npz"),
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
) -> None:
    """Run a compiled program; writes spikes by population and readouts by name.

    With --against, exit code 4 where the two differ anywhere, and what led to the first place:
    population, neuron, sample, step, arriving input, both membranes and spike trains.
    """
    from ssr_neuro.cli.dry_run import show_file
    from ssr_neuro.files import output_file
    from ssr_neuro.program.spikes_file import archive

    out, reads = archive(out), (folder, inputs)
    if dry_run:
        return show_file(out, overwrite, reads)
    output_file.check(out, overwrite=overwrite, inputs=reads)
    from ssr_neuro.library.simulation import simulate as run

    if against is not None:
        registry.load(against)  # refuses a name that is none before the first run
    found = run(folder, inputs, simulator=simulator, membranes=membranes)
    found.save(out, overwrite=overwrite, inputs=reads)
    fired = f"{found.spikes_fired:,} spikes on {simulator}"
    console.print(f"{found.trace.samples} samples, {fired}: {out}", soft_wrap=True, markup=False)
    if against is not None:
        from ssr_neuro.cli.compile.program_output import show_comparisons

        show_comparisons([found.check_against(against)])
