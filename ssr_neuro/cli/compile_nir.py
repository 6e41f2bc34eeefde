"""Any NIR graph of the supported nodes: compiled, run on every stage, outputs aligned."""

import sys
import zipfile
from pathlib import Path
from typing import Any

import nir
import numpy as np
import numpy.typing as npt

from converters.nir_to_program import to_program
from ssr_neuro import bundle, program_file
from ssr_neuro.cli import compile_output
from ssr_neuro.cli.compile_ssr import Wishes, simulators, working
from ssr_neuro.cli.output import console, print_json
from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.ir import Program
from ssr_neuro.lower import Lowering, lower, warnings
from ssr_neuro.trace import Bits, Comparison, Trace, compare

# `outputs` is an array of outputs.npz; the others are parameters of np.savez_compressed.
TAKEN_NAMES = frozenset({"outputs", "file", "allow_pickle"})


def compile_nir(wishes: Wishes, inputs: Path | None, dt_s: float, with_spikes: bool) -> None:
    """Leaves program.json, weights.npz and outputs.npz in `wishes.out`.

    outputs.npz: `outputs` (samples, steps, *output shape), in the units of the graph, with the
    pipeline delay removed; with `with_spikes` also every population's spikes by name.
    """
    if wishes.target == "nir":
        raise BadInput(f"{wishes.model} is a NIR graph already; choose lava-sim or program")
    if inputs is None:
        raise BadInput("a .nir graph needs --inputs FILE.npz with `inputs` (samples, steps, ...)")
    bundle.check_free(wishes.out)
    spikes = read_inputs(inputs)
    with working(wishes.json) as watch:
        with watch.step("NIR to integer Program"):
            graph = read_graph(wishes.model)
            program = lower(
                to_program(graph, spikes.shape[1], dt_s), Lowering(wishes.weight_bits)
            )
            _refuse_names(program, with_spikes)
        runs: dict[str, Trace] = {}
        for simulator in simulators(wishes, watch):
            with watch.step(f"run {simulator.name} on {len(spikes)} samples"):
                runs[simulator.name] = simulator.run(program, {program.inputs[0].name: spikes})
    (first, reference), *others = runs.items()
    comparisons = [compare(reference, run, (first, name)) for name, run in others]
    _demand(comparisons)
    with bundle.replacing(wishes.out) as folder:
        program_file.save(program, folder)
        kept: dict[str, Any] = dict(reference.spikes) if with_spikes else {}
        (readout,) = program.readouts
        outputs = reference.readouts[readout.name] * (readout.unit or 1.0)
        np.savez_compressed(folder / "outputs.npz", outputs=outputs, **kept)
        bundle.write_manifest(folder, {"command": ["ssr-compile", *sys.argv[1:]]})
    if wishes.json:
        summary = {**program.summary(), "warnings": warnings(program)}
        checks = [vars(c) for c in comparisons]
        print_json({"out": str(wishes.out), "program": summary, "comparisons": checks})
    else:
        compile_output.show_comparisons(comparisons)
        compile_output.show_warnings(warnings(program))
        console.print(f"Outputs  {wishes.out / 'outputs.npz'}", soft_wrap=True)


def _refuse_names(program: Program, with_spikes: bool) -> None:
    """A population in outputs.npz may not take the place of the outputs, nor of a keyword."""
    taken = {p.name for p in program.populations} & TAKEN_NAMES
    if with_spikes and taken:
        raise BadInput(
            f"with --trace a population cannot be called {', '.join(sorted(taken))}; rename the "
            "node, or leave --trace out"
        )


def read_graph(path: Path) -> nir.NIRGraph:
    """Raises BadInput where the file is no NIR graph."""
    try:
        return nir.read(path)
    except (OSError, KeyError, ValueError, TypeError, AssertionError) as error:
        raise BadInput(f"{path}: not a NIR graph that nir can read ({error})") from error


def read_inputs(path: Path, name: str = "inputs") -> Bits:
    """`name`, or else `inputs`, of an .npz: 0 and 1, (samples, steps, *shape), or BadInput."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            found = next((key for key in (name, "inputs") if key in stored), None)
            if found is None:
                raise BadInput(f"{path} holds {sorted(stored)}; it needs an array named `inputs`")
            spikes: npt.NDArray[Any] = stored[found]
    except (OSError, EOFError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path}: cannot be read as .npz ({error})") from error
    if spikes.ndim < 3 or not np.isin(spikes, (0, 1)).all():
        raise BadInput(
            f"{path}: `inputs` has shape {spikes.shape}; it needs (samples, steps, *input shape) "
            "with values 0 and 1"
        )
    return spikes.astype(np.uint8)


def _demand(comparisons: list[Comparison]) -> None:
    for comparison in comparisons:
        if comparison.first is not None:
            raise Mismatch(comparison.first.describe(comparison.left, comparison.right))
