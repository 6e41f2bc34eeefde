"""A NIR graph understood: shapes, neurons and delays of its nodes, or all that is wrong with it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import nir
import numpy as np

from converters.nir_graph import Flat, flatten
from converters.nir_neurons import Neuron, neuron_of
from converters.nir_nodes import ANALOG, KNOWN, SPIKING, check_finite
from converters.nir_paths import delay_steps, path_problems, paths
from converters.nir_shapes import Shaped, shaped
from ssr_neuro.errors import BadInput
from ssr_neuro.maps import Array
from ssr_neuro.semantics import Semantics

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class Reading:
    """By name: neurons of populations and integrators, steps of delays (of the Delay's shape)."""

    flat: Flat
    shapes: Shaped
    neurons: Mapping[str, Neuron]
    delays: Mapping[str, Array]

    def integrator(self, output: str) -> str | None:
        """The node whose membrane an Output gives, if it gives one."""
        before = self.flat.before[output]
        return next((n for n in before if isinstance(self.flat.nodes[n], ANALOG)), None)


def read(graph: nir.NIRGraph, dt_s: float, semantics: Semantics) -> Reading:
    """Raises BadInput that lists every problem of the graph, each with its node."""
    if not 0 < dt_s < float("inf"):
        raise BadInput(f"dt_s is {dt_s}; a time step is a finite number of seconds above 0")
    flat = flatten(graph)
    problems = [*flat.problems, *_node_problems(flat)]
    spoilt = {line.split(":")[0] for line in problems}
    shapes = shaped(flat)
    problems += shapes.problems

    def neuron(name: str, node: Any) -> Neuron:
        shape = shapes.taken.get(name, np.shape(getattr(node, "r", ())))
        return neuron_of(node, shape, dt_s, semantics)

    def steps(name: str, node: Any) -> Array:
        shape = shapes.taken.get(name, np.shape(node.delay))
        return np.broadcast_to(delay_steps(node, dt_s), shape)

    neurons = _each(flat.of(*SPIKING, *ANALOG), spoilt, neuron, problems)
    delays = _each(flat.of(nir.Delay), spoilt, steps, problems)
    problems += _analog_problems(flat)
    if not problems:  # a graph with loops of linear nodes has endless paths
        problems += _path_problems(flat, delays, shapes)
    if problems:
        number = f"{len(problems)} problem" + "s" * (len(problems) > 1)
        raise BadInput("\n  ".join([f"the graph cannot be compiled, {number}:", *problems]))
    return Reading(flat, shapes, neurons, delays)


def _each(
    nodes: list[tuple[str, Any]],
    spoilt: set[str],
    make: Callable[[str, Any], Value],
    problems: list[str],
) -> dict[str, Value]:
    """make of every node that is sound so far; what it raises is added to the problems."""
    made = {}
    for name, node in nodes:
        try:
            if name not in spoilt:
                made[name] = make(name, node)
        except BadInput as problem:
            problems.append(f"{name}: {problem}")
    return made


def _node_problems(flat: Flat) -> Iterator[str]:
    """What is wrong with a node alone."""
    for name, node in flat.nodes.items():
        if not isinstance(node, KNOWN):
            known = ", ".join(kind.__name__ for kind in KNOWN)
            yield f"{name}: {type(node).__name__} is not known here; a graph may hold {known}"
            continue
        try:
            check_finite(node)
        except BadInput as problem:
            yield f"{name}: {problem}"
    if not flat.of(*SPIKING):
        kinds = ", ".join(kind.__name__ for kind in SPIKING)
        yield f"the graph has no spiking node ({kinds}): there are no spikes to compile"


def _analog_problems(flat: Flat) -> Iterator[str]:
    """Membranes read where spikes are needed."""
    for name, node in flat.of(*ANALOG):
        for reader in flat.after(name):
            if not isinstance(flat.nodes[reader], nir.Output):
                yield (
                    f"{name}: {type(node).__name__} gives analog values, and {reader!r} needs "
                    "spikes; give it a threshold (LIF, CubaLIF, IF), or let only an Output read it"
                )
            elif len(others := [n for n in flat.before[reader] if n != name]):
                added = ", ".join(map(repr, others))
                yield (
                    f"{reader}: it adds the membrane of {name!r} and {added}; give each an Output "
                    "of its own"
                )


def _path_problems(flat: Flat, delays: Mapping[str, Array], shapes: Shaped) -> list[str]:
    found = [
        problem
        for name, _ in flat.of(*SPIKING, *ANALOG, nir.Output)
        for path in paths(flat, name)
        for problem in path_problems(path, delays, shapes)
    ]
    return list(dict.fromkeys(found))
