"""The sequences that `ssr evaluate` judges a trained model by."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.data.sequences import Sequences
from ssr_neuro.errors import BadInput
from ssr_neuro.model import model_type
from ssr_neuro.training import parts_of

PARTS = ("test", "validation")


@dataclass(frozen=True, eq=False)
class Judged:
    """A model and the sequences, left out by its training protocol, that judge it."""

    path: Path
    saved: Checkpoint
    sequences: Sequences

    def about(self) -> dict[str, Any]:
        return {
            "kind": self.saved.kind,
            "protocol": self.saved.training["protocol"],
            "positions": self.saved.config.positions,
        }

    @property
    def reads(self) -> tuple[Any, ...]:
        """What its sequences follow from, on one data set."""
        timed = "with times" if model_type(self.saved.kind).needs_times else "without times"
        return self.saved.training["protocol"], f"N = {self.saved.config.positions}", timed


def judged(path: Path, dataset: Dataset, part: str) -> Judged:
    """The model at `path` with its test or validation sequences in `dataset`.

    Raises BadInput where it was trained on another data set, or on what would validate it.
    """
    saved = checkpoint.load(path)
    checkpoint.check_data(saved, dataset, path)
    if part == "validation" and saved.refit:
        raise BadInput(
            f"{path} was trained with --refit and knows the validation items; judge it by the "
            "test set, or leave it out"
        )
    parts = parts_of(dataset, saved.kind, saved.training["protocol"], saved.config)
    return Judged(path, saved, parts.test if part == "test" else parts.valid)


def same_sequences(models: Sequence[Judged]) -> None:
    """Raises BadInput where the models read different sequences, or there is one alone."""
    if len(models) < 2:
        raise BadInput(f"--together needs two models or more; {models[0].path} is alone")
    first = models[0]
    for other in models[1:]:
        if other.reads != first.reads:
            raise BadInput(
                f"--together needs models that read the same sequences: {first.path} reads "
                f"{', '.join(first.reads)}; {other.path} reads {', '.join(other.reads)}"
            )
