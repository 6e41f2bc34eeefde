"""Train a model from data to `model.pt`: when to validate, save, stop and resume."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.files.training_log import LogForm
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import record
from ssr_neuro.training.checks import check_fit, check_run
from ssr_neuro.training.log import Add, log_row, open_log
from ssr_neuro.training.progress import training_progress
from ssr_neuro.training.run import Parts, TrainingRun
from ssr_neuro.training.schedule import NO_END
from ssr_neuro.training.start import State
from ssr_neuro.training.stop_requests import stop_requests
from ssr_neuro.training.teacher import Teacher

SAVE_EVERY_S = 60.0

OnStep = Callable[[int, float], None]
# steps done and the validation figure that selects; what it raises ends the run
OnValidation = Callable[[int, float], None]


@dataclass(frozen=True)
class TrainResult:
    """Where the model lies and how well its best weights do; valid and test are full rankings.

    valid: empty after a refit, which validates nothing. test: empty where it was not scored.
    """

    path: Path
    steps: int
    seconds: float
    best_step: int
    curve: list[dict[str, Any]]
    valid: dict[str, Any]
    test: dict[str, Any]


def train(
    dataset: Dataset,
    split: Parts,
    kind: str,
    config: Any,
    settings: TrainSettings,
    out: Path,
    *,
    start: State | None = None,
    start_knows_validation: bool | None = None,
    teacher: Teacher | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = False,
    on_step: OnStep | None = None,
    log: LogForm | None = None,
    scores_test: bool = True,
) -> TrainResult:
    """Train, keep the weights of the best validation, and write them to `out`.

    start: weights of the same kind and config to go on from. start_knows_validation: whether the
    validation sequences trained them (`Checkpoint.knows_validation`). teacher: whose ranking it
    learns. The run's state lies in `<out>.state` until it is finished; resume goes on from there,
    on the CPU to the same bits as an uninterrupted run (with the same kernels; the model's record
    names all). on_step gets the number of steps done and
    the loss.
    scores_test: whether the test sequences are ranked at the end, as they are once for what is
    published and not for what only leads to it.
    overwrite: whether a file is replaced that comes to lie at `out` during the training; one that
    lies there as it begins is replaced.
    log: leave a row for each validation beside `out` (`ssr_neuro.files.training_log`).
    Ctrl-C ends the step, saves the state and raises KeyboardInterrupt that says how to continue.
    Raises BadInput on settings, data or a state that do not fit together.
    """
    check_run(dataset, split, config, settings, out)
    identity = record.identity(dataset, split, kind, config, settings, start, teacher)
    may_replace = overwrite or os.path.lexists(out)
    state_path = checkpoint.state_path(out)
    run = TrainingRun(split, kind, config, settings, start, teacher)
    if resume:
        run.load_state_dict(record.load_state(state_path, identity), state_path)
    main = run.accelerator.is_main_process
    known = checkpoint.any_knows_validation(
        [
            settings.refit,
            start is not None and start_knows_validation,
            teacher is not None and teacher.knows_validation,
        ]
    )

    def save() -> str:
        if main:
            about = {"identity": identity, "knows_validation": known}
            checkpoint.write(state_path, {**about, **run.state_dict()})
        return f"the state is in {state_path}. Train again with the same settings and resume"

    step = run.history.step if resume else None
    with open_log(out, log if main else None, step=step) as add:
        if start is not None and not resume:
            run.validate()  # without a penalty what was there is kept unless it gets better
            add(log_row(run))
        _steps(run, save, on_step, add=add, shown=progress and main)
    test = {}
    if scores_test:
        found = run.judge.measure(run.history.best_state, split.test, progress=progress and main)
        test = found.to_dict()
    result = _result(run, out, test)
    if main:
        training = record.provenance(run, identity, known, result.valid, test)
        made = record.checkpoint_of(dataset, run, training)
        record.save_model(out, made, state_path, save, overwrite=may_replace)
    run.accelerator.wait_for_everyone()
    return result


def tune(
    dataset: Dataset,
    split: Parts,
    kind: str,
    config: Any,
    settings: TrainSettings,
    *,
    on_step: OnStep | None = None,
    on_validation: OnValidation | None = None,
) -> list[dict[str, Any]]:
    """Train as `train` does, only to see how well it validates: every validation, in order.

    The test sequences are never looked at, and nothing is written. Ctrl-C ends the step and raises
    KeyboardInterrupt. Raises BadInput as `train` does.
    """
    if settings.refit:
        raise BadInput("refit leaves no sequences to validate, by which this tunes; leave it out")
    check_fit(dataset, split, config, settings)
    run = TrainingRun(split, kind, config, settings)
    _steps(run, lambda: "run it again", on_step, on_validation, shown=False)
    return run.history.curve


def _steps(
    run: TrainingRun,
    save: Callable[[], str],
    on_step: OnStep | None,
    on_validation: OnValidation | None = None,
    *,
    add: Add = lambda row: None,
    shown: bool,
) -> None:
    """Step until the run is finished. save: keeps the run's state and says how to continue.

    add: gets a row of the log after each validation.
    """
    history, every = run.history, run.settings.eval_every
    saved_at = time.monotonic()
    steps = None if run.total == NO_END else run.total
    with (
        training_progress(steps, run.settings.select_by, shown=shown) as show,
        stop_requests() as stop,
    ):

        def validate() -> None:
            run.validate()
            add(log_row(run))
            history.forget_losses()
            if on_validation is not None and not stop():
                on_validation(history.step, history.curve[-1][run.settings.select_by])

        def stop_if_asked() -> None:
            if stop():
                raise KeyboardInterrupt(f"stopped after step {history.step}; {save()} to continue")

        while not run.finished(done := run.done()):
            loss = run.step(done)
            if on_step is not None:
                on_step(history.step, loss)
            validated = history.step % every == 0
            if validated:
                validate()
            if validated or time.monotonic() - saved_at > SAVE_EVERY_S:
                save()
                saved_at = time.monotonic()
            show(run.done(), history.step, loss, run.rate, max(history.best, 0.0))
            stop_if_asked()
        unseen = not history.curve or history.curve[-1]["step"] != history.step
        # By the clock, the last validation can lie before the weights were whole, and none after.
        if unseen or not history.best_state:
            validate()
            save()
            stop_if_asked()


def _result(run: TrainingRun, out: Path, test: dict[str, Any]) -> TrainResult:
    history = run.history
    best = next((point for point in history.curve if point["step"] == history.best_step), {})
    return TrainResult(
        path=out,
        steps=history.step,
        seconds=history.seconds,
        best_step=history.best_step,
        curve=history.curve,
        valid=best,
        test=test,
    )
