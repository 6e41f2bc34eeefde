"""Where SANA-FE has each neuron: its group, its tile and core, and the units of that core."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from re import sub

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.placement import Mesh, Placement
from ssr_neuro.placement.part import PopulationSlice, grid
from ssr_neuro.program.ir import Input, IntegerProgram, Population, Readout
from ssr_neuro.program.linear_maps import Array

PER_UNIT = 1024  # neurons of one soma or dendrite unit: loihi_max_compartments in models.hpp


@dataclass(frozen=True, eq=False)
class NeuronGroup:
    """Neurons that SANA-FE knows by one name and a number.

    node: ours. neurons: their numbers in the node, int64, in the order of their numbers in the
    group. cores: the core of each, int64. An input has one group for every core that reads it,
    with the neurons that this core reads.
    """

    name: str
    node: str
    neurons: Array
    cores: Array


@dataclass(frozen=True)
class NeuronLoad:
    """Neurons of one core: of populations and readouts, and copies of inputs."""

    own: int
    outside: int


@dataclass(frozen=True)
class NeuronBlock:
    """Neurons start to stop (not included) of a group, side by side on a core and in its units."""

    group: str
    start: int
    stop: int
    core: int
    soma: str
    dendrite: str


@dataclass(frozen=True, eq=False)
class CoreLayout:
    """outside: groups of inputs. inside: one group for each population and readout, data flow."""

    mesh: Mesh
    outside: tuple[NeuronGroup, ...]
    inside: tuple[NeuronGroup, ...]

    def of(self, node: str) -> tuple[NeuronGroup, ...]:
        """The groups of a node: one, or several of an input."""
        return tuple(g for g in (*self.outside, *self.inside) if g.node == node)

    def loads(self) -> dict[int, NeuronLoad]:
        """By core in use."""
        own = _count(self.inside, self.mesh.cores)
        outside = _count(self.outside, self.mesh.cores)
        used = np.flatnonzero(own + outside).tolist()
        return {at: NeuronLoad(int(own[at]), int(outside[at])) for at in used}

    def address(self, core: int) -> str:
        """ "TILE.CORE": SANA-FE numbers tiles down a column, a placement along a row."""
        tile, offset = divmod(core, self.mesh.cores_per_tile)
        row, column = divmod(tile, self.mesh.columns)
        return f"{column * self.mesh.rows + row}.{offset}"

    def blocks(self) -> Iterator[NeuronBlock]:
        """Every neuron once. Inputs come first: they have fired when a step begins."""
        used = np.zeros(self.mesh.cores, np.int64)
        for group in self.outside:
            for at in range(len(group.neurons)):
                core = int(group.cores[at])
                dendrite = f"outside_dendrites[{used[core] // PER_UNIT}]"
                yield NeuronBlock(group.name, at, at + 1, core, f"outside[{used[core]}]", dendrite)
                used[core] += 1
        used[:] = 0
        for group in self.inside:
            yield from _runs(group, used)


def layout(program: IntegerProgram, placed: Placement, mesh: Mesh | None) -> CoreLayout:
    """Raises BadInput where the chip has no mesh, DoesNotFit where it takes more than one chip."""
    if mesh is None:
        raise BadInput(
            f"{placed.chip} states no mesh of cores, which SANA-FE needs; state "
            "limits.mesh_columns and limits.mesh_rows in the chip's file"
        )
    if len(placed.cores) > min(mesh.cores, placed.cores_per_chip or mesh.cores):
        raise DoesNotFit(
            f"program {program.name!r} needs {len(placed.cores)} cores, {placed.title} has "
            f"{placed.cores_per_chip or mesh.cores} on one chip, and SANA-FE models one chip; "
            "choose a larger chip or a smaller model"
        )
    home = _homes(program, placed)
    names = {node.name: _name(number, node.name) for number, node in enumerate(program.nodes)}
    outside = tuple(
        NeuronGroup(f"{names[node.name]}_for_{core}", node.name, read, np.full(len(read), core))
        for node in program.inputs
        for core, read in _readers(program, node, home)
    )
    inside = tuple(
        NeuronGroup(names[node], node, np.arange(len(cores)), cores) for node, cores in home.items()
    )
    return CoreLayout(mesh, outside, inside)


def _homes(program: IntegerProgram, placed: Placement) -> dict[str, Array]:
    """The core of every neuron of every population and readout: int64 (neurons,)."""
    nodes: tuple[Population | Readout, ...] = (*program.populations, *program.readouts)
    home = {node.name: np.full(prod(node.shape), -1) for node in nodes}
    for part in placed.slices:
        block = PopulationSlice(part.node, part.positions, part.features)
        home[part.node][block.indices(grid(program.shape_of(part.node))[1])] = part.core
    return home


def _readers(
    program: IntegerProgram, node: Input, home: dict[str, Array]
) -> Iterator[tuple[int, Array]]:
    """Every core that reads an input, with the neurons that it reads, ascending."""
    read: dict[int, list[Array]] = {}
    for synapse in program.synapses:
        if node.name in {source.name for source in synapse.sources}:
            pairs = synapse.map.expanded().tocoo()
            cores = home[synapse.target][pairs.row]
            for core in np.unique(cores):
                read.setdefault(int(core), []).append(pairs.col[cores == core])
    for core in sorted(read):
        yield core, np.unique(np.concatenate(read[core])).astype(np.int64)


def _runs(group: NeuronGroup, used: Array) -> Iterator[NeuronBlock]:
    """Cut where the core changes or a unit is full. used: neurons of each core so far."""
    edges = [0, *(np.flatnonzero(np.diff(group.cores)) + 1).tolist(), len(group.cores)]
    for first, last in pairwise(edges):
        core, start = int(group.cores[first]), first
        while start < last:
            unit, taken = divmod(int(used[core]), PER_UNIT)
            stop = min(last, start + PER_UNIT - taken)
            yield NeuronBlock(group.name, start, stop, core, f"lif[{unit}]", f"dendrites[{unit}]")
            used[core] += stop - start
            start = stop


def _count(groups: tuple[NeuronGroup, ...], cores: int) -> Array:
    every = [group.cores for group in groups]
    return np.bincount(np.concatenate(every) if every else np.zeros(0, int), minlength=cores)


def _name(number: int, node: str) -> str:
    """A word in SANA-FE's sense, which a dot or an arrow would end; the number keeps it unique."""
    return f"n{number}_{sub('[^A-Za-z0-9_]', '_', node)}"
