"""The memory-aware mode: arithmetic plus the bytes each operation moves.

A memory price is per access of one word. The width of that word is not settled in the literature
(64 bits in PMC8934428, 32 in other tools), so it is a parameter and is shown with the result.
"""

from dataclasses import dataclass
from typing import Literal

from ssr_neuro.errors import BadInput
from ssr_neuro.report.baselines import AnnShape, ssr_ann, ssr_ann_values
from ssr_neuro.report.counts import Counts
from ssr_neuro.report.energy import (
    Bill,
    Sheet,
    Term,
    additions,
    ann_bill,
    bill,
    break_even_rate,
    charge,
    ratio,
)
from ssr_neuro.report.scoring import ScoringCounts
from ssr_neuro.target import Precision, Target

Memory = Literal["sram_8kb", "sram_32kb", "sram_1mb", "dram_min", "dram_max"]
BYTES = {"int8": 1, "fp16": 2, "fp32": 4}


@dataclass(frozen=True)
class MemoryModel:
    """Where things lie and how wide they are. state_bytes: one membrane, 24 bits on the chip."""

    word_bits: int = 64
    state_bytes: int = 3
    weights: Memory = "sram_32kb"
    state: Memory = "sram_8kb"
    table: Memory = "sram_1mb"

    def __post_init__(self) -> None:
        if self.word_bits not in (32, 64):
            raise BadInput(f"word_bits is {self.word_bits}; a memory access is 32 or 64 bits wide")


def memory_aware(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    target: Target,
    precision: Precision = "int8",
    model: MemoryModel = MemoryModel(),
) -> Sheet:
    """SSR fetches a weight per synaptic operation and reads and writes a membrane per update.

    SSR-ANN moves every number once, the least it can do.
    """
    ssr = _ssr(counts, scoring, target, precision, model)
    ann = _ann(shape, target, precision, model) if shape else None
    return Sheet(
        mode=f"memory-{precision}-{model.word_bits}bit",
        title=f"Arithmetic and memory, {precision}, {model.word_bits}-bit words",
        target=target.title,
        ssr=ssr,
        ann=ann,
        ratio=ratio(ssr, ann),
        rate=counts.synapse_rate,
        break_even_rate=break_even_rate(ssr, ann, counts.synapse_rate),
        variants=(),
        notes=(
            f"One memory access moves {model.word_bits} bits; its price is spread over its bytes.",
            f"Weights and activations lie in {_SAID[model.weights]}, membranes "
            f"({model.state_bytes} bytes) in {_SAID[model.state]}, the item table in "
            f"{_SAID[model.table]}.",
            "SSR fetches one weight per synaptic operation, without reuse; SSR-ANN moves every "
            "number once per inference, the least it can do.",
            *target.notes,
        ),
    )


_SAID: dict[Memory, str] = {
    "sram_8kb": "8 KB SRAM",
    "sram_32kb": "32 KB SRAM",
    "sram_1mb": "1 MB SRAM",
    "dram_min": "DRAM (lower figure)",
    "dram_max": "DRAM (upper figure)",
}


def _ssr(
    counts: Counts,
    scoring: ScoringCounts | None,
    target: Target,
    precision: Precision,
    model: MemoryModel,
) -> Bill:
    weight_bytes = BYTES[precision]
    state_bytes = 2 * model.state_bytes * counts.updates
    moved: tuple[Term, ...] = (
        _bytes("weight bytes", weight_bytes * counts.sops.mean, model.weights, target, model, True),
        _bytes("membrane bytes", state_bytes, model.state, target, model),
    )
    if scoring:
        table = scoring.code_bytes + weight_bytes * scoring.items
        moved += (_bytes("item table bytes", table, model.table, target, model),)
    return bill("SSR", additions(counts, scoring, target, precision) + moved)


def _ann(shape: AnnShape, target: Target, precision: Precision, model: MemoryModel) -> Bill:
    values, width = ssr_ann_values(shape), BYTES[precision]
    moved = (
        _bytes("weight bytes", width * values.weights, model.weights, target, model),
        _bytes("activation bytes", width * values.activations, model.weights, target, model),
        _bytes("item table bytes", width * values.table, model.table, target, model),
    )
    return bill("SSR-ANN", ann_bill(ssr_ann(shape), target, precision).terms + moved)


def _bytes(
    name: str,
    count: float,
    memory: Memory,
    target: Target,
    model: MemoryModel,
    per_spike: bool = False,
) -> Term:
    """Bytes moved, at the price of one access spread over the bytes of its word."""
    price = target.prices.named(memory)
    if price.value is not None:
        price = price.model_copy(
            update={
                "value": price.value * 8 / model.word_bits,
                "source": f"{memory} over {model.word_bits // 8} bytes: {price.source}",
            }
        )
    return charge(name, count, price, per_spike=per_spike)
