"""All samples side by side, one step after the other, each from rest: no stream, no delay lines."""

import numpy as np

from ssr_neuro.program import integer_neuron
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import IntegerProgram, Population, Readout
from ssr_neuro.program.simulator import check_inputs
from ssr_neuro.program.trace import Trace


class Stepwise:
    """Depths and gaps say when something happens on a chip; within a sample only lags count."""

    name = "example"

    def run(
        self, program: IntegerProgram, inputs: dict[str, Bits], *, membranes: bool = False
    ) -> Trace:
        """As `simulators.reference`."""
        samples = check_inputs(program, inputs)
        nodes: tuple[Population | Readout, ...] = (*program.populations, *program.readouts)
        sent: dict[str, Ints] = {name: x.astype(np.int64) for name, x in inputs.items()}
        for node in nodes:
            sent[node.name] = np.zeros((samples, program.steps, *node.shape), np.int64)
        seen = {name: np.zeros_like(x) for name, x in sent.items()}
        state = {n.name: integer_neuron.rest((samples, *n.shape)) for n in program.stateful}
        for t in range(program.steps):
            for node in nodes:
                a = _weighted_sums(program, node.name, sent, t)
                if node.neuron is None:
                    seen[node.name][:, t] = a + node.bias if isinstance(node, Readout) else a
                    continue
                state[node.name], fired, v = integer_neuron.step(node.neuron, state[node.name], a)
                sent[node.name][:, t], seen[node.name][:, t] = fired, v
        return Trace(
            inputs=inputs,
            spikes={p.name: sent[p.name].astype(np.uint8) for p in program.populations},
            readouts={r.name: seen[r.name] for r in program.readouts},
            membranes={p.name: seen[p.name] for p in program.populations if membranes},
        )


def _weighted_sums(program: IntegerProgram, target: str, sent: dict[str, Ints], t: int) -> Ints:
    """Sums of step t, (samples, *shape); nothing arrives from before the sample."""
    total = np.zeros_like(sent[target][:, t])
    for synapse in program.into(target):
        received = [sent[s.name][:, t - s.lag] for s in synapse.sources if s.lag <= t]
        if received:
            total += synapse.map.apply(np.sum(received, axis=0)) << synapse.exponent
    return total


SIMULATOR = Stepwise()
