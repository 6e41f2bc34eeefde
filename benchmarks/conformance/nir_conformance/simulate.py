"""A graph run under a reading, node by node: what every neuron and every Output shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nir
import numpy as np

from . import linear
from .arrays import Array, broadcast
from .neurons import Neuron, State, rest
from .readings import Reading
from .wiring import NEURONS, Wiring, unfold


@dataclass(frozen=True)
class Run:
    """By node, (steps, *shape). outputs: of Output nodes. spikes: of neurons with a threshold.

    membranes: of all neurons, as the test of the threshold sees them, before a reset.
    """

    outputs: dict[str, Array]
    spikes: dict[str, Array]
    membranes: dict[str, Array]


def simulate(graph: nir.NIRGraph, x: Mapping[str, Array], dt_s: float, reading: Reading) -> Run:
    """x: spikes by Input, (steps, *shape)."""
    wiring = unfold(graph)
    steps = len(next(iter(x.values())))
    flow = Flow(wiring, x, dt_s, reading.loop)
    shapes = flow.shapes()
    neurons = {n: Neuron(wiring.nodes[n], shapes[n], dt_s, reading) for n in wiring.neurons}
    states: dict[str, State] = {n: rest(shapes[n]) for n in neurons}
    spikes = {n: np.zeros((steps, *shapes[n])) for n in neurons}
    membranes = {n: np.zeros((steps, *shapes[n])) for n in neurons}
    order = sorted(neurons, key=lambda n: wiring.rank[n])
    for t in range(steps):
        for name in order:
            bias = flow.bias(name, t) if reading.bias == "membrane" else np.zeros(shapes[name])
            shown = neurons[name].step(states[name], flow.drive(name, t), bias)
            states[name] = shown.state
            spikes[name][t], membranes[name][t] = shown.spikes, shown.v
            sends = neurons[name].threshold is not None
            flow.sent[name, t] = shown.spikes if sends else shown.v
    outputs = {n: np.stack([flow.drive(n, t) for t in range(steps)]) for n in wiring.outputs}
    fires = {n: s for n, s in spikes.items() if neurons[n].threshold is not None}
    return Run(outputs, fires, membranes)


@dataclass
class Flow:
    """What reaches a node through nodes without a state. sent: by neuron and step, filled as the
    run goes on; a neuron that comes later in this step has sent nothing yet.
    """

    wiring: Wiring
    x: Mapping[str, Array]
    dt_s: float
    loop: str
    sent: dict[tuple[str, int], Array] = field(default_factory=dict)
    sizes: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def drive(self, target: str, t: int) -> Array:
        """The sum over the edges into a node at step t."""
        return self._read(target, t, target, t)

    def bias(self, target: str, t: int) -> Array:
        """The same as if no spike had ever been sent."""
        quiet = {name: np.zeros_like(values) for name, values in self.x.items()}
        return Flow(self.wiring, quiet, self.dt_s, self.loop, {}, self.sizes).drive(target, t)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of every node of neurons, which its parameters have."""
        for name in sorted(self.wiring.neurons, key=lambda n: self.wiring.rank[n]):
            node = self.wiring.nodes[name]
            held = node.threshold if isinstance(node, nir.Threshold) else node.r
            self.sizes[name] = np.shape(held)
        return self.sizes

    def _read(self, name: str, t: int, target: str, asked: int) -> Array:
        """asked: the step at which `target` reads; t is earlier by the delays on the way."""
        values = [self._value(source, t, target, asked) for source in self.wiring.before(name)]
        total: Array = np.sum(values, axis=0)
        return total

    def _value(self, name: str, t: int, target: str, asked: int) -> Array:
        node = self.wiring.nodes[name]
        if isinstance(node, NEURONS):
            # A neuron in one loop with its reader is read a step late, unless a Delay did that.
            late = t == asked and self._is_late(name, target)
            return self.sent.get((name, t - late), np.zeros(self.sizes[name]))
        if isinstance(node, nir.Delay):
            return self._delayed(name, node, t, target, asked)
        if not self.wiring.before(name):
            shown = self.x[name]
            return shown[t].astype(np.float64) if t >= 0 else np.zeros(shown.shape[1:])
        given = self._read(name, t, target, asked)
        return given if isinstance(node, nir.Input | nir.Output) else linear.apply(node, given)

    def _is_late(self, source: str, target: str) -> bool:
        if self.loop == "all":
            return self.wiring.in_one_loop(source, target)
        return self.wiring.closes_loop(source, target)

    def _delayed(self, name: str, node: Any, t: int, target: str, asked: int) -> Array:
        """y(t) = x(t - delay), each neuron with its own; nothing before the first step."""
        steps = np.rint(np.asarray(node.delay, np.float64) / self.dt_s).astype(np.int64)
        shown = np.zeros(steps.shape)
        for delay in np.unique(steps):
            given = broadcast(self._read(name, t - int(delay), target, asked), steps.shape)
            shown = np.where((steps == delay) & (t >= delay), given, shown)
        return shown
