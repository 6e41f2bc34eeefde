"""Whether data are those that a model was trained on, and the sequences that it keeps of them."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ssr_neuro.checkpoint.contents import Checkpoint
from ssr_neuro.errors import BadInput, Note

if TYPE_CHECKING:
    from ssr_neuro.data import Dataset

EXAMPLES = 64


def check_data(checkpoint: Checkpoint, dataset: "Dataset", path: Path) -> None:
    """Raises BadInput where `dataset` is not the one the model at `path` was trained on.

    Another data set, or another filter, has other item numbers and another test set. Of a model
    that reads times, these must be the same too.
    """
    trained_on = checkpoint.training["data"]
    if dataset.fingerprint != trained_on["fingerprint"]:
        raise BadInput(
            f"{path} was trained on {trained_on['source']}; {dataset.source} holds other "
            f"interactions ({dataset.n_users:,} users, {dataset.n_items:,} items). Give the same "
            "data set, --core, --duplicates and --ties"
        )
    _check_times(checkpoint, dataset, path)


def _check_times(checkpoint: Checkpoint, dataset: "Dataset", path: Path) -> None:
    """For a model that reads times, as `check_data`. Warns where nothing tells which it read."""
    same = has_same_times(checkpoint, dataset)
    if same is None:
        warnings.warn(
            f"{path} reads times and does not record which it was trained on: whether those of "
            "the data are the same is not known.",
            Note,
            stacklevel=3,
        )
    elif not same:
        raise BadInput(
            f"{path} was trained on {checkpoint.training['data']['source']}, and reads times; "
            f"{dataset.source} holds the same items in the same order at other times. Give the "
            "data that it was trained on, in the same unit of time"
        )


def has_same_times(checkpoint: Checkpoint, dataset: "Dataset") -> bool | None:
    """Whether the data have the times that the model was trained on; None where it is not known.

    The items are the same already (`check_data`). A model without times is served by any. A file
    of an older release has no fingerprint of times, but examples with theirs.
    """
    from ssr_neuro.data import split
    from ssr_neuro.model import model_type

    if not model_type(checkpoint.kind).needs_times:
        return True
    if recorded := checkpoint.training["data"].get("times_fingerprint"):
        return bool(recorded == dataset.identity()["times_fingerprint"])
    test = split(
        dataset,
        protocol=checkpoint.training["protocol"],
        positions=checkpoint.config.positions,
        timed=True,
    ).test
    seed = checkpoint.training.get("settings", {}).get("seed", 0)
    windows, _ = test.batch(example_rows(len(test), seed))
    held = checkpoint.inputs.numpy()
    if windows.shape != held.shape or (windows[..., 0] != held[..., 0]).any():
        return None
    return bool((windows == held).all())


def example_rows(sequences: int, seed: int) -> npt.NDArray[np.int64]:
    """One random row from each of EXAMPLES equal stretches: sequences stand in order of users."""
    edges = np.linspace(0, sequences, min(EXAMPLES, sequences) + 1).astype(np.int64)
    return np.random.default_rng(seed).integers(edges[:-1], edges[1:])
