"""A trained model: loaded from model.pt, with its file and its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import checkpoint as checkpoints
from ssr_neuro import torch_file
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.library.files_read import find_from_here, path_of_model
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.model import kinds


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model of any kind. path: its model.pt, as it was given. checkpoint: weights,
    config, training. file: the same path, absolute. sha256: of the file when it was read."""

    path: Path
    checkpoint: Checkpoint
    file: Path
    sha256: str

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

    def find_file(self) -> Path:
        """Its model.pt, for what reads the file again. Raises BadInput where it has changed."""
        path = find_from_here(self.path, self.file)
        if _hash(path) != self.sha256:
            raise BadInput(f"{path} has changed since the model was loaded; load it again")
        return path

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
    # Hashed first: a file that is replaced in between is then refused, never taken for this one.
    fingerprint = _hash(path)
    return Model(path, checkpoints.load(path), path.absolute(), fingerprint)


def _hash(path: Path) -> str:
    with gate.reading(path, torch_file.KIND, torch_file.REMEDY):
        return sha256_of_file(path)


def paths_of(models: Models) -> list[Path]:
    """The files of models that are given as paths or loaded, one or several.

    Raises BadInput, also where the file of a loaded model has changed.
    """
    return [
        one.find_file() if isinstance(one, Model) else path_of_model(one) for one in as_list(models)
    ]


def model_kinds() -> list[str]:
    """Names of the models that can be trained: ssr, sasrec, lrurec ..."""
    return kinds()
