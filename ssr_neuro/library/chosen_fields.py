"""Fields of a model's config and of training that are set by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.model import model_type
from ssr_neuro.settings.fields import Field, fields_of
from ssr_neuro.settings.settings import TrainSettings

# Parameters of a command that are fields by another name.
KEYS = {"time_steps": "steps"}
FROM_DATA = "items"


@dataclass(frozen=True)
class Chosen:
    """Fields and values that --set gave: those of the model's config, and those of training."""

    config: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)


def chosen(kind: str, assignments: Sequence[str] | None) -> Chosen:
    """What KEY=VALUE texts set for a kind of model; its config goes before training.

    Raises BadInput that lists the known keys, or says what a value must be.
    """
    config, training = fields_of(model_type(kind).config_type), fields_of(TrainSettings)
    found = Chosen()
    for text in assignments or ():
        key, equals, value = text.partition("=")
        if not equals:
            raise BadInput(f"--set {text}: no value; write --set KEY=VALUE, as in --set epochs=5")
        into = found.config if key in config else found.training
        if key in into:
            raise BadInput(f"--set {key} is given twice; give it once")
        into[key] = _parsed(_known(kind, key, config, training), text, value)
    return found


def _known(
    kind: str, key: str, config: Mapping[str, Field], training: Mapping[str, Field]
) -> Field:
    if key == FROM_DATA:
        raise BadInput(f"--set {key}: the number of items is the data set's; leave it out")
    if key not in config and key not in training:
        own = ", ".join(name for name in config if name != FROM_DATA)
        raise BadInput(
            f"--set {key}: neither {kind} nor training knows it; {kind} has {own}; training has "
            f"{', '.join(training)}"
        )
    return config.get(key) or training[key]


def _parsed(known: Field, text: str, value: str) -> Any:
    try:
        return known.parse(value)
    except BadInput as error:
        raise BadInput(f"--set {text}: {error}") from None


def sort_fields(kind: str, given: Mapping[str, Any]) -> Chosen:
    """Values by field name, sorted into the model's config and training.

    Raises BadInput that lists the known names where one is neither's.
    """
    config, training = fields_of(model_type(kind).config_type), fields_of(TrainSettings)
    found = Chosen()
    for name, value in given.items():
        key = KEYS.get(name, name)
        _known(kind, key, config, training)
        (found.config if key in config else found.training)[key] = value
    return found
