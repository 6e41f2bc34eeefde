"""A row of the log of a training: where the run is, and what the latest validation found."""

from ssr_neuro.files.training_log import Row
from ssr_neuro.training.run import Run


def log_row(run: Run) -> Row:
    """Loss: mean since the validation before. Rates: of the latest step, of weights and table.

    A refit validates nothing, so its rows end there.
    """
    history, groups = run.history, run.optimizer.param_groups
    loss = history.loss_sum / history.loss_steps if history.loss_steps else None
    row: dict[str, float | None] = {
        "step": history.step,
        "seconds": round(history.seconds, 1),
        "loss": loss,
        "lr": groups[0]["lr"] if history.step else None,
    }
    if run.rates[-1] != run.rates[0]:
        row["table_lr"] = groups[-1]["lr"] if history.step else None
    if run.activity is not None:
        row["firing_rate"] = run.rate
    found = {} if run.settings.refit else history.curve[-1]
    return {**row, **{name: value for name, value in found.items() if name != "step"}}
