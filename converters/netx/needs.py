"""Which neurons each netx layer needs: a node's own, and relays for what later layers read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from converters.netx.layers import LayerBlock, Role
from converters.netx.weights import LARGEST
from ssr_neuro.program.fixed_point import shift
from ssr_neuro.program.ir import Input, IntegerProgram, Node, Population
from ssr_neuro.program.linear_maps import Array


class Key(NamedTuple):
    """Neurons of a layer: those of `node` that the next layer reads `lag` steps late."""

    node: str
    lag: int


@dataclass(frozen=True, eq=False)
class BlockLink:
    """All synapses from one node to another with one lag.

    matrix: int64 CSR (out, in), with a weight at least.
    """

    source: Key
    target: str
    matrix: Any

    @property
    def copies(self) -> int:
        """Copies of each source neuron among which its largest weight can be shared out."""
        return -(-int(abs(self.matrix).max()) // LARGEST)

    @property
    def read(self) -> Array:
        """Source neurons with a weight that is not 0, flat."""
        return np.unique(self.matrix.indices)


@dataclass(frozen=True, eq=False)
class ChainDemand:
    """blocks: by depth, 0 is the input. links: as the blocks are connected."""

    blocks: tuple[dict[Key, LayerBlock], ...]
    links: tuple[BlockLink, ...]


def links_of(program: IntegerProgram, ups: Mapping[str, int]) -> tuple[BlockLink, ...]:
    """Synapses summed by source, lag and target, weights times 2**up of the target."""
    sums: dict[tuple[Key, str], Any] = {}
    for synapse in program.synapses:
        matrix = sp.csr_array(synapse.map.expanded()).astype(np.int64)
        matrix.data = shift(matrix.data, synapse.exponent + ups.get(synapse.target, 0))
        for source in synapse.sources:
            at = (Key(source.name, source.lag), synapse.target)
            sums[at] = sums[at] + matrix if at in sums else matrix
    for matrix in sums.values():
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    return tuple(BlockLink(key, to, matrix) for (key, to), matrix in sums.items() if matrix.nnz)


def chain_demand(program: IntegerProgram, ups: Mapping[str, int]) -> ChainDemand:
    """Every block of every layer. ups: weights into a node times 2**up.

    netx's input is read as it is. Where it must be copied, is read late, or neurons work beside it
    at depth 0, a first layer relays it and everything stands one step later.
    """
    links = links_of(program, ups)
    first = int(_needs_a_first_layer(program, links))
    depths = {n.name: program.depth_of(n.name) + first for n in program.nodes}
    depths |= {node.name: 0 for node in program.inputs}
    layers: list[dict[Key, LayerBlock]] = [{} for _ in range(max(depths.values()) + 1)]
    for node in program.nodes:
        layers[depths[node.name]][Key(node.name, 0)] = LayerBlock(
            node.name, _role(node), np.arange(prod(node.shape)), up=ups.get(node.name, 0)
        )
    for link in links:
        _carry(layers, link, depths)
    return ChainDemand(tuple(layers), links)


def _needs_a_first_layer(program: IntegerProgram, links: tuple[BlockLink, ...]) -> bool:
    inputs = {node.name for node in program.inputs}
    direct = [x for x in links if x.source.node in inputs and program.depth_of(x.target) == 1]
    return any(p.depth == 0 for p in program.populations) or any(
        x.source.lag or x.copies > 1 for x in direct
    )


def _role(node: Node) -> Role:
    if isinstance(node, Input):
        return "input"
    return "population" if isinstance(node, Population) else "readout"


def _carry(layers: list[dict[Key, LayerBlock]], link: BlockLink, depths: dict[str, int]) -> None:
    """The source's neurons that the link reads, in every layer up to the one before the target."""
    name, lag = link.source
    start, last = depths[name], depths[link.target] - 1
    for depth in range(start + 1, last + 1 - bool(lag)):
        _need(layers[depth], Key(name, 0), link.read, 1)
    own = layers[start][Key(name, 0)]
    if lag and start == last:
        _need(layers[last], link.source, own.neurons, link.copies, own)
    else:
        _need(layers[last], link.source, link.read, link.copies)


def _need(
    layer: dict[Key, LayerBlock],
    key: Key,
    neurons: Array,
    copies: int,
    own: LayerBlock | None = None,
) -> None:
    fresh = LayerBlock(key.node, "relay", neurons, lag=key.lag)
    had = layer.get(key, fresh if own is None else replace(own, lag=key.lag, copies=1))
    wanted = had.neurons if had.role != "relay" else np.union1d(had.neurons, neurons)
    layer[key] = replace(had, neurons=wanted, copies=max(had.copies, copies))
