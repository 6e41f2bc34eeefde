"""What a person wants to know of each node of a Program, at any stage of lowering."""

from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np

from ssr_neuro.charts import numbers
from ssr_neuro.errors import BadInput
from ssr_neuro.program.fixed_point import NEVER, NO_CURRENT_MEMORY
from ssr_neuro.program.ir import Input, IntegerLif, Lif, Node, Program, Readout, Synapse
from ssr_neuro.program.linear_maps import Shape
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.program.recurrence import groups, loop_of

Kind = Literal["input", "population", "integrator", "readout"]
Range = tuple[float, float]
TIMES, TO = "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Read:
    """A source of a node; delay: steps on the chip, None before scheduling."""

    source: str
    delay: int | None
    lag: int
    synapse: str


@dataclass(frozen=True)
class NodeFacts:
    """One node. column: its depth, or its layer of the graph before scheduling.

    law: parameters of its neurons, smallest and largest. weights: synapses into it with a non-zero
    weight. steps: first and last global step at which it works on the first sample of a stream
    without an empty interval before it; None before scheduling.
    """

    name: str
    kind: Kind
    shape: Shape
    column: int
    steps: tuple[int, int] | None
    cell: str
    law: dict[str, Range]
    reads: tuple[Read, ...]
    weights: int

    @property
    def neurons(self) -> int:
        return prod(self.shape)

    @property
    def size(self) -> str:
        """The shape in words."""
        return f" {TIMES} ".join(map(str, self.shape)) or "1"


def nodes(program: Program) -> tuple[NodeFacts, ...]:
    """All nodes by depth, or by layer before scheduling; else in the program's own order.

    Raises BadInput where there are none, or where some read each other in the same step.
    """
    if not program.nodes:
        raise BadInput(f"program {program.name!r} has no nodes; there is nothing to show")
    planned, column = is_scheduled(program), columns(program)
    found = []
    for node in sorted(program.nodes, key=lambda n: column[n.name]):
        into, depth = program.into(node.name), column[node.name]
        cell, law = _law(node)
        found.append(
            NodeFacts(
                name=node.name,
                kind=_kind(node),
                shape=node.shape,
                column=depth,
                steps=(depth + 1, depth + program.steps) if planned else None,
                cell=cell,
                law=law,
                reads=tuple(Read(s.name, s.delay, s.lag, y.name) for y in into for s in y.sources),
                weights=sum(map(weights, into)),
            )
        )
    return tuple(found)


def is_scheduled(program: Program) -> bool:
    """Whether every node has its depth."""
    nodes = (node for node in program.nodes if not isinstance(node, Input))
    return all(node.depth is not None for node in nodes)


def columns(program: Program) -> dict[str, int]:
    """Depth by name; before scheduling the longest way from a node that nothing reaches.

    A connection inside a loop that comes late leads back and makes no way longer.
    """
    if is_scheduled(program):
        return {node.name: program.depth_of(node.name) for node in program.nodes}
    loop, layer = loop_of(program), dict[str, int]()
    for name in (name for group in groups(program) for name in group):
        before = [
            layer[source.name]
            for synapse in program.into(name)
            for source in synapse.sources
            if not source.lag or loop.get(source.name, -1) != loop.get(name, -2)
        ]
        layer[name] = 1 + max(before, default=-1)
    return layer


def weights(synapse: Synapse) -> int:
    """Synapses with a non-zero weight, over all maps of the chain."""
    return sum(synapse_count(affine.map) for affine in synapse.chain)


def matrix(synapse: Synapse) -> str:
    """The kinds of its maps in order of application, and the exponent where there is one."""
    kinds = " + ".join(type(affine.map).__name__ for affine in synapse.chain)
    power = str(synapse.exponent).translate(SUPERSCRIPT)
    return f"{kinds} {TIMES} 2{power}" if synapse.exponent else kinds


def spread(values: Range) -> str:
    """A number, or the smallest and the largest; a threshold out of reach is no number."""
    if values[0] == NEVER:
        return "never"
    first, last = (numbers.short(value) for value in values)
    return first if first == last else f"{first}{TO}{last}"


def _kind(node: Node) -> Kind:
    if isinstance(node, Input):
        return "input"
    if isinstance(node, Readout):
        return "readout" if node.neuron is None else "integrator"
    return "population"


def _law(node: Node) -> tuple[str, dict[str, Range]]:
    """The kind of the node's neurons in words, and their parameters by name."""
    neuron = None if isinstance(node, Input) else node.neuron
    if isinstance(neuron, IntegerLif):
        law = {"vth": _range(neuron.vth), "dv": _range(neuron.dv)}
        remembers = _range(neuron.du) != (NO_CURRENT_MEMORY,) * 2
        law |= {"du": _range(neuron.du)} if remembers else {}
        return _cell(law["dv"] != (0, 0), remembers), law
    if isinstance(neuron, Lif):
        law = {"threshold": _range(neuron.threshold), "tau_steps": _range(neuron.tau_steps)}
        remembers = _range(neuron.tau_syn_steps) != (1, 1)
        law |= {"tau_syn_steps": _range(neuron.tau_syn_steps)} if remembers else {}
        return _cell(neuron.leak, remembers), law
    return "spikes in" if isinstance(node, Input) else "weighted sum", {}


def _cell(leaks: bool, remembers: bool) -> str:
    name = "LIF" if leaks else "IF"
    return f"Cuba{name}" if remembers else name


def _range(value: Any) -> Range:
    array = np.asarray(value)
    return (array.min().item(), array.max().item()) if array.size else (0, 0)
