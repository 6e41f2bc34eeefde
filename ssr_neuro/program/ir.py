"""The Program: a spiking network with integers, time and reset made explicit.

A Program is a frozen value. Converters make a `FloatProgram` (`Lif` neurons, float maps); the
passes of `ssr_neuro.lower` fold and schedule it, and `quantise` turns it into an `IntegerProgram`,
the only kind that a chip or a simulator of one can run.
"""

from dataclasses import dataclass
from math import prod
from typing import Generic

import numpy as np
from typing_extensions import TypeVar

from ssr_neuro.errors import BadInput
from ssr_neuro.program.fixed_point import NO_CURRENT_MEMORY
from ssr_neuro.program.linear_maps import Array, LinearMap, Shape
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.program.notes import NO_NOTES, Notes
from ssr_neuro.program.semantics import DEFAULT, Semantics


@dataclass(frozen=True, eq=False)
class Lif:
    """Float neuron with hard reset to 0; LIF, IF, CubaLIF and threshold units are cases of it.

    u(t) = u(t-1) (1 - 1/tau_syn_steps) + I(t) + current_bias
    v(t) = v(t-1) + (u(t) + bias - leak v(t-1)) / tau_steps; spike by `Program.semantics.fires`.

    bias, current_bias: the population's shape. All others: a number, or an array of that shape.
    tau_syn_steps of 1: no memory of the current (SSR paper eq. 1-3, decaying input); infinite: a
    current that never decays. leak: False integrates without leak. level, levels: this is number
    `level` of `levels` populations that share one membrane and a scale, its threshold `level` times
    that of the first (see `ssr_neuro.lower.soft_reset`). seen: the lowest and the highest membrane
    that inputs led to, in thresholds of the first; 0 where none was looked at.
    """

    tau_steps: float | Array
    threshold: float | Array
    bias: Array
    leak: bool = True
    tau_syn_steps: float | Array = 1.0
    current_bias: Array | None = None
    level: int = 1
    levels: int = 1
    seen: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class IntegerLif:
    """Integer neuron of Lava's `LIFReset` in `fixed_pt`; its law is `integer_neuron.step`.

    dv: membrane decay out of 4096. du + 1: current decay out of 4096. vth: threshold in weight
    units (64 membrane units each). Each is one number, or an int64 array of the population's
    shape. bias = bias_mant << bias_exp in membrane units; bias_mant: int64, the population's shape.
    """

    dv: int | Array
    vth: int | Array
    bias_mant: Array
    bias_exp: int
    du: int | Array = NO_CURRENT_MEMORY


@dataclass(frozen=True)
class Input:
    """Spikes that enter from outside: 0 or 1 per neuron and step."""

    name: str
    shape: Shape


# The kind of neuron that a node or a program holds; either, where it is not said.
N = TypeVar("N", bound=Lif | IntegerLif, default=Lif | IntegerLif, covariant=True)


@dataclass(frozen=True, eq=False)
class Population(Generic[N]):
    """Neurons of one kind. `depth`: synapse steps from the input, None before scheduling."""

    name: str
    shape: Shape
    neuron: N
    depth: int | None = None


@dataclass(frozen=True, eq=False)
class Readout(Generic[N]):
    """Analog output: the weighted sum of the spikes of one step plus `bias`.

    neuron: where given, a membrane that integrates that sum and never fires (a leaky integrator);
    the output is then its membrane and `bias` is 0. unit: float value of one integer step of the
    output, a number or an array of the readout's shape; None before quantising.
    """

    name: str
    shape: Shape
    bias: Array
    depth: int | None = None
    unit: float | Array | None = None
    neuron: N | None = None


@dataclass(frozen=True)
class Source:
    """A population or input that a synapse reads.

    lag: steps of the sample by which its spikes come late (a recurrent connection, an explicit
    delay): step t reads what was sent in step t - lag, nothing if there was none. delay: steps on
    the chip, depth of the target - depth of the source + lag; at least 1 once scheduled.
    """

    name: str
    delay: int | None = None
    lag: int = 0


@dataclass(frozen=True, eq=False)
class Affine:
    """One linear map and the bias added after it (shape broadcastable to out_shape)."""

    map: LinearMap
    bias: Array


@dataclass(frozen=True, eq=False)
class Synapse:
    """`target` receives chain(sum of the sources' spikes) << exponent. Several sources are a skip.

    `chain` holds maps in order of application; after the fold pass exactly one.
    """

    name: str
    sources: tuple[Source, ...]
    target: str
    chain: tuple[Affine, ...]
    exponent: int = 0

    @property
    def map(self) -> LinearMap:
        """The single map of a folded synapse."""
        (only,) = self.chain
        return only.map


