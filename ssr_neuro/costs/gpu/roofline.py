"""A roofline with launches: how long a batch takes on a GPU at least, and what it may well take.

    time = max(operations / peak, bytes / bandwidth) + launches x cost of a launch

The low end takes a launch at its cheapest (a node of a CUDA graph), a layer of a GRU as one launch,
and moves weights alone; the high end takes a launch at its dearest (eager PyTorch) and moves what
every kernel reads and writes. Energy lies between idle power over the shortest time and board power
over the longest. Kernels seldom reach the peak, so the high end is no upper bound.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from ssr_neuro.chip import Chip, Figure
from ssr_neuro.errors import BadInput
from ssr_neuro.measure.batches import best_batch

if TYPE_CHECKING:
    from ssr_neuro.costs.gpu.work import BatchWork

Arithmetic = Literal["fp32", "tf32", "bf16"]
PEAKS: dict[Arithmetic, str] = {"fp32": "fp32", "tf32": "tf32_tensor", "bf16": "bf16_tensor"}
TERA, GIGA, NANO, MILLI = 1e12, 1e9, 1e-9, 1e-3
NEEDED = ("fp32", "memory_bandwidth", "memory_size", "launch_min", "launch_max")


@dataclass(frozen=True)
class Range:
    """From the low end to the high one."""

    low: float
    high: float

    def times(self, factor: float) -> "Range":
        """Both ends by a factor."""
        return Range(self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Assumption:
    """One figure of the GPU that an estimate rests on, as its file states it."""

    name: str
    stated: str
    source: str
    evidence: str


@dataclass(frozen=True)
class RooflineEstimate:
    """One batch on one GPU. latency_s: of the batch. energy_j: of one inference, None where the
    idle or the board power is unknown. ended: why a batch is the best, None where it was given:
    "no gain", "memory" or "limit", as `ssr measure` ends its search.

    compute_s, memory_s, launch_s: the parts of the time; the larger of the first two counts.
    launches: at the high end.
    """

    gpu: str
    arithmetic: Arithmetic
    batch: int
    ended: str | None
    latency_s: Range
    energy_j: Range | None
    compute_s: Range
    memory_s: Range
    launch_s: Range
    launches: int

    @property
    def inference_s(self) -> Range:
        """Time of the batch over its inferences."""
        return self.latency_s.times(1 / self.batch)

    @property
    def bound(self) -> str:
        """What takes most of the time at the high end."""
        parts = {
            "launches": self.launch_s.high,
            "arithmetic": self.compute_s.high,
            "memory": self.memory_s.high,
        }
        return max(parts, key=lambda name: parts[name])


def estimates(work: "BatchWork", gpu: Chip) -> tuple[RooflineEstimate, ...]:
    """Batch 1 and the best batch, at every arithmetic whose peak the GPU's file gives.

    Raises BadInput where the chip is no GPU, or figures that a time needs are unknown.
    """
    check(gpu)
    known = [name for name, key in PEAKS.items() if getattr(gpu.performance, key).known]
    return tuple(one for name in known for one in _combine(work, gpu, name))


def check(gpu: Chip) -> None:
    """Raises BadInput where no time can be estimated on that chip."""
    if gpu.kind != "gpu":
        raise BadInput(f"{gpu.name} is no GPU but a {gpu.kind} chip; name one of kind gpu")
    if unknown := [name for name in NEEDED if not getattr(gpu.performance, name).known]:
        raise BadInput(
            f"{gpu.name}: unknown are performance.{', performance.'.join(unknown)}; without them "
            "no time is estimated. Give them in its file, each with its source"
        )


def assumptions(gpu: Chip) -> tuple[Assumption, ...]:
    """Every figure of the GPU that is used; those that are unknown say why."""
    figures: dict[str, Figure] = {
        **{f"peak, {name}": getattr(gpu.performance, key) for name, key in PEAKS.items()},
        "memory bandwidth": gpu.performance.memory_bandwidth,
        "memory": gpu.performance.memory_size,
        "launch, at least": gpu.performance.launch_min,
        "launch, at most": gpu.performance.launch_max,
        "idle power": gpu.power.idle,
        "board power": gpu.power.tdp,
    }
    return tuple(
        Assumption(name, f.stated or f"unknown: {f.why}", _source(f), f.evidence)
        for name, f in figures.items()
    )


def estimate(
    work: "BatchWork", gpu: Chip, arithmetic: Arithmetic, batch: int, ended: str | None = None
) -> RooflineEstimate:
    """One batch of that size."""
    p = gpu.performance
    compute_s = work.matrix_operations(batch) / (
        TERA * _value(getattr(p, PEAKS[arithmetic]))
    ) + work.other_operations(batch) / (TERA * _value(p.fp32))
    width = 0.5 if arithmetic == "bf16" else 1.0  # weights are kept in fp32, which the high end has
    bandwidth = GIGA * _value(p.memory_bandwidth)
    memory_s = Range(
        width * work.least_bytes(batch) / bandwidth, work.moved_bytes(batch) / bandwidth
    )
    launch_s = Range(
        NANO * _value(p.launch_min) * work.least_launches(batch),
        NANO * _value(p.launch_max) * work.launches(batch),
    )
    latency_s = Range(
        max(compute_s, memory_s.low) + launch_s.low, max(compute_s, memory_s.high) + launch_s.high
    )
    return RooflineEstimate(
        gpu=gpu.name,
        arithmetic=arithmetic,
        batch=batch,
        ended=ended,
        latency_s=latency_s,
        energy_j=energy(latency_s.times(1 / batch), gpu),
        compute_s=Range(compute_s, compute_s),
        memory_s=memory_s,
        launch_s=launch_s,
        launches=work.launches(batch),
    )


def energy(seconds: Range, gpu: Chip) -> Range | None:
    """Joules: idle power over the shortest time to board power over the longest; None where
    either power is unknown."""
    idle, board = gpu.power.idle.value, gpu.power.tdp.value
    if idle is None or board is None:
        return None
    return Range(MILLI * idle * seconds.low, MILLI * board * seconds.high)


def _combine(
    work: "BatchWork", gpu: Chip, arithmetic: Arithmetic
) -> tuple[RooflineEstimate, RooflineEstimate]:
    batch, search = best_batch(partial(_throughput, work, gpu, arithmetic))
    return (
        estimate(work, gpu, arithmetic, 1),
        estimate(work, gpu, arithmetic, batch, search.ended),
    )


def _throughput(work: "BatchWork", gpu: Chip, arithmetic: Arithmetic, batch: int) -> float | None:
    """Windows per second at the high end; None where the memory may not hold the batch."""
    if work.held_bytes(batch) > _value(gpu.performance.memory_size):
        return None
    return batch / estimate(work, gpu, arithmetic, batch).latency_s.high


def _value(figure: Figure) -> float:
    """Of a figure that `check` found known."""
    assert figure.value is not None
    return figure.value


def _source(figure: Figure) -> str:
    return "; ".join(part for part in (figure.source, figure.note) if part)
