"""jaxsnn: `jaxsnn.event.from_nir`, which goes from event to event instead of in steps."""

from typing import Any

import nir
import numpy as np

from ..arrays import Array
from ..wiring import unfold
from . import only

PER_S = 1e-3  # its importer takes a tau for milliseconds and goes on in seconds
FIRST_ROOM, LAST_ROOM = 128, 1 << 14  # events of a population, which it must be told beforehand


class JaxSnn:
    about = (
        "jaxsnn.event.from_nir(graph, config): spikes at the beginning of their step, and what "
        "comes out counted by steps; tau is read as ms, so dt_s is, too"
    )
    packages = ("jaxsnn", "jax")
    requirements = ("jaxsnn[nir]==0.3.0", "jax==0.10.2", "nir==1.0.8", "h5py")

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        import jax
        from jaxsnn.event import ConversionConfig, from_nir

        wiring = unfold(graph)
        name = only(wiring.outputs, "Output")
        shown, dt = only(x, "Input"), dt_s * PER_S
        source, last = only(wiring.inputs, "Input"), only(wiring.before(name), "edge to an Output")
        steps = len(shown)
        room = int(shown.sum()) + FIRST_ROOM
        while True:
            config = ConversionConfig(steps * dt, dict.fromkeys(wiring.neurons, room))
            make, apply = from_nir(graph, config).done()
            events = apply({source: _spikes(shown, dt)}, make(jax.random.PRNGKey(0)))
            if all(int(np.asarray(events[n].idx[0]).min()) < 0 for n in wiring.neurons):
                break  # every population has room left, so it has no more events
            room *= 2
            if room > LAST_ROOM:
                raise OverflowError(f"more than {LAST_ROOM // 2} events in {steps} steps")
        size = int(np.prod(wiring.nodes[name].output_type["output"]))
        return {name: _in_steps(events[last], steps, size, dt)}


def _spikes(shown: Array, dt: float) -> Any:
    """Times and numbers of all spikes, in order: arrays (1, events)."""
    import jax.numpy as jnp
    from jaxsnn.event.types import Spike

    step, neuron = np.nonzero(shown)
    return Spike(
        time=jnp.asarray(step * dt)[None],
        idx=jnp.asarray(neuron)[None],
        current=jnp.zeros((1, len(step))),
        layer_idx=jnp.zeros((1, len(step)), int),
        internal=jnp.ones((1, len(step)), bool),
    )


def _in_steps(events: Any, steps: int, size: int, dt: float) -> Array:
    """Spikes of a population, (steps, size); what it heard is among its events, and is left out."""
    own = np.asarray(events.internal[0]) & (np.asarray(events.idx[0]) >= 0)
    step = np.floor(np.asarray(events.time[0])[own] / dt).astype(int)
    neuron = np.asarray(events.idx[0])[own]
    counts = np.zeros((steps, size))
    inside = step < steps
    np.add.at(counts, (step[inside], neuron[inside]), 1)
    return counts


ENGINE = JaxSnn()
