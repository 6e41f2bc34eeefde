"""What training, evaluation and checkpoints need of a model, and nothing more."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from torch import nn

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.activity import Activity
from ssr_neuro.model.parts.linear_cross_entropy import linear_cross_entropy
from ssr_neuro.model.parts.sampled_softmax import check_negatives, draw, sampled_cross_entropy
from ssr_neuro.model.parts.taught_loss import HIDDEN_SCORE, TAUGHT_LOSSES, hide_window
from ssr_neuro.settings.training import TrainSettings


class RecommenderModel(nn.Module, ABC):
    """A next-item model.

    table_lr_parameters names the parameters trained at table_lr. Items are int64 (B, N),
    left-padded with 0; for a model that needs_times (B, N, 2), each with its time in seconds; for
    one that `reads_users` (B, N, 2), each with the number of its user.
    """

    config_type: ClassVar[type[Any]]
    default_lr: ClassVar[float] = 1e-3  # where no learning rate is asked for
    table_lr_parameters: ClassVar[frozenset[str]] = frozenset()
    needs_times: ClassVar[bool] = False
    samples_negatives: ClassVar[bool] = False  # whether `sample_negatives` is for it
    negatives: int | None = None  # of a training step; None: its loss is over all items
    teacher_loss: str = "forward"  # of `parts.taught_loss`
    student_hides: str | None = None  # of `TrainSettings`
    config: Any

    @abstractmethod
    def scores(self, items: torch.Tensor) -> torch.Tensor:
        """items -> scores of all items as the next, (B, V+1); the pad scores -inf."""

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """What training lowers; by default the cross-entropy of the targets (B,)."""
        return nn.functional.cross_entropy(self.scores(items).float(), targets)

    def item_loss(
        self, vectors: torch.Tensor, table: torch.Tensor, bias: torch.Tensor, targets: torch.Tensor
    ) -> torch.Tensor:
        """Mean cross-entropy where scores are vectors (M, K) @ table (V+1, K).T + bias (V+1,).

        targets: (M,), 1..V. Its estimate while a model that samples negatives is trained.
        """
        if self.negatives is None or not self.training:
            return linear_cross_entropy(vectors, table, bias, targets)
        drawn = draw(len(table) - 1, self.negatives)
        return sampled_cross_entropy(vectors, table, bias, targets, drawn)

    def sample_negatives(self, count: int | None) -> None:
        """Train on so many negatives a step, or on all items, None (`parts.sampled_softmax`).

        Raises BadInput where this kind of model does not, or there are not so many items.
        """
        if count is not None and not self.samples_negatives:
            raise BadInput(
                f"negatives is {count}, and {type(self).__name__} is trained on all items; leave "
                "negatives out"
            )
        if count is not None:
            check_negatives(count, self.config.items)
        self.negatives = count

    def taught_loss(self, items: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        """How far the scores are from probabilities (B, V) of the items 1..V."""
        return self.divergence(self.scores(items), items, wanted)

    def divergence(
        self, scores: torch.Tensor, items: torch.Tensor, wanted: torch.Tensor
    ) -> torch.Tensor:
        """How far scores (B, V+1) are from probabilities (B, V), by `teacher_loss`."""
        scores = scores.float()
        if self.student_hides == "window":
            scores = hide_window(scores, items, HIDDEN_SCORE)
        return TAUGHT_LOSSES[self.teacher_loss](scores[:, 1:], wanted)

    def forward(self, items: torch.Tensor, targets: torch.Tensor | None = None) -> torch.Tensor:
        """Scores; the loss where there are targets: one door, as wrappers wrap only this one.

        targets: items, or their probabilities (`taught_loss`).
        """
        if targets is None:
            return self.scores(items)
        if targets.is_floating_point():
            return self.taught_loss(items, targets)
        return self.loss(items, targets)

    def activity(self) -> Activity | None:
        """Counts the spikes of forward passes from now on; None for a model without spikes."""
        return None

    def finish(self) -> tuple[Any, dict[str, torch.Tensor]]:
        """Config and weights of the model that training leaves."""
        return self.config, self.state_dict()


def parameter_groups(model: RecommenderModel, settings: TrainSettings) -> list[dict[str, Any]]:
    """Optimiser groups: the parameters at lr, then those at table_lr where there are any.

    Where weights alone decay, biases and norms stand in groups of their own without a decay.
    """
    groups: list[dict[str, Any]] = []
    for lr, is_fast in ((settings.lr, False), (settings.table_lr, True)):
        named = [
            (name, parameter)
            for name, parameter in model.named_parameters()
            if (name in model.table_lr_parameters) is is_fast
        ]
        spared = [p for n, p in named if settings.decay == "weights" and _is_bias_or_norm(n)]
        kept = {id(parameter) for parameter in spared}
        groups.append({"params": [p for _, p in named if id(p) not in kept], "lr": lr})
        groups.append({"params": spared, "lr": lr, "weight_decay": 0.0})
    return [group for group in groups if group["params"]]


def _is_bias_or_norm(name: str) -> bool:
    return name.endswith("bias") or "norm" in name


def mask_pad(bias: torch.Tensor) -> torch.Tensor:
    """Item bias (V+1,) with -inf for the pad, so that it is never recommended nor trained."""
    return bias.index_fill(0, torch.zeros(1, dtype=torch.long, device=bias.device), -torch.inf)


def trains_all_positions(config: Any) -> bool:
    """Whether a model of this config learns the items after every position, not the last alone."""
    return bool(getattr(config, "all_positions", False))


def reads_users(config: Any) -> bool:
    """Whether a model of this config has a vector of its own for each user of the data."""
    return getattr(config, "user", None) == "own"
