"""The one-method protocol that every simulator offers."""

from math import prod
from typing import Protocol

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.files.limits import demand_memory
from ssr_neuro.program.arrays import Bits, is_binary
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Program
from ssr_neuro.program.trace import Trace


class Simulator(Protocol):
    """Runs a lowered Program. The same inputs give the same Trace in every simulator."""

    name: str

    def run(
        self, program: IntegerProgram, inputs: dict[str, Bits], *, membranes: bool = False
    ) -> Trace:
        """inputs: name -> uint8 (samples, steps, *shape) of 0/1 -> Trace aligned with them.

        membranes: also record v before the reset, where the simulator can see it.
        """
        ...


def after_silence(inputs: dict[str, Bits], count: int) -> dict[str, Bits]:
    """The inputs with `count` samples without a spike in front."""
    silent = {name: np.zeros((count, *x.shape[1:]), x.dtype) for name, x in inputs.items()}
    return {name: np.concatenate([silent[name], x]) for name, x in inputs.items()}


def unready(program: Program) -> str | None:
    """Why no simulator can run a Program that not all passes have seen; None where one can."""
    integers = all(isinstance(node.neuron, IntegerLif) for node in program.stateful)
    if not integers or any(readout.unit is None for readout in program.readouts):
        return "its numbers are still float, and a simulator runs the integers of a chip"
    if max((s.lag for y in program.synapses for s in y.sources), default=0) > program.gap:
        return "its samples are not kept apart yet, so one would reach into the next"
    return None


def demand_trace_memory(program: IntegerProgram, samples: int, *, membranes: bool = False) -> None:
    """Raises BadInput, before anything is run, where the trace of so many samples does not fit.

    A spike takes a byte; a readout and a membrane take eight.
    """
    spikes = sum(prod(node.shape) for node in program.populations)
    readouts = sum(prod(node.shape) for node in program.readouts)
    values = spikes + 8 * (readouts + (spikes if membranes else 0))
    demand_memory(
        samples * program.steps * values,
        f"the trace of {samples:,} samples of {program.name!r}",
        "give fewer samples, or use a larger machine",
    )


def check_inputs(program: IntegerProgram, inputs: dict[str, Bits], *, values: bool = True) -> int:
    """Number of samples; raises BadInput where names, shapes or values do not fit the program.

    values: whether to look for others than 0 and 1.
    """
    expected = {node.name: (program.steps, *node.shape) for node in program.inputs}
    if inputs.keys() != expected.keys():
        raise BadInput(
            f"program {program.name!r} has the inputs {sorted(expected)}, given {sorted(inputs)}"
        )
    for name, spikes in inputs.items():
        if spikes.shape[1:] != expected[name] or len(spikes) == 0:
            raise BadInput(
                f"input {name!r} has shape {spikes.shape}; program {program.name!r} needs "
                f"(samples >= 1, {', '.join(map(str, expected[name]))})"
            )
        if values and not is_binary(spikes):
            raise BadInput(f"input {name!r} holds values other than 0 and 1; give spikes")
    counts = {len(spikes) for spikes in inputs.values()}
    if len(counts) != 1:
        raise BadInput(f"inputs differ in their number of samples: {sorted(counts)}")
    return counts.pop()
