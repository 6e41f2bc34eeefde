"""Messages of a placement: how many, between which cores, and over how many hops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from ssr_neuro.placement.assignment import NOWHERE
from ssr_neuro.placement.core_demand import PartDemand, neurons_read, parts_by_core
from ssr_neuro.placement.mesh import Mesh
from ssr_neuro.program.ir import Input, Population, Program
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.spike_events import spikes_of
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True, eq=False)
class Flow:
    """messages[a, b]: spikes of core a that core b reads, int64; the last row is from outside.

    axons_out: of each core, one for every neuron and core that reads it, its own included.
    most_cores: the largest number of cores that read one neuron, inputs left out.
    """

    messages: Array
    axons_out: Array
    most_cores: int

    @property
    def within(self) -> int:
        """Spikes that a core sends to itself."""
        return int(np.trace(self.messages[:-1]))

    @property
    def entering(self) -> int:
        return int(self.messages[-1].sum())

    @property
    def between(self) -> int:
        """Messages from one core to another."""
        return int(self.messages[:-1].sum()) - self.within


@dataclass(frozen=True)
class HopCounts:
    """Per sample, of all messages between cores of one chip. Those from outside are left out, as
    where they enter is not known. longest: the farthest that any went, in hops each way."""

    mesh: str
    source: str
    east_west: float
    north_south: float
    longest: tuple[int, int]


def count_flow(
    demand: Sequence[PartDemand],
    core_of: Sequence[int],
    mine: Sequence[Array],
    sent: Mapping[str, Array],
) -> Flow:
    """Counted from the demand alone. sent: spikes of each neuron; mine: neurons of each part."""
    cores = max(core_of, default=NOWHERE) + 1
    home = {node: np.full(len(spikes), cores) for node, spikes in sent.items()}
    for need, at, neurons in zip(demand, core_of, mine, strict=True):
        home[need.part.node][neurons] = at
    messages = np.zeros((cores + 1, cores), np.int64)
    axons = np.zeros(cores + 1, np.int64)
    copies = {node: np.zeros(len(spikes), np.int64) for node, spikes in sent.items()}
    for at, here in enumerate(parts_by_core(demand, core_of)):
        for node, neurons in neurons_read(here).items():
            homes = home[node][neurons]
            np.add.at(messages[:, at], homes, sent[node][neurons])
            axons += np.bincount(homes, minlength=cores + 1)
            copies[node][neurons] += homes < cores
    most = max((int(x.max(initial=0)) for x in copies.values()), default=0)
    return Flow(messages, axons[:-1], most)


def count_hops(flow: Flow, mesh: Mesh, cores_per_chip: int, samples: int) -> HopCounts:
    """Over the mesh of each chip; messages between chips are left out."""
    cores = flow.messages.shape[1]
    inside = _same_chip(cores, cores_per_chip)
    messages = np.where(inside, flow.messages[:-1], 0)
    east, north = mesh.hops(cores_per_chip)
    place = np.arange(cores) % cores_per_chip
    east, north = east[np.ix_(place, place)], north[np.ix_(place, place)]
    used = np.where(messages > 0, east + north, 0)
    far = np.unravel_index(int(used.argmax()), used.shape)
    longest = (int(east[far]), int(north[far])) if used.any() else (0, 0)
    return HopCounts(
        mesh=str(mesh),
        source=mesh.source,
        east_west=float((messages * east).sum()) / samples,
        north_south=float((messages * north).sum()) / samples,
        longest=longest,
    )


def between_chips(flow: Flow, cores_per_chip: int) -> int:
    """Messages from one chip to another."""
    inside = _same_chip(flow.messages.shape[1], cores_per_chip)
    return int(flow.messages[:-1][~inside].sum())


def count_sent_spikes(program: Program, trace: Trace | None) -> dict[str, Array]:
    """Spikes of each neuron over all samples, int64 (neurons,); 1 each where there is no trace.

    Readouts send none. Raises BadInput where the trace is not one of this program.
    """
    sizes = {node.name: prod(node.shape) for node in program.nodes}
    found = {node.name: np.zeros(sizes[node.name], np.int64) for node in program.readouts}
    senders: tuple[Input | Population, ...] = (*program.inputs, *program.populations)
    for node in senders:
        size = sizes[node.name]
        if trace is None:
            found[node.name] = np.ones(size, np.int64)
        else:
            spikes = spikes_of(program, trace, node.name)
            found[node.name] = spikes.reshape(-1, size).sum(axis=0, dtype=np.int64)
    return found


def _same_chip(cores: int, cores_per_chip: int) -> Array:
    chip = np.arange(cores) // cores_per_chip
    return np.asarray(np.equal.outer(chip, chip))