@dataclass(frozen=True, eq=False)
class Program(Generic[N]):
    """What `FloatProgram` and `IntegerProgram` share; build one of these.

    A network of `steps` time steps per sample. Nodes stand in data-flow order.

    Samples stream back to back, one every `interval` = `steps` + `gap`; a node at depth d works on
    step k of sample n (k = 1..steps, n = 0..) at global step n * interval + k + d, its state
    cleared before k = 1. In the gap no input spikes and no population that is read with a lag
    fires, so nothing of a sample reaches the next. For the first sample's sake a stream with gaps
    begins with an empty interval: what neurons with a bias send while the pipeline fills would
    reach it otherwise.
    """

    name: str
    steps: int
    inputs: tuple[Input, ...]
    populations: tuple[Population[N], ...]
    synapses: tuple[Synapse, ...]
    readouts: tuple[Readout[N], ...]
    gap: int = 0
    semantics: Semantics = DEFAULT
    notes: Notes = NO_NOTES

    @property
    def nodes(self) -> "tuple[Input | Population[N] | Readout[N], ...]":
        """Inputs, populations and readouts."""
        return (*self.inputs, *self.populations, *self.readouts)

    @property
    def stateful(self) -> tuple[Population[N] | Readout[N], ...]:
        """Nodes with a membrane: populations, and readouts that integrate."""
        return (*self.populations, *(r for r in self.readouts if r.neuron is not None))

    @property
    def interval(self) -> int:
        """Steps from the start of one sample to the start of the next."""
        return self.steps + self.gap

    @property
    def depth(self) -> int:
        """Synapse steps from the input to the deepest node."""
        return max(self.depth_of(node.name) for node in self.nodes)

    @property
    def latency_steps(self) -> int:
        """Steps from a sample's first input to its last output."""
        return self.steps + self.depth

    @property
    def neurons(self) -> tuple[tuple[str, N], ...]:
        """Every node with a membrane and its neuron."""
        read = ((r.name, r.neuron) for r in self.readouts if r.neuron is not None)
        return (*((p.name, p.neuron) for p in self.populations), *read)

    def population(self, name: str) -> Population[N]:
        return next(p for p in self.populations if p.name == name)

    def node(self, name: str) -> Input | Population[N] | Readout[N]:
        return next(node for node in self.nodes if node.name == name)

    def shape_of(self, name: str) -> Shape:
        return self.node(name).shape

    def depth_of(self, name: str) -> int:
        """Synapse steps from the input. 0 for an input, and for all before scheduling."""
        node = self.node(name)
        return 0 if isinstance(node, Input) else node.depth or 0

    def into(self, target: str) -> tuple[Synapse, ...]:
        return tuple(s for s in self.synapses if s.target == target)

    def __repr__(self) -> str:
        neurons = sum(prod(p.shape) for p in self.populations)
        return (
            f"<{type(self).__name__} {self.name}: {len(self.populations):,} populations of "
            f"{neurons:,} neurons, {self.steps:,} steps>"
        )

    def summary(self) -> dict[str, int]:
        """Counts a user wants first: populations, neurons, synapses, depth, steps."""
        return {
            "populations": len(self.populations),
            "neurons": sum(prod(p.shape) for p in self.populations),
            "synapses": sum(synapse_count(s.chain[-1].map) for s in self.synapses),
            "depth": self.depth,
            "steps": self.steps,
        }


@dataclass(frozen=True, eq=False, repr=False)
class FloatProgram(Program[Lif]):
    """A Program as frameworks mean it, in float64. Raises BadInput on an integer neuron."""

    def __post_init__(self) -> None:
        for name, neuron in self.neurons:
            if not isinstance(neuron, Lif):
                raise BadInput(f"{name!r} is already quantised; give the float program")


@dataclass(frozen=True, eq=False, repr=False)
class IntegerProgram(Program[IntegerLif]):
    """A Program in a chip's integers. Raises BadInput on a float neuron."""

    def __post_init__(self) -> None:
        for name, neuron in self.neurons:
            if not isinstance(neuron, IntegerLif):
                raise BadInput(f"{name!r} is still float; lower the program first")


Node = Input | Population | Readout
# A FloatProgram or an IntegerProgram, where a function gives back the kind that it took.
AnyProgram = TypeVar("AnyProgram", bound=Program)


def as_integer(program: Program) -> IntegerProgram:
    """The program, known to be in integers. Raises BadInput on a float one."""
    if isinstance(program, IntegerProgram):
        return program
    raise BadInput(f"program {program.name!r} is still float; lower it first")


def zeros(shape: Shape) -> Array:
    """A bias of nothing: int64 zeros."""
    return np.zeros(shape, dtype=np.int64)
