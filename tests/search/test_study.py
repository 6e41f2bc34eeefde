"""Studies: equal steps, validation alone, going on after any end, nothing mixed."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import psutil
import pytest
import torch
from optuna.study import Study
from optuna.trial import Trial, TrialState
from search_studies import SMALL, SPACE, Notes, opened
from training_runs import DATA

from ssr_neuro import checkpoint
from ssr_neuro.data import split
from ssr_neuro.errors import BadInput
from ssr_neuro.files import study_file
from ssr_neuro.search import abandoned_trials
from ssr_neuro.search.best import best_of, best_step, train_best, train_options
from ssr_neuro.search.loop import search
from ssr_neuro.search.progress import outcome, search_progress
from ssr_neuro.search.space import Between, Choices
from ssr_neuro.search.study import count_done, distributions, open_study

STORES = ("study.db", "study.log")


def abandoned(study: Study, **worker: Any) -> Trial:
    """A trial whose process is not this one."""
    trial = study.ask(fixed_distributions=distributions({"lr": SPACE["lr"]}))
    abandoned_trials.sign(trial)
    trial.set_user_attr(abandoned_trials.WORKER, trial.user_attrs[abandoned_trials.WORKER] | worker)
    return trial


@pytest.mark.parametrize("store", STORES)
def test_a_study_is_found_again_with_its_trials(tmp_path: Path, store: str) -> None:
    notes = Notes()
    search(opened(tmp_path, store), SMALL, SPACE, 2, notes)
    again = opened(tmp_path, store)
    assert count_done(again) == (2, best_of(again).value)
    search(again, SMALL, SPACE, 3, notes)
    search(again, SMALL, SPACE, 3, notes)
    assert (notes.numbers, notes.done) == ([0, 1, 2], [1, 2, 3])
    assert [t.state for t in again.trials] == [TrialState.COMPLETE] * 3


def test_the_first_trial_has_the_defaults(tmp_path: Path) -> None:
    study = opened(tmp_path)
    search(study, SMALL, SPACE, 1, Notes())
    assert study.trials[0].params == {"lr": 1e-3, "dropout": 0.2}
    assert list(study.trials[0].intermediate_values) == list(range(1, 11))


def test_a_trial_never_sees_the_test_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forbidden:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"the test set's {name} was asked for")

    class Set:
        def take(self, rows: Any) -> Any:
            assert len(rows) == 0
            return Forbidden()

    parts = replace(split(DATA, positions=4), test=Set())  # type: ignore[arg-type]
    monkeypatch.setattr("ssr_neuro.search.task.parts_of", lambda *_: parts)
    search(opened(tmp_path), SMALL, SPACE, 1, Notes())


def test_the_best_values_trained_again_validate_the_same(tmp_path: Path) -> None:
    study = opened(tmp_path)
    search(study, SMALL, SPACE, 2, Notes())
    best = best_of(study)
    result = train_best(SMALL, best.params, tmp_path / "best.pt", progress=False)
    assert result.valid["ndcg@10"] == best.value
    assert result.best_step == best_step(best)
    assert checkpoint.load(tmp_path / "best.pt").training["settings"]["max_steps"] == 10


def test_the_options_of_ssr_train_say_every_value() -> None:
    options = train_options(SMALL, {"lr": 0.0123456789012345, "dropout": 0.2})
    assert " ".join(options) == (
        "--model sasrec --protocol ratio --max-steps 10 --epochs 10 --eval-every 1 --patience 0 "
        "--set positions=4 --set features=8 --set batch_size=16 --set device=cpu "
        "--set lr=0.0123456789012345 --set dropout=0.2"
    )


def test_poor_trials_are_stopped_early(tmp_path: Path) -> None:
    study = opened(tmp_path)
    for number in range(5):
        past = optuna.trial.create_trial(
            value=0.99, intermediate_values=dict.fromkeys(range(1, 11), 0.99)
        )
        study.add_trial(past)
        assert len(study.trials) == number + 2  # the defaults wait
    search(study, SMALL, SPACE, 6, Notes())
    stopped = study.trials[0]
    assert (stopped.state, stopped.last_step) == (TrialState.PRUNED, 2)
    assert outcome(stopped).startswith("stopped at step 2 (0.")


def test_ctrl_c_queues_the_values_and_says_how_to_go_on(tmp_path: Path) -> None:
    def press(number: int, step: int) -> None:
        if (number, step) == (1, 3):
            signal.raise_signal(signal.SIGINT)

    study = opened(tmp_path)
    with pytest.raises(KeyboardInterrupt, match=r"stopped in trial 1, .* the same command resumes"):
        search(study, SMALL, SPACE, 3, Notes(press))
    search(opened(tmp_path), SMALL, SPACE, 2, Notes())
    failed, again = study.trials[1:]
    assert (failed.state, again.state) == (TrialState.FAIL, TrialState.COMPLETE)
    assert again.params == failed.params


SUPPORT = str(Path(__file__).parents[1] / "support")
KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from ssr_neuro.search.loop import search
from search_studies import SMALL, SPACE, Notes, opened
def die(number, step):
    if (number, step) == (1, 3):
        os.kill(os.getpid(), 9)
search(opened(Path(sys.argv[2]), sys.argv[3]), SMALL, SPACE, 3, Notes(die))
"""


