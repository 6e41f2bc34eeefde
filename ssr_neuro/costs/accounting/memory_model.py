"""Where numbers lie, how wide they are, and what moving them costs.

A memory price is per access of one word. The width of that word is not settled in the literature
(64 bits in PMC8934428, 32 in other tools), so it is a parameter and is shown with the result.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.bill import Term, charge
from ssr_neuro.errors import BadInput

Memory = Literal["sram_8kb", "sram_32kb", "sram_1mb", "dram_min", "dram_max"]
# How the accumulators that synaptic operations change are charged: not at all, at their own bits,
# as whole words that hold a row of neighbours, or a whole word for each operation.
Accumulators = Literal["none", "operations", "rows", "words"]
BYTES = {"int8": 1, "fp16": 2, "fp32": 4}


@dataclass(frozen=True)
class MemoryModel:
    """state_bytes: one membrane, or one accumulator of what arrives: 24 bits on the chip.

    weight_bits: of a stored weight of any model, None for the width of the precision.
    """

    word_bits: int = 64
    state_bytes: int = 3
    weights: Memory = "sram_32kb"
    state: Memory = "sram_8kb"
    table: Memory = "sram_1mb"
    weight_bits: int | None = None
    accumulators: Accumulators = "operations"

    def __post_init__(self) -> None:
        if self.word_bits not in (32, 64):
            raise BadInput(f"word_bits is {self.word_bits}; a memory access is 32 or 64 bits wide")
        if self.weight_bits is not None and self.weight_bits < 1:
            raise BadInput(f"weight_bits is {self.weight_bits}; a weight has at least 1 bit")

    @classmethod
    def of(cls, precision: Precision) -> "MemoryModel":
        """Membranes are as wide as on a chip, and in fp32 as wide as every other number."""
        return cls(state_bytes=max(3, BYTES[precision]))

    def weight_bytes(self, precision: Precision) -> float:
        """Of one stored weight."""
        return BYTES[precision] if self.weight_bits is None else self.weight_bits / 8

    def words(self, numbers: int, bits: float) -> int:
        """Whole words that hold so many numbers side by side."""
        return ceil(numbers * bits / self.word_bits)


def bytes_term(
    name: str,
    count: float,
    memory: Memory,
    target: Chip,
    model: MemoryModel,
    *,
    per_spike: bool = False,
) -> Term:
    """Bytes at the price of one access, spread over the bytes of its word."""
    price = target.prices.named(memory)
    if price.value is not None:
        per_byte = {
            "value": price.value * 8 / model.word_bits,
            "source": f"{memory} over {model.word_bits // 8} bytes: {price.source}",
        }
        price = price.model_copy(update=per_byte)
    return charge(name, count, price, per_spike=per_spike)


def words_term(name: str, words: float, memory: Memory, target: Chip) -> Term:
    """Whole words that spikes move, each at the price of one access."""
    return charge(name, words, target.prices.named(memory), per_spike=True)
