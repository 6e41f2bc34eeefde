"""The mode that charges the events of one neuromorphic chip: one user, one inference, nothing else.

Neurons and synapses come from the counts of a run; messages, hops and time from a placement. Static
power runs for the whole latency. What the chip's file does not price refuses the total.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ssr_neuro.chip import Chip
from ssr_neuro.costs.accounting.chip_power_price import has_chip_power_price
from ssr_neuro.costs.accounting.core_terms import core_spread, core_terms, readout_terms
from ssr_neuro.costs.accounting.sheet import Sensitivity, Sheet, sheet, vary
from ssr_neuro.costs.accounting.time_terms import time_step, time_steps, time_terms
from ssr_neuro.costs.accounting.traffic_terms import traffic_terms
from ssr_neuro.costs.bill import Bill, Term, bill, unknown_term
from ssr_neuro.costs.counts import Counts
from ssr_neuro.errors import BadInput
from ssr_neuro.placement import Placement

HOPS = (0, 1, 2, 10)
NOTES = (
    "A neuron update is called active when at least one synaptic event arrives in that step.",
    "One user at a time: neurons, barriers and static power are charged from the first input to "
    "the last output, also while most layers wait.",
    "Items are scored off the chip and the model is loaded already; neither is charged here.",
    "The spread is at most that: deviations of operations and of active updates are added up, and "
    "of messages and readouts only means are known.",
)
OWN_TIME = (
    "Prices per event are another author's; time and static power are those of the chip's file."
)
UNPLACED = "messages, hops, readouts, waiting, barriers, host and static power"


@dataclass(frozen=True)
class Assumptions:
    """What sensitivity varies. hop: times the chip's price. static_mw, step_us: None as found."""

    hop: float = 1.0
    static_mw: float | None = None
    step_us: float | None = None


def event_sheet(
    counts: Counts, chip: Chip, placement: Placement | None = None, model: str = ""
) -> Sheet:
    """Published events of a chip. model: name of another author's prices of it in its file.

    Raises BadInput where the chip's price is all-in, or the placement is on another chip.
    """
    _check(chip, placement)
    priced = chip.alternative(model) if model else chip

    def bills(assumptions: Assumptions = Assumptions()) -> tuple[Bill, ...]:
        terms = tuple(_terms(counts, priced, placement, assumptions))
        return (bill("SSR", terms, core_spread(counts, priced.prices)),)

    return sheet(
        mode=f"events-{chip.name}" + (f"-{model}" if model else ""),
        title=f"Events of {priced.title}",
        target=priced.title,
        bills=bills(),
        rate=counts.synapse_rate,
        notes=(*NOTES, *_time_notes(placement), *((OWN_TIME,) if model else ()), *chip.notes),
        sensitivity=tuple(_sensitivity(chip, placement, bills)) if placement else (),
    )


def _check(chip: Chip, placement: Placement | None) -> None:
    if has_chip_power_price(chip):
        raise BadInput(
            f"the price of a synaptic operation of {chip.name} is all-in: its events are inside, "
            "so they are not charged one by one; price it as a whole"
        )
    if placement is not None and placement.chip != chip.name:
        raise BadInput(
            f"the placement is on {placement.chip}, the prices are those of {chip.name}; place the "
            f"program on {chip.name}"
        )


def _terms(
    counts: Counts, chip: Chip, placement: Placement | None, assumptions: Assumptions
) -> Iterator[Term]:
    yield from core_terms(counts, chip.prices)
    if placement is None:
        yield unknown_term(UNPLACED, "the program was not placed on this chip")
        return
    yield from readout_terms(placement, chip.prices)
    yield from traffic_terms(placement, chip.prices, assumptions.hop)
    yield from time_terms(counts, placement, chip, assumptions.static_mw, assumptions.step_us)


def _time_notes(placement: Placement | None) -> tuple[str, ...]:
    step = time_step(placement) if placement else None
    if step is None or placement is None:
        return ()
    return (
        f"Static power runs for {placement.latency_steps} time steps of {step.us:.3g} µs "
        f"({step.name}), the mean of one sample alone; see the sensitivity for other time steps.",
    )


def _sensitivity(
    chip: Chip, placement: Placement, bills: Callable[[Assumptions], tuple[Bill, ...]]
) -> Iterator[Sensitivity]:
    if placement.traffic.hops is not None:
        yield vary(
            "price of a hop, times the chip's", "times", HOPS, lambda x: bills(Assumptions(x))
        )
    if powers := _powers(chip, placement):
        yield vary(
            "static power of all chips", "mW", powers, lambda mw: bills(Assumptions(static_mw=mw))
        )
    steps = sorted({step.us for step in time_steps(placement)})
    if steps and placement.chips is not None:
        yield vary("time step", "µs", steps, lambda us: bills(Assumptions(step_us=us)))


def _powers(chip: Chip, placement: Placement) -> list[float]:
    """None, that of the cores in use where it is known, and that of whole chips."""
    whole, core = chip.power.static_per_chip.value, chip.power.static_per_core.value
    if whole is None or placement.chips is None or time_step(placement) is None:
        return []
    cores = [] if core is None else [core * len(placement.cores)]
    return sorted({0.0, *cores, whole * placement.chips})
