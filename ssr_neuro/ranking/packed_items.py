"""A catalogue of binary codes as bits: exact integer scores, and the best k of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ssr_neuro.evaluation.item_table import arrange_stimulus
from ssr_neuro.program.arrays import Bits, IntArray, Ints
from ssr_neuro.ranking import checks, file, kernel, plain
from ssr_neuro.ranking.layout import (
    INT32_LARGEST,
    LANES,
    Blocks,
    biases_of,
    codes_of,
    empty_blocks,
    put_biases,
    put_codes,
)

AT_ONCE = 1 << 9  # blocks that are unpacked at a time: bounds the memory


@dataclass(frozen=True, eq=False)
class Top:
    """The best k items of each sample, best first. rows int64 (samples, k), from 0; scores int64.

    Of equal scores the lower row is better.
    """

    rows: Ints
    scores: Ints


@dataclass(frozen=True, eq=False)
class PackedItems:
    """V items with codes of T x D bits and a bias, in 2 bytes for 15 bits and 4 for the bias.

    blocks: as in `ssr_neuro.ranking.layout`; may be mapped from a file. largest_bias: in size.
    wide_bias: int64 (V,) where the biases do not fit 32 bits, else None. Item k + 1 of a model is
    row k.
    """

    blocks: Blocks = field(repr=False)
    items: int
    steps: int
    features: int
    largest_bias: int
    wide_bias: Ints | None = field(default=None, repr=False)

    @classmethod
    def of(cls, codes: Bits, bias: IntArray) -> "PackedItems":
        """From codes 0/1 (V, T, D) and whole biases (V,) in units of the readout.

        Raises BadInput on anything else.
        """
        codes = checks.read_codes(codes)
        items, steps, features = codes.shape
        flat = codes.reshape(items, steps * features)
        stretches = (flat[at : at + AT_ONCE * LANES] for at in range(0, items, AT_ONCE * LANES))
        return cls._of_stretches(stretches, (items, steps, features), bias)

    @classmethod
    def of_bits(cls, packed: Bits, shape: tuple[int, int, int], bias: IntArray) -> "PackedItems":
        """From bytes (V, ceil(T * D / 8)), the first bit highest, as a bundle keeps them.

        shape: (V, T, D). Raises BadInput where they do not fit each other.
        """
        packed = checks.read_packed(packed, shape)
        bits = shape[1] * shape[2]
        stretches = (
            np.unpackbits(packed[at : at + AT_ONCE * LANES], axis=1, count=bits)
            for at in range(0, shape[0], AT_ONCE * LANES)
        )
        return cls._of_stretches(stretches, shape, bias)

    @classmethod
    def _of_stretches(
        cls, stretches: Iterator[Bits], shape: tuple[int, int, int], bias: IntArray
    ) -> "PackedItems":
        """stretches: codes (n, T * D) of AT_ONCE blocks each."""
        items, steps, features = shape
        whole = checks.read_bias(bias, items)
        blocks = empty_blocks(items, steps * features)
        for number, codes in enumerate(stretches):
            checks.check_binary(codes)
            put_codes(blocks[number * AT_ONCE : (number + 1) * AT_ONCE], codes)
        largest = int(np.abs(whole).max(initial=0))
        wide = largest > INT32_LARGEST
        if not wide:
            put_biases(blocks, whole)
        return cls(blocks, items, steps, features, largest, whole if wide else None)

    @classmethod
    def open(cls, folder: str | Path) -> "PackedItems":
        """What `save` left, mapped into memory and not read. Raises BadInput."""
        blocks, numbers = file.load(Path(folder))
        items, steps, features, largest = (numbers[name] for name in file.NUMBERS)
        return cls(blocks, items, steps, features, largest)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """A folder with the blocks as they lie in memory, and a manifest. Raises BadInput."""
        file.save(self, Path(folder), overwrite=overwrite)
        return Path(folder)

    def shard(self, number: int, count: int) -> tuple["PackedItems", int]:
        """One of `count` stretches of whole blocks, from 0, and the rows before it.

        The best of all shards are the best of all items. A stretch may be empty.
        """
        first, last = (len(self.blocks) * edge // count for edge in (number, number + 1))
        before, items = first * LANES, min(last * LANES, self.items) - first * LANES
        wide = None if self.wide_bias is None else self.wide_bias[before : before + items]
        part = replace(self, blocks=self.blocks[first:last], items=items, wide_bias=wide)
        return part, before

    @property
    def bits(self) -> int:
        """T * D, of one code."""
        return self.steps * self.features

    @property
    def bytes_per_item(self) -> float:
        """What the table takes, blocks that are not full included."""
        wide = 0 if self.wide_bias is None else self.wide_bias.nbytes
        return (self.blocks.nbytes + wide) / max(1, self.items)

    @cached_property
    def bias(self) -> Ints:
        """Biases of all items, int64 (V,)."""
        if self.wide_bias is not None:
            return self.wide_bias
        return biases_of(self.blocks)[: self.items].astype(np.int64)

    def codes(self, rows: IntArray) -> Bits:
        """Codes of some items, 0/1 (n, T, D). rows: (n,), from 0. Raises BadInput on others."""
        found = codes_of(self.blocks, checks.read_rows(rows, self.items), self.bits)
        return found.reshape(-1, self.steps, self.features)

    def stimulus(self, sequences: IntArray) -> Bits:
        """Input spikes of item sequences (samples, N), 0 the pad; as `ItemTable.stimulus`.

        Raises BadInput where an item is not of this table.
        """
        windows = checks.read_windows(sequences, self.items)
        found = kernel.stimulus(self.blocks, self.items, windows, self.steps, self.features)
        return self._stimulus(windows) if found is None else found

    def _stimulus(self, sequences: IntArray) -> Bits:
        """The same without the kernel."""
        read = self.codes(np.maximum(sequences.reshape(-1) - 1, 0))
        read *= (sequences.reshape(-1) > 0)[:, None, None]
        return arrange_stimulus(read.reshape(*sequences.shape, self.steps, self.features))

    def scores(self, readouts: IntArray) -> Ints:
        """Scores of all items, int64 (samples, V): SSR paper eq. 17.

        readouts: whole numbers (samples, T, D). Raises BadInput on others.
        """
        flat = checks.read_readouts(readouts, self.steps, self.features)
        if self._fits_int32(flat):
            return kernel.score_all(self.blocks, self.items, flat).astype(np.int64)
        return plain.score_all(self.blocks, self.bias, flat)

    def top(self, readouts: IntArray, k: int = 10) -> Top:
        """The best k items of each sample, or all where there are fewer.

        readouts: whole numbers (samples, T, D). The table is read as it stands; k scores of a
        sample are kept. Raises BadInput on others, and where k is no number of at least 1.
        """
        kept = checks.check_count(k, self.items)
        flat = checks.read_readouts(readouts, self.steps, self.features)
        if self._fits_int32(flat):
            rows, scores = kernel.top_k(self.blocks, self.items, flat, kept)
        else:
            rows, scores = plain.top_k(self.blocks, self.bias, flat, kept)
        return Top(rows, scores)

    def _fits_int32(self, flat: npt.NDArray[np.int64]) -> bool:
        """Whether no sum, in whatever order, leaves 32 bits. Raises BadInput beyond 62."""
        # In float64, as int64 itself may be left; far from the limit its rounding means nothing.
        sizes = np.abs(flat.astype(np.float64)).sum(axis=1).max(initial=0.0)
        if (largest := float(sizes) + self.largest_bias) >= checks.LARGEST_SUM:
            raise checks.too_large(largest)
        return largest < INT32_LARGEST
