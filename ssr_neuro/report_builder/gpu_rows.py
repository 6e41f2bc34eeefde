"""What an inference of a trained model takes on a GPU by a roofline, a row for each form."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import checkpoint
from ssr_neuro.chip import Chip
from ssr_neuro.costs.gpu.roofline import Assumption, RooflineEstimate, assumptions, check, estimates
from ssr_neuro.costs.gpu.work import BatchWork, work_of
from ssr_neuro.errors import BadInput

NOTES = (
    "Time = max(operations / peak, bytes / bandwidth) + launches x cost of a launch. Kernels are "
    "counted as the model dispatches them, those of a GRU as cuDNN runs it, with two copies and "
    "the choice of the ten best.",
    "The low end: launches as in a CUDA graph, a layer of a GRU as one, of the bytes weights "
    "alone, idle power. The high end: launches from eager PyTorch, all that every kernel reads and "
    "writes, board power. Kernels seldom reach the peak: neither end was measured, and the high "
    "one is no upper bound.",
    "The best batch has the largest throughput at the high end: doubled from 1 until nothing is "
    "gained, the memory may not hold it, or 65,536.",
)


@dataclass(frozen=True)
class GpuRow:
    """One model in one form. form: as in `ssr measure`."""

    name: str
    kind: str
    form: str
    work: BatchWork
    estimates: tuple[RooflineEstimate, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class GpuRows:
    """All rows of one GPU, with the figures that they rest on."""

    gpu: str
    title: str
    rows: tuple[GpuRow, ...]
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...] = NOTES

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def gpu_rows(paths: Iterable[Path], gpu: Chip) -> GpuRows:
    """Raises BadInput where a path is no model.pt, or the chip no GPU that can be estimated."""
    check(gpu)
    rows = tuple(row for path in paths for row in _rows(path, gpu))
    return GpuRows(gpu.name, gpu.title, rows, assumptions(gpu))


def _rows(path: Path, gpu: Chip) -> list[GpuRow]:
    if path.is_dir() or path.suffix == ".json":
        raise BadInput(
            f"{path} is a compiled program, which no GPU runs; give the model.pt it was made of, "
            f"or a neuromorphic chip instead of {gpu.name}"
        )
    saved = checkpoint.load(path)
    return [
        GpuRow(path.name, saved.kind, form, work, estimates(work, gpu))
        for form, work in work_of(saved).items()
    ]
