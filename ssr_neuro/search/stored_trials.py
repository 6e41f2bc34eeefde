"""Trials of a study that is gone on with: they have the form that a search gives them."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ssr_neuro.errors import BadInput
from ssr_neuro.files.checked import Count, Finite
from ssr_neuro.files.json_document import describe


class StoredWorker(BaseModel):
    """The process that ran a trial. started: when, in seconds since 1970."""

    model_config = ConfigDict(strict=True)
    host: str
    pid: Annotated[int, Field(ge=1, lt=1 << 31)]
    started: Finite


class StoredTrial(BaseModel):
    """What `ssr search` reads of a trial again. seen: in seconds since 1970; lost: how often its
    process was; refused: why it could not be trained."""

    model_config = ConfigDict(strict=True)
    value: Finite | None
    validations: dict[int, Finite]
    fixed: dict[str, Any]
    worker: StoredWorker | None = None
    seen: Finite | None = None
    lost: Count = 0
    refused: str | None = None


def check_trials(
    study: str, directions: Sequence[StudyDirection], trials: Iterable[FrozenTrial]
) -> None:
    """Raises BadInput that names the trial and what of it no search wrote."""
    if list(directions) != [StudyDirection.MAXIMIZE]:
        raise BadInput(f"study {study!r} seeks no one maximum; give another --study")
    for trial in trials:
        if problem := _problem(trial):
            raise BadInput(
                f"study {study!r}, trial {trial.number}: {problem}, which ssr search does not "
                "write; give another --study, or a --storage that it made"
            )


def _problem(trial: FrozenTrial) -> str | None:
    if len(trial.values or ()) > 1:
        return f"it has {len(trial.values or ())} values"
    if trial.params.keys() != trial.distributions.keys():
        return "its values are of other fields than its ranges"
    noted = {
        key: trial.user_attrs[key]
        for key in StoredTrial.model_fields.keys() & trial.user_attrs.keys()
    }
    stored = {
        **noted,
        "value": trial.value,
        "validations": trial.intermediate_values,
        "fixed": trial.system_attrs.get("fixed_params", {}),
    }
    try:
        checked = StoredTrial.model_validate(stored)
    except ValidationError as error:
        return next(describe(error))
    if trial.state == TrialState.COMPLETE and not (checked.validations and trial.values):
        return "it is complete without a validation"
    return None
