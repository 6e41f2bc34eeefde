"""What several tests share of compile."""

from dataclasses import replace

from simulators.fast import Fast
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace


class Faulty(Fast):
    """Flips one spike of one neuron in every sample."""

    name = "faulty"

    def run(self, program: Program, inputs: dict[str, Bits], *, membranes: bool = False) -> Trace:
        trace = super().run(program, inputs, membranes=membranes)
        spikes = trace.spikes["block0_filter"].copy()
        spikes[:, 2, 7, 3] ^= 1
        return replace(trace, spikes=trace.spikes | {"block0_filter": spikes})
