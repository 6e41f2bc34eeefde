"""How a chip keeps synapses: bits of memory by the rule that its `synapse_storage` names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np

from ssr_neuro.chip import Chip
from ssr_neuro.errors import BadInput
from ssr_neuro.placement.fan_in import ConnectedPart
from ssr_neuro.placement.part import PopulationSlice, grid
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap, Sparse

ORDERS = ("features", "positions")


@dataclass(frozen=True, eq=False)
class Wiring:
    """One source of one synapse, and its reach into a part. delay: steps, at least 1."""

    synapse: str
    map: LinearMap
    weight_bits: int
    delay: int
    reach: ConnectedPart


class Packing(Protocol):
    """A rule. said: how weights that several synapses share are kept.

    adds_up: the bits of a core are those of its parts.
    """

    @property
    def name(self) -> str: ...
    @property
    def said(self) -> str: ...
    @property
    def adds_up(self) -> bool: ...

    def of_part(self, wirings: Sequence[Wiring], part: PopulationSlice) -> tuple[int, str]:
        """Bits that add up over the parts of a core, and which neurons stand side by side."""
        ...

    def of_core(self, added: int, axons: int, neurons: int) -> int:
        """Bits of a core from those of its parts, its input axons and its neurons."""
        ...


MOST = 1 << 24  # bits of a synapse, a header or a word, and synapses of a block


@dataclass(frozen=True)
class AxonBlocks:
    """Loihi 1 (nengo-loihi, `SynapseConfig.bits_per_axon`): blocks of a header and synapses.

    A synapse is a weight, the steps of delay beyond the first, and an index where the targets of
    the axon are not consecutive. A run with holes is kept whole, zeros included, where that is
    smaller. Every block is rounded up to whole words.
    """

    header: int
    word: int
    per_block: int
    index_min: int
    index_max: int
    name: str = "axon-blocks"
    said: str = "every synapse is stored, also where several share a weight"
    adds_up: bool = True

    def of_part(self, wirings: Sequence[Wiring], part: PopulationSlice) -> tuple[int, str]:
        sums = [sum(self._bits(w, part, order) for w in wirings) for order in range(len(ORDERS))]
        best = sums.index(min(sums))
        return sums[best], ORDERS[best]

    def of_core(self, added: int, axons: int, neurons: int) -> int:
        return added

    def _bits(self, wiring: Wiring, part: PopulationSlice, order: int) -> int:
        each = wiring.weight_bits + (wiring.delay - 1).bit_length()
        reach = wiring.reach.distinct
        kept = self.blocks(reach.spans[order], each)
        index = (part.neurons - 1).bit_length()
        if index <= self.index_max:
            listed = self.blocks(reach.counts, each + max(index, self.index_min))
            kept = np.minimum(kept, listed)
        return int((kept * reach.times).sum())

    def blocks(self, synapses: Array, each: int) -> Array:
        """Bits of axons with so many synapses of `each` bits: int64, same shape."""
        full, rest = np.divmod(synapses, self.per_block)
        words = full * -(-(self.header + self.per_block * each) // self.word)
        words = words + (rest > 0) * -(-(self.header + rest * each) // self.word)
        return np.asarray(words * self.word)


@dataclass(frozen=True)
class Crossbar:
    """A cell for every axon and neuron of the core, whether there is a synapse or not."""

    cell_bits: int
    name: str = "crossbar"
    said: str = "a cell for every axon and neuron, so nothing is shared"
    adds_up: bool = False

    def of_part(self, wirings: Sequence[Wiring], part: PopulationSlice) -> tuple[int, str]:
        return 0, ORDERS[0]

    def of_core(self, added: int, axons: int, neurons: int) -> int:
        return axons * neurons * self.cell_bits


@dataclass(frozen=True)
class Software:
    """Weights as arrays of whole bytes; a matrix used at every position is there once a part."""

    name: str = "software"
    said: str = (
        "a shared matrix once for each part; code, tables of targets, state and buffers lie in the "
        "same memory and are not counted"
    )
    adds_up: bool = True

    def of_part(self, wirings: Sequence[Wiring], part: PopulationSlice) -> tuple[int, str]:
        once = {w.synapse: w for w in wirings}.values()
        return sum(8 * -(-w.weight_bits // 8) * _read(w.map, part) for w in once), ORDERS[0]

    def of_core(self, added: int, axons: int, neurons: int) -> int:
        return added


def _read(linear: LinearMap, part: PopulationSlice) -> int:
    """Stored weights that the neurons of a part read."""
    if isinstance(linear, Kron):
        rows = part.rows if linear.carrier == "left" else part.columns
        return int(rows * linear.weights.shape[1])
    if isinstance(linear, Sparse):
        return int(linear.matrix[part.indices(grid(linear.out_shape)[1])].nnz)
    return part.neurons * prod(linear.in_shape)


def packing_of(chip: Chip) -> Packing | None:
    """The rule of a chip, None where the chip does not say.

    Raises BadInput on a rule that is not known here, or that lacks a figure.
    """
    storage = chip.abilities.synapse_storage
    if storage.value is None:
        return None
    for name in storage.value:
        if name in _RULES:
            return _RULES[name](chip)
    raise BadInput(
        f"{chip.name} keeps synapses as {', '.join(storage.value)}, which placement cannot count; "
        f"it counts {', '.join(_RULES)}: choose a chip that keeps them so"
    )


def _axon_blocks(chip: Chip) -> Packing:
    names = ("header_bits", "word_bits", "index_bits_min", "index_bits_max")
    header, word, least, most = (_figure(chip, f"synapse_{name}") for name in names)
    return AxonBlocks(header, word, _figure(chip, "synapses_per_block"), least, most)


def _crossbar(chip: Chip) -> Packing:
    return Crossbar(_figure(chip, "weight_bits"))


def _software(chip: Chip) -> Packing:
    return Software()


_RULES: dict[str, Callable[[Chip], Packing]] = {
    "axon-blocks": _axon_blocks,
    "crossbar": _crossbar,
    "software": _software,
}


def _figure(chip: Chip, name: str) -> int:
    value = getattr(chip.limits, name).value
    if value is None:
        rule = ", ".join(chip.abilities.synapse_storage.value or ())
        raise BadInput(
            f"{chip.name} keeps synapses as {rule}, which needs limits.{name}; it is unknown: "
            "state it in the chip's file"
        )
    if value > MOST:
        raise BadInput(
            f"{chip.name}: limits.{name} is {value:g}; bits are counted with at most {MOST:,}: "
            "correct the chip's file"
        )
    return int(value)
