"""A network of 8-bit integers: layers that multiply, add, rectify and round; items to score."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.arrays import IntArray, Ints

FRACTION_BITS = 12  # of biases, gains and sums before they are rounded
LARGEST = 127
MULTIPLIER_BITS, BIAS_BITS, GAIN_BITS, SHIFT_BITS, SUM_BITS = 16, 24, 16, 6, 32


@dataclass(frozen=True, eq=False)
class Layer:
    """target (rows, M) from source (rows, K), with all shifts to minus infinity:

        clip((rectified((sums * multiplier >> shift) + bias) + skip * gain + 2048) >> 12)

    kind: "matrix", weights int8 (M, K), row by row; or "filter", weights int8 (N, D), a circular
    convolution over the N rows of the source, feature by feature, of which `rows` from `start` on
    are computed. multiplier, bias: int64 (rows or 1, M). skip: an earlier tensor, or None; a filter
    skips to the row of the same position.
    """

    name: str
    kind: Literal["matrix", "filter"]
    source: str
    target: str
    weights: IntArray
    multiplier: Ints
    bias: Ints
    shift: int
    rectifies: bool
    rows: int
    start: int = 0
    skip: str | None = None
    gain: int = 0

    @property
    def outputs(self) -> int:
        return int(self.weights.shape[0 if self.kind == "matrix" else 1])

    @property
    def inputs(self) -> int:
        """Activations that a sum is over."""
        return int(self.weights.shape[1 if self.kind == "matrix" else 0])

    @property
    def products(self) -> int:
        return self.rows * self.outputs * self.inputs

    def bounds(self) -> Ints:
        """No sum of an output leaves +-bound: int64 (M,)."""
        found: Ints = 128 * np.abs(self.weights.astype(np.int64)).sum(
            axis=1 if self.kind == "matrix" else 0
        )
        return found


@dataclass(frozen=True, eq=False)
class Int8Network:
    """positions x features 8-bit activations `x` come in, the rows of `codes` of the last items.

    groups: layers in the order in which they run; those of a group run on a few rows before the
    next rows, so that what they hand to each other is small. codes: int8 (V, D) of the items;
    item_bias int64 (V,); the score of an item is the product of its code with the tensor `readout`,
    and its bias. left_out: what the model has beside these layers; "" where they are all of it.
    """

    name: str
    positions: int
    features: int
    groups: tuple[tuple[Layer, ...], ...]
    codes: IntArray
    item_bias: Ints
    readout: str
    left_out: str = ""

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(layer for group in self.groups for layer in group)

    @property
    def products(self) -> int:
        """Multiplications of one recommendation, items scored."""
        return sum(layer.products for layer in self.layers) + self.codes.size

    def inputs(self, sequences: IntArray) -> IntArray:
        """Sequences of items (samples, N), 0 the pad -> int8 (samples, positions, features)."""
        last = sequences[:, -self.positions :]
        found: IntArray = self.codes[np.maximum(last - 1, 0)] * (last > 0)[..., None].astype(
            np.int8
        )
        return found


def check(network: Int8Network) -> None:
    """Raises DoesNotFit with the layer and the number that the requantiser cannot hold."""
    for layer in network.layers:
        moved = (layer.bounds() * np.abs(layer.multiplier)) >> layer.shift
        reach = int((moved + np.abs(layer.bias)).max()) + 128 * abs(layer.gain) + (1 << 11)
        _demand(layer.name, "a sum before rounding", reach, SUM_BITS)
        for what, value, bits in (
            ("a multiplier", int(np.abs(layer.multiplier).max()), MULTIPLIER_BITS),
            ("a bias", int(np.abs(layer.bias).max()), BIAS_BITS),
            ("the gain of the skip", abs(layer.gain), GAIN_BITS),
        ):
            _demand(layer.name, what, value, bits)
        if not 0 <= layer.shift < 1 << SHIFT_BITS:
            raise DoesNotFit(
                f"layer {layer.name!r}: a shift of {layer.shift}; the core has 0 to 63"
            )
    reach = int(128 * np.abs(network.codes.astype(np.int64)).sum(axis=1).max(initial=0))
    reach += int(np.abs(network.item_bias).max(initial=0))
    _demand("scores", "a score", reach, SUM_BITS)


def _demand(layer: str, what: str, value: int, bits: int) -> None:
    if value >= 1 << bits - 1:
        raise DoesNotFit(
            f"layer {layer!r}: {what} can reach {value:,}; the core has {bits} bits for it"
        )
