"""Terms of time: neurons that are updated while they wait, barriers, and static power."""

from collections.abc import Iterator
from dataclasses import dataclass

from ssr_neuro.chip import Chip, Price
from ssr_neuro.costs.bill import Term, charge, unknown_term
from ssr_neuro.costs.counts import Counts
from ssr_neuro.placement import Placement

PJ_PER_MW_US = 1e3
MODELLED = "modelled"


@dataclass(frozen=True)
class TimeStep:
    """The time step that static power is charged with: the mean over the steps of one sample alone.

    name: of the reading it is from.
    """

    name: str
    us: float


def time_step(placement: Placement) -> TimeStep | None:
    """As modelled from the chip's own durations, else as published; None where neither is known."""
    known = time_steps(placement)
    modelled = [step for step in known if step.name == MODELLED]
    return next(iter((*modelled, *known)), None)


def time_steps(placement: Placement) -> list[TimeStep]:
    """Of every reading of the chip's speed that has a latency."""
    steps = placement.latency_steps
    return [
        TimeStep(pace.name, pace.latency_ns / steps / 1e3)
        for pace in placement.paces
        if pace.latency_ns is not None
    ]


def time_terms(
    counts: Counts,
    placement: Placement,
    chip: Chip,
    static_mw: float | None = None,
    step_us: float | None = None,
) -> Iterator[Term]:
    """Neuron updates in steps of other layers, readouts among them, barriers, static power.

    static_mw: of all chips, step_us: of a time step; as the chip's file and placement say where
    they are not given.
    """
    prices, steps = chip.prices, placement.latency_steps
    neurons = sum(population.neurons for population in counts.populations)
    neurons += placement.readout_neurons
    idle = prices.neuron_access if prices.neuron_access.known else prices.neuron_update_idle
    yield charge("neuron updates, waiting", neurons * (steps - counts.steps), idle)
    yield charge("barriers", steps, prices.barrier)
    yield _static_terms(placement, chip, static_mw, step_us)


def _static_terms(
    placement: Placement, chip: Chip, static_mw: float | None, step_us: float | None
) -> Term:
    step, power = time_step(placement), chip.power.static_per_chip
    if step_us is None and step is None:
        return unknown_term("static power", "; ".join(p.unknown[0] for p in placement.paces))
    if placement.chips is None:
        return unknown_term("static power", "how many chips there are is not known")
    us = placement.latency_steps * (step_us if step_us is not None else step.us if step else 0.0)
    milliwatts = power.value if static_mw is None else static_mw / placement.chips
    price = (
        Price(unit="pJ", reason=power.why)
        if milliwatts is None
        else Price(
            value=milliwatts * PJ_PER_MW_US,
            unit="pJ",
            source=f"{milliwatts:g} mW per chip: {power.source}",
            evidence=power.evidence,
        )
    )
    return charge("static power (chip-µs)", placement.chips * us, price)
