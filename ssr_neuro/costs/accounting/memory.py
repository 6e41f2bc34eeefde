"""The memory-aware mode: arithmetic plus the bytes each operation moves.

A memory price is per access of one word. The width of that word is not settled in the literature
(64 bits in PMC8934428, 32 in other tools), so it is a parameter and is shown with the result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting.arithmetic import additions, ann_bill
from ssr_neuro.costs.accounting.sheet import Sensitivity, Sheet, sheet, vary
from ssr_neuro.costs.bill import Bill, Term, bill, charge, spread
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ann_shape import AnnShape, ssr_ann, ssr_ann_values
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.errors import BadInput

Memory = Literal["sram_8kb", "sram_32kb", "sram_1mb", "dram_min", "dram_max"]
BYTES = {"int8": 1, "fp16": 2, "fp32": 4}
KILOBYTES: dict[int, Memory] = {8: "sram_8kb", 32: "sram_32kb", 1024: "sram_1mb"}


@dataclass(frozen=True)
class MemoryModel:
    """Where things lie and how wide they are. state_bytes: one membrane, 24 bits on the chip.

    weight_bits: of a stored weight of any model, None for the width of the precision.
    """

    word_bits: int = 64
    state_bytes: int = 3
    weights: Memory = "sram_32kb"
    state: Memory = "sram_8kb"
    table: Memory = "sram_1mb"
    weight_bits: int | None = None

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


Others = Callable[[MemoryModel], Sequence[Bill]]


def nobody(model: MemoryModel) -> tuple[Bill, ...]:
    """No model beside SSR and its twin."""
    return ()


def memory_aware(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    target: Chip,
    precision: Precision = "int8",
    model: MemoryModel | None = None,
    others: Others = nobody,
) -> Sheet:
    """SSR fetches a weight per synaptic operation and reads and writes a membrane per update.

    SSR-ANN moves every number once, the least it can do. model: `MemoryModel.of(precision)` where
    none is given. others: bills of more models, in the same mode and precision.
    """
    places = model or MemoryModel.of(precision)

    def bills(changed: MemoryModel) -> tuple[Bill, ...]:
        twin = (_ann(shape, target, precision, changed),) if shape else ()
        return ssr_bill(counts, scoring, target, precision, changed), *twin, *others(changed)

    return sheet(
        mode=f"memory-{precision}",
        title=f"Arithmetic and memory, {precision}, {places.word_bits}-bit words",
        target=target.title,
        bills=bills(places),
        rate=counts.synapse_rate,
        notes=(*_notes(places), *target.notes),
        sensitivity=_sensitivity(places, 8 * BYTES[precision], bills),
    )


def _notes(model: MemoryModel) -> tuple[str, ...]:
    return (
        f"One memory access moves {model.word_bits} bits; its price is spread over its bytes.",
        f"Weights and activations lie in {_SAID[model.weights]}, membranes "
        f"({model.state_bytes} bytes) in {_SAID[model.state]}, the item table in "
        f"{_SAID[model.table]}.",
        "SSR fetches one weight per synaptic operation, without reuse, and reads and writes every "
        "membrane at every step; a model without spikes moves every number once per inference, "
        "the least it can do.",
        "Spikes between neurons, addresses of synapses, sorting of the scores and reloading of the "
        "model are not charged.",
    )


def _sensitivity(model: MemoryModel, width: int, bills: Others) -> tuple[Sensitivity, ...]:
    return (
        vary("width of a memory access", "bits", (64, 32),
             lambda bits: bills(replace(model, word_bits=int(bits)))),
        vary("width of a stored weight", "bits", (width // 4, width // 2, width),
             lambda bits: bills(replace(model, weight_bits=int(bits)))),
        vary("size of the memory that holds weights and activations", "KB", tuple(KILOBYTES),
             lambda size: bills(replace(model, weights=KILOBYTES[int(size)]))),
    )  # fmt: skip


_SAID: dict[Memory, str] = {
    "sram_8kb": "8 KB SRAM",
    "sram_32kb": "32 KB SRAM",
    "sram_1mb": "1 MB SRAM",
    "dram_min": "DRAM (lower figure)",
    "dram_max": "DRAM (upper figure)",
}


def ssr_bill(
    counts: Counts,
    scoring: ScoringCounts | None,
    target: Chip,
    precision: Precision,
    model: MemoryModel,
) -> Bill:
    """Of the samples only the synaptic operations differ, and with them the weights fetched."""
    weight_bytes = model.weight_bytes(precision)
    state = 2 * model.state_bytes * counts.updates
    fetched = bytes_term(
        "weight bytes", weight_bytes * counts.sops.mean, model.weights, target, model,
        per_spike=True,
    )  # fmt: skip
    moved = [fetched, bytes_term("membrane bytes", state, model.state, target, model)]
    if scoring:
        table = scoring.code_bytes + BYTES[precision] * scoring.items
        moved.append(bytes_term("item table bytes", table, model.table, target, model))
    terms = (*additions(counts, scoring, target, precision), *moved)
    return bill("SSR", terms, spread(terms, counts.sops))


def _ann(shape: AnnShape, target: Chip, precision: Precision, model: MemoryModel) -> Bill:
    values, width = ssr_ann_values(shape), BYTES[precision]
    weights = model.weight_bytes(precision) * values.weights
    moved = (
        bytes_term("weight bytes", weights, model.weights, target, model),
        bytes_term("activation bytes", width * values.activations, model.weights, target, model),
        bytes_term("item table bytes", width * values.table, model.table, target, model),
    )
    return bill("SSR-ANN", ann_bill(ssr_ann(shape), target, precision).terms + moved)


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
