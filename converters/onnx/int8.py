"""The same graph in int8, by onnxruntime's quantiser: weights, item table, and what they meet.

Static, not dynamic: dynamic ranges are taken over a whole batch, so that a user's scores would
depend on whom they are asked together with. Products with a constant matrix are quantised, its
weights by output channel. Norms, softmax, gates, recurrences, attention's own products and those
with a matrix for each feature stay float, as do biases, where rounding costs accuracy and saves
nothing.

Weights take 7 of the 8 bits: AVX2 and AVX512 without VNNI add pairs of products in 16 bits, where
two of 255 * 127 do not fit, and the same file would score wrongly on an older machine. Sums of
spikes are small whole numbers and stay exact: their scale is 1, they need no calibration, and
products of them with full 8-bit weights fit.
"""

import logging
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from converters.onnx.graph import plain_copy, set_nodes, strip_metadata
from converters.onnx.rows import rows_in_int8

PRODUCTS = ("MatMul", "Gemm")
WHOLE = {
    "quant_type": QuantType.QUInt8,
    "scale": np.array(1, np.float32),
    "zero_point": np.array(0, np.uint8),
}

Feed = Mapping[str, Any]


def quantise_model(
    model: onnx.ModelProto, feeds: Iterable[Feed], *, spikes: bool = False
) -> onnx.ModelProto:
    """model: float32. feeds: inputs to calibrate on. spikes: it is an SSR, whose operands are whole
    numbers but for what it scores with.
    """
    plain = biases_apart(model)
    # onnxruntime has no int8 product with a stack of matrices, one for each feature.
    stacked = {tensor.name for tensor in plain.graph.initializer if len(tensor.dims) > 2}
    products = [
        node
        for node in plain.graph.node
        if node.op_type in PRODUCTS and node.input[1] not in stacked
    ]
    constant = {tensor.name for tensor in plain.graph.initializer if len(tensor.dims) == 2}
    chosen = [node for node in products if spikes or node.input[1] in constant]
    exact = whole_operands(products, constant) if spikes else []
    # Its advice to pre-process is for graphs that are not yet folded.
    logging.getLogger().addFilter(_no_advice)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "int8.onnx"
            quantize_static(
                plain,
                path,
                _Feeds(feeds),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=list(PRODUCTS),
                nodes_to_quantize=[node.name for node in chosen],
                per_channel=True,
                reduce_range=not spikes,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
                extra_options={
                    "OpTypesToExcludeOutputQuantization": list(PRODUCTS),
                    "TensorQuantOverrides": {name: [WHOLE] for name in exact},
                },
            )
            return strip_metadata(rows_in_int8(onnx.load(path)))
    finally:
        logging.getLogger().removeFilter(_no_advice)


def has_products(model: onnx.ModelProto) -> bool:
    """Whether there is something to quantise: a product with a constant matrix."""
    constant = {tensor.name for tensor in model.graph.initializer if len(tensor.dims) == 2}
    products = (node for node in model.graph.node if node.op_type in PRODUCTS)
    return any(node.input[1] in constant for node in products)


def biases_apart(model: onnx.ModelProto) -> onnx.ModelProto:
    """Every Gemm's bias as an addition of its own: int32 has no -inf, which the pad's bias is."""
    plain = plain_copy(model)
    nodes = []
    for node in plain.graph.node:
        nodes.append(node)
        if node.op_type == "Gemm" and len(node.input) == 3:
            bias, out = node.input.pop(), node.output[0]
            node.output[0] = f"{out}_product"
            nodes.append(helper.make_node("Add", [node.output[0], bias], [out], f"{out}_bias"))
    set_nodes(plain, nodes)
    return plain


def whole_operands(products: list[onnx.NodeProto], constant: set[str]) -> list[str]:
    """Of an SSR's products in order: the spikes of all but the last, the item codes of that one.

    Codes that were folded into a constant are exact in int8 as they are.
    """
    *spiking, scoring = products
    codes = [scoring.input[1]] if scoring.input[1] not in constant else []
    return [*(node.input[0] for node in spiking), *codes]


class _Feeds(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._feeds = iter(feeds)

    def get_next(self) -> Any:
        return next(self._feeds, None)


def _no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
