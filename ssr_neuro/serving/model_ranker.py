"""A model of any kind in torch as a ranker; LRURec goes on from its state."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.item_table import top
from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking import Top
from ssr_neuro.serving.ranker import Steps

if TYPE_CHECKING:
    import torch

    from ssr_neuro.model.lrurec import LRURec
    from ssr_neuro.model.parts.recommender import RecommenderModel

SCORES_AT_ONCE = 1 << 24  # of all windows scored together: bounds the memory


@dataclass(frozen=True, eq=False)
class ModelRanker:
    """model: in eval mode."""

    model: "RecommenderModel"
    kind: str
    integers: bool = False

    @property
    def positions(self) -> int:
        return int(self.model.config.positions)

    @property
    def needs_times(self) -> bool:
        return self.model.needs_times

    def top(self, windows: Ints, k: int) -> Top:
        at_once = max(1, SCORES_AT_ONCE // (self.model.config.items + 1))
        parts = [self._top(windows[at : at + at_once], k) for at in range(0, len(windows), at_once)]
        rows = np.concatenate([part.rows for part in parts])
        return Top(rows, np.concatenate([part.scores for part in parts]))

    def _top(self, windows: Ints, k: int) -> Top:
        import torch

        with torch.inference_mode():
            return best_of(self.model(torch.from_numpy(windows)), k)

    def steps(self) -> Steps | None:
        from ssr_neuro.model.lrurec import LRURec

        return RecurrentSteps(self.model) if isinstance(self.model, LRURec) else None


class RecurrentSteps:
    """The state of one user: an item more costs the same however many came before."""

    def __init__(self, model: "LRURec") -> None:
        self._model = model
        self._state = model.start(1)
        self._scores: torch.Tensor | None = None

    def read(self, item: int, time_s: int | None) -> None:
        import torch

        self._state, self._scores = self._model.step(self._state, torch.tensor([item]))

    def top(self, k: int) -> Top:
        if self._scores is None:
            raise BadInput("no item was read yet")
        return best_of(self._scores, k)


def best_of(scores: "torch.Tensor", k: int) -> Top:
    """scores (samples, V + 1), the pad's first. Raises BadInput where one is no number."""
    found: npt.NDArray[Any] = scores[:, 1:].float().numpy()
    if np.isnan(found).any():
        raise BadInput("a score is no number (NaN); the model's weights diverged, train it again")
    rows = top(found, k)
    return Top(rows.astype(np.int64), np.take_along_axis(found, rows, axis=1))
