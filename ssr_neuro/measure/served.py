"""A model in one form on one device: batches of windows in, top-10 lists out."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
import torch._dynamo

from ssr_neuro.measure.contents import Precision
from ssr_neuro.measure.forms import MeasuredForm, Ready
from ssr_neuro.measure.graphs import Graphs, Step
from ssr_neuro.model.parts.recommender import RecommenderModel

TOP = 10
# A batch of each size is compiled for itself; past the limit torch would fall back to eager unsaid.
RECOMPILE = {"recompile_limit": 64, "fail_on_recompile_limit_hit": True}
HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, eq=False)
class Served:
    """model: on `device`, in eval mode, made ready by the form's `once`. compiled: by
    torch.compile. graphs: where runs are replayed as CUDA graphs."""

    model: RecommenderModel
    form: MeasuredForm
    device: torch.device
    precision: Precision
    compiled: bool = False
    graphs: Graphs | None = None

    @cached_property
    def top(self) -> int:
        """Length of a list: 10, or all items where there are fewer."""
        return min(TOP, int(self.model.config.items))

    @contextmanager
    def mode(self) -> Iterator[None]:
        """Without gradients and, in fp32, without TF32; around everything the model does."""
        matrices, convolutions = torch.backends.cuda.matmul, torch.backends.cudnn
        before = matrices.allow_tf32, convolutions.allow_tf32
        matrices.allow_tf32 = convolutions.allow_tf32 = False
        half = HALVES.get(self.precision)
        try:
            # Weights cast to half precision are kept as long as the outermost autocast is open.
            with (
                torch._dynamo.config.patch(RECOMPILE) if self.compiled else nullcontext(),
                torch.inference_mode(),
                torch.autocast(self.device.type, half, enabled=half is not None),
            ):
                yield
        finally:
            matrices.allow_tf32, convolutions.allow_tf32 = before

    def ready(self, windows: torch.Tensor) -> Ready:
        """What an inference starts from: what arrives lies in the host's memory."""
        kept, arriving = self.form.prepare(self.model, windows.to(self.device))
        return kept, arriving.cpu()

    def run(self, ready: Ready) -> torch.Tensor:
        """One batch, from items in the host's memory to lists there: int64 (B, top).

        It returns when the device has finished: the lists cannot be copied before.
        """
        if self.graphs is not None:
            return self.graphs.run(self.step, ready, self.device).cpu()
        kept, arriving = ready
        return self.step(kept, arriving.to(self.device)).cpu()

    @cached_property
    def step(self) -> Step:
        """What is kept and the items on the device -> lists there."""
        return torch.compile(self._lists, dynamic=False) if self.compiled else self._lists

    def free(self) -> None:
        """Gives back the memory of the graphs recorded so far."""
        if self.graphs is not None:
            self.graphs.forget()

    def _lists(self, kept: Any, items: torch.Tensor) -> torch.Tensor:
        return self.form.scores(self.model, kept, items).topk(self.top).indices
