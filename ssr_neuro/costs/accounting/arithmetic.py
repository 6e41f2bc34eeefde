"""The mode that charges arithmetic alone: additions of SSR beside multiply-adds of other models."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting.operation_prices import operation_price, use_sums_of_8_bits
from ssr_neuro.costs.accounting.prices import arithmetic_bill
from ssr_neuro.costs.accounting.sheet import AnnVariant, Sensitivity, Sheet, ratio, sheet, vary
from ssr_neuro.costs.bill import Bill, Term, bill, charge, spread
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ssr_ann import AnnShape, ann_variants, device_twin
from ssr_neuro.costs.scoring import ScoringCounts

ADDITIONS_PER_UPDATE = 3
UPDATES = (1, 3, 6)
BOUND = "bound"
NOTES = (
    "SSR multiplies nothing: items enter as codes of bits, layers exchange spikes, and scores add "
    "up where codes are 1.",
    f"A neuron update is charged as {ADDITIONS_PER_UPDATE} additions: leaked membrane plus "
    "input, plus bias, and the comparison; the leak itself is a shift.",
    "Memory, routing and static power are not charged.",
)
WIDE = "Weights have 8 bits, sums 32, on both sides; membranes of a chip have 24."
NARROW = (
    "A bound, not a figure: sums of 8 bits overflow after a few operations. SSR, which only adds, "
    "gains most from them."
)
Others = Callable[[Chip], Sequence[Bill]]


def no_other_bills(target: Chip) -> tuple[Bill, ...]:
    """No model beside SSR and its twin."""
    return ()


def arithmetic_sheet(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    target: Chip,
    precision: Precision,
    others: Others = no_other_bills,
) -> Sheet:
    """Additions of SSR against multiply-adds of SSR-ANN at the same precision, nothing else.

    others: bills of more models at the prices of a target, in the same mode and precision.
    """

    def bills(
        prices: Chip, per_update: float = ADDITIONS_PER_UPDATE, run: Counts = counts
    ) -> tuple[Bill, ...]:
        twin = (twin_bill(shape, prices, precision),) if shape else ()
        return ssr_bill(run, scoring, prices, precision, per_update), *twin, *others(prices)

    usual = bills(target)
    sensitivity = [
        vary("additions of a neuron update", "additions", UPDATES, lambda x: bills(target, x))
    ]
    if counts.sops_with_zeros is not None:
        every = replace(counts, sops=counts.sops_with_zeros)
        sensitivity.append(
            vary(
                "operations of a stored weight of zero",
                "left out (0) or done (1)",
                (0, 1),
                lambda done: bills(target, run=every if done else counts),
            )
        )
    if precision == "int8":
        sensitivity.append(_sums(target, bills))
    return sheet(
        mode=f"arithmetic-{precision}",
        title=f"Arithmetic only, {precision}",
        target=target.title,
        bills=usual,
        rate=counts.synapse_rate,
        notes=(*NOTES, WIDE) if precision == "int8" else NOTES,
        variants=_variants(usual[0], shape, target, precision) if shape else (),
        sensitivity=tuple(sensitivity),
    )


def bound_sheet(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    target: Chip,
    others: Others = no_other_bills,
) -> Sheet:
    """The least that int8 could cost: every sum at the price of an addition of 8 bits."""
    narrow = use_sums_of_8_bits(target)
    made = arithmetic_sheet(counts, scoring, shape, narrow, "int8", others)
    return replace(
        made,
        mode=f"{made.mode}-{BOUND}",
        title=f"{made.title}, 8-bit sums (a bound)",
        notes=(NARROW, *NOTES),
        sensitivity=tuple(s for s in made.sensitivity if s.what != SUMS),
    )


SUMS = "width of a sum"


def _sums(target: Chip, bills: Others) -> Sensitivity:
    narrow = use_sums_of_8_bits(target)
    return vary(
        SUMS,
        "bits (8 is a bound)",
        (8, 32),
        lambda bits: bills(target if bits == 32 else narrow),
    )


def ssr_bill(
    counts: Counts,
    scoring: ScoringCounts | None,
    target: Chip,
    precision: Precision,
    per_update: float = ADDITIONS_PER_UPDATE,
) -> Bill:
    """Of the samples' additions only the synaptic operations differ."""
    terms = additions(counts, scoring, target, precision, per_update)
    return bill("SSR", terms, spread(terms, counts.sops))


def additions(
    counts: Counts,
    scoring: ScoringCounts | None,
    target: Chip,
    precision: Precision,
    per_update: float = ADDITIONS_PER_UPDATE,
) -> tuple[Term, ...]:
    """The additions of SSR: synaptic operations, neuron updates and item scoring."""
    price = operation_price(target, "add", precision)
    network = (
        charge("synaptic operations", counts.sops.mean, price, per_spike=True),
        charge("neuron updates", per_update * counts.updates, price),
    )
    return (*network, charge("item scoring", scoring.additions, price)) if scoring else network


def twin_bill(shape: AnnShape, target: Chip, precision: Precision) -> Bill:
    """SSR-ANN as a device would run it."""
    return replace(arithmetic_bill(device_twin(shape), target, precision), subject="SSR-ANN")


def _variants(
    ssr: Bill, shape: AnnShape, target: Chip, precision: Precision
) -> tuple[AnnVariant, ...]:
    """SSR-ANN as a device would run it, then in the paper's ways."""
    made = []
    for name, form in ann_variants(shape).items():
        priced, ops = arithmetic_bill(form, target, precision), form.products
        multiplied = ops.macs + ops.multiplications
        versus = ratio(ssr, priced)
        made.append(AnnVariant(name, multiplied, ops.additions, priced.total_pj, versus))
    return tuple(made)
