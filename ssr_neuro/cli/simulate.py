"""`ssr simulate`: run a compiled program on spikes of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.output import console


def simulate(
    folder: Annotated[Path, typer.Argument(help="folder made by ssr-compile")],
    inputs: Annotated[
        Path,
        typer.Option(help=".npz with `inputs` (samples, steps, *shape)"),
    ],
    out: Annotated[Path, typer.Option(help="trace to write, .npz")] = Path("trace.npz"),
    simulator: Annotated[str, typer.Option(help="reference, fast or lava_cpu")] = "reference",
) -> None:
    """Run a compiled program; writes spikes by population and readouts by name."""
    import numpy as np

    from ssr_neuro import plugins, program_file
    from ssr_neuro.cli.compile_nir import read_inputs

    program = program_file.load(folder)
    out = out if out.suffix == ".npz" else out.with_name(f"{out.name}.npz")
    (node,) = program.inputs
    spikes = read_inputs(inputs, node.name)
    trace = plugins.load(simulator).run(program, {node.name: spikes})
    np.savez_compressed(out, **trace.spikes, **trace.readouts)  # type: ignore[arg-type]
    fired = sum(int(s.sum()) for s in trace.spikes.values())
    console.print(f"{trace.samples} samples, {fired:,} spikes on {simulator}: {out}")
