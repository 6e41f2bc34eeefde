"""The definition: one stream of samples, every node at every global step, as the chip runs it.

Clear, not fast. Samples follow each other without a gap; each population clears its state by its
own schedule (`LIFReset(interval=steps, offset=1 + depth)`), spikes travel through delay lines,
and only at the end is the pipeline delay taken out of the recording.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ssr_neuro.program import integer_neuron
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout, Synapse
from ssr_neuro.program.simulator import after_silence, check_inputs, demand_trace_memory
from ssr_neuro.program.trace import Trace


class Reference:
    """Runs a lowered Program step by step by `ssr_neuro.program.integer_neuron.step`."""

    name = "reference"

    def run(
        self, program: IntegerProgram, inputs: dict[str, Bits], *, membranes: bool = False
    ) -> Trace:
        """inputs: name -> (samples, steps, *shape) of 0/1. Raises BadInput on other shapes."""
        samples = check_inputs(program, inputs)
        demand_trace_memory(program, samples, membranes=membranes)
        lead = 1 if program.gap else 0
        stream = _Stream(program, after_silence(inputs, lead), samples + lead, membranes)
        for _ in range((samples + lead) * program.interval + program.depth):
            stream.advance()
        return stream.trace().without_first(lead)


class _Stream:
    def __init__(
        self, program: IntegerProgram, inputs: dict[str, Bits], samples: int, membranes: bool
    ) -> None:
        self.program, self.inputs, self.samples = program, inputs, samples
        self.time = 0
        self.state = {n.name: integer_neuron.rest(n.shape) for n in program.stateful}
        longest = max((s.delay or 1 for y in program.synapses for s in y.sources), default=1)
        # past[name][k] is what `name` sent k + 1 steps ago.
        self.past: dict[str, deque[Ints]] = {
            node.name: deque([np.zeros(node.shape, np.int64)] * longest, maxlen=longest)
            for node in program.nodes
            if not isinstance(node, Readout)
        }
        self.spikes: dict[str, list[Bits]] = {p.name: [] for p in program.populations}
        recorded = program.populations if membranes else ()
        self.membranes: dict[str, list[Ints]] = {p.name: [] for p in recorded}
        self.readouts: dict[str, list[Ints]] = {r.name: [] for r in program.readouts}

    def advance(self) -> None:
        """One global step: time is 1, 2, 3, ...; everything read was sent in an earlier step."""
        self.time += 1
        sent = {node.name: self._input(node.name) for node in self.program.inputs}
        for population in self.program.populations:
            sent[population.name] = self._fire(population)
        for readout in self.program.readouts:
            self.readouts[readout.name].append(self._read(readout))
        for name, value in sent.items():
            self.past[name].appendleft(value)

    def _fire(self, population: Population[IntegerLif]) -> Ints:
        fired, v = self._step(population.name, population.neuron)
        self.spikes[population.name].append(fired.astype(np.uint8))
        if population.name in self.membranes:
            self.membranes[population.name].append(v)
        return fired

    def _read(self, readout: Readout[IntegerLif]) -> Ints:
        if readout.neuron is None:
            return self._arriving(readout.name) + readout.bias
        return self._step(readout.name, readout.neuron)[1]

    def _step(self, name: str, law: IntegerLif) -> tuple[Ints, Ints]:
        """Spikes and v before the reset; the state is cleared first where a sample begins."""
        if (self.time - 1 - self.program.depth_of(name)) % self.program.interval == 0:
            self.state[name] = integer_neuron.rest(self.program.shape_of(name))
        self.state[name], fired, v = integer_neuron.step(
            law, self.state[name], self._arriving(name)
        )
        return fired, v

    def _input(self, name: str) -> Ints:
        sample, step = divmod(self.time - 1, self.program.interval)
        if sample >= self.samples or step >= self.program.steps:
            return np.zeros_like(self.past[name][0])
        shown: Ints = self.inputs[name][sample, step].astype(np.int64)
        return shown

    def _arriving(self, target: str) -> Ints:
        total: Ints = np.zeros(self.program.shape_of(target), np.int64)
        for synapse in self.program.into(target):
            total = total + (synapse.map.apply(self._summed(synapse)) << synapse.exponent)
        return total

    def _summed(self, synapse: Synapse) -> Ints:
        first, *others = (self.past[s.name][(s.delay or 1) - 1] for s in synapse.sources)
        return sum(others, first)

    def trace(self) -> Trace:
        return Trace(
            inputs=self.inputs,
            spikes=dict(self._aligned(self.spikes)),
            readouts=dict(self._aligned(self.readouts)),
            membranes=dict(self._aligned(self.membranes)),
        )

    def _aligned(self, recorded: Mapping[str, list[Any]]) -> Iterator[tuple[str, Any]]:
        for name, values in recorded.items():
            depth, interval = self.program.depth_of(name), self.program.interval
            kept = np.stack(values[depth : depth + self.samples * interval])
            by_sample = kept.reshape(self.samples, interval, *kept.shape[1:])
            yield name, by_sample[:, : self.program.steps]


SIMULATOR = Reference()
