"""What an access to a memory costs: figures of published SRAM by size, for each process."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ssr_neuro.chip import load_chip


@dataclass(frozen=True)
class SramModel:
    """chip: file of hw_targets with the prices of a word of `bits`. sizes: bytes by price.

    at_most_v: of the libraries of cells that are of its process.
    """

    chip: str
    bits: int
    sizes: Mapping[str, int]
    at_most_v: float

    def bit_j(self, size_bytes: float) -> float:
        """Energy of a bit of an access; between two known sizes by the logarithm of the size.

        A smaller memory is priced as the smallest, which is too much for it; a larger one as banks
        of the largest, of which one is woken.
        """
        prices_of = load_chip(self.chip).prices
        sizes = np.log2(list(self.sizes.values()))
        prices = [getattr(prices_of, name).value for name in self.sizes]
        return float(np.interp(np.log2(max(size_bytes, 1)), sizes, prices)) * 1e-12 / self.bits


SRAMS = (
    SramModel(
        "generic-45nm", 64, {"sram_8kb": 8 << 10, "sram_32kb": 32 << 10, "sram_1mb": 1 << 20}, 1.2
    ),
    SramModel(
        "openram-sky130", 32, {"sram_1kb": 1 << 10, "sram_2kb": 2 << 10, "sram_4kb": 4 << 10}, 1.95
    ),
)


def sram_of(voltage_v: float) -> SramModel | None:
    """The model for cells of that voltage, which tells the process; None for an older one."""
    return next((model for model in SRAMS if voltage_v <= model.at_most_v), None)
