"""Whole test sets, the same bits: a kernel in C where there is a compiler, else NumPy and Numba.

Samples never meet (`ssr_neuro.lower.separate_samples`), so each node sees `steps` steps from rest.
Both ways are tested against `ssr_neuro.program.integer_neuron.step`.
"""

from simulators.native import network
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace


class Fast:
    """Many samples, each through whole nodes."""

    name = "fast"

    def run(
        self, program: IntegerProgram, inputs: dict[str, Bits], *, membranes: bool = False
    ) -> Trace:
        """As `simulators.reference`. Memory grows with the trace; see `readouts`."""
        ready = None if membranes else network.prepare(program, traced=True)
        if ready is not None:
            return Trace(inputs, *ready.trace(inputs))
        from simulators.fast_batches import run_batches

        return run_batches(program, inputs, membranes=membranes)

    def readouts(self, program: IntegerProgram, inputs: dict[str, Bits]) -> dict[str, Ints]:
        """Readouts alone, name -> int64 (samples, steps, *shape), in memory bounded by a sample.

        inputs: as of `run`. Raises BadInput on names, shapes or values that do not fit.
        """
        ready = network.prepare(program, traced=False)
        if ready is not None:
            return ready.readouts(inputs)
        from simulators.fast_batches import read_batches

        return read_batches(program, inputs)


SIMULATOR = Fast()
