"""Drop unread neurons: those from which no path leads to a readout."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ssr_neuro.lower.passes import Pass
from ssr_neuro.lower.remove_neurons import (
    enclosing_grid,
    extend_kept,
    grid_nodes,
    readout_anchors,
    remove_neurons,
)
from ssr_neuro.lower.slice_maps import sources_reaching
from ssr_neuro.program.ir import IntegerProgram, Synapse
from ssr_neuro.program.linear_maps import Array


@dataclass(frozen=True)
class DropUnread(Pass[IntegerProgram, IntegerProgram]):
    """Exact: nothing that is read depends on them.

    In SSR's last block the readout takes position N-1 alone, so of its last layers one position
    is left. Where a sum has sources that are read in different places it is split, each source
    with its own columns of the matrix. A neuron that stays because its grid does counts as read.
    """

    name: ClassVar[str] = "drop_unread"
    optimises: ClassVar[bool] = True

    def run(self, program: IntegerProgram) -> IntegerProgram:
        live = {p.name: np.zeros(p.shape, bool) for p in program.populations}
        grids = grid_nodes(program)
        read = {name: mask for name, mask in _read_by_readouts(program).items() if name in live}
        for name, mask in readout_anchors(program, live | read):
            live[name] |= mask
        while _mark_read(program, live, grids):
            pass
        return remove_neurons(program, extend_kept(program, live))


def _read_by_readouts(program: IntegerProgram) -> dict[str, Array]:
    """The neurons with a weight into any readout, of the nodes that feed one."""
    found: dict[str, Array] = {}
    for readout in program.readouts:
        for synapse in program.into(readout.name):
            read = sources_reaching(synapse.map, np.ones(readout.shape, bool))
            found |= {s.name: found.get(s.name, read) | read for s in synapse.sources}
    return found


def _mark_read(program: IntegerProgram, live: dict[str, Array], grids: set[str]) -> bool:
    """Mark what the live nodes read; whether anything was new."""
    before = sum(int(mask.sum()) for mask in live.values())
    for synapse in reversed(program.synapses):
        read = sources_reaching(synapse.map, _targets(program, synapse, live))
        for name in {s.name for s in synapse.sources} & live.keys():
            mask = live[name] | read
            live[name] = enclosing_grid(mask) if name in grids else mask
    return sum(int(mask.sum()) for mask in live.values()) > before


def _targets(program: IntegerProgram, synapse: Synapse, live: dict[str, Array]) -> Array:
    target = synapse.target
    return live[target] if target in live else np.ones(program.shape_of(target), bool)
