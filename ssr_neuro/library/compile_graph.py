"""Any NIR graph, and lava-dl's .net files: compiled, run on every stage, outputs aligned."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import nir

from converters.nir.graph_data import data_of_outputs
from converters.nir.semantics_table import Choice, explain, explain_exporters
from ssr_neuro import registry
from ssr_neuro.compiler.findings import collect
from ssr_neuro.compiler.lowering import choose_lowering, lower_once
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.graph_program import graph_program
from ssr_neuro.library.simulators import load_simulators
from ssr_neuro.program.ir import IntegerProgram, Program
from ssr_neuro.program.trace import Trace, in_graph_units
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Runs, run_all

OUTPUTS = "outputs"  # the array of outputs.npz where a graph has one output
OUTPUTS_FILE = "outputs.npz"
DATA_FILE = "outputs.h5"  # as nir.NIRGraphData, where the inputs were


def compile_graph(
    graph: nir.NIRGraph | Path, inputs: Any, options: CompileOptions, stopwatch: Stopwatch
) -> Compiled:
    """inputs: spikes (samples, steps, *shape), an array, arrays by name, or an .npz file.

    `outputs` of the result: (samples, steps, *output shape), in the units of the graph, with the
    pipeline delay removed (by node name where the graph has several outputs); with `trace` every
    population's spikes by name, too. inputs may be an `nir.NIRGraphData`, or a file of it; the
    bundle then has the outputs in that form, too.
    """
    with stopwatch.step("NIR to Program"):
        read = graph_program(graph, inputs, options)
    program, spikes = read.program, read.spikes
    choices: tuple[Choice, ...] = ()
    if options.explain:
        with stopwatch.step("run every choice of semantics"):
            told = (read.graph, read.steps, spikes, read.reading)
            choices = (*explain(*told), *explain_exporters(*told))
    lowering = choose_lowering(options, program, spikes, stopwatch)
    passed = lower_once(program, lowering, stopwatch)
    _refuse_names(passed.lowered.program, options.trace)
    runs = run_all(passed.lowered, spikes, load_simulators(options, stopwatch), stopwatch)
    stages = passed.stages if options.passes else None
    fast = registry.load("fast")
    findings = collect(program, passed.lowered, runs, choices, stages, fast, stopwatch)
    outputs = outputs_of(passed.lowered.program, runs.trace)
    made = to_compiled(read.name, passed.lowered.program, runs, outputs, options, findings)
    if not read.from_graph_data:
        return made
    names = [node.name for node in passed.lowered.program.readouts]
    data = data_of_outputs(dict(zip(names, outputs.values(), strict=True)), read.reading.dt_s)
    return replace(made, writers=(*made.writers, partial(_write_data, data=data)))


def to_compiled(
    name: str,
    program: IntegerProgram,
    runs: Runs,
    outputs: Mapping[str, Any],
    options: CompileOptions,
    findings: Any = None,
) -> Compiled:
    """The result of a network without items; its bundle has outputs.npz."""
    kept = {**outputs, **(runs.trace.spikes if options.trace else {})}
    return Compiled(
        name=name,
        program=program,
        proof=runs,
        report=None,
        findings=findings,
        recommender=None,
        outputs=kept,
        writers=(partial(_write_outputs, outputs=kept),),
        provenance={},
    )


def _write_outputs(folder: Path, outputs: Mapping[str, Any]) -> None:
    npz.write(folder / OUTPUTS_FILE, outputs)


def _write_data(folder: Path, data: nir.NIRGraphData) -> None:
    content = BytesIO()
    nir.write_data(content, data)
    (folder / DATA_FILE).write_bytes(content.getvalue())


def outputs_of(program: Program, trace: Trace) -> dict[str, Any]:
    """The arrays of outputs.npz: readouts in the units of the graph."""
    single = len(program.readouts) == 1
    return {OUTPUTS if single else r.name: in_graph_units(r, trace) for r in program.readouts}


def _refuse_names(program: Program, with_spikes: bool) -> None:
    """A population in outputs.npz may not take the place of the outputs."""
    if with_spikes and OUTPUTS in (p.name for p in program.populations):
        raise BadInput(
            f"with --trace a population cannot be called {OUTPUTS}; rename the node, or leave "
            "--trace out"
        )
