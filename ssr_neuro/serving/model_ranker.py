"""A model of any kind in torch as a ranker; LRURec goes on from its state."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking import Top
from ssr_neuro.serving.ranker import SCORES_AT_ONCE, Steps, best_of, in_parts

if TYPE_CHECKING:
    import torch

    from ssr_neuro.model.lrurec import LRURec
    from ssr_neuro.model.parts.recommender import RecommenderModel


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
        return in_parts(windows, at_once, lambda part: self._top(part, k))

    def _top(self, windows: Ints, k: int) -> Top:
        import torch

        with torch.inference_mode():
            return best_of(self.model(torch.from_numpy(windows)).float().numpy(), k)

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
        return best_of(self._scores.float().numpy(), k)
