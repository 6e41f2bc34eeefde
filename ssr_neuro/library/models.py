"""A trained model: loaded from model.pt, with its file and its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import checkpoint as checkpoints
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.library.files_read import path_of_model
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.model import kinds


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model of any kind. path: its model.pt. checkpoint: weights, config, training."""

    path: Path
    checkpoint: Checkpoint

    def __repr__(self) -> str:
        return f"<Model {self.path}: {self.kind}, {self.config}>"

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

    @property
    def source(self) -> str | None:
        """ "paper" or "program" where it was trained with --set source; None for other models."""
        found: str | None = self.training.get("settings", {}).get("source")
        return found

    def mean_radii(self) -> list[float]:
        """Mean |lambda| of each block of an LRURec, between 0 and 1: how much of the past it keeps.

        Yue et al. 2024, table 5. Raises BadInput for another kind.
        """
        if self.kind != "lrurec":
            raise BadInput(f"{self.path} is of kind {self.kind}; |lambda| is a state's of lrurec")
        found: list[float] = self.module().mean_radii()
        return found

    def describe(self) -> dict[str, Any]:
        """What it is and how it came about, as plain data, without weights and curve."""
        settings = self.training.get("settings", {})
        found = {
            "model": self.kind,
            "source": self.source,
            "config": self.config.to_dict(),
            "training": dict(settings),
            "parameters": sum(p.numel() for p in self.module().parameters()),
            "steps": self.training.get("steps"),
            "data": self.training.get("data", {}).get("source"),
            "protocol": self.training.get("protocol"),
            "knows validation": self.checkpoint.knows_validation,
            "test": self.training.get("test", {}),
        }
        return found | ({"mean |lambda|": self.mean_radii()} if self.kind == "lrurec" else {})

    def module(self) -> Any:
        """The torch module with the weights, in eval mode: items int64 (B, N) -> (B, V + 1)."""
        return self.checkpoint.model()


Models = str | Path | Model | Sequence[str | Path | Model]


def load(path: str | Path) -> Model:
    """Read model.pt on the CPU. Raises BadInput, which names the file, on any other content."""
    path = path_of_model(path)
    if path.is_dir():
        raise BadInput(f"{path} is a folder; ssr_neuro.open_bundle reads folders of ssr-compile")
    if not path.is_file():
        raise BadInput(f"{path}: no such file; train a model with `ssr train`")
    return Model(path, checkpoints.load(path))


def paths_of(models: Models) -> list[Path]:
    """The files of models that are given as paths or loaded, one or several. Raises BadInput."""
    return [one.path if isinstance(one, Model) else path_of_model(one) for one in as_list(models)]


def model_kinds() -> list[str]:
    """Names of the models that can be trained: ssr, sasrec, lrurec ..."""
    return kinds()
