"""The memory-aware mode: arithmetic plus what each operation moves.

Spikes arrive one by one, so a synaptic operation of SSR fetches its weight, reads the accumulator
of its target and writes it back. Weights that lie side by side are fetched as words, as far as the
structure of the map allows; accumulators are charged at their own bits, and in other ways beside.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting.arithmetic import SUMS, additions
from ssr_neuro.costs.accounting.memory_model import (
    BYTES,
    Accumulators,
    Memory,
    MemoryModel,
    bytes_term,
    words_term,
)
from ssr_neuro.costs.accounting.operation_prices import use_sums_of_8_bits
from ssr_neuro.costs.accounting.prices import memory_bill
from ssr_neuro.costs.accounting.sheet import Sensitivity, Sheet, sheet, vary
from ssr_neuro.costs.bill import Bill, Term, bill, spread, unknown_term
from ssr_neuro.costs.counts import Counts, Rows
from ssr_neuro.costs.models.ssr_ann import AnnShape, device_twin
from ssr_neuro.costs.scoring import ScoringCounts

KILOBYTES: dict[int, Memory] = {8: "sram_8kb", 32: "sram_32kb", 1024: "sram_1mb"}
WAYS: tuple[Accumulators, ...] = ("none", "operations", "rows", "words")
NO_ROWS = "the report does not say which rows spikes reach; compile the model again"
Others = Callable[[Chip, MemoryModel], Sequence[Bill]]


def no_other_bills(target: Chip, model: MemoryModel) -> tuple[Bill, ...]:
    """No model beside SSR and its twin."""
    return ()


def memory_sheet(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    target: Chip,
    precision: Precision = "int8",
    model: MemoryModel | None = None,
    others: Others = no_other_bills,
) -> Sheet:
    """SSR moves weights and accumulators for its spikes, membranes for its updates, and codes.

    SSR-ANN, as a device would run it, moves every number once, the least it can do. model:
    `MemoryModel.of(precision)` where none is given. others: bills of more models, in the same mode
    and precision.
    """
    places = model or MemoryModel.of(precision)

    def bills(changed: MemoryModel, prices: Chip = target) -> tuple[Bill, ...]:
        twin = (twin_bill(shape, prices, precision, changed),) if shape else ()
        ssr = ssr_bill(counts, scoring, prices, precision, changed)
        return ssr, *twin, *others(prices, changed)

    sensitivity = [*_sensitivity(places, 8 * BYTES[precision], bills)]
    if counts.target_rows:
        sensitivity.append(_accumulators(counts, places, bills))
    if precision == "int8":
        sums = {8: use_sums_of_8_bits(target), 32: target}
        unit = "bits (8 is a bound)"
        sensitivity.append(vary(SUMS, unit, (8, 32), lambda x: bills(places, sums[int(x)])))
    return sheet(
        mode=f"memory-{precision}",
        title=f"Arithmetic and memory, {precision}, {places.word_bits}-bit words",
        target=target.title,
        bills=bills(places),
        rate=counts.synapse_rate,
        notes=(*_notes(places), *target.notes),
        sensitivity=tuple(sensitivity),
    )


def _notes(model: MemoryModel) -> tuple[str, ...]:
    return (
        f"One memory access moves {model.word_bits} bits; where numbers stand alone its price is "
        "spread over its bytes.",
        f"Weights and activations lie in {_MEMORY_NAMES[model.weights]}, membranes and "
        f"accumulators ({model.state_bytes} bytes) in {_MEMORY_NAMES[model.state]}, the item "
        f"table in {_MEMORY_NAMES[model.table]}.",
        "SSR fetches the weights of each spike in whole words, as far as they lie side by side, "
        "without reuse; each synaptic operation reads and writes its accumulator; every membrane "
        "is read and written at every step.",
        "The sensitivity to accumulators moved goes from none (sums in registers) by their own "
        "bits and whole words of neighbours to a word for every operation.",
        "A model without spikes moves every number once per inference, the least it can do, and "
        "adds up in a register.",
        "Spikes between neurons, addresses of synapses, sorting of the scores and reloading of the "
        "model are not charged.",
    )


def _sensitivity(
    model: MemoryModel, width: int, bills: Callable[[MemoryModel], Sequence[Bill]]
) -> tuple[Sensitivity, ...]:
    return (
        vary(
            "width of a memory access",
            "bits",
            (64, 32),
            lambda bits: bills(replace(model, word_bits=int(bits))),
        ),
        vary(
            "width of a stored weight",
            "bits",
            (width // 4, width // 2, width),
            lambda bits: bills(replace(model, weight_bits=int(bits))),
        ),
        vary(
            "size of the memory that holds weights and activations",
            "KB",
            tuple(KILOBYTES),
            lambda size: bills(replace(model, weights=KILOBYTES[int(size)])),
        ),
    )


_MEMORY_NAMES: dict[Memory, str] = {
    "sram_8kb": "8 KB SRAM",
    "sram_32kb": "32 KB SRAM",
    "sram_1mb": "1 MB SRAM",
    "dram_min": "DRAM (lower figure)",
    "dram_max": "DRAM (upper figure)",
}


def _accumulators(
    counts: Counts, places: MemoryModel, bills: Callable[[MemoryModel], Sequence[Bill]]
) -> Sensitivity:
    """From accumulators that cost nothing to a word read and written for each operation."""
    ways = [replace(places, accumulators=way) for way in WAYS]
    words = [accumulator_words(counts, way) / (counts.sops.mean or 1.0) for way in ways]
    return vary(
        "accumulators moved",
        "words an operation",
        words,
        lambda x: bills(ways[words.index(x)]),
    )


def accumulator_words(counts: Counts, model: MemoryModel) -> float:
    """Words that hold the accumulators of an inference's operations; each is read and written."""
    if model.accumulators == "none":
        return 0.0
    if model.accumulators == "rows":
        return words_of(counts.target_rows, 8 * model.state_bytes, model)
    one = 1.0 if model.accumulators == "words" else 8 * model.state_bytes / model.word_bits
    return one * counts.sops.mean


