"""A netx .net file of lava-dl: its integers as they are, run on every stage, outputs aligned."""

from pathlib import Path
from typing import Any

from converters.netx import read as netx
from converters.netx_to_program import INPUT, OUTPUT, to_program
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.errors import BadInput
from ssr_neuro.library.compile_graph import OUTPUTS, to_compiled
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.simulators import load_simulators
from ssr_neuro.library.spikes import read_named_spikes
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.lower.separate_samples import SeparateSamples
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.verify import verify
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered, run_all


def compile_netx(
    path: Path, inputs: Any, options: CompileOptions, stopwatch: Stopwatch
) -> Compiled:
    """inputs: spikes (samples, steps, *shape), an array or an .npz file.

    `outputs` of the result: (samples, steps, *shape of the last layer), its spikes, or its
    membrane where it never fires, with the pipeline delay removed; with `trace` also the spikes
    of every layer that fires.
    """
    if inputs is None:
        raise BadInput("a .net file needs --inputs FILE.npz with `inputs` (samples, steps, ...)")
    spikes = read_named_spikes(inputs, [INPUT])
    with stopwatch.step("netx to Program"):
        layers = netx.read(path)
        program = schedule_layers(to_program(layers, spikes[INPUT].shape[1]))
    simulators = load_simulators(options, stopwatch)
    runs = run_all(Lowered(program, program), spikes, simulators, stopwatch)
    outputs = {OUTPUTS: runs.trace.readouts[OUTPUT]}
    return to_compiled(path.name, program, runs, outputs, options)


def schedule_layers(program: IntegerProgram) -> IntegerProgram:
    """Depths and delays, and a gap where layers read late; no number changes."""
    for step in (ScheduleNodes(), SeparateSamples()):
        program = step.run(program)
        verify(program, after=step.name)
    return program
