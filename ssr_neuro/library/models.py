"""A trained model: loaded from model.pt, with its file and its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import checkpoint as checkpoints
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BadInput


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model of any kind. path: its model.pt. checkpoint: weights, config, training."""

    path: Path
    checkpoint: Checkpoint

    @property
    def kind(self) -> str:
        """ssr, sasrec, lrurec ..."""
        return self.checkpoint.kind

    @property
    def config(self) -> Any:
        """The frozen settings of its kind: items, positions, features ..."""
        return self.checkpoint.config

    @property
    def training(self) -> Mapping[str, Any]:
        """How it was trained and how well it does: settings, curve, validation and test."""
        return self.checkpoint.training

    def module(self) -> Any:
        """The torch module with the weights, in eval mode: items int64 (B, N) -> (B, V + 1)."""
        return self.checkpoint.model()


def load(path: str | Path) -> Model:
    """Read model.pt on the CPU. Raises BadInput, which names the file, on any other content."""
    path = Path(path)
    if path.is_dir():
        raise BadInput(f"{path} is a folder; ssr_neuro.open_bundle reads folders of ssr-compile")
    if not path.is_file():
        raise BadInput(f"{path}: no such file; train a model with `ssr train`")
    return Model(path, checkpoints.load(path))
