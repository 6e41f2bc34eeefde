"""What the core must answer, in its own words and in the order in which it writes them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from converters.rtl.images import as_rows, hex_lines
from converters.rtl_int8 import reference
from converters.rtl_int8.counters import counters
from converters.rtl_int8.tables import Int8Tables, LayerCommand
from ssr_neuro.evaluation.item_table import top
from ssr_neuro.program.arrays import IntArray, Ints
from ssr_neuro.program.linear_maps import Array

PLACES = 10
SAMPLES_AT_ONCE = 16  # bounds memory


@dataclass(frozen=True, eq=False)
class Int8GoldenWords:
    """inputs: (samples, words, lanes) that the host shows. answers: (samples, writes, lanes), and

    addresses (writes,), in the order in which they are written. best: (samples, places, 2), rows of
    items and scores. counters: (samples, 5).
    """

    inputs: Ints
    answers: Ints
    addresses: Ints
    best: Ints
    counters: Ints

    def files(self) -> dict[str, str]:
        """Name -> text, one hex number a line."""
        lanes = self.answers.shape[-1]
        return {
            "inputs.hex": hex_lines(self.inputs.reshape(-1, lanes), 8),
            "answers.hex": hex_lines(self.answers.reshape(-1, lanes), 8),
            "addresses.hex": hex_lines(self.addresses.reshape(-1, 1), 16),
            "best.hex": hex_lines(self.best.reshape(-1, 2), 32),
            "counters.hex": hex_lines(self.counters.reshape(-1, 1), 32),
        }


def golden_words(tables: Int8Tables, x: IntArray) -> Int8GoldenWords:
    """x: int8 (samples, positions, features), as `Int8Network.inputs` gives them."""
    parts = [
        _some(tables, x[at : at + SAMPLES_AT_ONCE]) for at in range(0, len(x), SAMPLES_AT_ONCE)
    ]

    def joined(name: str) -> Ints:
        return np.concatenate([getattr(part, name) for part in parts])

    return Int8GoldenWords(
        inputs=joined("inputs"),
        answers=joined("answers"),
        addresses=parts[0].addresses,
        best=joined("best"),
        counters=joined("counters"),
    )


def _some(tables: Int8Tables, x: IntArray) -> Int8GoldenWords:
    network = tables.network
    answers = list(reference.run(network, x))
    values = {id(one.layer): words(one.values, tables.lanes) for one in answers}
    scores = reference.item_scores(network, answers[-1].values)
    rows = top(scores, min(PLACES, len(network.codes)))
    written, addresses = [], []
    for placed in tables.commands:
        if placed.layer is not None:
            at = rows_of(placed)
            block = values[id(placed.layer)][:, at]  # (samples, rows, outs, lanes)
            written.append(block.swapaxes(1, 2).reshape(len(x), -1, tables.lanes))
            addresses += list(places_of(placed))
    return Int8GoldenWords(
        inputs=words(x, tables.lanes).reshape(len(x), -1, tables.lanes),
        answers=np.concatenate(written, axis=1),
        addresses=np.array(addresses, np.int64),
        best=np.stack([rows, np.take_along_axis(scores, rows, axis=1)], axis=-1),
        counters=counters(tables, answers, scores),
    )


def words(values: Array, lanes: int) -> Ints:
    """(samples, rows, n) -> (samples, rows, words, lanes)."""
    samples, rows, n = values.shape
    flat = as_rows(values.reshape(samples * rows, n).astype(np.int64), lanes)
    found: Ints = flat.reshape(samples, rows, -1, lanes)
    return found


def rows_of(placed: LayerCommand) -> slice:
    return slice(placed.row, placed.row + placed.command.get("rows", 1))


def places_of(placed: LayerCommand) -> Iterator[int]:
    """Addresses of a command's answers: word after word, the rows of each."""
    command = placed.command
    for out in range(command["outs"]):
        for row in range(command["rows"]):
            yield command["y_base"] + out + row * command["y_row"]
