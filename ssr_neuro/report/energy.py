"""Prices times counts. Every term stands alone with its source; energies are in pJ.

A term without a known price has no energy, and the bill that holds it has no total.
"""

from dataclasses import dataclass

from ssr_neuro.report.baselines import AnnShape, OpRow, ssr_ann
from ssr_neuro.report.counts import Counts
from ssr_neuro.report.scoring import ScoringCounts
from ssr_neuro.target import Precision, Price, Target

ADDITIONS_PER_UPDATE = 3
BREAK_EVEN = (
    "rate x (energy of SSR-ANN - energy of SSR that does not depend on spikes) / "
    "(energy of SSR that does)"
)
VARIANTS = {
    "as in the paper (dense DFT)": (False, False),
    "with an FFT": (True, False),
    "dense DFT, last block at the read position only": (False, True),
    "FFT, last block at the read position only": (True, True),
}


@dataclass(frozen=True)
class Term:
    """One line of a bill, mean per sample. per_spike: whether the count grows with the rate."""

    name: str
    count: float
    price_pj: float | None
    energy_pj: float | None
    source: str
    evidence: str
    per_spike: bool = False


@dataclass(frozen=True)
class Bill:
    """Energy of one inference. total_pj is None where a term is unknown; `unknown` names it."""

    subject: str
    terms: tuple[Term, ...]
    total_pj: float | None
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Variant:
    """SSR-ANN computed in another way. ratio: energy of SSR over its energy."""

    name: str
    macs: int
    additions: int
    total_pj: float | None
    ratio: float | None


@dataclass(frozen=True)
class Sheet:
    """SSR in one mode of accounting, beside SSR-ANN where it can be priced in the same mode.

    ratio: energy of SSR over SSR-ANN. rate: spikes per synapse and step of this run.
    break_even_rate: the rate at which both cost the same, None where no rate does; see BREAK_EVEN.
    """

    mode: str
    title: str
    target: str
    ssr: Bill
    ann: Bill | None
    ratio: float | None
    rate: float
    break_even_rate: float | None
    variants: tuple[Variant, ...]
    notes: tuple[str, ...]


def charge(name: str, count: float, price: Price, *, per_spike: bool = False) -> Term:
    """count events at one price."""
    energy = None if price.value is None else count * price.value
    return Term(
        name,
        count,
        price.value,
        energy,
        price.source or price.why or "no figure",
        price.evidence,
        per_spike,
    )


def bill(subject: str, terms: tuple[Term, ...]) -> Bill:
    """Add the terms up, or name those that cannot be."""
    unknown = tuple(term.name for term in terms if term.energy_pj is None)
    total = None if unknown else sum(term.energy_pj or 0.0 for term in terms)
    return Bill(subject, terms, total, unknown)


def ratio(ssr: Bill, ann: Bill | None) -> float | None:
    """Energy of SSR over SSR-ANN, None where either total is unknown or nothing is compared."""
    if ann is None or ssr.total_pj is None or not ann.total_pj:
        return None
    return ssr.total_pj / ann.total_pj


def break_even_rate(ssr: Bill, ann: Bill | None, rate: float) -> float | None:
    """The firing rate at which SSR costs what SSR-ANN costs; see BREAK_EVEN.

    None where a total is unknown, no spike was fired, or SSR costs more even without any. A rate
    above 1 means that SSR is cheaper however often its neurons fire.
    """
    if ann is None or ssr.total_pj is None or ann.total_pj is None:
        return None
    spiking = sum(term.energy_pj or 0.0 for term in ssr.terms if term.per_spike)
    left = ann.total_pj - (ssr.total_pj - spiking)
    return rate * left / spiking if spiking and left > 0 else None


def arithmetic(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    target: Target,
    precision: Precision,
) -> Sheet:
    """Additions of SSR against multiply-adds of SSR-ANN at the same precision, nothing else."""
    ssr = bill("SSR", additions(counts, scoring, target, precision))
    ann = ann_bill(ssr_ann(shape), target, precision) if shape else None
    return Sheet(
        mode=f"arithmetic-{precision}",
        title=f"Arithmetic only, {precision}",
        target=target.title,
        ssr=ssr,
        ann=ann,
        ratio=ratio(ssr, ann),
        rate=counts.synapse_rate,
        break_even_rate=break_even_rate(ssr, ann, counts.synapse_rate),
        variants=_variants(ssr, shape, target, precision) if shape else (),
        notes=(
            f"A neuron update is charged as {ADDITIONS_PER_UPDATE} additions: leaked membrane plus "
            "input, plus bias, and the comparison; the leak itself is a shift.",
            "Accumulators are priced at the precision of the operands, on both sides.",
            "Memory, routing and static power are not charged.",
        ),
    )


def events(counts: Counts, target: Target) -> Sheet:
    """The published events of one chip: synaptic operations and neuron updates.

    An all-in price of the synaptic operation stands alone: it already holds everything else.
    """
    prices = target.prices
    operation = charge(
        "synaptic operations", counts.sops.mean, prices.synaptic_operation, per_spike=True
    )
    active = counts.active_updates.mean
    updates = (
        charge("neuron updates, active", active, prices.neuron_update_active),
        charge("neuron updates, idle", counts.updates - active, prices.neuron_update_idle),
    )
    all_in = prices.synaptic_operation.scope == "all_in"
    return Sheet(
        mode=f"events-{target.name}",
        title=f"Published events of {target.title}",
        target=target.title,
        ssr=bill("SSR", (operation,) if all_in else (operation, *updates)),
        ann=None,
        ratio=None,
        rate=counts.synapse_rate,
        break_even_rate=None,
        variants=(),
        notes=(*(_ALL_IN if all_in else _PER_TERM), *_EVENTS, *target.notes),
    )


_ALL_IN = ("The price of a synaptic operation covers the whole chip, so no term is added to it.",)
_PER_TERM = (
    "A neuron update is called active when at least one synaptic event arrives in that step.",
    "Static power, spike routing between cores and barriers are not charged.",
)
_EVENTS = ("Only the network on the chip is charged; items are scored off the chip.",)


def additions(
    counts: Counts, scoring: ScoringCounts | None, target: Target, precision: Precision
) -> tuple[Term, ...]:
    """The additions of SSR: synaptic operations, neuron updates and item scoring."""
    price = target.prices.named(f"add_{precision}")
    network = (
        charge("synaptic operations", counts.sops.mean, price, per_spike=True),
        charge("neuron updates", ADDITIONS_PER_UPDATE * counts.updates, price),
    )
    return (*network, charge("item scoring", scoring.additions, price)) if scoring else network


def ann_bill(rows: tuple[OpRow, ...], target: Target, precision: Precision) -> Bill:
    """The arithmetic of SSR-ANN, one term per component and kind of operation."""
    mac, add = (target.prices.named(f"{kind}_{precision}") for kind in ("mac", "add"))
    macs = tuple(charge(row.component, row.macs, mac) for row in rows)
    extra = tuple(
        charge(f"{row.component}, additions", row.additions, add) for row in rows if row.additions
    )
    return bill("SSR-ANN", macs + extra)


def _variants(
    ssr: Bill, shape: AnnShape, target: Target, precision: Precision
) -> tuple[Variant, ...]:
    made = []
    for name, (fft, last) in VARIANTS.items():
        rows = ssr_ann(shape, fft=fft, last_position_only=last)
        cost = ann_bill(rows, target, precision)
        macs, extra = sum(r.macs for r in rows), sum(r.additions for r in rows)
        made.append(Variant(name, macs, extra, cost.total_pj, ratio(ssr, cost)))
    return tuple(made)
