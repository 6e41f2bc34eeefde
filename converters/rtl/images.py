"""Images of memories in the making: arrays are stored once, however many commands read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.linear_maps import Array

ADDRESS_BITS, NARROW_BITS = 20, 16  # of an address, as `verilog/core.v` declares its memories
ONE_A_WORD = ("lists", "commands", "parameters", "item_biases")  # as long whatever the lanes


@dataclass
class Image:
    """Rows of `lanes` numbers of `bits` bits, lowest lane in the lowest bits."""

    lanes: int
    words: list[tuple[int, ...]] = field(default_factory=list)
    _found: dict[tuple[tuple[int, ...], bytes], int] = field(default_factory=dict)

    def put(self, rows: Array) -> int:
        """The first word of (words, lanes), which may stand here already."""
        values = np.ascontiguousarray(rows, np.int64)
        key = (values.shape, values.tobytes())
        if key not in self._found:
            self._found[key] = len(self.words)
            self.words.extend(tuple(row) for row in values.tolist())
        return self._found[key]

    def array(self) -> Ints:
        """int64 (words, lanes); one word of zeros where nothing was put."""
        return np.array(self.words or [(0,) * self.lanes], np.int64)


def check_depths(depths: Mapping[str, int], narrow: Iterable[str] = ()) -> None:
    """Raises DoesNotFit with the first memory whose words the core cannot address.

    depths: words by name. narrow: names of memories with short addresses.
    """
    short = set(narrow)
    for name, words in depths.items():
        most = 1 << (NARROW_BITS if name in short else ADDRESS_BITS)
        if words > most:
            lanes = "" if name in ONE_A_WORD else ", or use more lanes"
            raise DoesNotFit(
                f"the memory of {name.replace('_', ' ')} would have {words:,} words; the core "
                f"addresses {most:,}. Make the network smaller{lanes}"
            )


def as_rows(matrix: Array, lanes: int) -> Array:
    """(rows, n) -> (rows * ceil(n / lanes), lanes): each row in whole words, zeros at its end."""
    rows, n = matrix.shape
    full = np.zeros((rows, -(-n // lanes) * lanes), np.int64)
    full[:, :n] = matrix
    return full.reshape(-1, lanes)


def hex_lines(words: Array, bits: int) -> str:
    """One line per word of (words, lanes), highest lane first, a newline at the end of each.

    Simulators wait for a line that a last one without a newline would not be.
    """
    mask, digits = (1 << bits) - 1, -(-words.shape[1] * bits // 4)
    lines = []
    for word in words.tolist():
        number = 0
        for value in reversed(word):
            number = number << bits | (int(value) & mask)
        lines.append(f"{number:0{digits}x}\n")
    return "".join(lines)
