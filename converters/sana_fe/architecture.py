"""A chip in SANA-FE's architecture YAML: its mesh, and units for what lies on each core."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isinf
from re import sub
from typing import TypeVar

from converters.sana_fe.layout import PER_UNIT, CoreLayout, NeuronLoad
from converters.sana_fe.prices import ArchitecturePrices, Setting
from ssr_neuro.chip import Chip

LINK_BUFFER = 16  # messages of a link: SANA-FE 2.2.9, sanafe/examples/loihi.yaml
T = TypeVar("T")
EMPTY = NeuronLoad(0, 0)
_FREE = (
    "energy_access_neuron",
    "energy_update_neuron",
    "energy_spike_out",
    "latency_access_neuron",
    "latency_update_neuron",
    "latency_spike_out",
)


def architecture(prices: ArchitecturePrices, layout: CoreLayout, chip: Chip) -> str:
    """The YAML. Tiles in a row that hold the same are written once, as a range."""
    limit = chip.limits.neurons_per_core.least
    mesh, loads = layout.mesh, layout.loads()
    tiles = [
        tuple(loads.get(core, EMPTY) for core in _cores_of(layout, tile))
        for tile in range(mesh.columns * mesh.rows)
    ]
    lines = [
        "architecture:",
        f"  name: {sub('[^A-Za-z0-9_.-]', '_', chip.name)}",
        "  attributes:",
        "    topology: mesh",
        f"    width: {mesh.columns}",
        f"    height: {mesh.rows}",
        f"    link_buffer_size: {LINK_BUFFER}",
        "    sync_model: fixed",
        *(f"    {one}" for one in prices.of("chip")),
        "  tile:",
    ]
    for first, last, held in _ranges(tiles):
        lines += [
            f"    - name: tile[{first}..{last}]",
            f"      attributes: {_flow(prices.of('tile'))}",
            "      core:",
        ]
        for start, stop, load in _ranges(held):
            lines += _core(prices, f"core[{start}..{stop}]", load, limit)
    return "\n".join(lines) + "\n"


def _cores_of(layout: CoreLayout, tile: int) -> range:
    """Our core numbers of a tile, by SANA-FE's number of it."""
    mesh = layout.mesh
    column, row = divmod(tile, mesh.rows)
    first = (row * mesh.columns + column) * mesh.cores_per_tile
    return range(first, first + mesh.cores_per_tile)


def _core(
    prices: ArchitecturePrices, name: str, load: NeuronLoad, limit: float | None
) -> Iterator[str]:
    """Units of one core; those of inputs cost nothing, for they stand for the outside."""
    own, outside = _units(load.own), _units(load.outside)
    neurons = load.own if limit is None or isinf(limit) else int(limit)
    yield f"        - name: {name}"
    yield (
        "          attributes: {buffer_position: dendrite, buffer_inside_unit: true, "
        f"max_neurons_supported: {neurons + load.outside}}}"
    )
    yield from _section("axon_in", ("in", _flow(prices.of("axon_in"))))
    yield from _section("synapse", ("synapses", _model("current_based", prices.of("synapse"))))
    dendrite = prices.of("dendrite")
    yield from _section(
        "dendrite",
        (f"dendrites[0..{own}]", _model("accumulator_with_delay", dendrite)),
        (f"outside_dendrites[0..{outside}]", _model("accumulator", dendrite)),
    )
    free = "model: input, " + ", ".join(f"{key}: 0.0" for key in _FREE)
    yield from _section(
        "soma",
        (f"lif[0..{own}]", _model("leaky_integrate_fire", prices.of("soma"))),
        (f"outside[0..{max(load.outside - 1, 0)}]", f"{{{free}}}"),
    )
    yield from _section("axon_out", ("out", _flow(prices.of("axon_out"))))


def _section(name: str, *units: tuple[str, str]) -> Iterator[str]:
    yield f"          {name}:"
    for unit, attributes in units:
        yield f"            - name: {unit}"
        yield f"              attributes: {attributes}"


def _units(neurons: int) -> int:
    """Number of the last unit that so many neurons need; one is there in any case."""
    return max(neurons - 1, 0) // PER_UNIT


def _flow(settings: Sequence[Setting]) -> str:
    return "{" + ", ".join(map(str, settings)) + "}"


def _model(name: str, settings: Sequence[Setting]) -> str:
    return "{" + ", ".join((f"model: {name}", *map(str, settings))) + "}"


def _ranges(items: Sequence[T]) -> Iterator[tuple[int, int, T]]:
    """First and last index of every run of equal items, and the item."""
    at = 0
    for item, run in groupby(items):
        count = len(list(run))
        yield at, at + count - 1, item
        at += count
