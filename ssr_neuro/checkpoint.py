"""`model.pt`: a trained model as tensors and plain data, loadable without running any code."""

import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ssr_neuro import torch_file
from ssr_neuro.errors import BadInput, Note

if TYPE_CHECKING:
    import torch

    from ssr_neuro.data import Dataset
    from ssr_neuro.model.parts.recommender import RecommenderModel

FORMAT = 1
EXAMPLES = 64
_TYPES = {
    "kind": str,
    "config": dict,
    "state": dict,
    "item_ids": list,
    "examples": dict,
    "training": dict,
}


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


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; a file already there stays whole until the new one is complete."""
    content = {
        "format": FORMAT,
        "kind": checkpoint.kind,
        "config": checkpoint.config.to_dict(),
        "state": {name: tensor.cpu() for name, tensor in checkpoint.state.items()},
        "item_ids": list(checkpoint.item_ids),
        "examples": {"inputs": checkpoint.inputs.cpu(), "targets": checkpoint.targets.cpu()},
        "training": checkpoint.training,
    }
    write(path, content)


def load(path: Path) -> Checkpoint:
    """Read a checkpoint on the CPU. Raises BadInput, which names the file, on any other content."""
    content = read(path)
    try:
        return _checkpoint(content)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


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


def check_refit(checkpoint: Checkpoint, path: Path, *, refit: bool) -> None:
    """Raises BadInput where a run that starts or learns from it is judged by what it has seen.

    refit: whether that run trains on the validation sequences itself, and is not judged by them.
    """
    if checkpoint.knows_validation and not refit:
        raise BadInput(
            f"{path} {why_known(checkpoint)} and knows the validation items; choose another "
            "model, or --refit this run as well"
        )


def why_known(checkpoint: Checkpoint) -> str:
    """How a model came to know the validation sequences."""
    if checkpoint.refit:
        return "was trained with --refit"
    return "started or learnt from a model that was trained with --refit"


def any_knows_validation(known: Iterable[bool | None]) -> bool | None:
    """Whether one of several models knows the validation sequences; None where none is known to."""
    answers = list(known)
    if any(answers):
        return True
    return None if None in answers else False


def write(path: Path, content: Mapping[str, Any]) -> None:
    """torch.save to a temporary name beside `path`, then rename. Raises BadInput if it cannot."""
    import torch

    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(dict(content), partial)
        partial.replace(path)
    except (OSError, RuntimeError) as error:
        raise BadInput(f"{path}: cannot be written ({error}); choose another place") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def read(path: Path) -> dict[Any, Any]:
    """A dictionary of tensors and plain data; a pickle that would run code is refused unread.

    Raises BadInput, also where the tensors declare more than the file holds (`torch_file`).
    """
    return torch_file.read(path)


def _checkpoint(content: Mapping[Any, Any]) -> Checkpoint:
    import torch

    from ssr_neuro.model import config_from_dict

    if content.get("format") != FORMAT:
        raise BadInput(
            f"checkpoint format {content.get('format')!r}; this release reads {FORMAT}. "
            "Train the model again, or use the release that wrote it"
        )
    if wrong := [key for key, kind in _TYPES.items() if not isinstance(content.get(key), kind)]:
        raise BadInput(f"the checkpoint has no usable {', '.join(wrong)}; train the model again")
    config = config_from_dict(content["kind"], content["config"])
    tensors = {"inputs": None, "targets": None} | content["examples"] | content["state"]
    if bad := [name for name, value in tensors.items() if not isinstance(value, torch.Tensor)]:
        raise BadInput(f"{', '.join(map(str, bad))} must be tensors; train the model again")
    examples = content["examples"]
    found = Checkpoint(
        kind=content["kind"],
        config=config,
        state={name: _widen(tensor) for name, tensor in content["state"].items()},
        item_ids=tuple(content["item_ids"]),
        inputs=examples["inputs"],
        targets=examples["targets"],
        training=content["training"],
    )
    _check(found)
    return found


def _widen(tensor: "torch.Tensor") -> "torch.Tensor":
    """Half precision is for the file alone."""
    import torch

    return tensor.float() if tensor.dtype == torch.float16 else tensor


def _check(checkpoint: Checkpoint) -> None:
    import torch

    config, inputs, targets = checkpoint.config, checkpoint.inputs, checkpoint.targets
    timed = checkpoint.model().needs_times
    if not all(bool(torch.isfinite(tensor).all()) for tensor in checkpoint.state.values()):
        raise BadInput("some weights are not finite; the training diverged, lower the lr")
    if len(checkpoint.item_ids) != config.items:
        raise BadInput(
            f"{len(checkpoint.item_ids)} item ids for {config.items} items; train the model again"
        )
    whole = inputs.dtype == targets.dtype == torch.int64
    shape = (len(targets), config.positions, *((2,) if timed else ()))
    if not whole or inputs.shape != shape:
        raise BadInput(
            f"examples of shape {tuple(inputs.shape)} and {inputs.dtype} for {len(targets)} "
            f"targets; they must be int64 {shape}"
        )
    items = inputs[..., 0] if timed else inputs
    both = torch.cat([items.flatten(), targets])
    if len(both) and not 0 <= int(both.min()) <= int(both.max()) <= config.items:
        raise BadInput(
            f"examples hold items from {int(both.min())} to {int(both.max())}; the model knows "
            f"0 to {config.items}"
        )
