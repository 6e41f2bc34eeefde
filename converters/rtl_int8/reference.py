"""The network in NumPy, layer by layer, without anything of the core: what that must equal."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from converters.rtl_int8.network import FRACTION_BITS, Int8Network, Layer
from ssr_neuro.evaluation.evaluate import ScoreBatch
from ssr_neuro.evaluation.ranks import Floats
from ssr_neuro.program.arrays import IntArray, Ints
from ssr_neuro.program.linear_maps import Array

EXACT_IN_FLOAT32 = 1 << 24


@dataclass(frozen=True, eq=False)
class Answers:
    """Of one layer. source int8 (samples, rows, K), sums and totals int64, values int8

    (samples, rows, M). totals: with multiplier and bias, before they are rectified.
    """

    layer: Layer
    source: IntArray
    sums: Ints
    totals: Ints
    values: IntArray


def run(network: Int8Network, x: IntArray) -> Iterator[Answers]:
    """x int8 (samples, positions, features): every layer's answers, in order."""
    tensors: dict[str, IntArray] = {"x": x}
    for layer in network.layers:
        source = tensors[layer.source]
        sums = layer_sums(layer, source)
        skip = None if layer.skip is None else tensors[layer.skip]
        if skip is not None and layer.kind == "filter":
            skip = skip[:, layer.start : layer.start + layer.rows]
        totals = (sums * layer.multiplier >> layer.shift) + layer.bias
        tensors[layer.target] = values = round_to_int8(layer, totals, skip)
        yield Answers(layer, source, sums, totals, values)


def layer_sums(layer: Layer, source: IntArray) -> Ints:
    """The products' sums, int64 (samples, rows, M)."""
    largest = int(layer.bounds().max(initial=0))
    if layer.kind == "matrix":
        return product(source, layer.weights.T, largest)
    n = layer.inputs
    at = np.arange(layer.start, layer.start + layer.rows)[:, None] - np.arange(n)
    circulant = layer.weights[at % n]  # (rows, N, D)
    by_feature = product(source.transpose(2, 0, 1), circulant.transpose(2, 1, 0), largest)
    return np.ascontiguousarray(by_feature.transpose(1, 2, 0))


def product(left: Array, right: Array, largest: int) -> Ints:
    """A matrix product of whole numbers, no sum above `largest`, exact: int64."""
    kind = np.float32 if largest < EXACT_IN_FLOAT32 else np.float64
    found: Ints = (left.astype(kind) @ right.astype(kind)).astype(np.int64)
    return found


def round_to_int8(layer: Layer, totals: Ints, skip: IntArray | None) -> IntArray:
    """Totals, in 4096ths, as 8-bit activations."""
    total = np.maximum(totals, 0) if layer.rectifies else totals
    if skip is not None:
        total = total + skip.astype(np.int64) * layer.gain
    half = 1 << FRACTION_BITS - 1
    found: IntArray = np.clip((total + half) >> FRACTION_BITS, -128, 127).astype(np.int8)
    return found


def item_scores(network: Int8Network, readout: IntArray) -> Ints:
    """readout int8 (samples, 1, D) -> scores of all items, int64 (samples, V)."""
    largest = int(128 * np.abs(network.codes.astype(np.int64)).sum(axis=1).max(initial=0))
    return product(readout[:, -1], network.codes.T, largest) + network.item_bias


def integer_scores(network: Int8Network) -> ScoreBatch:
    """The network as a scorer of sequences: (B, V+1), -inf for the pad."""

    def score(sequences: IntArray) -> Floats:
        *_, last = run(network, network.inputs(sequences))
        scores = item_scores(network, last.values)
        # Below 2**31, so exact in float64.
        return np.pad(scores.astype(np.float64), ((0, 0), (1, 0)), constant_values=-np.inf)

    return score
