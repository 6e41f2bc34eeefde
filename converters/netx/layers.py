"""What a netx .net file holds, as values: layers that feed each other in a row."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ssr_neuro.program.linear_maps import Array, Shape

Role = Literal["input", "population", "relay", "readout", "guard"]


@dataclass(frozen=True, eq=False)
class StoredNeuron:
    """netx's CUBA neuron in the terms of Lava: each a number, or an array of the layer's neurons.

    iDecay = du + 1, vDecay = dv, vThMant = vth. bias: int64, weight units, the layer's shape.
    """

    dv: int | Array
    du: int | Array
    vth: int | Array
    bias: Array


@dataclass(frozen=True, eq=False)
class LayerBlock:
    """Neurons of one node in one layer; copy c of neuron i stands at c * len(neurons) + i.

    node: of the program. neurons: which of the node's, flat. lag: steps by which the next layer
    reads them late. up: the node's weights are times 2**up here.
    """

    node: str
    role: Role
    neurons: Array
    copies: int = 1
    lag: int = 0
    up: int = 0

    @property
    def size(self) -> int:
        return len(self.neurons) * self.copies


@dataclass(frozen=True, eq=False)
class DenseLayer:
    """weight: int64 CSR (out, in). delay: extra steps of each synapse, the same form, or None."""

    weight: Any
    neuron: StoredNeuron
    blocks: tuple[LayerBlock, ...]
    delay: Any = None

    def places(self) -> list[tuple[LayerBlock, slice]]:
        """Each block and the neurons of the layer that are its own."""
        ends = np.cumsum([block.size for block in self.blocks]).tolist()
        return [(b, slice(end - b.size, end)) for b, end in zip(self.blocks, ends, strict=True)]


@dataclass(frozen=True, eq=False)
class Chain:
    """A program as layers in a row; layer i works i + 1 steps behind the input.

    inputs: name and shape of what the input vector is made of, one behind the other, flat.
    """

    name: str
    steps: int
    gap: int
    inputs: tuple[tuple[str, Shape], ...]
    layers: tuple[DenseLayer, ...]

    @property
    def interval(self) -> int:
        """Steps from the start of one sample to the start of the next."""
        return self.steps + self.gap

    @property
    def reading(self) -> tuple[int, ...]:
        """Layers whose membranes are the answer."""
        return tuple(
            i for i, x in enumerate(self.layers) if any(b.role == "readout" for b in x.blocks)
        )
