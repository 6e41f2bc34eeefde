"""A trained model and what is needed to use and to judge it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    import torch

    from ssr_neuro.model.parts.recommender import RecommenderModel


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained model and what is needed to use and to judge it.

    config: the frozen config of `kind`. state: name -> tensor, float32 where the file has float16.
    item_ids: (V,), the data's names of items 1..V. inputs int64 (K, N) and targets int64 (K,):
    held-out test sequences. training: how it was made and how well it does.
    """

    kind: str
    config: Any
    state: "dict[str, torch.Tensor]"
    item_ids: tuple[str, ...]
    inputs: "torch.Tensor"
    targets: "torch.Tensor"
    training: dict[str, Any]

    def __repr__(self) -> str:
        return f"<Checkpoint: {self.kind} of {len(self.item_ids):,} items, {self.config}>"

    @property
    def weight_bits(self) -> int | None:
        """Bits of a weight that the model was trained with; None after training in float."""
        return self.training.get("weight_bits")

    @property
    def refit(self) -> bool:
        """Whether it was trained on its validation sequences, too."""
        return bool(self.training.get("settings", {}).get("refit"))

    @property
    def knows_validation(self) -> bool | None:
        """Whether it, or any model it started from or learnt from, was trained on validation.

        None where a release that did not record it trained the model from others.
        """
        if self.refit:
            return True
        if "knows_validation" in self.training:
            recorded: bool | None = self.training["knows_validation"]
            return recorded
        alone = self.training.get("start") is None and not self.training.get("teacher")
        return False if alone else None

    def model(self) -> "RecommenderModel":
        """The model with its weights, in eval mode. Raises BadInput where they do not fit."""
        from ssr_neuro.model import build

        model = build(self.kind, self.config)
        try:
            model.load_state_dict(self.state)
        except RuntimeError as error:
            raise BadInput(f"the weights do not fit the config: {error}") from error
        return model.eval()
