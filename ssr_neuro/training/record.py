"""What is written down about a run: in `model.pt` for its readers, in the state to resume it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from ssr_neuro import checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.files.versions import versions_of
from ssr_neuro.model import config_from_dict
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.run import Parts, TrainingRun
from ssr_neuro.training.saved_state import AFRESH, check_state
from ssr_neuro.training.start import State, fingerprint
from ssr_neuro.training.teacher import Teacher

# Parts of an identity that are hashes: their values tell nobody anything.
HASHED = ("start", "teacher")
KEPT = ("settings", "data", "protocol", "windows", "start", "teacher")  # of a run's identity
PACKAGES = ("torch", "spikingjelly", "accelerate", "numpy")


def identity(
    dataset: Dataset,
    split: Parts,
    kind: str,
    config: Any,
    settings: TrainSettings,
    start: State | None = None,
    teacher: Teacher | None = None,
) -> dict[str, Any]:
    """What a run is of: two runs with the same identity take the same steps."""
    return {
        "kind": kind,
        "config": config.to_dict(),
        "settings": settings.to_dict(),
        "data": dataset.identity(),
        "protocol": split.protocol,
        "windows": split.windows,
        "start": fingerprint(start),
        "teacher": None if teacher is None else teacher.about(),
    }


def load_state(path: Path, identity: dict[str, Any]) -> dict[str, Any]:
    """The state of an interrupted run. Raises BadInput where it is missing or of another run."""
    if not path.exists():
        raise BadInput(f"no run to resume: {path} does not exist; train without resume")
    state = checkpoint.read(path)
    before = _identity_in(state, path, AFRESH)
    before["data"] = fill_data(before["data"], identity["data"])
    if differing := list_differing(before, identity, identity):
        raise BadInput(
            f"{path} is of another training: {'; '.join(differing)}. Give the same as then; "
            f"{AFRESH}"
        )
    return state


def list_differing(
    before: Mapping[str, Any], now: Mapping[str, Any], parts: Iterable[str]
) -> list[str]:
    """In which values two trainings differ, such as "max_steps 20, now 30"; of these parts."""
    return [
        said
        for part in parts
        if before.get(part) != now[part]
        for said in _differences(part, before.get(part), now[part])
    ]


def _differences(part: str, before: Any, now: Any) -> list[str]:
    if part in HASHED:
        return [f"another {part}"]
    if not isinstance(before, Mapping) or not isinstance(now, Mapping):
        return [f"{part} {before}, now {now}"]
    names = dict.fromkeys([*now, *before])
    return [
        f"{name} {before.get(name)}, now {now.get(name)}"
        for name in names
        if before.get(name) != now.get(name) and name != "fingerprint"
    ] or [f"{part} of other content"]


def fill_data(before: Any, now: Mapping[str, Any]) -> Any:
    """What was recorded of the data; what an older release did not know is taken from those now."""
    return {**now, **before} if isinstance(before, Mapping) and before else before


def load_interrupted(path: Path) -> checkpoint.Checkpoint:
    """The latest weights of an interrupted run, for a run of other settings to start from.

    Without examples and names of items. Raises BadInput where there is no such run, its weights do
    not fit its config, or it was training a chip's integers, whose weights are not those of the
    model alone.
    """
    state = checkpoint.read(path)
    before = _identity_in(state, path, "name a model.pt, or the state of an interrupted run")
    if bits := before["settings"]["weight_bits"]:
        raise BadInput(
            f"{path}: the run was training for {bits} bits; --resume it, or start from its model"
        )
    config = config_from_dict(before["kind"], before["config"])
    found = checkpoint.Checkpoint(
        kind=before["kind"],
        config=config,
        state=state["model"],
        item_ids=(),
        inputs=torch.empty(0, config.positions, dtype=torch.int64),
        targets=torch.empty(0, dtype=torch.int64),
        training={key: before.get(key) for key in KEPT}
        | {key: state[key] for key in ("knows_validation",) if key in state},
    )
    with _naming(path):
        checkpoint.check_weights(found)
    return found


def _identity_in(state: dict[Any, Any], path: Path, instead: str) -> dict[str, Any]:
    check_state(state, path, instead)
    with _naming(path):
        return _add_defaults(state["identity"])


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """What is wrong with the content of a file is said with its name."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _add_defaults(before: dict[str, Any]) -> dict[str, Any]:
    """The identity of a run that an older release started: what it did not know has its default."""
    config = config_from_dict(before["kind"], before["config"])
    settings = TrainSettings.from_dict(before["settings"])
    if isinstance(teacher := before.get("teacher"), dict):  # there was one at most
        before = before | {"teacher": [teacher]}
    return (
        {"windows": "every", "teacher": None}
        | before
        | {
            "settings": settings.to_dict(),
            "config": config.to_dict(),
        }
    )


def provenance(
    run: TrainingRun,
    identity: dict[str, Any],
    knows_validation: bool | None,
    valid: dict[str, Any],
    test: dict[str, Any],
) -> dict[str, Any]:
    """How a run went, as plain data: settings, data, length, machine, curve and metrics."""
    history = run.history
    return {
        **{key: identity[key] for key in KEPT},
        "knows_validation": knows_validation,
        "weight_bits": run.settings.weight_bits,
        "steps": history.step,
        "best_step": history.best_step,
        "seconds": history.seconds,
        "device": str(run.accelerator.device),
        "processes": run.accelerator.num_processes,
        "kernels": ", then ".join(history.kernels) or None,
        "versions": versions_of(PACKAGES),
        "curve": history.curve,
        "valid": valid,
        "test": test,
    }


def checkpoint_of(
    dataset: Dataset, run: TrainingRun, training: dict[str, Any]
) -> checkpoint.Checkpoint:
    """The best weights, with examples from the test set."""
    test = run.parts.test
    inputs, targets = test.batch(checkpoint.example_rows(len(test), run.settings.seed))
    config, state = run.finished_model()
    return checkpoint.Checkpoint(
        kind=run.kind,
        config=config,
        state=state,
        item_ids=tuple(map(str, dataset.item_ids)),
        inputs=torch.as_tensor(inputs),
        targets=torch.as_tensor(targets),
        training=training,
    )


def save_model(
    out: Path,
    made: checkpoint.Checkpoint,
    state_path: Path,
    save_state: Callable[[], object],
    *,
    overwrite: bool,
) -> None:
    """Write the model, and remove the state of its training, which is done.

    save_state: writes the state to `state_path`. Raises BadInput, and keeps the state, where the
    model cannot be written, or another file lies there that may not be replaced.
    """
    try:
        checkpoint.save(out, made, overwrite=overwrite)
    except BadInput as error:
        if not state_path.exists():  # another run of the same name has removed it
            save_state()
        raise BadInput(
            f"{error}; or make room for the model and resume: its training is kept in {state_path}"
        ) from error
    state_path.unlink(missing_ok=True)