@pytest.mark.parametrize(
    "store", ["study.db", pytest.param("study.log", marks=pytest.mark.thorough)]
)
def test_a_killed_trial_is_tried_again_with_its_values(tmp_path: Path, store: str) -> None:
    command = [sys.executable, "-c", KILLED, SUPPORT, str(tmp_path), store]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    study, notes = opened(tmp_path, store), Notes()
    assert [t.state for t in study.trials] == [TrialState.COMPLETE, TrialState.RUNNING]
    search(study, SMALL, SPACE, 2, notes)
    failed, again = study.trials[1:]
    assert notes.lost == [1]
    assert (failed.state, again.state) == (TrialState.FAIL, TrialState.COMPLETE)
    assert again.params == failed.params
    assert (again.user_attrs["again"], again.user_attrs[abandoned_trials.LOST]) == (1, 1)


def test_values_that_kill_every_process_are_given_up(tmp_path: Path) -> None:
    study = optuna.create_study(direction="maximize")
    study.enqueue_trial({"lr": 0.05})
    for _ in range(abandoned_trials.MOST_LOST):
        assert abandoned(study, started=0.0).params == {"lr": 0.05}
        abandoned_trials.take_back(study)
    assert [t.state for t in study.trials] == [TrialState.FAIL] * abandoned_trials.MOST_LOST


def test_a_process_on_another_machine_is_lost_when_silent_for_long() -> None:
    study = optuna.create_study()
    trial = abandoned(study, host="elsewhere")
    assert not abandoned_trials.is_lost(study.trials[0])
    trial.set_user_attr(abandoned_trials.SEEN, time.time() - abandoned_trials.SILENT_S - 1)
    assert abandoned_trials.is_lost(study.trials[0])
    alive = abandoned(study, pid=psutil.Process().pid)
    assert not abandoned_trials.is_lost(study.trials[alive.number])


def test_the_search_waits_for_other_processes_and_takes_over_what_they_lose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssr_neuro.search.loop.POLL_S", 0.0)
    study = opened(tmp_path)
    other = abandoned(study, host="elsewhere")

    def silence(number: int, times: int) -> None:
        if number == -1 and times == 2:
            other.set_user_attr(abandoned_trials.SEEN, 0.0)

    notes = Notes(silence)
    search(study, SMALL, SPACE, 1, notes)
    assert (notes.waited, notes.lost, notes.numbers) == (2, [0], [1])


def test_a_trial_that_another_process_took_over_ends_quietly(tmp_path: Path) -> None:
    study = opened(tmp_path)

    def take(number: int, step: int) -> None:
        if (number, step) == (0, 3):
            abandoned_trials.tell(study, 0, TrialState.FAIL)

    search(study, SMALL, SPACE, 1, Notes(take))
    assert [t.state for t in study.trials] == [TrialState.FAIL, TrialState.COMPLETE]


