"""How long a time step takes, and from it latency and throughput: published, and modelled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssr_neuro.chip import Chip, Figure
from ssr_neuro.placement.core_load import CoreActivities, CoreActivity
from ssr_neuro.placement.traffic import HopCounts
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array

NO_TRACE = "no trace of spikes was given"
NO_MESH = "the mesh of the chip's cores is not known"


@dataclass(frozen=True)
class TimeTerm:
    """Part of a time step. count: events, mean over the steps; ns: None where it is unknown."""

    name: str
    count: float | None
    ns: float | None
    source: str
    why: str = ""


@dataclass(frozen=True)
class Pace:
    """One reading of the chip's speed.

    step_ns, its terms and samples_per_s: while samples follow each other without a pause, so that
    every layer works. latency_ns: of one sample alone, from its first input to its last output,
    while most layers wait. None where a term is unknown; `unknown` says which.
    """

    name: str
    step_ns: float | None
    latency_ns: float | None
    samples_per_s: float | None
    terms: tuple[TimeTerm, ...]
    unknown: tuple[str, ...]


def estimate_paces(
    program: Program,
    chip: Chip,
    activities: CoreActivities | None,
    hops: HopCounts | None,
    chips: int | None,
) -> tuple[Pace, ...]:
    """The time steps that the chip's file states, then what its durations add up to.

    A step lasts as long as the busiest core computes, the farthest message travels, and the
    barrier waits. Messages are not taken to queue. activities: None where there is no trace.
    """
    times = chip.timings
    published = (
        ("time step as published", "time_step"),
        ("unthrottled, shortest", "time_step_unthrottled_min"),
        ("unthrottled, longest", "time_step_unthrottled_max"),
    )
    stated = {
        name: (_term("time step", 1, getattr(times, key), f"timings.{key}"),)
        for name, key in published
        if getattr(times, key).known or key == "time_step"
    }
    barrier = _term("barrier, longest", 1, times.barrier_max, "timings.barrier_max")
    rest = (*_travelling(chip, hops, chips), barrier)
    stream = (*_computing(chip, activities.stream if activities else None), *rest)
    alone = (*_computing(chip, activities.alone if activities else None), *rest)
    return (
        *(_pace(program, name, terms, terms) for name, terms in stated.items()),
        _pace(program, "modelled", stream, alone),
    )


def _pace(
    program: Program, name: str, stream: tuple[TimeTerm, ...], alone: tuple[TimeTerm, ...]
) -> Pace:
    """Terms of a mean step: while samples stream, and of one sample alone."""
    step, step_alone = _sum(stream), _sum(alone)
    missing = (f"{term.name}: {term.why}" for term in (*stream, *alone) if term.ns is None)
    return Pace(
        name,
        step,
        None if step_alone is None else step_alone * program.latency_steps,
        1e9 / (step * program.interval) if step else None,
        stream,
        tuple(dict.fromkeys(missing)),
    )


def _sum(terms: tuple[TimeTerm, ...]) -> float | None:
    known = [term.ns for term in terms if term.ns is not None]
    return sum(known) if len(known) == len(terms) else None


def _computing(chip: Chip, activity: CoreActivity | None) -> tuple[TimeTerm, ...]:
    """Of the busiest core of each step, mean over the steps."""
    times = chip.timings
    figures: Sequence[tuple[str, str, Figure, Array | None]] = (
        (
            "synaptic operations",
            "synaptic_operation",
            times.synaptic_operation,
            activity.operations if activity else None,
        ),
        (
            "neurons that an event reached",
            "neuron_update_active",
            times.neuron_update_active,
            activity.active if activity else None,
        ),
        (
            "neurons without an event",
            "neuron_update_idle",
            times.neuron_update_idle,
            activity.idle if activity else None,
        ),
    )
    busiest = None
    if activity is not None and activity.neurons.size:
        parts = [(f.value or 0.0) * counts for _, _, f, counts in figures if counts is not None]
        busiest = np.sum(parts, axis=0).argmax(axis=0)
    return tuple(_of_busiest(*figure, busiest) for figure in figures)


def _of_busiest(
    name: str, key: str, figure: Figure, counts: Array | None, busiest: Array | None
) -> TimeTerm:
    if counts is None or busiest is None:
        return TimeTerm(f"busiest core, {name}", None, None, figure.source, NO_TRACE)
    count = float(counts[busiest, np.arange(counts.shape[1])].mean())
    return _term(f"busiest core, {name}", count, figure, f"timings.{key}")


def _travelling(chip: Chip, hops: HopCounts | None, chips: int | None) -> tuple[TimeTerm, ...]:
    times = chip.timings
    if chips is not None and chips > 1:
        return (TimeTerm("farthest message", None, None, "", "it goes from one chip to another"),)
    if hops is None:
        return (TimeTerm("farthest message", None, None, "", NO_MESH),)
    east, north = hops.longest
    return (
        _term(
            "farthest message, hops east-west", east, times.hop_east_west, "timings.hop_east_west"
        ),
        _term(
            "farthest message, hops north-south",
            north,
            times.hop_north_south,
            "timings.hop_north_south",
        ),
    )


def _term(name: str, count: float, figure: Figure, key: str) -> TimeTerm:
    """A term that never occurs costs nothing, known or not."""
    if not count:
        return TimeTerm(name, count, 0.0, figure.source)
    if figure.value is None:
        return TimeTerm(name, count, None, "", f"{key} is unknown, {figure.why}")
    return TimeTerm(name, count, count * figure.value, figure.source)
