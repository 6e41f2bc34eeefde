"""`ssr simulate`: run a compiled program on spikes of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ssr_neuro import registry
from ssr_neuro.cli.input_paths import ARRAYS, PROGRAM, checked
from ssr_neuro.cli.options import DryRun, Overwrite
from ssr_neuro.cli.output import console
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.program.ir import IntegerProgram


def simulate(
    folder: Annotated[
        Path, typer.Argument(help="folder made by ssr-compile", callback=checked(PROGRAM))
    ],
    inputs: Annotated[
        Path,
        typer.Option(
            help=".npz with `inputs` (samples, steps, *shape), or an array per input",
            callback=checked(ARRAYS),
        ),
    ],
    out: Annotated[Path, typer.Option(help="trace to write, .npz")] = Path("trace.npz"),
    simulator: Annotated[
        str, typer.Option(help=f"one of {', '.join(registry.names())}")
    ] = "reference",
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="SIMULATOR",
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
    from ssr_neuro.program.spikes_file import archive, read_inputs, write_trace

    out, reads = archive(out), (folder, inputs)
    if dry_run:
        return show_file(out, overwrite, reads)
    output_file.check(out, overwrite=overwrite, inputs=reads)
    program = _ready(folder)
    spikes = read_inputs(inputs, [node.name for node in program.inputs])
    first, second = registry.load(simulator), registry.load(against or simulator)
    trace = first.run(program, spikes, membranes=membranes)
    write_trace(out, trace, overwrite=overwrite, inputs=reads)
    fired = sum(int(s.sum()) for s in trace.spikes.values())
    said = f"{trace.samples} samples, {fired:,} spikes on {simulator}: {out}"
    console.print(said, soft_wrap=True, markup=False)
    if against is not None:
        from ssr_neuro.cli.compile.program_output import show_comparisons
        from ssr_neuro.verification.prove import agree

        show_comparisons([agree(program, spikes, trace, first, second)])


def _ready(folder: Path) -> "IntegerProgram":
    """Raises BadInput where the program cannot be run yet."""
    from ssr_neuro.program import program_file
    from ssr_neuro.program.ir import as_integer
    from ssr_neuro.program.simulator import unready

    program = program_file.load(folder)
    if why := unready(program):
        raise BadInput(
            f"{folder} holds a program that cannot be run: {why}; compile with --stop-after "
            "separate or a later pass, or without --stop-after"
        )
    return as_integer(program)
