"""What a search varies: fields of a model's config or of training, each a range or a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.model import model_type
from ssr_neuro.settings.fields import Field, fields_of, to_option_text
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.options import OF_DATA
from ssr_neuro.settings.training import TrainSettings

# Trials that differ in these could not be compared, or would win by luck.
NOT_SEARCHED = (
    "device",
    "epochs",
    "eval_every",
    "max_minutes",
    "max_steps",
    "mixed_precision",
    "patience",
    "seed",
    "select_by",
    "source",
    "weight_bits",
)


@dataclass(frozen=True)
class Between:
    """Numbers from low to high, both included; whole ones where both are. log: even in log."""

    low: float
    high: float
    log: bool = False
    step: float | None = None

    def __str__(self) -> str:
        steps = "" if self.step is None else f" by {to_option_text(self.step)}"
        low, high = to_option_text(self.low), to_option_text(self.high)
        return f"{low} to {high}{steps}{', log' if self.log else ''}"

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        steps = 0.0 if self.step is None else (value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-9

    @property
    def ends(self) -> tuple[Any, ...]:
        """The values whose possibility says most about the others'."""
        return self.low, self.high


@dataclass(frozen=True)
class Choices:
    """One of some values."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return ", ".join(map(to_option_text, self.values))

    def __contains__(self, value: object) -> bool:
        return value in self.values

    @property
    def ends(self) -> tuple[Any, ...]:
        """All of them."""
        return self.values


Dimension = Between | Choices
Space = Mapping[str, Dimension]


def check_space(space: object) -> None:
    """Raises BadInput where it is none: dimensions by the name of a setting."""
    wanted = "a TOML file, or Between or Choices by the name of a setting"
    check_type(space, Mapping, "is no space", wanted)
    for dimension in dict(space).values():  # type: ignore[call-overload]
        check_type(dimension, (Between, Choices), "is no dimension of a space", wanted)


def searchable(kind: str) -> dict[str, Field]:
    """Name -> field of all that can be varied for a kind of model."""
    found = {n: f for n, f in fields_of(TrainSettings).items() if n not in NOT_SEARCHED}
    if not model_type(kind).table_lr_parameters:
        del found["table_lr"]
    own = fields_of(config_type(kind))
    return {**found, **{name: field for name, field in own.items() if name not in OF_DATA}}


def searchable_field(kind: str, name: str) -> Field:
    """Raises BadInput that says why a name cannot be varied, and lists what can."""
    found = searchable(kind)
    if name in found:
        return found[name]
    if name in NOT_SEARCHED:
        why = "is the same in all trials, or they could not be compared"
    elif name in OF_DATA:
        why = "is the data set's"
    elif name == "table_lr":
        why = f"is for no parameter of {kind}"
    else:
        why = f"is no field of {kind} or of training"
    raise BadInput(f"[{name}] {why}; there are {', '.join(found)}")
