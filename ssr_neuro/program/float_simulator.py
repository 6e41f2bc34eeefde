"""A float Program run as its frameworks would: every node in the same step, float64."""

from collections.abc import Mapping

import numpy as np

from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Lif, Population, Program, Synapse
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.recurrence import groups
from ssr_neuro.program.semantics import Semantics

MOST_SPIKES = 255  # of one neuron in a step; a trace holds 8 bits
FloatTrace = tuple[dict[str, Bits], dict[str, Array]]


def run(
    program: Program, inputs: dict[str, Bits], seen: dict[str, tuple[float, float]] | None = None
) -> FloatTrace:
    """inputs: name -> (samples, steps, *shape) -> (spikes, readouts) by node, same leading axes.

    seen: where given, the lowest and the highest membrane of each node, or 0, are written into it.
    Nodes stand in any order. A source with a lag is read that many steps late. Raises BadInput on
    a loop without a lag.
    """
    (samples,) = {len(x) for x in inputs.values()}
    names = [name for group in groups(program) for name in group if name not in inputs]
    nodes = [program.node(name) for name in names]
    values: dict[str, Array] = {name: x.astype(np.float64) for name, x in inputs.items()}
    values |= {node.name: np.zeros((samples, program.steps, *node.shape)) for node in nodes}
    membranes = {
        node.name: _Membrane(node.neuron, (samples, *node.shape), program.semantics)
        for node in program.stateful
        if isinstance(node.neuron, Lif)
    }
    for t in range(program.steps):
        for node in nodes:
            arriving = _arriving(program, node.name, values, t)
            if node.name in membranes:
                fired, v = membranes[node.name].step(arriving)
                if seen is not None:
                    low, high = seen.get(node.name, (0.0, 0.0))
                    seen[node.name] = min(low, float(v.min())), max(high, float(v.max()))
                values[node.name][:, t] = fired if isinstance(node, Population) else v
            else:
                values[node.name][:, t] = arriving + getattr(node, "bias", 0.0)
    spikes = {p.name: values[p.name].astype(np.uint8) for p in program.populations}
    return spikes, {r.name: values[r.name] for r in program.readouts}


def _arriving(program: Program, target: str, values: Mapping[str, Array], t: int) -> Array:
    """Weighted sums of step t, (samples, *shape), or zeros that broadcast to it."""
    total: Array = np.zeros(1)
    for synapse in program.into(target):
        first, *others = (_send(values[s.name], t - s.lag) for s in synapse.sources)
        total = total + _through(synapse, sum(others, first))
    return total


def _send(x: Array, t: int) -> Array:
    return x[:, t] if t >= 0 else np.zeros_like(x[:, 0])


def _through(synapse: Synapse, x: Array) -> Array:
    for affine in synapse.chain:
        x = affine.map.apply(x) + affine.bias
    return x


class _Membrane:
    """State of one node, (samples, *shape); see `Lif` for the equations."""

    def __init__(self, neuron: Lif, shape: tuple[int, ...], semantics: Semantics) -> None:
        self.neuron, self.semantics = neuron, semantics
        self.u, self.v = np.zeros(shape), np.zeros(shape)
        self.owed = np.zeros(shape)  # what the next step subtracts

    def step(self, arriving: Array) -> tuple[Array, Array]:
        """Spikes, and v before the reset."""
        neuron = self.neuron
        extra = 0.0 if neuron.current_bias is None else neuron.current_bias
        # Without memory of the current, u is the input to the last bit.
        kept = self.u * (1 - 1 / np.asarray(neuron.tau_syn_steps))
        self.u = kept + (arriving + extra)
        drive = self.u + neuron.bias
        v = self.v + ((drive - self.v) if neuron.leak else drive) / neuron.tau_steps
        v = v - self.owed
        fired = self._spikes(v)
        if self.semantics.reset == "zero":
            self.v = np.where(fired > 0, 0.0, v)
        elif self.semantics.reset == "none":
            self.v = v
        elif self.semantics.reset_step == "next":
            self.v, self.owed = v, fired * neuron.threshold
        else:
            self.v = v - fired * neuron.threshold
        if self.semantics.floor == "threshold" and not neuron.leak:
            self.v = np.maximum(self.v, -np.asarray(neuron.threshold))
        return fired, v

    def _spikes(self, v: Array) -> Array:
        """How often each neuron fires, float64."""
        threshold, above = self.neuron.threshold, self.semantics.fires == "above"
        if self.semantics.spikes == "one":
            return (v > threshold if above else v >= threshold).astype(np.float64)
        times = v / np.asarray(threshold)
        most: Array = np.ceil(times) - 1 if above else np.floor(times)
        return np.clip(most, 0.0, MOST_SPIKES)
