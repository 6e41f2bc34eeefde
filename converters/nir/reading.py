"""A NIR graph understood: shapes, neurons and delays of its nodes, or all that is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nir
import numpy as np

from converters.nir.checks import parameter_problems
from converters.nir.graph import Flat, flatten
from converters.nir.neurons import GainedLif, neuron_of, neuron_problems
from converters.nir.nodes import ANALOG, KNOWN, SPIKING
from converters.nir.paths import (
    delay_problems,
    delay_steps,
    path_problems,
    paths,
    way_problems,
)
from converters.nir.shapes import Shaped, infer_shapes
from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.semantics import Semantics


@dataclass(frozen=True, eq=False)
class GraphReading:
    """By name: neurons of populations and integrators, steps of delays (of the Delay's shape)."""

    flat: Flat
    shapes: Shaped
    neurons: Mapping[str, GainedLif]
    delays: Mapping[str, Array]

    def integrator(self, output: str) -> str | None:
        """The node whose membrane an Output gives, if it gives one."""
        before = self.flat.before[output]
        return next((n for n in before if isinstance(self.flat.nodes[n], ANALOG)), None)


def read(graph: nir.NIRGraph, dt_s: float, semantics: Semantics) -> GraphReading:
    """Raises BadInput that lists every problem of the graph, each with its node."""
    flat, shapes, delays, problems = _understand(graph, dt_s, semantics)
    if problems:
        number = f"{len(problems)} problem" + "s" * (len(problems) > 1)
        raise BadInput("\n  ".join([f"the graph cannot be compiled, {number}:", *problems]))
    neurons = {
        name: neuron_of(node, shapes.taken[name], dt_s, semantics)
        for name, node in flat.of(*SPIKING, *ANALOG)
    }
    return GraphReading(flat, shapes, neurons, delays)


def graph_problems(graph: nir.NIRGraph, dt_s: float, semantics: Semantics) -> list[str]:
    """Every problem of the graph, as "node: reason; remedy"."""
    return _understand(graph, dt_s, semantics)[3]


def _understand(
    graph: nir.NIRGraph, dt_s: float, semantics: Semantics
) -> tuple[Flat, Shaped, dict[str, Array], list[str]]:
    """Nodes, shapes, steps of delays, and what is wrong; without delays where anything is."""
    if not 0 < dt_s < float("inf"):
        raise BadInput(f"dt_s is {dt_s}; a time step is a finite number of seconds above 0")
    flat = flatten(graph)
    alone = {n: list(_alone(node, dt_s, semantics)) for n, node in flat.nodes.items()}
    shapes = infer_shapes(flat, {name for name, problems in alone.items() if problems})
    problems = [
        *flat.problems,
        *(f"{name}: {problem}" for name, found in alone.items() for problem in found),
        *_silence(flat),
        *shapes.problems,
        *_analog_problems(flat),
    ]
    delays = {} if problems else _delays(flat, shapes, dt_s)
    if not problems:  # a graph with loops of linear nodes has endless paths
        problems = list(way_problems(flat, delays)) or _path_problems(flat, delays, shapes)
    return flat, shapes, delays, problems


def _alone(node: Any, dt_s: float, semantics: Semantics) -> Iterator[str]:
    """What is wrong with a node whatever graph it stands in."""
    if node is None:
        yield "its exporter had no rule for this layer and left None; put the node there yourself"
    elif not isinstance(node, KNOWN):
        known = ", ".join(kind.__name__ for kind in KNOWN)
        yield f"{type(node).__name__} is not known here; a graph may hold {known}"
    elif found := list(parameter_problems(node)):
        yield from found
    elif isinstance(node, (*SPIKING, *ANALOG)):
        yield from neuron_problems(node, dt_s, semantics)
    elif isinstance(node, nir.Delay):
        yield from delay_problems(node, dt_s)


def _silence(flat: Flat) -> Iterator[str]:
    if not flat.of(*SPIKING, *ANALOG):
        kinds = ", ".join(kind.__name__ for kind in (*SPIKING, *ANALOG))
        yield f"the graph has no neurons ({kinds}): there is nothing to compile"


def _delays(flat: Flat, shapes: Shaped, dt_s: float) -> dict[str, Array]:
    return {
        name: np.broadcast_to(delay_steps(node, dt_s), shapes.taken[name])
        for name, node in flat.of(nir.Delay)
    }


def _analog_problems(flat: Flat) -> Iterator[str]:
    """Membranes read where spikes are needed."""
    for name, node in flat.of(*ANALOG):
        for reader in flat.after(name):
            if not isinstance(flat.nodes[reader], nir.Output):
                yield (
                    f"{name}: {type(node).__name__} gives analog values, and {reader!r} needs "
                    f"spikes; {_analog_remedy(flat.nodes[reader])}"
                )
            elif len(others := [n for n in flat.before[reader] if n != name]):
                added = ", ".join(map(repr, others))
                yield (
                    f"{reader}: it adds the membrane of {name!r} and {added}; give each an Output "
                    "of its own"
                )


def _analog_remedy(reader: Any) -> str:
    if isinstance(reader, nir.Threshold):
        return (
            "make the two one neuron with that threshold (LIF, CubaLIF, IF), and read it with "
            "--reset none, as a Threshold takes nothing from what it reads"
        )
    return "give it a threshold (LIF, CubaLIF, IF), or let only an Output read it"


def _path_problems(flat: Flat, delays: Mapping[str, Array], shapes: Shaped) -> list[str]:
    found = [
        problem
        for name, _ in flat.of(*SPIKING, *ANALOG, nir.Output)
        for path in paths(flat, name)
        for problem in path_problems(path, delays, shapes)
    ]
    return list(dict.fromkeys(found))
