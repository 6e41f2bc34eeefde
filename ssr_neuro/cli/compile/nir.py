"""Any NIR graph: compiled, run on every stage, outputs aligned."""

from pathlib import Path
from typing import Any

import nir

from converters.nir.semantics_table import Choice, explain
from converters.nir_to_program import to_program
from ssr_neuro import registry
from ssr_neuro.bundle import write
from ssr_neuro.cli.compile.program_output import show_program
from ssr_neuro.cli.compile.ssr import simulators
from ssr_neuro.cli.compile.stop_after import stop_after
from ssr_neuro.cli.output import command, console, print_json
from ssr_neuro.cli.progress import Progress
from ssr_neuro.cli.spikes_file import read_inputs
from ssr_neuro.compiler.findings import learnt
from ssr_neuro.compiler.options import Wishes, lowered, lowering
from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz, output_folder
from ssr_neuro.lower import stages
from ssr_neuro.program.ir import Program
from ssr_neuro.verification.prove import Runs, run_all

OUTPUTS = "outputs"  # the array of outputs.npz where a graph has one output


def compile_nir(wishes: Wishes, inputs: Path | None, dt_s: float, with_spikes: bool) -> None:
    """Leaves a bundle that checks itself in `wishes.out`, and outputs.npz.

    outputs.npz: `outputs` (samples, steps, *output shape), in the units of the graph, with the
    pipeline delay removed (by node name where the graph has several outputs); with `with_spikes`
    also every population's spikes by name.
    """
    if wishes.target == "nir":
        raise BadInput(f"{wishes.model} is a NIR graph already; choose lava-sim or program")
    if inputs is None:
        raise BadInput("a .nir graph needs --inputs FILE.npz with `inputs` (samples, steps, ...)")
    output_folder.check(wishes.out, overwrite=wishes.overwrite, inputs=wishes.inputs)
    with Progress("compiling") as watch:
        graph = read_graph(wishes.model)
        spikes = read_inputs(inputs, [n for n, x in graph.nodes.items() if is_input(x)])
        steps = next(iter(spikes.values())).shape[1]
        with watch.step("NIR to Program"):
            program = to_program(graph, steps, dt_s, semantics=wishes.semantics)
        choices: tuple[Choice, ...] = ()
        if wishes.explain:
            with watch.step("run every choice of semantics"):
                choices = explain(graph, steps, spikes, dt_s, wishes.semantics)
        how = lowering(wishes, program, spikes, watch)
        if wishes.stop_after is not None:
            return stop_after(wishes, program, how)
        both = lowered(program, how, watch)
        _refuse_names(both.program, with_spikes)
        runs = run_all(both, spikes, simulators(wishes, watch), watch)
        measured = stages(program, how) if wishes.passes else None
        found = learnt(program, both, runs, choices, measured, registry.load("fast"), watch)
    write.write(
        wishes.out,
        both.program,
        runs.trace,
        (lambda folder: _write_outputs(folder, both.program, runs, with_spikes),),
        {"command": command()},
        overwrite=wishes.overwrite,
        inputs=wishes.inputs,
    )
    if wishes.json:
        print_json({"out": str(wishes.out), **found.as_json()})
    else:
        show_program(found, runs.comparisons, wishes.passes)
        console.print(f"Outputs  {wishes.out / 'outputs.npz'}", soft_wrap=True, markup=False)
        console.print(f"Bundle   {wishes.out}", soft_wrap=True, markup=False)


def is_input(node: Any) -> bool:
    return isinstance(node, nir.Input)


def _write_outputs(folder: Path, program: Program, runs: Runs, with_spikes: bool) -> None:
    kept: dict[str, Any] = dict(runs.trace.spikes) if with_spikes else {}
    single = len(program.readouts) == 1
    outputs = {
        OUTPUTS if single else r.name: runs.trace.readouts[r.name] * _unit(r.unit)
        for r in program.readouts
    }
    npz.write(folder / "outputs.npz", outputs | kept)


def _unit(unit: Any) -> Any:
    return 1.0 if unit is None else unit


def _refuse_names(program: Program, with_spikes: bool) -> None:
    """A population in outputs.npz may not take the place of the outputs."""
    if with_spikes and OUTPUTS in (p.name for p in program.populations):
        raise BadInput(
            f"with --trace a population cannot be called {OUTPUTS}; rename the node, or leave "
            "--trace out"
        )


def read_graph(path: Path) -> nir.NIRGraph:
    """Raises BadInput where the file is no NIR graph."""
    try:
        # Its type check takes kernels for square and ignores groups; ours comes with compiling.
        return nir.read(path, type_check=False)
    except KeyError as error:
        raise BadInput(
            f"{path}: a node lacks its {error}, so this is no whole NIR graph; where a name holds "
            "a '/', the file takes it for two: rename the node and write the graph again"
        ) from error
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise BadInput(f"{path}: not a NIR graph that nir can read ({error})") from error
