"""A lowered Program as netx layers in a row, exactly.

Layer i is what stands at depth i + 1. A matrix with structure is written out. Spikes that a later
layer reads are relayed: a neuron whose only input is one spike of weight 1 fires when it comes and
at no other time, and a synapse takes one step, as on the way it replaces; so several sources of one
synapse, and a skip, are columns of one matrix. A late source is a column with a delay. A weight
beyond what netx holds is shared out among copies of its source neuron. A neuron whose bias is no
whole weight unit becomes another that fires at the same times (`converters.netx.fit`). A weighted
sum is the membrane of a neuron without memory that never fires.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp

from converters.netx.layers import Chain, DenseLayer, LayerBlock, StoredNeuron
from converters.netx.needs import BlockLink, Key, chain_demand
from converters.netx.refusals import check_size, fits_of
from converters.netx.weights import LARGEST, count_changed
from ssr_neuro.program.fixed_point import DECAY_ONE, NEVER, STATE_SHIFT
from ssr_neuro.program.ir import IntegerLif, IntegerProgram
from ssr_neuro.program.linear_maps import Array

RELAY = IntegerLif(dv=DECAY_ONE, vth=0, bias_mant=np.zeros(1, np.int64), bias_exp=0)
OWN = ("population", "readout")
Blocks = Mapping[Key, LayerBlock]
Laws = Mapping[str, IntegerLif]


def to_chain(program: IntegerProgram) -> Chain:
    """Raises DoesNotFit with every reason why netx cannot hold the program, or with its size."""
    fits = fits_of(program)
    needed = chain_demand(program, {name: found.up for name, found in fits.items()})
    sums = {r.name: IntegerLif(DECAY_ONE, NEVER, r.bias, STATE_SHIFT) for r in program.readouts}
    laws = sums | {name: found.neuron for name, found in fits.items()}
    check_size(program.name, [sum(b.size for b in x.values()) for x in needed.blocks])
    layers: list[DenseLayer] = []
    width = sum(block.size for block in needed.blocks[0].values())
    for before, after in pairwise(needed.blocks):
        layers.append(_layer(laws, needed.links, before, after, width))
        width = layers[-1].weight.shape[0]
    inputs = tuple((node.name, node.shape) for node in program.inputs)
    return Chain(program.name, program.steps, program.gap, inputs, tuple(layers))


def _layer(
    laws: Laws, links: tuple[BlockLink, ...], before: Blocks, after: Blocks, width: int
) -> DenseLayer:
    """width: neurons of the layer before; those behind its blocks are read by none."""
    rows = [[_between(links, b, a) for b in before.items()] for a in after.items()]
    weight = sp.csr_array(sp.block_array(rows)).astype(np.int64)
    weight.eliminate_zeros()
    weight.resize((weight.shape[0], width))
    blocks = list(after.values())
    if count_changed(
        weight
    ):  # netx spoils one without positive weights: a neuron nobody reads has one
        one = sp.csr_array(([1], ([0], [0])), shape=(1, width))
        weight = sp.csr_array(sp.vstack([weight, one])).astype(np.int64)
        blocks.append(LayerBlock("", "guard", np.zeros(1, np.int64)))
    return DenseLayer(weight, _neuron(laws, blocks), tuple(blocks), _delay(weight, before))


def _between(
    links: tuple[BlockLink, ...], before: tuple[Key, LayerBlock], after: tuple[Key, LayerBlock]
) -> Any:
    """Weights from one block to another, CSR."""
    (source, b), (target, a) = before, after
    whole = sp.csr_array((a.size, b.size), dtype=np.int64)
    if a.role == "relay":
        if source != Key(target.node, 0):
            return whole
        at = np.searchsorted(b.neurons, np.tile(a.neurons, a.copies))
        return sp.csr_array((np.ones(a.size, np.int64), (np.arange(a.size), at)), whole.shape)
    for link in links:
        if (link.source, link.target) == (source, target.node):
            read = sp.csr_array(link.matrix[:, b.neurons])
            shared = sp.hstack([_share(read, copy) for copy in range(b.copies)])
            return sp.csr_array(sp.vstack([shared] * a.copies))
    return whole


def _share(matrix: Any, copy: int) -> Any:
    """What copy number `copy` of the source neurons carries of each weight."""
    part = matrix.copy()
    part.data = np.sign(part.data) * np.clip(abs(part.data) - copy * LARGEST, 0, LARGEST)
    return part


def _neuron(laws: Laws, blocks: list[LayerBlock]) -> StoredNeuron:
    parts = [_values(laws.get(b.node, RELAY) if b.role in OWN else RELAY, b) for b in blocks]
    dv, du, vth, bias = (np.concatenate([part[i] for part in parts]) for i in range(4))
    return StoredNeuron(_one(dv), _one(du), _one(vth), bias)


def _values(law: IntegerLif, block: LayerBlock) -> tuple[Array, ...]:
    """dv, du, vth, and the bias in weight units, of every neuron of the block."""
    fields = (law.dv, law.du, law.vth, law.bias_mant)
    each = (np.asarray(x, np.int64).reshape(-1) for x in fields)
    return tuple(np.tile(np.broadcast_to(x, len(block.neurons)), block.copies) for x in each)


def _one(values: Array) -> int | Array:
    """A number where all are the same, as netx writes it."""
    return int(values[0]) if (values == values[0]).all() else values


def _delay(weight: Any, before: Blocks) -> Any:
    lags = np.concatenate([np.full(b.size, key.lag) for key, b in before.items()])
    if not lags.any():
        return None
    delay = weight.copy()
    delay.data = lags[weight.indices]
    delay.eliminate_zeros()
    return delay
