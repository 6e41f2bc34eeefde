"""What is asked of a measurement: models with their windows, batches, precision and times."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import torch

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.measure.contents import Precision
from ssr_neuro.measure.timing import Times
from ssr_neuro.measure.windows import windows_of

BEST = "best"
Batch = int | None  # None: the best


@dataclass(frozen=True, eq=False)
class Subject:
    """A model to measure. windows: int64 (B, N), on the host."""

    path: Path
    sha256: str
    saved: Checkpoint
    windows: torch.Tensor


@dataclass(frozen=True, eq=False)
class MeasureJob:
    """command: as it was typed, without folders. windows: in words, which are run. cuda_graphs,
    compiled: how runs are launched."""

    subjects: tuple[Subject, ...]
    batches: tuple[Batch, ...]
    precision: Precision
    times: Times
    windows: str
    command: tuple[str, ...]
    cuda_graphs: bool = False
    compiled: bool = False


def subject(path: Path, dataset: Dataset | None) -> Subject:
    """Raises BadInput, which names the file, where it is no model or has no windows to run."""
    saved = checkpoint.load(path)
    sha256 = sha256_of_file(path)
    return Subject(path, sha256, saved, windows_of(saved, path, dataset))


def parse_batches(given: Sequence[str]) -> tuple[Batch, ...]:
    """ "1" and "best" as numbers. Raises BadInput on anything else than those or a whole number."""
    found: list[Batch] = []
    for text in given:
        if text != BEST and not (text.isdecimal() and int(text) > 0):
            raise BadInput(f"--batch {text!r}: it must be {BEST} or a whole number of at least 1")
        found.append(None if text == BEST else int(text))
    return tuple(dict.fromkeys(found))


def parse_precision(name: str) -> Precision:
    """Raises BadInput where there is none of that name."""
    for known in get_args(Precision):
        if name == known:
            found: Precision = known
            return found
    raise BadInput(f"precision is {name!r}; it must be one of {', '.join(get_args(Precision))}")
