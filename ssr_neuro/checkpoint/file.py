"""Reads and writes model.pt: tensors and plain data, loadable without running any code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssr_neuro import torch_file
from ssr_neuro.checkpoint.contents import Checkpoint
from ssr_neuro.checkpoint.parse import FORMAT, parse_checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file


def state_path(path: Path) -> Path:
    """Where the training of the model at `path` keeps what it needs to go on.

    Raises BadInput where `path` is `.` or `/`.
    """
    return output_file.name_beside(path, f"{path.name}.state")


def save(path: str | Path, checkpoint: Checkpoint, *, overwrite: bool = True) -> None:
    """Write a checkpoint; a file already there stays whole until the new one is complete.

    overwrite: as in `write`. Raises BadInput where it cannot be written.
    """
    content = {
        "format": FORMAT,
        "kind": checkpoint.kind,
        "config": checkpoint.config.to_dict(),
        "state": {name: tensor.cpu() for name, tensor in checkpoint.state.items()},
        "item_ids": list(checkpoint.item_ids),
        "examples": {"inputs": checkpoint.inputs.cpu(), "targets": checkpoint.targets.cpu()},
        "training": checkpoint.training,
    }
    write(Path(path), content, overwrite=overwrite)


def load(path: str | Path) -> Checkpoint:
    """Read a checkpoint on the CPU. Raises BadInput, which names the file, on any other content."""
    content = read(Path(path))
    try:
        return parse_checkpoint(content)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def write(path: Path, content: Mapping[str, Any], *, overwrite: bool = True) -> None:
    """torch.save to a hidden file beside `path`, then rename. Raises BadInput if it cannot.

    overwrite: whether a file that lies there is replaced, also one that appears during the writing.
    """
    import torch

    with output_file.create(path, overwrite=overwrite) as partial:
        try:
            # Not by its name, which torch would write into the file.
            with partial.open("wb") as file:
                torch.save(dict(content), file)
        except RuntimeError as error:  # what torch says of a full disk names a line of its own code
            raise BadInput(
                f"{path}: cannot be written whole, as on a full disk or beyond a quota; free some "
                "space, or choose another place"
            ) from error


def read(path: Path) -> dict[Any, Any]:
    """A dictionary of tensors and plain data; a pickle that would run code is refused unread.

    Raises BadInput, also where the tensors declare more than the file holds (`torch_file`).
    """
    return torch_file.read(path)
