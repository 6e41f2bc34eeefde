"""The result: where every neuron lies, what each core holds, what moves, and how long it takes."""

from dataclasses import dataclass

from ssr_neuro.placement.checks import CheckedLimit, UncheckedLimit
from ssr_neuro.placement.part import Run
from ssr_neuro.placement.timing import Pace
from ssr_neuro.placement.traffic import HopCounts


@dataclass(frozen=True)
class Slice:
    """A block of neurons of one node on one core. memory_bits: synapses, where they add up.

    positions, features: start and stop (not included) in the node's shape, its axes after the
    first taken together. order: which neurons stand side by side in synapse memory.
    """

    node: str
    kind: str
    core: int
    positions: Run
    features: Run
    neurons: int
    synapses: int
    axons_in: int
    memory_bits: int | None
    order: str


@dataclass(frozen=True)
class CoreUse:
    """One core. chip: None where the cores of a chip are unknown. memory_bits: None without a rule.

    shares: of the limits that the chip states, by name of the need, 0 to 1.
    """

    core: int
    chip: int | None
    slices: tuple[str, ...]
    neurons: int
    synapses: int
    memory_bits: int | None
    axons_in: int
    axons_out: int
    shares: dict[str, float]


@dataclass(frozen=True)
class Messages:
    """Per sample. between: from one core to another. entering: from outside, one for every core
    that reads the spike. Placement makes their sum small."""

    between: float
    entering: float

    @property
    def total(self) -> float:
        return self.between + self.entering


@dataclass(frozen=True)
class Traffic:
    """Messages of the placement, and of the others it was compared with, on as many cores.

    samples: of the trace; 0 where there was none, and every neuron counts as firing once.
    chosen: which of the others was taken. settled: False where the search ended at its limit of
    changes. within: spikes per sample that a core sends to itself. per_step: of `messages`, in a
    time step. between_chips and hops: per sample; None where cores or mesh of a chip are unknown.
    """

    samples: int
    messages: Messages
    chosen: str
    greedy: Messages
    improved: Messages
    round_robin: Messages
    round_robin_cores: int
    settled: bool
    within: float
    per_step: float
    between_chips: float | None
    hops: HopCounts | None


@dataclass(frozen=True)
class Placement:
    """A program on the cores of a chip. storage: how synapses are kept, and what is shared.

    readouts_reached: updates of readout neurons that an event reached, per sample; None without a
    trace. checked: limits of the chip and the largest need of each; unchecked: limits it does not
    state.
    """

    program: str
    chip: str
    title: str
    storage: str
    slices: tuple[Slice, ...]
    cores: tuple[CoreUse, ...]
    cores_per_chip: int | None
    chips: int | None
    traffic: Traffic
    steps: int
    interval: int
    latency_steps: int
    readouts_reached: float | None
    paces: tuple[Pace, ...]
    checked: tuple[CheckedLimit, ...]
    unchecked: tuple[UncheckedLimit, ...]
    notes: tuple[str, ...]

    @property
    def readout_neurons(self) -> int:
        return sum(part.neurons for part in self.slices if part.kind == "readout")

    def __repr__(self) -> str:
        return f"<Placement of {self.program} on {self.chip}: {len(self.cores):,} cores>"
