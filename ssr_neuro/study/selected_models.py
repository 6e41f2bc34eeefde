"""Trained models that one study compares: on the same data set, and on the same test sequences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro import checkpoint
from ssr_neuro.charts.panels import LOOKS
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset, Split
from ssr_neuro.errors import BadInput, is_whole
from ssr_neuro.evaluation.evaluate import SequenceSet, model_scores, rank_rows
from ssr_neuro.evaluation.ranks import Ranks
from ssr_neuro.files.distinct_names import distinct_names
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.training import parts_of

BATCH = 512

Say = Callable[[str], None]  # told what is being done


@dataclass(frozen=True)
class Judged:
    """A model under the name that figures give it; sha256 is that of its file."""

    name: str
    saved: Checkpoint
    sha256: str

    @property
    def protocol(self) -> str:
        return str(self.saved.training["protocol"])

    def split(self, dataset: Dataset) -> Split:
        """The sequences of its protocol, as long as it reads them."""
        return parts_of(dataset, self.saved.kind, self.protocol, self.saved.config)

    def ranks(
        self, sequences: SequenceSet, rows: npt.NDArray[np.int64], *, progress: bool = False
    ) -> Ranks:
        """Ranks of the targets of some rows, in every column."""
        scores = model_scores(self.saved.model())
        return rank_rows(scores, sequences, rows, BATCH, progress=progress)

    def document(self) -> dict[str, Any]:
        """Which model this is, as plain data."""
        return {
            "name": self.name,
            "kind": self.saved.kind,
            "config": self.saved.config.to_dict(),
            "sha256": self.sha256,
        }


def load_judged(paths: Sequence[Path], dataset: Dataset) -> tuple[Judged, ...]:
    """Load the models. Raises BadInput where they cannot stand in one figure, and why."""
    if len(paths) > LOOKS:
        raise BadInput(f"{len(paths)} models; a figure tells {LOOKS} apart, give fewer")
    names = distinct_names(paths)
    found = []
    for name, path in zip(names, paths, strict=True):
        saved = checkpoint.load(path)
        checkpoint.check_data(saved, dataset, path)
        found.append(Judged(name, saved, sha256_of_file(path)))
    protocols = {model.protocol: model.name for model in found}
    if len(protocols) > 1:
        said = ", ".join(f"{name} by {protocol}" for protocol, name in protocols.items())
        raise BadInput(
            f"the models were split by different protocols ({said}), so they have no test "
            "sequences in common; give those of one protocol"
        )
    return tuple(found)


def sample_rows(sequences: int, at_most: int | None, seed: int) -> npt.NDArray[np.int64]:
    """All rows, or `at_most` drawn without repetition, in order. Raises BadInput below 2."""
    if at_most is not None and (not is_whole(at_most) or at_most < 2):
        raise BadInput(
            f"--sequences {at_most!r}: a standard error needs at least 2, a whole number"
        )
    if at_most is None or at_most >= sequences:
        return np.arange(sequences)
    drawn = np.random.default_rng(seed).choice(sequences, at_most, replace=False)
    return np.sort(drawn)
