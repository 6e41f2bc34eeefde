"""A netx `.net` file of lava-dl: its integers as they are, run on every stage, outputs aligned."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from converters.netx import read
from converters.netx_to_program import INPUT, OUTPUT, to_program
from ssr_neuro.bundle import write
from ssr_neuro.cli.compile.program_output import show_comparisons
from ssr_neuro.cli.compile.ssr import simulators
from ssr_neuro.cli.compile.unused_options import LOWERING, READING
from ssr_neuro.cli.output import command, console, print_json, table, whole
from ssr_neuro.cli.progress import Progress
from ssr_neuro.cli.spikes_file import read_inputs
from ssr_neuro.compiler.options import Wishes
from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz, output_folder
from ssr_neuro.lower.schedule import schedule
from ssr_neuro.lower.separate_samples import separate
from ssr_neuro.program.ir import Program
from ssr_neuro.program.verify import verify
from ssr_neuro.verification.prove import Lowered, Runs, run_all

TARGETS = ("lava-sim", "program")


def compile_netx(
    wishes: Wishes, inputs: Path | None, given: Mapping[str, object], with_spikes: bool
) -> None:
    """Leaves a bundle that checks itself in `wishes.out`, and outputs.npz.

    given: options of the command by name. outputs.npz: `outputs` (samples, steps, *shape of the
    last layer), its spikes, or its membrane where it never fires, with the pipeline delay removed;
    with `with_spikes` also the spikes of every layer that fires.
    """
    _refuse(wishes, given)
    if inputs is None:
        raise BadInput("a .net file needs --inputs FILE.npz with `inputs` (samples, steps, ...)")
    output_folder.check(wishes.out, overwrite=wishes.overwrite, inputs=wishes.inputs)
    with Progress("compiling") as watch:
        spikes = read_inputs(inputs, [INPUT])
        with watch.step("netx to Program"):
            layers = read.read(wishes.model)
            program = lowered(to_program(layers, spikes[INPUT].shape[1]))
        runs = run_all(Lowered(program, program), spikes, simulators(wishes, watch), watch)
    write.write(
        wishes.out,
        program,
        runs.trace,
        (lambda folder: npz.write(folder / "outputs.npz", _outputs(runs, with_spikes)),),
        {"command": command()},
        overwrite=wishes.overwrite,
        inputs=wishes.inputs,
    )
    if wishes.json:
        comparisons = [asdict(c) for c in runs.comparisons]
        print_json(
            {"out": str(wishes.out), "program": program.summary(), "comparisons": comparisons}
        )
        return
    summary = program.summary()
    table("Program", tuple(summary), [[whole(n) for n in summary.values()]])
    show_comparisons(runs.comparisons)
    console.print(f"Outputs  {wishes.out / 'outputs.npz'}", soft_wrap=True, markup=False)
    console.print(f"Bundle   {wishes.out}", soft_wrap=True, markup=False)


def lowered(program: Program) -> Program:
    """Depths and delays, and a gap where layers read late; no number changes."""
    for step in (schedule, separate):
        program = step(program)
        verify(program, after=step.__name__)
    return program


def _outputs(runs: Runs, with_spikes: bool) -> dict[str, Any]:
    kept = runs.trace.spikes if with_spikes else {}
    return {"outputs": runs.trace.readouts[OUTPUT], **kept}


def _refuse(wishes: Wishes, given: Mapping[str, object]) -> None:
    if wishes.target not in TARGETS:
        raise BadInput(
            f"{wishes.model} is a netx file; it can be compiled for {' or '.join(TARGETS)}, not "
            f"for {wishes.target}"
        )
    options = (*LOWERING, *READING, "--chip")
    if idle := [name for name in options if given.get(name) not in (None, False, "")]:
        raise BadInput(
            f"{', '.join(idle)}: no meaning for a .net file, whose integers are kept as they are; "
            "leave it out"
        )
