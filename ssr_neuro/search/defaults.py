"""What is searched where no space is given, as data; shapes are left to the user's budget."""

from typing import Any

from ssr_neuro.model import model_type
from ssr_neuro.search.space import Between, Choices, Dimension, Space, searchable
from ssr_neuro.settings.fields import fields_of
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.training import TrainSettings

RATE = Between(0.0, 0.6)
SHARE = Between(0.1, 0.9)

# Of these, the fields that a kind of model has.
SEARCHED: dict[str, Dimension] = {
    "lr": Between(1e-4, 1e-2, log=True),
    "table_lr": Between(3e-3, 1e-1, log=True),
    "weight_decay": Choices((0.0, 0.01, 0.03, 0.1, 0.3)),
    "dropout": RATE,
    "recurrence_dropout": RATE,
    "readout_dropout": RATE,
    "time_dropout": RATE,
    "masked": Between(0.1, 0.6),
    "alpha": SHARE,
}
NOT_LEARNT = ("popularity",)  # counts, which no rate changes


def default_space(kind: str) -> Space:
    """What is varied for a kind of model; nothing for one without anything to tune."""
    if kind in NOT_LEARNT:
        return {}
    found = searchable(kind)
    return {name: dimension for name, dimension in SEARCHED.items() if name in found}


def default_values(kind: str) -> dict[str, Any]:
    """The value each field has that nobody sets, of the config and of training."""
    both = {**fields_of(TrainSettings), **fields_of(config_type(kind))}
    return {name: field.default for name, field in both.items()} | {
        "lr": model_type(kind).default_lr
    }
