"""A NIR graph to a float Program.

Discretisation of tau dv/dt = v_leak - v + r I by forward Euler with step dt, which is exact for
what the exporters mean: v += (dt / tau)(v_leak - v + r I). Hence tau_steps = tau / dt, weights
carry r, v_leak is a bias. Spikes where v > v_threshold (NIR's rule), reset to zero.
"""

from collections.abc import Iterable
from typing import Any

import nir
import numpy as np

from converters.nir_nodes import DT_S, affine_of, check_finite, lif_of
from ssr_neuro.errors import BadInput
from ssr_neuro.ir import Affine, Input, Population, Program, Readout, Source, Synapse
from ssr_neuro.maps import Shape

NEURONS = (nir.LIF,)
LINEAR = (nir.Affine, nir.Linear, nir.Conv1d, nir.Scale)


def to_program(graph: nir.NIRGraph, steps: int, dt_s: float = DT_S, name: str = "nir") -> Program:
    """Every chain of linear nodes between two populations becomes a synapse.

    Raises BadInput that lists every node the chip cannot do, each with what could be done.
    """
    if not 0 < dt_s < float("inf"):
        raise BadInput(f"dt_s is {dt_s}; a time step is a finite number of seconds above 0")
    _refuse(graph, dt_s)
    _refuse_shape_of_graph(graph)
    reader = _Reader(graph, dt_s)
    synapses = [s for target in reader.targets() for s in reader.synapses(target)]
    return Program(
        name=name,
        steps=steps,
        inputs=tuple(Input(n, shape(x.output_type)) for n, x in reader.of(nir.Input)),
        populations=tuple(reader.population(n, x) for n, x in reader.of(*NEURONS)),
        synapses=tuple(synapses),
        readouts=tuple(reader.readout(n, x) for n, x in reader.of(nir.Output)),
        notes={"dt_s": dt_s},
    )


def shape(node_type: dict[str, Any]) -> Shape:
    """The only port of a NIR node, as a tuple."""
    (only,) = node_type.values()
    return tuple(int(n) for n in only)


class _Reader:
    """Walks the graph backwards from each population and output to what feeds it."""

    def __init__(self, graph: nir.NIRGraph, dt_s: float) -> None:
        self.graph, self.dt_s = graph, dt_s
        self.before: dict[str, list[str]] = {name: [] for name in graph.nodes}
        for source, target in graph.edges:
            self.before[target].append(source)

    def of(self, *kinds: type) -> list[tuple[str, Any]]:
        return [(n, x) for n, x in self.graph.nodes.items() if isinstance(x, kinds)]

    def targets(self) -> Iterable[str]:
        return (name for name, _ in self.of(*NEURONS, nir.Output))

    def population(self, name: str, node: nir.LIF) -> Population:
        return Population(name, shape(node.input_type), lif_of(node, self.dt_s))

    def readout(self, name: str, node: nir.Output) -> Readout:
        where = shape(node.output_type)
        return Readout(name, where, np.zeros(where))

    def synapses(self, target: str) -> Iterable[Synapse]:
        """One synapse per chain; populations that enter the same chain are its sources."""
        for last in self.before[target]:
            if not isinstance(self.graph.nodes[last], LINEAR):
                raise BadInput(
                    f"node {target!r} reads the spikes of {last!r} directly; put a Linear or "
                    "Affine node between them (an identity if nothing else is meant)"
                )
            for chain, sources in self._chains(last):
                affines = [affine_of(self.graph.nodes[n]) for n in chain]
                yield Synapse(
                    f"{'+'.join(chain)}_to_{target}",
                    tuple(Source(s) for s in sources),
                    target,
                    (*affines[:-1], self._with_gain(affines[-1], target)),
                )

    def _chains(self, last: str) -> Iterable[tuple[list[str], list[str]]]:
        """(linear nodes in order of application, spiking sources) of all paths ending in `last`."""
        linear = [n for n in self.before[last] if isinstance(self.graph.nodes[n], LINEAR)]
        spiking = [n for n in self.before[last] if n not in linear]
        if spiking:
            yield [last], spiking
        for node in linear:
            for chain, sources in self._chains(node):
                yield [*chain, last], sources

    def _with_gain(self, affine: Affine, target: str) -> Affine:
        node = self.graph.nodes[target]
        if not isinstance(node, nir.LIF) or (node.r == 1).all():
            return affine
        gain = float(node.r.flat[0])
        return Affine(affine.map.with_weights(affine.map.weights * gain), affine.bias * gain)


def _refuse(graph: nir.NIRGraph, dt_s: float) -> None:
    """All problems at once, each with its node."""
    problems = []
    for name, node in graph.nodes.items():
        try:
            check_finite(node)
            if isinstance(node, nir.LIF):
                lif_of(node, dt_s)
            elif isinstance(node, LINEAR):
                affine_of(node)
            elif not isinstance(node, (nir.Input, nir.Output)):
                raise BadInput(
                    f"{type(node).__name__} is not supported yet; this release compiles Input, "
                    "Output, Affine, Linear, Conv1d of kernel 1, Scale and LIF"
                )
        except BadInput as problem:
            problems.append(f"  {name}: {problem}")
    if problems:
        raise BadInput("\n".join([f"{len(problems)} nodes cannot be compiled:", *problems]))


def _refuse_shape_of_graph(graph: nir.NIRGraph) -> None:
    """One input, one output, at least one population, and no loop of linear nodes alone."""
    for kind in (nir.Input, nir.Output):
        found = [name for name, node in graph.nodes.items() if isinstance(node, kind)]
        if len(found) != 1:
            named = f" ({', '.join(found)})" if found else ""
            raise BadInput(
                f"the graph has {len(found)} {kind.__name__} nodes{named}; this release compiles "
                "graphs with exactly one"
            )
    if not any(isinstance(node, NEURONS) for node in graph.nodes.values()):
        raise BadInput("the graph has no LIF node: there are no spikes to compile")
    looped = _looped(graph)
    if looped:
        raise BadInput(
            f"the linear nodes {', '.join(sorted(looped))} form a loop without a neuron; put a "
            "population into it"
        )


def _looped(graph: nir.NIRGraph) -> set[str]:
    """Linear nodes left once those that no linear node feeds, or that feed none, are taken off."""
    left = {name for name, node in graph.nodes.items() if isinstance(node, LINEAR)}
    while True:
        edges = [(a, b) for a, b in graph.edges if a in left and b in left]
        inner = {a for a, _ in edges} & {b for _, b in edges}
        if inner == left:
            return left
        left = inner
