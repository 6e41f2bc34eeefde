"""What `ssr search` prints at its end."""

import shlex
from pathlib import Path

from optuna.trial import TrialState

from ssr_neuro.cli.output import console, table
from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.library.search_result import SearchResult
from ssr_neuro.search.best import best_step, complete
from ssr_neuro.search.progress import format_short

ROWS = 10
WORDS = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "stopped early",
    TrialState.FAIL: "interrupted",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}


def show(found: SearchResult, out: Path | None) -> None:
    """The best trials, how many ended how, and the command that trains the best."""
    trials, names = complete(found.study)[:ROWS], list(found.values)
    rows = [
        (
            trial.number,
            f"{trial.value or 0:.4f}",
            f"{best_step(trial):,}",
            *(format_short(trial.params[name]) if name in trial.params else "" for name in names),
        )
        for trial in trials
    ]
    judged_by = figure_name(found.select_by)
    title = f"Study {found.study.study_name}, validation {judged_by}"
    table(title, ("trial", judged_by, "at step", *names), rows)
    ended = found.count_ends()
    console.print(", ".join(f"{ended[s.name]} {w}" for s, w in WORDS.items() if ended[s.name]))
    command = shlex.join(found.command(out or "best.pt"))
    console.print(f"\n{command}", soft_wrap=True, markup=False)
