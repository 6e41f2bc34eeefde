"""The mode that charges arithmetic alone: additions of SSR beside multiply-adds of other models."""

from collections.abc import Callable, Sequence

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting.sheet import Sensitivity, Sheet, Variant, ratio, sheet, vary
from ssr_neuro.costs.bill import Bill, Term, bill, charge, spread
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ann_shape import AnnShape, OpRow, ssr_ann
from ssr_neuro.costs.scoring import ScoringCounts

ADDITIONS_PER_UPDATE = 3
UPDATES = (1, 3, 6)
VARIANTS = {
    "as in the paper (dense DFT)": (False, False),
    "with an FFT": (True, False),
    "dense DFT, last block at the read position only": (False, True),
    "FFT, last block at the read position only": (True, True),
}
NOTES = (
    "SSR multiplies nothing: items enter as codes of bits, layers exchange spikes, and scores add "
    "up where codes are 1.",
    f"A neuron update is charged as {ADDITIONS_PER_UPDATE} additions: leaked membrane plus "
    "input, plus bias, and the comparison; the leak itself is a shift.",
    "Accumulators are priced at the precision of the operands, on both sides.",
    "Memory, routing and static power are not charged.",
)
Others = Callable[[Chip], Sequence[Bill]]


def nobody(target: Chip) -> tuple[Bill, ...]:
    """No model beside SSR and its twin."""
    return ()


def arithmetic(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    target: Chip,
    precision: Precision,
    others: Others = nobody,
) -> Sheet:
    """Additions of SSR against multiply-adds of SSR-ANN at the same precision, nothing else.

    others: bills of more models at the prices of a target, in the same mode and precision.
    """

    def bills(prices: Chip, per_update: float = ADDITIONS_PER_UPDATE) -> tuple[Bill, ...]:
        twin = (ann_bill(ssr_ann(shape), prices, precision),) if shape else ()
        return ssr_bill(counts, scoring, prices, precision, per_update), *twin, *others(prices)

    usual = bills(target)
    sensitivity = [
        vary("additions of a neuron update", "additions", UPDATES, lambda x: bills(target, x))
    ]
    if precision == "int8":
        sensitivity.append(_accumulators(target, bills))
    return sheet(
        mode=f"arithmetic-{precision}",
        title=f"Arithmetic only, {precision}",
        target=target.title,
        bills=usual,
        rate=counts.synapse_rate,
        notes=NOTES,
        variants=_variants(usual[0], shape, target, precision) if shape else (),
        sensitivity=tuple(sensitivity),
    )


def _accumulators(target: Chip, bills: Others) -> Sensitivity:
    prices = target.prices
    update = {"add_int8": prices.add_int32, "mac_int8": prices.mac_int8_add_int32}
    wide = target.model_copy(update={"prices": prices.model_copy(update=update)})
    return vary("width of an accumulator", "bits", (8, 32),
                lambda bits: bills(wide if bits == 32 else target))  # fmt: skip


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
    price = target.prices.named(f"add_{precision}")
    network = (
        charge("synaptic operations", counts.sops.mean, price, per_spike=True),
        charge("neuron updates", per_update * counts.updates, price),
    )
    return (*network, charge("item scoring", scoring.additions, price)) if scoring else network


def ann_bill(rows: tuple[OpRow, ...], target: Chip, precision: Precision) -> Bill:
    """The arithmetic of SSR-ANN, one term per component and kind of operation."""
    mac, add = (target.prices.named(f"{kind}_{precision}") for kind in ("mac", "add"))
    macs = tuple(charge(row.component, row.macs, mac) for row in rows)
    extra = tuple(
        charge(f"{row.component}, additions", row.additions, add) for row in rows if row.additions
    )
    return bill("SSR-ANN", macs + extra)


def _variants(
    ssr: Bill, shape: AnnShape, target: Chip, precision: Precision
) -> tuple[Variant, ...]:
    made = []
    for name, (fft, last) in VARIANTS.items():
        rows = ssr_ann(shape, fft=fft, last_position_only=last)
        cost = ann_bill(rows, target, precision)
        macs, extra = sum(r.macs for r in rows), sum(r.additions for r in rows)
        made.append(Variant(name, macs, extra, cost.total_pj, ratio(ssr, cost)))
    return tuple(made)
