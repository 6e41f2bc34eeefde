"""A NIR graph to a float Program.

Discretisation, forward Euler with step dt, which is exact for what exporters mean:
LIF      v += (dt / tau)(v_leak - v + r I)
CubaLIF  i += (dt / tau_syn)(-i + w_in I), then v += (dt / tau_mem)(v_leak - v + r i), with the
         new i, as snnTorch, Norse, SpikingJelly and Lava do
IF, I    v += dt r I, or v += r I with `Semantics.charge` of "step"
LI, CubaLI as LIF and CubaLIF, without a threshold; Threshold has no state.
So tau_steps = tau / dt, the gains r, w_in dt / tau_syn and dt multiply weights and biases, and
v_leak is a bias. All start at 0. A neuron spikes where v > v_threshold and is reset to zero;
`ssr_neuro.program.semantics` has the other readings. A loop is read one step late
(`ssr_neuro.program.recurrence`).

Where frameworks leave these equations, by the code they import NIR with:
- Norse (norse/torch/utils/import_nir.py) drops r of LIF and IF and v_reset of all; its IF adds I
  without dt (functional/iaf.py, iaf_feed_forward_step); its current leaks to v_leak, not to 0.
- snnTorch (snntorch/import_nir.py) fixes dt at 1e-4 and refuses v_leak; its IF is a leaky neuron
  with beta 0.9 and soft reset, which is no IF.
- SpikingJelly (nir_exchange) spikes at v >= v_threshold; it writes r = 1 / dt for IF, as NIR means.
- Sinabs writes r = 1 for IF and adds I without dt: `charge="step"`.
"""

from collections import Counter
from collections.abc import Iterator

import nir
import numpy as np

from converters.nir.nodes import DT_S, SPIKING
from converters.nir.paths import PathLink, Route, affine_at, routes
from converters.nir.reading import GraphReading, read
from ssr_neuro.program.ir import Affine, FloatProgram, Input, Lif, Population, Readout, Synapse
from ssr_neuro.program.linear_maps import identity
from ssr_neuro.program.map_arithmetic import scale_rows
from ssr_neuro.program.notes import Notes
from ssr_neuro.program.recurrence import with_lags
from ssr_neuro.program.semantics import DEFAULT, Semantics


def to_program(
    graph: nir.NIRGraph,
    steps: int,
    dt_s: float = DT_S,
    name: str = "nir",
    semantics: Semantics = DEFAULT,
) -> FloatProgram:
    """Every way through linear nodes and delays from spikes to a membrane becomes a synapse.

    Nested graphs are unfolded, their names joined with '.'. Raises BadInput that lists everything
    the chip cannot do, each with its node and what could be done.
    """
    reading = read(graph, dt_s, semantics)
    flat, taken = reading.flat, reading.shapes.taken
    targets, names = [n for n, _ in flat.of(*SPIKING, nir.Output)], Counter[str]()
    return with_lags(
        FloatProgram(
            name=name,
            steps=steps,
            inputs=tuple(Input(n, taken[n]) for n, _ in flat.of(nir.Input)),
            populations=tuple(
                Population(n, taken[n], reading.neurons[n].lif) for n, _ in flat.of(*SPIKING)
            ),
            synapses=tuple(s for target in targets for s in _synapses(reading, target, names)),
            readouts=tuple(_readout(reading, n) for n, _ in flat.of(nir.Output)),
            semantics=semantics,
            notes=Notes(dt_s=float(dt_s), reading=tuple(reading.shapes.notes)),
        )
    )


def _readout(reading: GraphReading, name: str) -> Readout[Lif]:
    """The membrane of the integrator before it, or a weighted sum."""
    shape, integrator = reading.shapes.taken[name], reading.integrator(name)
    neuron = reading.neurons[integrator].lif if integrator else None
    return Readout(name, shape, np.zeros(shape), neuron=neuron)


def _synapses(reading: GraphReading, target: str, names: Counter[str]) -> Iterator[Synapse]:
    """The bias of a linear node that several ways share is in the first of them alone."""
    fed = reading.integrator(target) or target
    taken: set[tuple[PathLink, ...]] = set()
    for route in routes(reading.flat, reading.delays, reading.shapes, fed):
        chain = []
        for place, link in enumerate(route.links):
            affine = affine_at(link, reading.delays, reading.shapes)
            once = route.links[place:] not in taken
            chain.append(affine if once else Affine(affine.map, np.zeros(1)))
            taken.add(route.links[place:])
        name = _unique(_name(route, target), names)
        yield Synapse(name, route.sources, target, _with_gain(reading, fed, chain))


def _unique(name: str, names: Counter[str]) -> str:
    """The name, with a number where it is among `names`; adds it to them."""
    unique = name
    while unique in names:
        names[name] += 1
        unique = f"{name}_{names[name]}"
    names[unique] += 1
    return unique


def _name(route: Route, target: str) -> str:
    parts = route.links or (source.name for source in route.sources)
    return f"{'+'.join(map(str, parts))}_to_{target}"


def _with_gain(reading: GraphReading, fed: str, chain: list[Affine]) -> tuple[Affine, ...]:
    """The chain, at least an identity, with what enters a neuron multiplied by its gain."""
    chain = chain or [Affine(identity(reading.shapes.taken[fed]), np.zeros(1))]
    if fed not in reading.neurons or np.all((gain := reading.neurons[fed].gain) == 1):
        return tuple(chain)
    last = chain[-1]
    return (*chain[:-1], Affine(scale_rows(last.map, gain), last.bias * gain))
