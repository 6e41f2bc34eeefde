"""Nodes in parts that fit a core each: along positions first, and features where that won't do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.placement.core_capacity import CoreCapacity, CoreLoad
from ssr_neuro.placement.core_demand import Demand, PartDemand, readers
from ssr_neuro.placement.part import PopulationSlice, Run, grid, runs
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array

# Messages from each core to each other are held at once.
MOST_PARTS = 4_096


@dataclass(frozen=True)
class Pieces:
    """Into how many runs a node is cut along each axis."""

    positions: int = 1
    features: int = 1


@dataclass(frozen=True)
class TooLarge:
    """One neuron that no core can hold, and its load."""

    part: PopulationSlice
    load: CoreLoad


@dataclass(frozen=True, eq=False)
class Partition:
    """The parts of every node, in data-flow order, and what each asks of a core.

    large: of each node whose single neuron is too large for a core, one such neuron. loads: of a
    core with this part alone, as if every part that reads it lay on a core of its own; no
    placement asks for more.
    """

    demand: tuple[PartDemand, ...]
    loads: tuple[CoreLoad, ...]
    large: tuple[TooLarge, ...]


def partition(demand: Demand, capacity: CoreCapacity) -> Partition:
    """Cut every node so that each part fits a core of its own.

    A neuron needs an output axon for every core that reads it, so targets come before sources,
    and all of them again while loops still cut each other smaller. Raises DoesNotFit beyond
    MOST_PARTS.
    """
    program = demand.program
    flow = sorted((node.name for node in demand.nodes), key=program.depth_of)
    names = flow[::-1]
    pieces = dict.fromkeys(names, Pieces())
    parts = {name: [demand.of(p) for p in _parts(demand, name, Pieces())] for name in names}
    large: dict[str, TooLarge] = {}
    changed = True
    while changed:
        changed = False
        for name in names:
            partitioner = _Partitioner(demand, capacity, name, _read(demand, parts, name))
            found = partitioner.partition(pieces[name])
            if isinstance(found, TooLarge):
                large[name] = found
            elif found != pieces[name]:
                changed, pieces[name] = True, found
                _check_count(program, pieces)
                parts[name] = [demand.of(p) for p in _parts(demand, name, found)]
    return Partition(
        demand=tuple(need for name in flow for need in parts[name]),
        loads=tuple(
            load_of(demand, need, read)
            for name in flow
            for read in (_read(demand, parts, name),)
            for need in parts[name]
        ),
        large=tuple(large[name] for name in flow if name in large),
    )


def _check_count(program: Program, pieces: Mapping[str, Pieces]) -> None:
    if sum(each.positions * each.features for each in pieces.values()) > MOST_PARTS:
        raise DoesNotFit(
            f"program {program.name!r} is too large to be placed:\n  its parts, each cut to fit a "
            f"core, take more than {MOST_PARTS:,} cores, and messages are counted between at most "
            "as many: place a smaller program, or a chip with larger cores"
        )


def load_of(demand: Demand, need: PartDemand, read: Array) -> CoreLoad:
    """Of a core with one part alone. read: how many parts read each neuron of its node."""
    part, packing = need.part, demand.packing
    mine = read.reshape(grid(demand.program.shape_of(part.node)))
    read_by = mine[slice(*part.positions), slice(*part.features)]
    bits = packing.of_core(need.bits, need.axons_in, part.neurons) if packing else 0
    return CoreLoad(part.neurons, need.synapses, bits, need.axons_in, int(read_by.sum()))


@dataclass(frozen=True, eq=False)
class _Partitioner:
    """One node. read: how many parts read each of its neurons."""

    demand: Demand
    capacity: CoreCapacity
    node: str
    read: Array

    def partition(self, least: Pieces) -> Pieces | TooLarge:
        """The fewest runs that fit, none fewer than `least`; features are cut only where a
        position is too large for a core."""
        positions, features = grid(self.demand.program.shape_of(self.node))
        if self._all(
            positions=list(runs(positions, least.positions)),
            features=list(runs(features, least.features)),
        ):
            return least
        singles = list(runs(positions, positions))
        columns = _fewest(
            least.features, features, lambda k: self._all(singles, list(runs(features, k)))
        )
        if columns is None:
            return self._too_large(positions, features)
        kept = list(runs(features, columns))
        rows = _fewest(
            least.positions, positions, lambda k: self._all(list(runs(positions, k)), kept)
        )
        return Pieces(rows or positions, columns)

    def _all(self, positions: list[Run], features: list[Run]) -> bool:
        """Whether every part fits. Of those that ask for the same one is looked at, with the most
        output axons of them."""
        read = self._read_by(positions, features)
        alike = self.demand.alike
        return not any(
            self.capacity.over(replace(load, axons_out=int(read[np.ix_(rows, columns)].max())))
            for rows in alike(self.node, "positions", positions)
            for columns in alike(self.node, "features", features)
            for load in (
                self._load(PopulationSlice(self.node, positions[rows[0]], features[columns[0]])),
            )
        )

    def _read_by(self, positions: list[Run], features: list[Run]) -> Array:
        """How many parts read the neurons of each part, added up: (positions, features)."""
        each = self.read.reshape(grid(self.demand.program.shape_of(self.node)))
        for axis, runs_along in enumerate((positions, features)):
            each = np.add.reduceat(each, [start for start, _ in runs_along], axis=axis)
        return each

    def _too_large(self, positions: int, features: int) -> TooLarge:
        """The first neuron that does not fit."""
        singles = (
            PopulationSlice(self.node, row, column)
            for row in runs(positions, positions)
            for column in runs(features, features)
        )
        return next(
            TooLarge(part, asked)
            for part in singles
            if self.capacity.over(asked := self._load(part))
        )

    def _load(self, part: PopulationSlice) -> CoreLoad:
        return load_of(self.demand, self.demand.of(part), self.read)


def _fewest(least: int, most: int, enough: Callable[[int], bool]) -> int | None:
    """The smallest count that is enough, None if none is; more are taken to be enough, too."""
    short, count = least - 1, least
    while not enough(count):
        if count == most:
            return None
        short, count = count, min(2 * count, most)
    while count - short > 1:
        middle = (short + count) // 2
        short, count = (short, middle) if enough(middle) else (middle, count)
    return count


def _parts(demand: Demand, node: str, pieces: Pieces) -> Iterator[PopulationSlice]:
    positions, features = grid(demand.program.shape_of(node))
    for rows in runs(positions, pieces.positions):
        for columns in runs(features, pieces.features):
            yield PopulationSlice(node, rows, columns)


def _read(demand: Demand, parts: dict[str, list[PartDemand]], node: str) -> Array:
    every = (need for found in parts.values() for need in found)
    return readers(every, node, prod(demand.program.shape_of(node)))
