"""Ranks with the weights of a training run, apart from the module that is trained."""

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ssr_neuro.evaluation.evaluate import SequenceSet, model_scores, rank_rows
from ssr_neuro.evaluation.metrics import Metrics, Rank
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.training.processes import own_share
from ssr_neuro.training.start import State

if TYPE_CHECKING:
    from accelerate import Accelerator

EVALUATION_BATCH = 512


class Judge:
    """A copy of the model in full precision, without distributed wrappers."""

    def __init__(self, model: RecommenderModel, accelerator: "Accelerator") -> None:
        self.model = copy.deepcopy(model).to(accelerator.device)
        self.accelerator = accelerator

    def measure(self, state: State, sequences: SequenceSet, *, progress: bool = False) -> Metrics:
        """Metrics of some weights, every process ranking its share."""
        self.model.load_state_dict(state)
        rows = own_share(self.accelerator, np.arange(len(sequences)))
        found = rank_rows(
            model_scores(self.model), sequences, rows, EVALUATION_BATCH, progress=progress
        )
        if self.accelerator.num_processes > 1:
            found = found.map(self._gather)
        return found.metrics()

    def _gather(self, own: Rank) -> Rank:
        """The ranks of all processes."""
        ranks = torch.as_tensor(own, dtype=torch.float32, device=self.accelerator.device)
        padded = self.accelerator.pad_across_processes(ranks, pad_index=-1)
        together: Rank = self.accelerator.gather(padded).cpu().double().numpy()
        return together[together > 0]

    def finish(self, state: State) -> tuple[Any, State]:
        """Config and weights as users of the model get them."""
        self.model.load_state_dict(state)
        return self.model.finish()
