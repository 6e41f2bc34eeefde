"""Energies and latencies of a SANA-FE architecture, each from a figure of the chip's file.

SANA-FE refuses an architecture without a key, so what the file does not state is written as 0 and
named as unknown.
"""

from dataclasses import dataclass
from decimal import Decimal

from ssr_neuro.chip import Chip, Figure
from ssr_neuro.errors import BadInput

# Unit of a core (or "tile", "chip"), key, and figures in the order in which they are looked for;
# "a - b" is the difference. Energies are of [prices], latencies of [timings].
_RULES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("chip", "latency_sync", ("barrier_max",)),
    ("tile", "energy_east_hop", ("hop_east_west",)),
    ("tile", "energy_west_hop", ("hop_east_west",)),
    ("tile", "energy_north_hop", ("hop_north_south",)),
    ("tile", "energy_south_hop", ("hop_north_south",)),
    ("tile", "latency_east_hop", ("hop_east_west",)),
    ("tile", "latency_west_hop", ("hop_east_west",)),
    ("tile", "latency_north_hop", ("hop_north_south",)),
    ("tile", "latency_south_hop", ("hop_north_south",)),
    ("axon_in", "energy_message_in", ("message_in",)),
    ("axon_in", "latency_message_in", ("message_in",)),
    ("synapse", "energy_process_spike", ("synaptic_operation", "synaptic_operation_dense")),
    ("synapse", "latency_process_spike", ("synaptic_operation", "synaptic_operation_dense")),
    ("dendrite", "energy_update", ("dendrite_update",)),
    ("dendrite", "latency_update", ("dendrite_update",)),
    ("soma", "energy_access_neuron", ("neuron_update_idle", "neuron_access")),
    ("soma", "latency_access_neuron", ("neuron_update_idle", "neuron_access")),
    (
        "soma",
        "energy_update_neuron",
        ("neuron_update_active - neuron_update_idle", "neuron_update"),
    ),
    (
        "soma",
        "latency_update_neuron",
        ("neuron_update_active - neuron_update_idle", "neuron_update"),
    ),
    ("soma", "energy_spike_out", ("spike_out",)),
    ("soma", "latency_spike_out", ("spike_out",)),
    ("axon_out", "energy_message_out", ("message_out", "spike_within_tile")),
    ("axon_out", "latency_message_out", ("message_out", "spike_within_tile")),
)
# The units that each part of SANA-FE's energy is of.
PARTS = {
    "synapse": ("synapse",),
    "dendrite": ("dendrite",),
    "soma": ("soma",),
    "network": ("tile", "axon_in", "axon_out"),
}
# Without these there is no energy or latency worth the name.
_NEEDED = ("process_spike", "access_neuron", "update_neuron")


@dataclass(frozen=True)
class Setting:
    """One key of one unit. value: pJ or ns. figure: of the chip's file, with its source.

    unknown: why there is no figure; the value is then 0.
    """

    unit: str
    key: str
    value: float
    figure: str
    source: str
    unknown: str = ""

    @property
    def is_energy(self) -> bool:
        return self.key.startswith("energy")

    def __str__(self) -> str:
        """As YAML, in J or s: a number with a point and one exponent."""
        if not self.value:
            return f"{self.key}: 0.0"
        digits = format(Decimal(repr(self.value)), "f")
        digits += "" if "." in digits else ".0"
        return f"{self.key}: {digits}e{-12 if self.is_energy else -9}"


@dataclass(frozen=True)
class ArchitecturePrices:
    """Everything that SANA-FE charges by. name: "" for the chip's own figures."""

    name: str
    title: str
    settings: tuple[Setting, ...]

    def of(self, unit: str) -> tuple[Setting, ...]:
        return tuple(setting for setting in self.settings if setting.unit == unit)

    def unknown(self, *, energy: bool) -> tuple[str, ...]:
        """Keys that are 0 because the figure is not known, and why."""
        return tuple(
            f"{one.unit} {one.key}: {one.unknown}"
            for one in self.settings
            if one.unknown and one.is_energy == energy
        )

    def complete(self, *, energy: bool) -> bool:
        """Whether synaptic operations and neuron updates, which nearly all goes to, are known."""
        keys = {f"{'energy' if energy else 'latency'}_{name}" for name in _NEEDED}
        return not any(one.unknown for one in self.settings if one.key in keys)

    def prices_any(self, part: str) -> bool:
        """Whether any energy of a part of SANA-FE's sum is known; of "total", as `complete`."""
        if part not in PARTS:
            return self.complete(energy=True)
        own = (one for unit in PARTS[part] for one in self.of(unit) if one.is_energy)
        return any(not one.unknown for one in own)

    @property
    def file(self) -> str:
        return f"architecture-{self.name}.yaml" if self.name else "architecture.yaml"


def prices(chip: Chip) -> tuple[ArchitecturePrices, ...]:
    """The chip's own figures, then other authors' that it holds, where they price an operation.

    Raises BadInput where the price of an operation holds the whole chip: SANA-FE adds to it.
    """
    if chip.prices.synaptic_operation.scope == "all_in":
        raise BadInput(
            f"{chip.name}: prices.synaptic_operation holds the whole chip's power, and SANA-FE "
            "would add other terms to it; choose a chip that is priced per event"
        )
    found = [_prices("", chip)]
    found += [_prices(name, chip.alternative(name)) for name in chip.alternatives]
    return (found[0], *(one for one in found[1:] if one.complete(energy=True)))


def _prices(name: str, chip: Chip) -> ArchitecturePrices:
    return ArchitecturePrices(name, chip.title, tuple(_setting(chip, *rule) for rule in _RULES))


def _setting(chip: Chip, unit: str, key: str, names: tuple[str, ...]) -> Setting:
    table = "prices" if key.startswith("energy") else "timings"
    figures = dict(chip.tables()[table].items())
    for name in names:
        parts = [figures.get(part) for part in name.split(" - ")]
        stated = [part for part in parts if isinstance(part, Figure) and part.value is not None]
        if len(stated) == len(parts):
            value = float(stated[0].value or 0.0) - sum(part.value or 0.0 for part in stated[1:])
            digits = float(f"{value:.12g}")  # a difference of decimals has noise at its end
            return Setting(unit, key, digits, f"{table}.{name}", stated[0].source)
    return Setting(unit, key, 0.0, "", "", f"{table}.{names[0]} is not stated")
