"""A float Program run as its frameworks would: every node in the same step, float64."""

import numpy as np

from ssr_neuro.ir import Population, Program
from ssr_neuro.maps import Array
from ssr_neuro.trace import Bits

FloatTrace = tuple[dict[str, Bits], dict[str, Array]]


def run(program: Program, inputs: dict[str, Bits]) -> FloatTrace:
    """inputs: name -> (samples, steps, *shape) -> (spikes, readouts) by node, same leading axes.

    Nodes must stand in data-flow order or not depend on each other in a loop.
    """
    values: dict[str, Array] = {name: x.astype(np.float64) for name, x in inputs.items()}
    waiting = list(program.populations)
    while waiting:
        population = next(p for p in waiting if _ready(program, p.name, values))
        values[population.name] = _fire(population, _arriving(program, population.name, values))
        waiting.remove(population)
    spikes = {p.name: values[p.name].astype(np.uint8) for p in program.populations}
    readouts = {r.name: _arriving(program, r.name, values) + r.bias for r in program.readouts}
    return spikes, readouts


def _ready(program: Program, target: str, values: dict[str, Array]) -> bool:
    return all(s.name in values for y in program.into(target) for s in y.sources)


def _arriving(program: Program, target: str, values: dict[str, Array]) -> Array:
    total: Array = np.zeros(1)
    for synapse in program.into(target):
        x: Array = np.sum([values[s.name] for s in synapse.sources], axis=0)
        for affine in synapse.chain:
            x = affine.map.apply(x) + affine.bias
        total = total + x
    return total


def _fire(population: Population, arriving: Array) -> Array:
    neuron = population.float
    v = np.zeros_like(arriving[:, 0])
    spikes = np.zeros_like(arriving)
    for t in range(arriving.shape[1]):
        v = v + (arriving[:, t] + neuron.bias - v) / neuron.tau_steps
        fired = v >= neuron.threshold if neuron.fires_at_threshold else v > neuron.threshold
        spikes[:, t] = fired
        v = np.where(fired, 0.0, v)
    return spikes
