"""The options of `ssr train` as the run that they ask for."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ssr_neuro.cli.train.config_file import assignments_of
from ssr_neuro.cli.train.set_option import is_given, refuse_twice

if TYPE_CHECKING:
    from ssr_neuro.library.training import PreparedRun

# Parameters of the command, by what they set: kind and shape of the model, and its training.
SHAPE = (
    "model",
    "protocol",
    "positions",
    "features",
    "time_steps",
    "blocks",
    "ffn_ratio",
    "spectrum",
)
TRAINING = (
    "max_steps",
    "max_minutes",
    "batch_size",
    "eval_every",
    "seed",
    "warmup_steps",
    "final_lr",
    "weight_decay",
    "mixed_precision",
    "device",
    "rate_penalty",
    "weight_bits",
    "refit",
)
RATES = ("lr", "table_lr")  # each kind of model has its own


def prepare_run(
    context: typer.Context,
    start: Path | None,
    config: Path | None,
    assignments: list[str] | None,
) -> "PreparedRun":
    """What is trained and how, of typed options, --config, --set and the source's presets.

    start: the model to go on from. Raises BadInput where they do not fit together.
    """
    from ssr_neuro.library.beginning import begin_fresh, begin_from, kind_of
    from ssr_neuro.library.training import prepare

    given = context.params
    asked = {name.replace("_", "-"): given[name] for name in SHAPE}
    fields = assignments_of(context, config, partial(kind_of, given["model"], start), assignments)
    begin = begin_fresh(asked, fields) if start is None else begin_from(start, asked, fields)
    refuse_twice(context, begin.chosen)
    preset = begin.chosen.preset.training
    options = {
        name: value
        for name, value in _training(given).items()
        if name not in preset or is_given(context, name)
    }
    return prepare(begin, options)


def _training(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of training by name, without the rates that nobody gave."""
    from ssr_neuro.library.training import ENDS, EPOCHS

    ends = any(given[name] for name in ENDS)
    return {
        "epochs": given["epochs"] if ends else EPOCHS,
        "patience": given["patience"] or None,
        **{name: given[name] for name in TRAINING},
        **{name: given[name] for name in RATES if given[name] is not None},
    }
