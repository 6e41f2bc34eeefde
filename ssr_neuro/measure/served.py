"""A model in one form on one device: batches of windows in, top-10 lists out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import torch

from ssr_neuro.measure.contents import Precision
from ssr_neuro.measure.forms import Form, Ready
from ssr_neuro.model.parts.recommender import Recommender

TOP = 10
HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, eq=False)
class Served:
    """model: on `device`, in eval mode, made ready by the form's `once`."""

    model: Recommender
    form: Form
    device: torch.device
    precision: Precision

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
        kept, arriving = ready
        scores = self.form.scores(self.model, kept, arriving.to(self.device))
        return scores.topk(self.top).indices.cpu()
