"""A network as the tables of the core: commands, images of memories, where tensors stand."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from converters.rtl.images import Image, as_rows, check_depths
from converters.rtl.tables import MemoryImage, check_lanes
from converters.rtl_int8.fields import COMMAND_BITS, Command, encode
from converters.rtl_int8.network import BIAS_BITS, MULTIPLIER_BITS, Int8Network, Layer
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.linear_maps import Array

ROWS = 4
PARAMETER_BITS = BIAS_BITS + MULTIPLIER_BITS
LEAST_SUM = 17  # bits that a product needs, and one more
LARGEST_SUM = 32
NARROW = ("activations", "parameters", "commands")  # memories with short addresses


@dataclass(frozen=True)
class Tensor:
    """Where activations stand: `rows` rows of whole words from `base` on."""

    base: int
    rows: int
    row_words: int

    @property
    def words(self) -> int:
        return self.rows * self.row_words


@dataclass(frozen=True)
class LayerCommand:
    """A command of a layer, of rows from `row` on of its target; of none where items are scored."""

    layer: Layer | None
    row: int
    command: Command


@dataclass(frozen=True)
class Int8Tables:
    """What one network is to the core."""

    network: Int8Network
    lanes: int
    rows: int
    sum_bits: int
    tensors: dict[str, Tensor]
    commands: tuple[LayerCommand, ...]
    images: tuple[MemoryImage, ...]

    @property
    def depths(self) -> dict[str, int]:
        """Words of every memory."""
        activations = sum(tensor.words for tensor in self.tensors.values())
        return {
            **{image.name: len(image.words) for image in self.images},
            "activations": activations,
        }

    @property
    def parameters(self) -> dict[str, int]:
        """Of `verilog/core.v`."""
        size = self.depths
        return {
            "LANES": self.lanes,
            "ROWS": self.rows,
            "SUM": self.sum_bits,
            "ACTIVATIONS": size["activations"],
            "WEIGHTS": size["weights"],
            "PARAMETERS": size["parameters"],
            "COMMANDS": size["commands"],
            "ITEMS": size["item_biases"],
            "ITEM_WORDS": size["items"],
        }


def tables(network: Int8Network, lanes: int, rows: int = ROWS) -> Int8Tables:
    """rows: of activations that share every weight.

    Raises BadInput for lanes that the core has not, DoesNotFit with what it cannot hold.
    """
    check_lanes(lanes)
    writer = _Int8Writer(network, lanes, rows)
    placed = tuple(writer.commands())
    numbers = [
        encode(one.command, "scores" if one.layer is None else f"layer {one.layer.name!r}")
        for one in placed
    ] + [encode({"ends": 1}, "end")]
    images = (
        MemoryImage("weights", 1, writer.weights.array(), 8),
        MemoryImage("parameters", 2, writer.parameters.array(), PARAMETER_BITS),
        MemoryImage("commands", 3, np.array(numbers, object)[:, None], COMMAND_BITS),
        MemoryImage("items", 4, matrix_words(network.codes, lanes), 8),
        MemoryImage("item_biases", 5, network.item_bias[:, None], 32),
    )
    made = Int8Tables(network, lanes, rows, sum_bits(network), writer.tensors, placed, images)
    check_depths(made.depths, NARROW)
    return made


def sum_bits(network: Int8Network) -> int:
    """Bits of an accumulator that no input can exceed."""
    largest = max(int(layer.bounds().max(initial=0)) for layer in network.layers)
    codes = 128 * np.abs(network.codes.astype(np.int64)).sum(axis=1).max(initial=0)
    bits = 1 + max(largest, int(codes)).bit_length()
    if bits > LARGEST_SUM:
        raise DoesNotFit(f"a sum can reach {largest:,}; the core has {LARGEST_SUM} bits for it")
    return max(LEAST_SUM, bits)


def matrix_words(matrix: Array, lanes: int) -> Ints:
    """(M, K) -> words (outs x K', lanes): a word holds the weights of one input to `lanes` outputs;

    K' is K up to whole words, filled with zeros.
    """
    m, k = matrix.shape
    full = np.zeros((-(-m // lanes) * lanes, -(-k // lanes) * lanes), np.int64)
    full[:m, :k] = matrix
    by_word = full.reshape(-1, lanes, full.shape[1]).transpose(0, 2, 1)
    return np.ascontiguousarray(by_word).reshape(-1, lanes)


class _Int8Writer:
    """Commands in the order in which they run, and what they put into memories."""

    def __init__(self, network: Int8Network, lanes: int, rows: int) -> None:
        self.network, self.lanes, self.rows = network, lanes, rows
        self.weights, self.parameters = Image(lanes), Image(1)
        self.tensors = self._tensors()

    def _tensors(self) -> dict[str, Tensor]:
        """Names that are used again share a place; within a group, that of a few rows."""
        sizes = {"x": (self.network.positions, self._words(self.network.features))}
        for group in self.network.groups:
            for layer in group:
                rows = layer.rows if layer is group[-1] else min(self.rows, layer.rows)
                before = sizes.get(layer.target, (0, 0))
                sizes[layer.target] = (
                    max(before[0], rows),
                    max(before[1], self._words(layer.outputs)),
                )
        found, base = {}, 0
        for name, (rows, words) in sizes.items():
            found[name] = Tensor(base, rows, words)
            base += rows * words
        return found

    def _words(self, features: int) -> int:
        return -(-features // self.lanes)

    def commands(self) -> Iterator[LayerCommand]:
        """Group after group, its layers for a few rows before the next rows; then the scores."""
        for group in self.network.groups:
            inner = {layer.target for layer in group[:-1]}
            total = group[-1].rows
            for row in range(0, total, self.rows):
                count = min(self.rows, total - row)
                for layer in group:
                    yield LayerCommand(layer, row, self._layer(layer, row, count, inner))
        yield LayerCommand(None, 0, self._scores())

    def _layer(self, layer: Layer, row: int, count: int, inner: set[str]) -> Command:
        out = self._words(layer.outputs)
        found = {
            "rows": count,
            "outs": out,
            "tail": layer.outputs - (out - 1) * self.lanes,
            "rectifies": int(layer.rectifies),
            "shift": layer.shift,
            "y_base": self._row(layer.target, row, inner),
            "y_row": self.tensors[layer.target].row_words,
            **self._parameters(layer, row),
        }
        if layer.kind == "filter":
            found |= self._filter(layer, row, out)
        else:
            found |= self._matrix(layer, row, inner)
        if layer.skip is not None:
            at = layer.start + row if layer.kind == "filter" else row
            found |= {
                "skips": 1,
                "gain": layer.gain,
                "s_base": self._row(layer.skip, at, inner),
                "s_row": self.tensors[layer.skip].row_words,
            }
        return found

    def _row(self, name: str, row: int, inner: set[str]) -> int:
        """The first word of a row; what a group keeps to itself begins with the block's first."""
        tensor = self.tensors[name]
        return tensor.base + (0 if name in inner else row) * tensor.row_words

    def _matrix(self, layer: Layer, row: int, inner: set[str]) -> Command:
        words = self._words(layer.inputs)
        return {
            "bytes": self.lanes,
            "words": words,
            "x_base": self._row(layer.source, row, inner),
            "x_row": self.tensors[layer.source].row_words,
            "x_word": 1,
            "w_base": self.weights.put(matrix_words(layer.weights, self.lanes)),
            "w_step": 1,
            "w_out": words * self.lanes,
        }

    def _filter(self, layer: Layer, row: int, out: int) -> Command:
        """The kernel from the first to the last distance that is needed, turned round."""
        n = layer.inputs
        distances = np.arange(layer.start - (n - 1), layer.start + layer.rows)
        base = self.weights.put(as_rows(layer.weights[distances % n], self.lanes))
        return {
            "each": 1,
            "bytes": 1,
            "words": n,
            "x_base": self.tensors[layer.source].base,
            "x_word": self.tensors[layer.source].row_words,
            "x_out": 1,
            "w_base": base + (row + n - 1) * out,
            "w_row": out,
            "w_step": -out,
            "w_out": 1,
        }

    def _parameters(self, layer: Layer, row: int) -> Command:
        """A word for each output, of every row or of all rows alike."""
        width = self._words(layer.outputs) * self.lanes
        words = np.zeros((len(layer.multiplier), width), np.int64)
        multiplier = layer.multiplier & (1 << MULTIPLIER_BITS) - 1
        bias = layer.bias & (1 << BIAS_BITS) - 1
        words[:, : layer.outputs] = bias << MULTIPLIER_BITS | multiplier
        base = self.parameters.put(words.reshape(-1, 1))
        if len(words) == 1:
            return {"p_base": base}
        return {"p_base": base + row * width, "p_row": width}

    def _scores(self) -> Command:
        readout, words = self.tensors[self.network.readout], self._words(self.network.features)
        out = self._words(len(self.network.codes))
        return {
            "scores": 1,
            "bytes": self.lanes,
            "words": words,
            "outs": out,
            "tail": len(self.network.codes) - (out - 1) * self.lanes,
            "x_base": readout.base,
            "x_word": 1,
            "w_step": 1,
            "w_out": words * self.lanes,
        }
