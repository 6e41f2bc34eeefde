"""Operations and latency of untrained models by length of their window, counted and measured.

TiM4Rec's Figure 6 shows time by length, LRURec's Figure 1 the time of a history that grows item by
item: computed anew at every item, or from a state that is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import torch

from ssr_neuro.chip import Chip
from ssr_neuro.costs.gpu.roofline import RooflineEstimate, estimate
from ssr_neuro.costs.gpu.work import BatchWork, count_work
from ssr_neuro.errors import BadInput, check_whole, is_whole
from ssr_neuro.measure.forms import MeasuredForm, forms_of
from ssr_neuro.measure.served import Served
from ssr_neuro.measure.timing import batches, time_batches
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.settings.checks import check_seconds
from ssr_neuro.settings.fields import fields_of
from ssr_neuro.settings.models import config_type
from ssr_neuro.study.selected_models import Say

LEAST_RUNS = 5


@dataclass(frozen=True)
class Asked:
    """shape: items, features and blocks of every model that has them. gpu: of the roofline.

    device: to measure on, None to count alone. seconds: of the timed runs of each point.
    """

    kinds: tuple[str, ...]
    lengths: tuple[int, ...]
    shape: Mapping[str, int]
    batch: int
    gpu: Chip
    device: torch.device | None
    seconds: float

    def check(self) -> None:
        """Raises BadInput on lengths that do not rise, or models that cannot have such a shape."""
        check_whole("--batch", self.batch, 1)
        check_seconds("--seconds", self.seconds)
        rising = all(map(is_whole, self.lengths)) and all(a < b for a, b in pairwise(self.lengths))
        if not self.lengths or not rising or self.lengths[0] < 2:
            said = ",".join(map(str, self.lengths))
            raise BadInput(f"--lengths {said!r}: give numbers of items that rise, from 2 on")
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            raise BadInput("name at least one kind of model, each once")
        for kind in self.kinds:
            self.config(kind, self.lengths[-1])

    def config(self, kind: str, length: int) -> Any:
        """Of an untrained model of that kind; what the shape does not say are its defaults."""
        known = fields_of(config_type(kind))
        given = {name: value for name, value in self.shape.items() if name in known}
        return config_from_dict(kind, {**given, "positions": length})


@dataclass(frozen=True)
class LengthPoint:
    """One model in one form at one length, a batch of one size.

    multiply_adds: of one inference, in matrix products. roofline_s: of the batch, both ends.
    measured_s: median of the batch, None where nothing was measured.
    """

    kind: str
    form: str
    length: int
    multiply_adds: int
    launches: int
    roofline_s: tuple[float, float]
    measured_s: float | None

    @property
    def name(self) -> str:
        """Of its line in a figure."""
        return f"{self.kind}, {self.form}"


def run(asked: Asked, say: Say) -> list[LengthPoint]:
    """A point for every form of every model at every length. Raises BadInput."""
    asked.check()
    found = []
    for kind in asked.kinds:
        for length in asked.lengths:
            say(f"{kind}, {length} items")
            config = asked.config(kind, length)
            model = _fresh(kind, config)
            works = count_work(kind, partial(_fresh, kind, config))
            found += [
                _point(asked, kind, length, form, works[form.name], model)
                for form in forms_of(kind)
            ]
    return found


def cumulative(lengths: Sequence[int], each: Sequence[float]) -> list[float]:
    """Sum over a history that grows to each length, of a cost for every item that arrives.

    each: the cost at every length; between lengths it runs straight, below the first it is that of
    the first.
    """
    items = np.arange(1, lengths[-1] + 1)
    sums = np.cumsum(np.interp(items, lengths, each))
    return [float(sums[length - 1]) for length in lengths]


def _fresh(kind: str, config: Any) -> RecommenderModel:
    """Untrained, the same each time."""
    torch.manual_seed(0)
    return build(kind, config).eval()


def _point(
    asked: Asked,
    kind: str,
    length: int,
    form: MeasuredForm,
    work: BatchWork,
    model: RecommenderModel,
) -> LengthPoint:
    found: RooflineEstimate = estimate(work, asked.gpu, "fp32", asked.batch)
    return LengthPoint(
        kind=kind,
        form=form.name,
        length=length,
        multiply_adds=work.matrix_operations(1) // 2,
        launches=found.launches,
        roofline_s=(found.latency_s.low, found.latency_s.high),
        measured_s=None if asked.device is None else _measured(asked, form, model, length),
    )


def _measured(asked: Asked, form: MeasuredForm, model: RecommenderModel, length: int) -> float:
    """Median of the batch, from items in the host's memory to lists there."""
    assert asked.device is not None
    generator = torch.Generator().manual_seed(0)
    windows = torch.randint(1, asked.shape["items"] + 1, (asked.batch, length), generator=generator)
    if model.needs_times:
        times = torch.arange(length).expand_as(windows)
        windows = torch.stack((windows, times), dim=2)
    served = Served(model.to(asked.device), form, asked.device, "fp32")
    with served.mode():
        form.once(served.model)
        given = batches(served, windows, asked.batch)
        served.run(given[0])  # warm
        found = time_batches(served, given, asked.seconds, LEAST_RUNS)
    return median(found.times_s)
