"""The Program: a spiking network with integers, time and reset made explicit.

A Program is a frozen value. It is born in float (`Lif` neurons, float maps), and the passes of
`ssr_neuro.lower` fold, schedule and quantise it until every neuron is an `IntegerLif` and every
delay is known. Simulators take only a lowered Program.
"""

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.fixedpoint import NO_CURRENT_MEMORY
from ssr_neuro.maps import Array, LinearMap, Shape, synapse_count


@dataclass(frozen=True, eq=False)
class Lif:
    """Float leaky integrate-and-fire, hard reset to 0 (SSR paper eq. 1-3, decaying input).

    U(t) = U(t-1) + (I(t) + bias - U(t-1)) / tau_steps; spike where U >= threshold
    (U > threshold if `fires_at_threshold` is false), then U = 0. bias: the population's shape.
    """

    tau_steps: float
    threshold: float
    bias: Array
    fires_at_threshold: bool = True


@dataclass(frozen=True, eq=False)
class IntegerLif:
    """Integer neuron of Lava's `LIFReset` in `fixed_pt`; `ssr_neuro.neuron.step` is its law.

    dv: membrane decay out of 4096. vth: threshold in weight units (64 membrane units each).
    bias = bias_mant << bias_exp in membrane units; bias_mant: int64, the population's shape.
    """

    dv: int
    vth: int
    bias_mant: Array
    bias_exp: int
    du: int = NO_CURRENT_MEMORY


@dataclass(frozen=True)
class Input:
    """Spikes that enter from outside: 0 or 1 per neuron and step."""

    name: str
    shape: Shape


@dataclass(frozen=True, eq=False)
class Population:
    """Neurons of one kind. `depth`: synapse steps from the input, None before scheduling."""

    name: str
    shape: Shape
    neuron: Lif | IntegerLif
    depth: int | None = None

    @property
    def integer(self) -> IntegerLif:
        """The neuron of a quantised population. Raises BadInput on a float one."""
        if isinstance(self.neuron, IntegerLif):
            return self.neuron
        raise BadInput(f"population {self.name!r} is still float; lower the program first")

    @property
    def float(self) -> Lif:
        """The neuron before quantising. Raises BadInput on an integer one."""
        if isinstance(self.neuron, Lif):
            return self.neuron
        raise BadInput(f"population {self.name!r} is already quantised; give the float program")


@dataclass(frozen=True, eq=False)
class Readout:
    """Analog output: the weighted sum of the spikes of one step plus `bias`; no state.

    `unit`: float value of one integer step of the output, None before quantising.
    """

    name: str
    shape: Shape
    bias: Array
    depth: int | None = None
    unit: float | None = None


@dataclass(frozen=True)
class Source:
    """A population or input that a synapse reads. `delay` in steps, at least 1 once scheduled."""

    name: str
    delay: int | None = None


@dataclass(frozen=True, eq=False)
class Affine:
    """One linear map and the bias added after it (shape broadcastable to out_shape)."""

    map: LinearMap
    bias: Array


@dataclass(frozen=True, eq=False)
class Synapse:
    """`target` receives chain(sum of the sources' spikes). Several sources are a skip sum.

    `chain` holds maps in order of application; after the fold pass exactly one.
    """

    name: str
    sources: tuple[Source, ...]
    target: str
    chain: tuple[Affine, ...]

    @property
    def map(self) -> LinearMap:
        """The single map of a folded synapse."""
        (only,) = self.chain
        return only.map


@dataclass(frozen=True, eq=False)
class Program:
    """A network of `steps` time steps per sample. Nodes stand in data-flow order.

    Samples stream back to back, one every `steps`; a node at depth d works on step k of sample n
    (k = 1..steps, n = 0..) at global step n * steps + k + d, its state cleared before k = 1.
    """

    name: str
    steps: int
    inputs: tuple[Input, ...]
    populations: tuple[Population, ...]
    synapses: tuple[Synapse, ...]
    readouts: tuple[Readout, ...]
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple["Node", ...]:
        """Inputs, populations and readouts."""
        return (*self.inputs, *self.populations, *self.readouts)

    @property
    def depth(self) -> int:
        """Synapse steps from the input to the deepest node."""
        return max(self.depth_of(node.name) for node in self.nodes)

    @property
    def latency_steps(self) -> int:
        """Steps from a sample's first input to its last output."""
        return self.steps + self.depth

    def population(self, name: str) -> Population:
        return next(p for p in self.populations if p.name == name)

    def node(self, name: str) -> "Node":
        return next(node for node in self.nodes if node.name == name)

    def shape_of(self, name: str) -> Shape:
        return self.node(name).shape

    def depth_of(self, name: str) -> int:
        """Synapse steps from the input. 0 for an input, and for all before scheduling."""
        node = self.node(name)
        return 0 if isinstance(node, Input) else node.depth or 0

    def into(self, target: str) -> tuple[Synapse, ...]:
        return tuple(s for s in self.synapses if s.target == target)

    def summary(self) -> dict[str, int]:
        """Counts a user wants first: populations, neurons, synapses, depth, steps."""
        return {
            "populations": len(self.populations),
            "neurons": sum(prod(p.shape) for p in self.populations),
            "synapses": sum(synapse_count(s.chain[-1].map) for s in self.synapses),
            "depth": self.depth,
            "steps": self.steps,
        }


Node = Input | Population | Readout


def zeros(shape: Shape) -> Array:
    """A bias of nothing: int64 zeros."""
    return np.zeros(shape, dtype=np.int64)
