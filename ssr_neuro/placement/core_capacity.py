"""What one core of a chip holds, and whether a load fits."""

from dataclasses import dataclass
from math import inf

from ssr_neuro.chip import Chip, Figure, PerCore
from ssr_neuro.placement.storage import Packing

# Of a load -> of a chip, and what a message calls it.
LIMITS = {
    "neurons": ("neurons_per_core", "neurons"),
    "synapses": ("synapses_per_core", "synapses"),
    "bits": ("synapse_memory_per_core", "bits of synapse memory"),
    "axons_in": ("axons_in_per_core", "input axons"),
    "axons_out": ("axons_out_per_core", "output axons"),
}


@dataclass(frozen=True)
class CoreLoad:
    """What lies on a core. bits: of synapse memory."""

    neurons: int
    synapses: int
    bits: int
    axons_in: int
    axons_out: int


@dataclass(frozen=True)
class CoreCapacity:
    """The limits of the smallest core; infinite where there is none or none is known."""

    neurons: float
    synapses: float
    bits: float
    axons_in: float
    axons_out: float

    def over(self, load: CoreLoad) -> tuple[str, ...]:
        """The names of LIMITS that a load exceeds."""
        return tuple(name for name in LIMITS if getattr(load, name) > getattr(self, name))


def core_capacity(chip: Chip, packing: Packing | None) -> CoreCapacity:
    """Of one core. Synapse memory has no limit where no rule says how it is filled."""
    values = {name: _least(getattr(chip.limits, limit)) for name, (limit, _) in LIMITS.items()}
    memory = values["bits"] * 8 if packing else inf
    return CoreCapacity(**(values | {"bits": memory}))


def _least(figure: Figure | PerCore) -> float:
    value = figure.least if isinstance(figure, PerCore) else figure.value
    return inf if value is None else value
