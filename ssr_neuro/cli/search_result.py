"""What `ssr search` prints at its end."""

import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

from optuna.trial import TrialState

from ssr_neuro.cli.output import console, table
from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.search.best import best_of, best_step, complete
from ssr_neuro.search.progress import outcome, short

if TYPE_CHECKING:
    from optuna.study import Study

    from ssr_neuro.training import TrainResult

ROWS = 10
WORDS = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "stopped early",
    TrialState.FAIL: "interrupted",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}


def document(
    study: "Study", command: list[str], select_by: str, trained: "TrainResult | None"
) -> dict[str, Any]:
    """A study and what came of it, as plain data. select_by: what its trials were judged by."""
    best = best_of(study)
    found: dict[str, Any] = {
        "study": study.study_name,
        "of": study.user_attrs,
        "trials": [
            {"number": t.number, "state": t.state.name, "outcome": outcome(t),
             "validations": t.intermediate_values, select_by: t.value, "params": t.params}
            for t in study.trials
        ],
        "best": {"number": best.number, select_by: best.value, "step": best_step(best),
                 "params": best.params},
        "command": command,
    }  # fmt: skip
    if trained is not None:
        found["out"], found["test"] = str(trained.path), trained.test.to_dict()
    return found


def show(study: "Study", command: list[str], select_by: str) -> None:
    """The best trials, how many ended how, and the command that trains the best."""
    found = complete(study)[:ROWS]
    names = list(best_of(study).params)
    rows = [
        (trial.number, f"{trial.value or 0:.4f}", f"{best_step(trial):,}",
         *(short(trial.params[name]) if name in trial.params else "" for name in names))
        for trial in found
    ]  # fmt: skip
    name = figure_name(select_by)
    title = f"Study {study.study_name}, validation {name}"
    table(title, ("trial", name, "at step", *names), rows)
    ended = Counter(trial.state for trial in study.trials)
    console.print(", ".join(f"{ended[s]} {word}" for s, word in WORDS.items() if ended[s]))
    console.print(f"\n{shlex.join(command)}", soft_wrap=True, markup=False)