def test_a_search_that_cannot_train_stops_with_the_reason(tmp_path: Path) -> None:
    wrong = replace(SMALL, training={**SMALL.training, "rate_penalty": 1.0})
    message = "3 trials in a row could not be trained, the last because rate_penalty needs spikes"
    study = opened(tmp_path, of=wrong)
    with pytest.raises(BadInput, match=message):
        search(study, wrong, SPACE, 9, Notes())
    assert outcome(study.trials[0]).startswith("not trained: rate_penalty needs spikes")
    with pytest.raises(BadInput, match="study 's' has no complete trial; search on with more"):
        best_of(study)


HOST = "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried\nat frame 1"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError(HOST), "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tri"),
        (torch.OutOfMemoryError("CUDA out of memory"), "CUDA out of memory"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_a_trial_that_memory_does_not_hold_is_refused_and_the_search_goes_on(
    tmp_path: Path, error: Exception, reason: str
) -> None:
    def full(number: int, step: int) -> None:
        if number == 0:
            raise error

    study = opened(tmp_path)
    search(study, SMALL, SPACE, 2, Notes(full))
    assert [t.state for t in study.trials] == [TrialState.PRUNED, TrialState.COMPLETE]
    assert outcome(study.trials[0]).startswith(f"not trained: {reason}")


def test_a_fault_in_a_trial_is_not_taken_for_a_refusal(tmp_path: Path) -> None:
    def fail(number: int, step: int) -> None:
        raise RuntimeError("a fault of this program")

    with pytest.raises(RuntimeError, match="a fault of this program"):
        search(opened(tmp_path), SMALL, SPACE, 1, Notes(fail))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "fism"}, "study 's' is of model sasrec, this search of model fism; their trials"),
        ({"steps": 20}, "is of max-steps 10, this search of max-steps 20"),
        ({"protocol": "leave-one-out"}, "of protocol ratio, this search of protocol leave-one-out"),
        ({"dataset": replace(DATA, fingerprint="x")}, "is of data circle, this search of data x"),
        ({"training": {}}, "set positions=4 features=8 batch_size=16, this search of set pos"),
    ],
)
def test_trials_that_cannot_be_compared_are_not_mixed(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    opened(tmp_path)
    with pytest.raises(BadInput, match=message):
        opened(tmp_path, of=replace(SMALL, **change))


def test_the_device_may_differ_and_the_ends_of_a_range_may_move(tmp_path: Path) -> None:
    search(opened(tmp_path), SMALL, SPACE, 1, Notes())
    elsewhere = replace(SMALL, training={**SMALL.training, "device": "auto"})
    opened(tmp_path, of=elsewhere, space={**SPACE, "lr": Between(1e-2, 1e-1, log=True)})
    with pytest.raises(BadInput, match="study 's' has tried dropout in another way"):
        opened(tmp_path, space={**SPACE, "dropout": Choices((0.0, 0.5))})
    with pytest.raises(BadInput, match="study 's' has tried lr in another way"):
        opened(tmp_path, space={**SPACE, "lr": Between(1e-3, 1e-1)})


def test_a_study_of_another_program_is_left_alone(tmp_path: Path) -> None:
    foreign = optuna.create_study(
        storage=f"sqlite:///{tmp_path}/study.db", study_name="s", direction="maximize"
    )
    foreign.add_trial(optuna.trial.create_trial(value=1.0))
    with pytest.raises(BadInput, match="study 's' was not made by ssr search; give another"):
        opened(tmp_path, "study.db")


@pytest.mark.parametrize("name", ["notes.db", "notes.log"])
@pytest.mark.parametrize("text", ["my notes", "my notes, line one\nline two\n", "{}\n"])
def test_a_file_of_another_kind_stays_as_it_is(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=rf"--storage .*{name}: cannot keep a study .*name a new"):
        opened(tmp_path, name)
    assert (tmp_path / name).read_text() == text


def test_a_password_is_not_shown() -> None:
    with pytest.raises(BadInput, match=r"--storage nodb://me:\*\*\*@host/x: cannot") as error:
        open_study("nodb://me:secret@host/x", "s", SMALL, SPACE)
    assert "secret" not in str(error.value)


def test_the_progress_says_how_every_trial_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = opened(tmp_path)
    with search_progress(2, *count_done(study), SMALL.steps, shown=True) as progress:
        search(study, SMALL, SPACE, 2, progress)
        progress.again([7])
        progress.waits(2, 1)
    said = capsys.readouterr().err
    assert "trial 0  validation 0." in said
    assert "lr=0.001 dropout=0.2" in said
    assert "trial 7  lost with its process; its values are tried again" in said
    assert progress.work.detail == "2.0 of 2 trials, waiting for 1 in other processes"


def test_a_model_that_reads_times_is_searched_at_the_same_times_alone() -> None:
    items = len(DATA.items)
    one, other = (replace(DATA, times_s=np.arange(items) * step) for step in (1.0, 2.0))
    timed = [replace(SMALL, kind="tim4rec", dataset=data).identity() for data in (one, other)]
    assert timed[0] != timed[1]
    without = [replace(SMALL, dataset=data).identity() for data in (one, other)]
    assert without[0] == without[1]


def test_a_trial_that_was_killed_before_it_was_signed_is_lost_within_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = optuna.create_study()
    study.ask()
    assert not abandoned_trials.is_lost(study.trials[0])
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + abandoned_trials.UNSIGNED_S + 1)
    assert abandoned_trials.is_lost(study.trials[0])


