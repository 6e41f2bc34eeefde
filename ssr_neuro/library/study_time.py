"""`ssr_neuro.study_time`: operations and latency of models by length of the sequence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from ssr_neuro.charts import numbers
from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.costs.gpu.roofline import check
from ssr_neuro.library.device import find_device
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.saved_study import SavedStudy
from ssr_neuro.library.study import say_nothing
from ssr_neuro.study import document
from ssr_neuro.study import time_by_length as study
from ssr_neuro.study.selected_models import Say
from ssr_neuro.study.time_figure import figure, time_ms

NAME = "time"
LENGTHS = (50, 100, 200, 400)
UNTRAINED = "Untrained models: what an inference costs follows from shape and length alone."
GROWING = (
    "Growing history: the sum over every item that arrives, of a whole window computed anew (full) "
    "or one step on a state that is kept (incremental); straight between the lengths that were "
    "run, and below the shortest as there."
)
DEVICES = {"cpu": "CPU", "cuda": "GPU", "mps": "GPU"}
HEADS = ("model", "form", "items", "multiply-adds", "launches", "roofline", "measured")


@dataclass(frozen=True, eq=False)
class TimeStudy(SavedStudy):
    """content: numbers as plain data. svg: its figure. heads, rows: the numbers as a table."""

    content: Mapping[str, Any] = field(repr=False)
    svg: str = field(repr=False)
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)

    def to_dict(self, command: Sequence[str] = ()) -> dict[str, Any]:
        """The numbers with versions. command: what made them."""
        return document.wrap(NAME, command, self.content)


def study_time(
    models: str | Sequence[str],
    *,
    lengths: int | Sequence[int] = LENGTHS,
    items: int = 3416,
    features: int = 64,
    blocks: int = 2,
    batch: int = 1,
    chip: str | Path | Chip = "rtx3090",
    device: Literal["auto", "cpu"] | None = None,
    seconds: float = 1.0,
    say: Say = say_nothing,
) -> TimeStudy:
    """Operations and latency of untrained models by length of the sequence, in every form served.

    models: kinds, such as "lrurec". chip: a GPU whose roofline is given. device: to measure on as
    well, None to count alone. seconds: of the timed runs of each point. Raises BadInput.
    """
    gpu = load_chip(chip)
    check(gpu)
    asked = study.Asked(
        kinds=tuple(as_list(models)),
        lengths=tuple(as_list(lengths)),
        shape={"items": items, "features": features, "blocks": blocks},
        batch=batch,
        gpu=gpu,
        device=None if device is None else find_device(device),
        seconds=seconds,
    )
    points = study.run(asked, say)
    layers = f"{blocks} block{'s' if blocks > 1 else ''}"
    shape = f"{items:,} items, {features} features, {layers}, batch {batch}"
    roofline = f"roofline of {gpu.title}"
    measured = (
        ""
        if asked.device is None
        else f"measured on this {DEVICES.get(asked.device.type, asked.device.type)}"
    )
    return TimeStudy(
        content={
            "shape": dict(asked.shape),
            "batch": batch,
            "gpu": gpu.name,
            "device": None if asked.device is None else asked.device.type,
            "points": [asdict(point) for point in points],
            "growing_history": _growing(points),
            "notes": [UNTRAINED, GROWING],
        },
        svg=figure(points, f"{shape}; {measured or roofline}", (UNTRAINED, GROWING)),
        title="; ".join(filter(None, (shape, roofline, measured))),
        heads=HEADS,
        rows=tuple(map(_row, points)),
    )


def _growing(points: Sequence[study.LengthPoint]) -> list[dict[str, Any]]:
    """Of every form the sums at each length: multiply-adds, and milliseconds as in the figure."""
    forms: dict[tuple[str, str], list[study.LengthPoint]] = {}
    for point in points:
        forms.setdefault((point.kind, point.form), []).append(point)
    return [
        {
            "kind": kind,
            "form": form,
            "lengths": (lengths := [point.length for point in found]),
            "multiply_adds": study.cumulative(lengths, [p.multiply_adds for p in found]),
            "time_ms": study.cumulative(lengths, [time_ms(p) for p in found]),
        }
        for (kind, form), found in forms.items()
    ]


def _row(point: study.LengthPoint) -> tuple[str, ...]:
    low, high = point.roofline_s
    return (
        point.kind,
        point.form,
        str(point.length),
        numbers.count(point.multiply_adds),
        str(point.launches),
        numbers.between(low, high, numbers.duration),
        "" if point.measured_s is None else numbers.duration(point.measured_s),
    )
