"""The content of a model.pt as a checkpoint, every part checked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ssr_neuro.checkpoint.contents import Checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.files import item_ids

if TYPE_CHECKING:
    import torch

    from ssr_neuro.model.parts.recommender import RecommenderModel

FORMAT = 1
ROWS = ("items", "users")  # of tables; other sizes are those of rows and of both sides of matrices
SMALL = 1 << 25  # numbers of the largest matrix: 128 MiB
_TYPES = {
    "kind": str,
    "config": dict,
    "state": dict,
    "item_ids": list,
    "examples": dict,
    "training": dict,
}


def parse_checkpoint(content: Mapping[Any, Any]) -> Checkpoint:
    """Raises BadInput on another format, a missing part, or parts that do not fit each other."""
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

    from ssr_neuro.model.parts.recommender import reads_users

    config, inputs, targets = checkpoint.config, checkpoint.inputs, checkpoint.targets
    paired = check_weights(checkpoint).needs_times or reads_users(config)
    if problem := item_ids.find_problem(checkpoint.item_ids, config.items):
        raise BadInput(f"{problem}; train the model again")
    whole = inputs.dtype == targets.dtype == torch.int64
    shape = (len(targets), config.positions, *((2,) if paired else ()))
    if not whole or inputs.shape != shape:
        raise BadInput(
            f"examples of shape {tuple(inputs.shape)} and {inputs.dtype} for {len(targets)} "
            f"targets; they must be int64 {shape}"
        )
    if reads_users(config):
        _check_numbers("users", inputs[..., 1].flatten(), config.users)
    items = inputs[..., 0] if paired else inputs
    _check_numbers("items", torch.cat([items.flatten(), targets]), config.items)


def check_weights(checkpoint: Checkpoint) -> "RecommenderModel":
    """The model with its weights. Raises BadInput where these do not fit, or are not finite."""
    import torch

    _check_shapes(checkpoint)
    model = checkpoint.model()
    if not all(bool(torch.isfinite(tensor).all()) for tensor in checkpoint.state.values()):
        raise BadInput("some weights are not finite; the training diverged, lower the lr")
    return model


def _check_shapes(checkpoint: Checkpoint) -> None:
    """Before memory is taken for a model as large as the config says.

    Small ones are just made: the first model without memory takes torch a second of imports.
    """
    import torch

    from ssr_neuro.model import build

    sizes = {key: x for key, x in checkpoint.config.to_dict().items() if isinstance(x, int)}
    rows = max(sizes.values())
    if rows * max(x for key, x in sizes.items() if key not in ROWS) < SMALL:
        return
    with torch.device("meta"):
        declared = build(checkpoint.kind, checkpoint.config).state_dict()
    for name, tensor in checkpoint.state.items():
        if name in declared and tensor.shape != declared[name].shape:
            raise BadInput(
                f"the weights do not fit the config: {name} has the shape {tuple(tensor.shape)}, "
                f"a model of this config {tuple(declared[name].shape)}; train the model again"
            )


def _check_numbers(what: str, found: "torch.Tensor", known: int) -> None:
    if len(found) and not 0 <= int(found.min()) <= int(found.max()) <= known:
        raise BadInput(
            f"examples hold {what} from {int(found.min())} to {int(found.max())}; the model knows "
            f"0 to {known}"
        )
