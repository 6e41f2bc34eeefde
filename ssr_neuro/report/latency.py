"""How long one inference takes on a chip, and which part of a time step takes how much of it."""

from dataclasses import dataclass
from typing import Literal

from ssr_neuro.placement import Placement
from ssr_neuro.placement.timing import Pace, TimeTerm

Group = Literal["compute", "messages", "barrier", "whole step"]
MODELLED = "modelled"
STEP = "time step"
NS_PER_S = 1e9


@dataclass(frozen=True)
class StepPart:
    """Part of a time step. count: events in it, mean over the steps. ns: None where it is unknown,
    and then `why` says why."""

    name: str
    group: Group
    count: float | None
    ns: float | None
    source: str
    why: str


@dataclass(frozen=True)
class SpeedReading:
    """One reading of the chip's speed, published or modelled.

    step_ns, its parts and throughput_per_s: while samples follow each other without a pause.
    latency_s: of one sample alone. None where a part is unknown; `unknown` names the parts.
    """

    name: str
    step_ns: float | None
    latency_s: float | None
    throughput_per_s: float | None
    parts: tuple[StepPart, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class ChipLatency:
    """Of one inference. steps: from a sample's first input to its last output; a sample enters
    every `interval` steps. modelled: the reading that adds up the chip's own durations;
    published: the time steps that its file states."""

    chip: str
    title: str
    steps: int
    interval: int
    modelled: SpeedReading
    published: tuple[SpeedReading, ...]


def latency(placement: Placement) -> ChipLatency:
    """As the placement has it."""
    (modelled,) = (pace for pace in placement.paces if pace.name == MODELLED)
    others = (pace for pace in placement.paces if pace.name != MODELLED)
    return ChipLatency(
        chip=placement.chip,
        title=placement.title,
        steps=placement.latency_steps,
        interval=placement.interval,
        modelled=_reading(modelled),
        published=tuple(_reading(pace) for pace in others),
    )


def _reading(pace: Pace) -> SpeedReading:
    return SpeedReading(
        name=pace.name,
        step_ns=pace.step_ns,
        latency_s=None if pace.latency_ns is None else pace.latency_ns / NS_PER_S,
        throughput_per_s=pace.samples_per_s,
        parts=tuple(_part(term) for term in pace.terms),
        unknown=pace.unknown,
    )


def _part(term: TimeTerm) -> StepPart:
    return StepPart(term.name, _group(term.name), term.count, term.ns, term.source, term.why)


def _group(name: str) -> Group:
    if name == STEP:
        return "whole step"
    if name.startswith("barrier"):
        return "barrier"
    return "compute" if name.startswith("busiest core") else "messages"
