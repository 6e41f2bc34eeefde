"""What one batch of a model in one form asks of a GPU, for any size of the batch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.costs.gpu.fused_gru import FusedGru
from ssr_neuro.costs.gpu.kernels import ForwardPass, KernelCounter
from ssr_neuro.measure.forms import MeasuredForm, forms_of

if TYPE_CHECKING:
    from ssr_neuro.model.parts.recommender import RecommenderModel

TOP = 10
# Item numbers go to the device, lists come back: neither is dispatched where the pass is counted.
COPIES = 2


@dataclass(frozen=True)
class BatchWork:
    """Work of a batch. From a batch of `two` to one of `three` every amount grows in a line, and on
    from there; a batch of `one` stands apart, since some copies fall away."""

    one: ForwardPass
    two: ForwardPass
    three: ForwardPass

    def launches(self, batch: int) -> int:
        """Kernels and copies of one batch, at most."""
        return COPIES + (self.one if batch == 1 else self.two).kernels

    def least_launches(self, batch: int) -> int:
        """The same where the GPU fuses the steps of a GRU."""
        return COPIES + (self.one if batch == 1 else self.two).least_kernels

    def matrix_operations(self, batch: int) -> int:
        """Of a whole batch."""
        return self._of(batch, lambda one: one.matrix_operations)

    def other_operations(self, batch: int) -> int:
        """Of a whole batch."""
        return self._of(batch, lambda one: one.other_operations)

    def moved_bytes(self, batch: int) -> int:
        """If every kernel reads its inputs from memory and writes its results there."""
        return self._of(batch, lambda one: one.moved_bytes)

    def least_bytes(self, batch: int) -> int:
        """If only the weights, and what is kept from before, come from memory."""
        return self._of(batch, lambda one: one.weight_bytes)

    def held_bytes(self, batch: int) -> int:
        """Memory that surely suffices: weights, and all results as if none were given back."""
        return self._of(batch, lambda one: one.weight_bytes + one.written_bytes)

    def _of(self, batch: int, amount: Callable[[ForwardPass], int]) -> int:
        if batch == 1:
            return amount(self.one)
        two, three = amount(self.two), amount(self.three)
        return two + (batch - 2) * (three - two)


def work_of(saved: Checkpoint) -> dict[str, BatchWork]:
    """Form of `ssr measure` -> its work, counted on batches of one to three windows."""
    return count_work(saved.kind, saved.model, saved.inputs)


def count_work(
    kind: str, make: Callable[[], "RecommenderModel"], windows: torch.Tensor | None = None
) -> dict[str, BatchWork]:
    """Of a model that `make` gives anew for each form. windows: some of its own, if there are any;
    what they hold does not matter."""
    three = _three(make(), windows)
    return {form.name: _work(make(), form, three) for form in forms_of(kind)}


def _work(model: "RecommenderModel", form: MeasuredForm, three: torch.Tensor) -> BatchWork:
    with torch.no_grad():
        form.once(model)
    return BatchWork(*(_pass(model, form, three[:batch]) for batch in (1, 2, 3)))


def _pass(model: "RecommenderModel", form: MeasuredForm, windows: torch.Tensor) -> ForwardPass:
    """With gradients on: a fused kernel for spikes that only CPUs have stays out of the way."""
    with torch.no_grad():
        kept, arriving = form.prepare(model, windows)
    with torch.enable_grad(), KernelCounter() as counter, FusedGru(counter):
        scores = form.scores(model, kept, arriving)
        scores.topk(min(TOP, scores.shape[1]))
    counted: ForwardPass = counter.counted()
    return counted


def _three(model: "RecommenderModel", windows: torch.Tensor | None) -> torch.Tensor:
    """Three windows: of those given, or of one item alone."""
    if windows is not None and len(windows):
        return windows[torch.arange(3) % len(windows)]
    items = torch.ones((3, model.config.positions), dtype=torch.int64)
    return torch.stack((items, items), dim=2) if model.needs_times else items
