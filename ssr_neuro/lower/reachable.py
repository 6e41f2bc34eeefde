"""Which neurons of a float program no input can make fire within the steps of a sample.

An upper bound on every membrane: all sources that can fire do so in every step, over excitatory
weights alone. A reset only lowers it, or lifts a negative membrane to 0.
"""

import numpy as np

from ssr_neuro.program.ir import FloatProgram, Lif, Population
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.recurrence import groups

MARGIN = 1e-9  # of the threshold; a membrane that comes nearer may fire


def unreachable(program: FloatProgram) -> dict[str, Array]:
    """By population: bool of its shape, neurons whose membrane stays below the threshold."""
    populations = {p.name: p for p in program.populations}
    sends = {i.name: np.ones(i.shape) for i in program.inputs}
    # In a loop every neuron may fire until its own bound is known.
    sends |= {p.name: np.ones(p.shape) for p in program.populations}
    found: dict[str, Array] = {}
    for name in (name for group in groups(program) for name in group if name in populations):
        highest = _highest_membrane(program, populations[name], sends)
        found[name] = highest < np.asarray(populations[name].neuron.threshold) * (1 - MARGIN)
        sends[name] = np.where(found[name], 0.0, 1.0)
    return found


def _highest_membrane(
    program: FloatProgram, population: Population[Lif], sends: dict[str, Array]
) -> Array:
    """The most that each membrane can come to in any step."""
    neuron, drive = population.neuron, np.zeros(population.shape)
    for synapse in program.into(population.name):
        excitatory = synapse.map.with_weights(np.maximum(synapse.map.weights, 0.0))
        spikes = np.sum([sends[source.name] for source in synapse.sources], axis=0)
        drive = drive + excitatory.apply(spikes)
    if neuron.current_bias is not None:
        drive = drive + np.maximum(neuron.current_bias, 0.0)
    u = v = highest = np.zeros(population.shape)
    for _ in range(program.steps):
        u = u * (1 - 1 / np.asarray(neuron.tau_syn_steps)) + drive
        into = u + np.maximum(neuron.bias, 0.0)
        v = v + ((into - v) if neuron.leak else into) / neuron.tau_steps
        highest = np.maximum(highest, v)
    return highest
