"""CUDA graphs: a step is recorded once for each shape, and replayed on other items."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.forms import Ready
from ssr_neuro.out_of_memory import is_out_of_memory

Step = Callable[[Any, torch.Tensor], torch.Tensor]
WARM_UPS = 3


@dataclass(frozen=True, eq=False)
class Recorded:
    """replay: runs the kernels again, which read `given` and write `lists`. kept: read as well."""

    replay: Callable[[], None]
    given: torch.Tensor
    lists: torch.Tensor
    kept: Any = None

    def __call__(self, arriving: torch.Tensor) -> torch.Tensor:
        """The lists of those items; the next call writes over them."""
        self.given.copy_(arriving)
        self.replay()
        return self.lists


Record = Callable[[Step, Any, torch.Tensor], Recorded]


def record(step: Step, kept: Any, given: torch.Tensor) -> Recorded:
    """given: items on a GPU. Raises BackendFailed where the step cannot be recorded."""
    try:
        with torch.cuda.stream(torch.cuda.Stream(given.device)):  # type: ignore[no-untyped-call]
            for _ in range(WARM_UPS):
                step(kept, given)
        torch.cuda.synchronize(given.device)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            lists = step(kept, given)
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        reason = str(error).partition("\n")[0]
        raise BackendFailed(
            f"this model cannot be recorded as a CUDA graph ({reason}); measure it without "
            "--cuda-graphs"
        ) from error
    return Recorded(graph.replay, given, lists, kept)


@dataclass(eq=False)
class Graphs:
    """One graph for each shape of items; of a form that keeps a state, one for each state."""

    record: Record = record
    made: dict[tuple[int, tuple[int, ...]], Recorded] = field(default_factory=dict)

    def run(self, step: Step, ready: Ready, device: torch.device) -> torch.Tensor:
        """The lists of a batch, on the device."""
        kept, arriving = ready
        key = (0 if kept is None else id(kept), tuple(arriving.shape))
        if key not in self.made:
            # It keeps `kept` alive, so that no other state gets its id.
            self.made[key] = self.record(step, kept, arriving.to(device, copy=True))
        return self.made[key](arriving)

    def forget(self) -> None:
        """Gives back the memory of all graphs."""
        self.made.clear()
