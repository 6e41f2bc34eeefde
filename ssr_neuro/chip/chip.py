"""A chip: its tables, published runs on it, and other authors' prices of it."""

from typing import Literal

from pydantic import Field

from ssr_neuro.chip.figures import Figure, FigureSource, Frozen
from ssr_neuro.chip.section import Section
from ssr_neuro.chip.tables import Abilities, Limits, Performance, Power, Prices, Silicon, Timings
from ssr_neuro.errors import BadInput

Kind = Literal["neuromorphic", "gpu", "logic"]
Precision = Literal["int8", "fp16", "fp32"]
TABLES: dict[str, type[Section]] = {
    "silicon": Silicon,
    "limits": Limits,
    "abilities": Abilities,
    "prices": Prices,
    "timings": Timings,
    "power": Power,
    "performance": Performance,
}
_EVENTS = (
    "synaptic_operation",
    "neuron_update_active",
    "neuron_update_idle",
    "hop_east_west",
    "hop_north_south",
    "barrier",
    "weight_load",
)
_ARITHMETIC = tuple(f"{kind}_{p}" for kind in ("add", "mac") for p in ("int8", "fp16", "fp32"))
# What a chip of each kind must give, or list as unknown with a reason.
REQUIRED: dict[Kind, dict[str, tuple[str, ...]]] = {
    "neuromorphic": {
        "limits": (
            "cores_per_chip",
            "neurons_per_core",
            "synapse_memory_per_core",
            "axons_in_per_core",
            "axons_out_per_core",
            "fan_in_per_neuron",
            "weight_bits",
            "spike_payload_bits",
            "membrane_bits",
            "delay",
        ),
        "abilities": ("neurons", "resets", "time", "synapse_storage"),
        "prices": _EVENTS,
        "timings": ("time_step", "barrier_max"),
        "power": ("static_per_chip",),
    },
    "gpu": {
        "performance": ("fp32", "int8_tensor", "memory_bandwidth", "memory_size"),
        "power": ("idle", "tdp"),
    },
    "logic": {
        "prices": (
            *_ARITHMETIC,
            "sram_32kb",
            "dram_min",
            "dram_max",
            "hop_east_west",
            "hop_north_south",
        ),
        "power": ("static_per_chip",),
    },
}


class Workload(Section):
    """One published run on the whole chip: a sanity check, not a price of any event."""

    total_power: Figure = Figure(unit="mW")
    dynamic_power: Figure = Figure(unit="mW")
    static_power: Figure = Figure(unit="mW")
    energy: Figure = Figure(unit="pJ")
    dynamic_energy: Figure = Figure(unit="pJ")
    throughput: Figure = Figure(unit="inferences/s")
    cores: Figure = Figure(unit="cores")


class Alternative(Frozen):
    """Another author's prices and timings of the same chip. They replace the file's, all of them:
    terms of two models are never mixed."""

    title: str
    prices: Prices = Prices()
    timings: Timings = Timings()


class Chip(Frozen):
    """One chip. `name` is the name of its file; `notes` are what a reader must know."""

    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    kind: Kind
    notes: tuple[str, ...] = Field(default=(), strict=False)
    sources: dict[str, FigureSource] = Field(default_factory=dict)
    silicon: Silicon = Silicon()
    limits: Limits = Limits()
    abilities: Abilities = Abilities()
    prices: Prices = Prices()
    timings: Timings = Timings()
    power: Power = Power()
    performance: Performance = Performance()
    workloads: dict[str, Workload] = Field(default_factory=dict)
    alternatives: dict[str, Alternative] = Field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Chip {self.name}: {self.title}, {self.kind}>"

    def tables(self) -> dict[str, Section]:
        """Table name -> table, in the order of the file."""
        return {name: getattr(self, name) for name in TABLES}

    def unknown(self) -> dict[str, str]:
        """Name, as in "prices.barrier", of each figure listed as unknown -> why."""
        return {
            f"{table}.{name}": figure.reason
            for table, section in self.tables().items()
            for name, figure in section.items()
            if figure.reason
        }

    def alternative(self, name: str) -> "Chip":
        """This chip with the prices and timings of that model. Raises BadInput on other names."""
        if name not in self.alternatives:
            known = ", ".join(self.alternatives) or "none"
            raise BadInput(f"{self.name} has no alternative {name!r}; it has {known}")
        other = self.alternatives[name]
        title = f"{self.title}, {other.title}"
        update = {"title": title, "prices": other.prices, "timings": other.timings}
        return self.model_copy(update=update)
