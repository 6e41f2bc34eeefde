"""The state of an interrupted run, OUT.state: every part of the type that was saved."""

from pathlib import Path
from typing import Annotated, Any

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ssr_neuro.errors import BadInput
from ssr_neuro.files.checked import Finite, NotNegative
from ssr_neuro.files.json_document import describe
from ssr_neuro.settings.limits import most_of

Steps = Annotated[int, Field(ge=0, le=most_of("max_steps"))]
AFRESH = "--overwrite in place of --resume starts afresh"


class _Saved(BaseModel):
    """A newer or older release may hold more, but what is read has its type."""

    model_config = ConfigDict(strict=True, arbitrary_types_allowed=True)


class SavedIdentity(_Saved):
    """What a run is of, see `record.identity`."""

    kind: str
    config: dict[str, Any]
    settings: dict[str, Any]
    data: Annotated[dict[str, Any], Field(min_length=1)]
    protocol: str


class SavedPoint(_Saved):
    """Of a validation, what it is found by."""

    step: Steps


class SavedHistory(_Saved):
    """A `TrainingHistory`, and nothing else. best: `best_ndcg` of an older release."""

    model_config = ConfigDict(extra="forbid")

    step: Steps
    seconds: NotNegative
    curve: list[SavedPoint]
    best_step: Steps
    best: Finite | None = None
    best_ndcg: Finite | None = None
    best_state: dict[str, torch.Tensor]
    worse_in_a_row: Steps
    loss_sum: Finite = 0.0
    loss_steps: Steps = 0
    kernels: list[str] = []


class SavedMoments(_Saved):
    """Of the optimiser, what it keeps of each parameter."""

    state: dict[int, dict[str, torch.Tensor]]


class SavedState(_Saved):
    """All that is read again. scaler: of half precision on a GPU."""

    identity: SavedIdentity
    history: SavedHistory
    rate: Finite | None = None
    model: dict[str, torch.Tensor]
    optimizer: SavedMoments
    scaler: dict[str, Any] | None = None
    knows_validation: bool | None = None


def check_state(state: dict[Any, Any], path: Path, instead: str) -> None:
    """Raises BadInput that names the file and what in it no training saves."""
    if not isinstance(state.get("identity"), dict):
        raise BadInput(f"{path}: not the state of a training run; {instead}")
    try:
        SavedState.model_validate(state)
    except ValidationError as error:
        said = "; ".join(describe(error))
        raise BadInput(f"{path}: no training saves such a state: {said}. {instead}") from error


def check_weights(found: dict[str, torch.Tensor], own: dict[str, torch.Tensor], path: Path) -> None:
    """Raises BadInput where weights are others, or of other shapes, than the model's own."""
    shapes, wanted = ({n: tuple(x.shape) for n, x in one.items()} for one in (found, own))
    odd = [name for name in wanted | shapes if shapes.get(name) != wanted.get(name)]
    if odd:
        raise BadInput(
            f"{path}: the weights {', '.join(odd[:3])} do not fit the model of its config; {AFRESH}"
        )


def check_moments(
    found: dict[int, dict[str, torch.Tensor]], parameters: list[torch.Tensor], path: Path
) -> None:
    """Raises BadInput where moments are not those of the parameters whose numbers they have."""
    for number, kept in found.items():
        if not 0 <= number < len(parameters):
            raise BadInput(
                f"{path}: the optimizer keeps moments of parameter {number}, and the model has "
                f"{len(parameters)}; {AFRESH}"
            )
        shapes = {name: tuple(moment.shape) for name, moment in kept.items()}
        whole = tuple(parameters[number].shape)
        if shapes != {"step": (), "exp_avg": whole, "exp_avg_sq": whole}:
            raise BadInput(
                f"{path}: the optimizer keeps {shapes} of parameter {number}, which has the shape "
                f"{whole}; {AFRESH}"
            )
