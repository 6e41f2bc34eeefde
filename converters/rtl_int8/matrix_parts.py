"""The products with weights of SASRec and LRURec for one item more: a bound from below.

What stands between the matrices is left out, so these networks rank nothing. They are what a core
has to multiply, add and move at least, on numbers as large as those of the models.
"""

from collections.abc import Callable, Mapping

import numpy as np

from converters.rtl_int8.network import Int8Network, check
from converters.rtl_int8.quantise import FloatLayer, NetworkBuilder, scale_of, to_int8
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.program.arrays import Floats, IntArray

Weights = dict[str, Floats]


def sasrec_parts(saved: Checkpoint, sequences: IntArray) -> Int8Network:
    """Keys and values of earlier items are kept, so that one position is computed."""
    left_out = "attention to earlier items, softmax, normalisations"
    return _parts(saved, sequences, _sasrec_block, left_out)


def lrurec_parts(saved: Checkpoint, sequences: IntArray) -> Int8Network:
    """The state of the recurrence is kept, so that one position is computed."""
    left_out = "the recurrence's own products, normalisations, GELU"
    return _parts(saved, sequences, _lrurec_block, left_out)


def _parts(
    saved: Checkpoint,
    sequences: IntArray,
    block: Callable[[Weights, int], tuple[FloatLayer, ...]],
    left_out: str,
) -> Int8Network:
    weights = {name: tensor.double().numpy() for name, tensor in saved.state.items()}
    table = weights["table.weight"]
    scale = scale_of(table[1:])
    newest = sequences[:, -1:]
    builder = NetworkBuilder(table[newest] * (newest > 0)[..., None], scale)
    groups = []
    for number in range(saved.config.blocks):
        groups += [(builder.add(layer),) for layer in block(weights, number)]
    bias = weights.get("item_bias", np.zeros(len(table)))[1:]
    found = Int8Network(
        name=saved.kind,
        positions=1,
        features=saved.config.features,
        groups=tuple(groups),
        codes=to_int8(table[1:], scale),
        item_bias=np.rint(bias / (builder.scales["x"] * scale)).astype(np.int64),
        readout="x",
        left_out=left_out,
    )
    check(found)
    return found


def _sasrec_block(weights: Weights, number: int) -> tuple[FloatLayer, ...]:
    at, matrix = f"blocks.{number}", _matrices(weights, f"blocks.{number}")
    return (
        matrix("attention.query", "x", "query"),
        matrix("attention.key", "x", "key"),
        matrix("attention.value", "x", "value"),
        matrix("attention.out", "value", "mixed", skip="x"),
        matrix("network.0", "mixed", "hidden", rectifies=True),
        matrix(f"network.{_last(weights, f'{at}.network')}", "hidden", "x", skip="mixed"),
    )


def _lrurec_block(weights: Weights, number: int) -> tuple[FloatLayer, ...]:
    at, matrix = f"blocks.{number}", _matrices(weights, f"blocks.{number}")
    gamma = np.tile(np.exp(weights[f"{at}.recurrence.gamma_log"]), 2)
    layers = (
        matrix("recurrence.drive", "x", "state", gain=gamma),
        matrix("recurrence.readout", "state", "mixed", skip="x"),
    )
    if f"{at}.ffn.0.weight" not in weights:
        return layers
    return (
        *layers,
        matrix("ffn.0", "mixed", "hidden"),
        matrix(f"ffn.{_last(weights, f'{at}.ffn')}", "hidden", "x", skip="mixed"),
    )


def _matrices(weights: Mapping[str, Floats], at: str) -> Callable[..., FloatLayer]:
    def matrix(
        name: str,
        source: str,
        target: str,
        *,
        gain: Floats | float = 1.0,
        rectifies: bool = False,
        skip: str | None = None,
    ) -> FloatLayer:
        bias = weights.get(f"{at}.{name}.bias", np.zeros(1)) * gain
        title = f"{at}.{name}".replace(".", "_")
        matrix_of = weights[f"{at}.{name}.weight"]
        return FloatLayer(title, "matrix", source, target, matrix_of, gain, bias, rectifies, skip)

    return matrix


def _last(weights: Mapping[str, Floats], at: str) -> int:
    """The number of the last matrix of a feed-forward network."""
    numbers = {
        int(name[len(at) + 1 :].partition(".")[0]) for name in weights if name.startswith(f"{at}.")
    }
    return max(numbers)