ODD_TRIALS = {
    "a worker that is none": ({"worker": 7}, "worker is 7"),
    "a host without a process": (
        {"worker": {"host": "x", "pid": -1, "started": 1.0}},
        "worker.pid",
    ),
    "a time in words": ({"seen": "now"}, "seen is 'now'"),
    "a loss that is no count": ({"lost": -2}, "lost is -2"),
    "a reason that is none": ({"refused": [1]}, r"refused is \[1\]"),
}


@pytest.mark.parametrize("case", ODD_TRIALS)
def test_a_study_whose_trials_no_search_wrote_is_refused(case: str, tmp_path: Path) -> None:
    attributes, said = ODD_TRIALS[case]
    study = opened(tmp_path)
    trial = study.ask(distributions(SPACE))
    for name, value in attributes.items():
        trial.set_user_attr(name, value)
    with pytest.raises(BadInput, match=rf"study 's', trial 0: {said}.* does not write"):
        opened(tmp_path)


def test_a_complete_trial_has_a_validation(tmp_path: Path) -> None:
    study = opened(tmp_path)
    study.tell(study.ask(distributions(SPACE)), 0.5)
    with pytest.raises(BadInput, match="trial 0: it is complete without a validation"):
        opened(tmp_path)


def test_a_journal_that_optuna_cannot_replay_is_said(tmp_path: Path) -> None:
    opened(tmp_path)
    path = tmp_path / "study.log"
    path.write_text(path.read_text().replace('"study_name": "s"', '"study_name": 7'))
    lines = path.read_text().splitlines()
    path.write_text("".join(f"{line}\n" for line in [*lines, '{"op_code": 4, "worker_id": 3}']))
    with pytest.raises(BadInput, match=r"study.log: cannot keep a study \(.*; name a new file"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:-1], lines[-1][:-9]], r"its last line, \d+, was cut off: delete"),
        (lambda lines: [lines[0], "{\n", *lines[1:]], "its line 2 is no entry of a journal"),
        (lambda lines: [*lines, "[1]\n"], r"its line \d+ is no entry of a journal"),
        (lambda lines: ["{", *lines], "its line 1 is no entry of a journal"),
    ],
    ids=["cut off", "broken", "another", "first"],
)
def test_a_journal_with_a_line_that_cannot_be_read_is_not_written_on(
    change: Callable[[list[str]], list[str]],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What Optuna wrote behind such a line could never be read again."""
    monkeypatch.setattr(study_file, "LINE_S", 0)
    study = opened(tmp_path)
    study.ask(distributions(SPACE))
    path = tmp_path / "study.log"
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))
    before = path.read_bytes()
    with pytest.raises(BadInput, match=rf"cannot keep a study \({said}"):
        opened(tmp_path)
    assert path.read_bytes() == before
