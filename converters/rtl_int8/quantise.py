"""From a float network to 8-bit integers: layer by layer, on sequences that set the scales.

Weights have a scale for each output (of a filter: each feature), activations one a tensor: the
largest value that the sequences show is 127. Normalisations are folded into multipliers and biases.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from converters.rtl_int8.network import FRACTION_BITS, LARGEST, MULTIPLIER_BITS, Layer
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.arrays import Floats, IntArray, Ints

ONE = 1 << FRACTION_BITS
LARGEST_SHIFT = 63
LEAST_SCALE = 1e-30  # of a row of zeros


@dataclass(frozen=True, eq=False)
class FloatLayer:
    """One layer before it is quantised; fields as of `Layer`.

    The target is the sums x gain + bias, rectified where it says so, and the skip added. gain and
    bias: for each output, (M,), of a matrix; for each position of the source, (N,), of a filter.
    """

    name: str
    kind: Literal["matrix", "filter"]
    source: str
    target: str
    weights: Floats
    gain: Floats | float = 1.0
    bias: Floats | float = 0.0
    rectifies: bool = False
    skip: str | None = None
    rows: range | None = None  # of a filter; None for all


class NetworkBuilder:
    """Tensors by name, float as the sequences show them, with their scales."""

    def __init__(self, x: Floats, scale: float) -> None:
        """x: float (samples, positions, features), what comes in; scale: of its integers."""
        self.floats: dict[str, Floats] = {"x": x}
        self.scales: dict[str, float] = {"x": scale}

    def add(self, layer: FloatLayer) -> Layer:
        """The layer in integers; its target's floats and scale are known from then on.

        Raises DoesNotFit where a sum would have to be multiplied by more than the core can.
        """
        x = self.floats[layer.source]
        rows = layer.rows or range(x.shape[1])
        if layer.kind == "matrix":
            sums, axis = x @ layer.weights.T, 1
            gain, bias = np.asarray(layer.gain), np.asarray(layer.bias)
        else:
            sums, axis = circular(layer.weights, x)[:, rows], 0
            gain, bias = (
                np.broadcast_to(part, len(layer.weights))[rows][:, None]
                for part in (layer.gain, layer.bias)
            )
        found = sums * gain + bias
        if layer.rectifies:
            found = np.maximum(found, 0)
        if layer.skip is not None:
            found = found + self.floats[layer.skip][:, rows]
        scale = scale_of(found)
        weight_scales = np.maximum(np.abs(layer.weights).max(axis=axis), LEAST_SCALE) / LARGEST
        whole = to_int8(layer.weights, weight_scales[:, None] if axis else weight_scales)
        multiplier, shift = multipliers(
            layer.name, np.atleast_2d(gain * weight_scales) * self.scales[layer.source] / scale
        )
        added = 0 if layer.skip is None else round(self.scales[layer.skip] / scale * ONE)
        self.floats[layer.target], self.scales[layer.target] = found, scale
        return Layer(
            name=layer.name,
            kind=layer.kind,
            source=layer.source,
            target=layer.target,
            weights=whole,
            multiplier=multiplier,
            bias=np.broadcast_to(np.rint(bias / scale * ONE), multiplier.shape).astype(np.int64),
            shift=shift,
            rectifies=layer.rectifies,
            rows=len(rows),
            start=rows.start,
            skip=layer.skip,
            gain=added,
        )


def circular(kernel: Floats, x: Floats) -> Floats:
    """A circular convolution over positions, feature by feature: (N, D), (samples, N, D)."""
    n = len(kernel)
    circulant = kernel[(np.arange(n)[:, None] - np.arange(n)) % n]
    found: Floats = np.einsum("nmd,bmd->bnd", circulant, x, optimize=True)
    return found


def scale_of(values: Floats) -> float:
    """What 1 stands for, so that the largest magnitude is 127."""
    return float(np.abs(values).max(initial=0)) / LARGEST or 1.0


def to_int8(values: Floats, scale: float | Floats) -> IntArray:
    found: IntArray = np.clip(np.rint(values / scale), -LARGEST, LARGEST).astype(np.int8)
    return found


def multipliers(name: str, real: Floats) -> tuple[Ints, int]:
    """Factors of sums as whole multipliers with one shift, the largest that they fit.

    Raises DoesNotFit for a factor above 8.
    """
    largest = float(np.abs(real).max(initial=0)) or 1.0
    exponent = math.floor(math.log2(((1 << MULTIPLIER_BITS - 1) - 1) / largest))
    shift = min(exponent - FRACTION_BITS, LARGEST_SHIFT)
    if shift < 0:
        raise DoesNotFit(
            f"layer {name!r}: a sum is to be multiplied by {largest:.3g}; the core's multipliers "
            "reach 8"
        )
    return np.rint(real * 2.0 ** (shift + FRACTION_BITS)).astype(np.int64), shift
