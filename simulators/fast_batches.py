"""The fast simulator without a C compiler, and with membranes: many samples at once.

Samples never meet (`ssr_neuro.lower.separate_samples`), so each node sees `steps` steps from rest.
Weighted sums are float32 matrix products where every partial sum stays below 2**24 (checked per
node when a program is prepared), else int64; neurons run all steps in one fused loop. Only the
nodes of a loop go step by step.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from math import prod

import numpy as np

from simulators.fast_kernels import general, halving
from simulators.fast_maps import Weighted, arrange, restore
from simulators.fast_prepared import PreparedProgram, prepare
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.fixed_point import STATE_SHIFT, wrap_int32
from ssr_neuro.program.ir import IntegerProgram, Readout
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.simulator import check_inputs, demand_trace_memory
from ssr_neuro.program.trace import Trace

VALUES_AT_ONCE = 1 << 22  # spikes of the largest node in one batch: bounds the memory


# Spikes of a source, that many steps late.
Sent = Callable[[str, int], Array]


def run_batches(program: IntegerProgram, inputs: dict[str, Bits], *, membranes: bool) -> Trace:
    """As `simulators.reference`. Memory grows with the trace."""
    demand_trace_memory(program, check_inputs(program, inputs), membranes=membranes)
    parts = [batch.trace(membranes) for batch in _batches(program, inputs)]
    return Trace(
        inputs=inputs,
        spikes=_join([p.spikes for p in parts]),
        readouts=_join([p.readouts for p in parts]),
        membranes=_join([p.membranes for p in parts]),
    )


def read_batches(program: IntegerProgram, inputs: dict[str, Bits]) -> dict[str, Ints]:
    """Readouts alone, name -> (samples, steps, *shape), in memory bounded by the batch."""
    return _join([batch.readouts() for batch in _batches(program, inputs)])


class _Batch:
    """Some samples of one run. `sent`: spikes by node, (positions, steps, samples, features)."""

    def __init__(self, ready: PreparedProgram, inputs: dict[str, Bits]) -> None:
        self.ready, self.inputs = ready, inputs
        self.samples = len(next(iter(inputs.values())))
        self.sent: dict[str, Array] = {}
        self.values: dict[str, Ints] = {}
        self.membranes: dict[str, Ints] = {}

    def trace(self, membranes: bool) -> Trace:
        self._run(keep=True, membranes=membranes)
        program = self.ready.program
        nodes = program.populations
        spikes = {p.name: restore(self.sent[p.name], p.shape, np.uint8) for p in nodes}
        recorded = {
            p.name: restore(self.membranes[p.name], p.shape, np.int64) for p in nodes if membranes
        }
        return Trace(self.inputs, spikes, self._restored(), recorded)

    def readouts(self) -> dict[str, Ints]:
        self._run(keep=False, membranes=False)
        return self._restored()

    def _restored(self) -> dict[str, Ints]:
        nodes = self.ready.program.readouts
        return {r.name: restore(self.values[r.name], r.shape, np.int64) for r in nodes}

    def _run(self, *, keep: bool, membranes: bool) -> None:
        left = Counter(self.ready.readers)
        for group in self.ready.groups:
            if group[0] in self.inputs:
                self._show(group[0])
            elif len(group) == 1 and not self._loops(group):
                self._whole(group[0], membranes)
            else:
                self._stepwise(group)
            for name in group:
                left -= Counter(s.name for w in self.ready.into[name] for s in w.synapse.sources)
            if not keep:
                self.sent = {name: x for name, x in self.sent.items() if left[name] > 0}

    def _show(self, name: str) -> None:
        shape = self.ready.nodes[name].shape
        self.sent[name] = arrange(self.inputs[name], shape, self.ready.layout[name])

    def _loops(self, group: tuple[str, ...]) -> bool:
        return any(s.name in group for w in self.ready.into[group[0]] for s in w.synapse.sources)

    def _whole(self, name: str, membranes: bool) -> None:
        """All steps of a node at once."""
        a = self._arriving(name, lambda source, lag: _late(self.sent[source], lag))
        law = self.ready.laws.get(name)
        if law is None:
            self._read(name, a)
        elif self.ready.fused[name] and law.halvings is not None and not membranes:
            self.sent[name] = np.empty_like(a)
            threshold = int(law.theta.flat[0])
            halving(a, law.bias.astype(np.int32), law.halvings, threshold, self.sent[name])
        else:
            self._general(name, a, _rest(a), slice(None))

    def _read(self, name: str, a: Array) -> None:
        node = self.ready.nodes[name]
        bias = node.bias if isinstance(node, Readout) else 0
        positions, features = self.ready.axes(name)
        spread = np.broadcast_to(bias, node.shape).reshape(positions, 1, 1, features)
        self.values[name] = a.astype(np.int64) + spread

    def _general(self, name: str, a: Array, state: tuple[Ints, Ints], steps: slice) -> None:
        """Steps of a node from a state; spikes, membranes and values are written in place."""
        law = self.ready.laws[name]
        current = wrap_int32(wrap_int32(a.astype(np.int64)) << STATE_SHIFT)
        out, v = np.empty(a.shape, np.float32), np.empty(a.shape, np.int64)
        rules = (law.bias, law.keep_u, law.keep_v, law.theta)
        general(np.ascontiguousarray(current), *rules, *state, out, v)
        if isinstance(self.ready.nodes[name], Readout):
            self._written(self.values, name, v)[:, steps] = v
        else:
            self._written(self.sent, name, out)[:, steps] = out
            self._written(self.membranes, name, v)[:, steps] = v

    def _written(self, where: dict[str, Array], name: str, like: Array) -> Array:
        if name not in where:
            positions, _, samples, features = like.shape
            steps = self.ready.program.steps
            where[name] = np.zeros((positions, steps, samples, features), like.dtype)
        return where[name]

    def _stepwise(self, group: tuple[str, ...]) -> None:
        """Nodes that read each other: step by step, each in the group's order."""
        steps = self.ready.program.steps
        state = {}
        for name in group:
            positions, features = self.ready.axes(name)
            empty = np.zeros((positions, 1, self.samples, features), np.float32)
            self._written(self.sent, name, empty)
            state[name] = _rest(empty)
        for t in range(steps):
            for name in group:
                a = self._arriving(name, partial(self._step_of, t))
                self._general(name, a, state[name], slice(t, t + 1))

    def _step_of(self, t: int, source: str, lag: int) -> Array:
        x = self.sent[source]
        return x[:, t - lag : t - lag + 1] if t >= lag else np.zeros_like(x[:, :1])

    def _arriving(self, name: str, sent: Sent) -> Array:
        """Sums into a node, float32 or int64 by what is exact; `sent` gives a source's spikes."""
        total: Array | None = None
        for w in self.ready.into[name]:
            x = self._summed(w, sent)
            part = w.apply(x if self.ready.exact[name] else x.astype(np.int64))
            part = part * part.dtype.type(1 << w.synapse.exponent) if w.synapse.exponent else part
            total = part if total is None else total + part
        if total is not None:
            return total
        positions, features = self.ready.axes(name)
        return np.zeros((positions, self.ready.program.steps, self.samples, features), np.float32)

    def _summed(self, w: Weighted, sent: Sent) -> Array:
        first, *others = (sent(s.name, s.lag) for s in w.synapse.sources)
        for other in others:
            first = first + other
        return first


def _late(x: Array, lag: int) -> Array:
    if lag == 0:
        return x
    moved = np.zeros_like(x)
    moved[:, lag:] = x[:, :-lag]
    return moved


def _rest(a: Array) -> tuple[Ints, Ints]:
    shape = (a.shape[0], a.shape[2], a.shape[3])
    return np.zeros(shape, np.int64), np.zeros(shape, np.int64)


def _batches(program: IntegerProgram, inputs: dict[str, Bits]) -> Iterator[_Batch]:
    samples = check_inputs(program, inputs)
    ready = prepare(program)
    largest = max((prod(node.shape) for node in program.nodes), default=1) * program.steps
    batch = max(1, VALUES_AT_ONCE // max(1, largest))
    for at in range(0, samples, batch):
        yield _Batch(ready, {name: x[at : at + batch] for name, x in inputs.items()})


def _join(parts: list[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