def words_of(rows: Sequence[Rows], bits: float, model: MemoryModel) -> float:
    """Whole words of all rows, mean over the samples."""
    return sum(model.words(row.length, bits) * row.read.mean for row in rows)


def ssr_bill(
    counts: Counts,
    scoring: ScoringCounts | None,
    target: Chip,
    precision: Precision,
    model: MemoryModel,
) -> Bill:
    """Of the samples only the spikes differ, and with them operations, weights and accumulators.

    The spread takes words as proportional to operations.
    """
    state = 2 * model.state_bytes * counts.updates
    moved = [
        *_spike_terms(counts, target, precision, model),
        bytes_term("membrane bytes", state, model.state, target, model),
    ]
    if scoring:
        table = scoring.code_bytes + BYTES[precision] * scoring.items
        moved.append(bytes_term("item table bytes", table, model.table, target, model))
    terms = (*additions(counts, scoring, target, precision), *moved)
    return bill("SSR", terms, spread(terms, counts.sops))


def _spike_terms(
    counts: Counts, target: Chip, precision: Precision, model: MemoryModel
) -> Iterator[Term]:
    """Weights fetched, accumulators read and written."""
    if counts.sops.mean and not counts.weight_rows:
        yield unknown_term("weight words", NO_ROWS)
    else:
        words = words_of(counts.weight_rows, 8 * model.weight_bytes(precision), model)
        yield words_term("weight words", words, model.weights, target)
    moved = 2 * accumulator_words(counts, model)
    if model.accumulators == "operations":
        size = moved * model.word_bits / 8
        yield bytes_term("accumulator bytes", size, model.state, target, model, per_spike=True)
    else:
        yield words_term("accumulator words", moved, model.state, target)


def twin_bill(shape: AnnShape, target: Chip, precision: Precision, model: MemoryModel) -> Bill:
    """SSR-ANN as a device would run it."""
    return replace(
        memory_bill(device_twin(shape), target, precision, model=model), subject="SSR-ANN"
    )
