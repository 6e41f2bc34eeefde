"""Fields of a model's config and of training that are set by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.settings.fields import Field, fields_of
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.options import OF_DATA
from ssr_neuro.settings.source import sources_of
from ssr_neuro.settings.training import TrainSettings

# Parameters of a command that are fields by another name.
KEYS = {"time_steps": "steps"}


@dataclass(frozen=True)
class Preset:
    """What a source sets where nothing else does: of the model's config, and of training."""

    config: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)

    def without(self, names: Mapping[str, Any]) -> "Preset":
        """The rest of it, for a caller that sets these fields otherwise."""
        return Preset(
            {name: value for name, value in self.config.items() if name not in names},
            {name: value for name, value in self.training.items() if name not in names},
        )


@dataclass(frozen=True)
class Chosen:
    """Fields and values that --set gave: those of the model's config, and those of training.

    preset: what a source that is among them sets; whatever is given explicitly wins over it.
    """

    config: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    preset: Preset = field(default_factory=Preset)


def choose(kind: str, given: Sequence[str] | Mapping[str, Any]) -> Chosen:
    """What is set by name: KEY=VALUE texts, or values by field name. Raises BadInput."""
    return sort_fields(kind, given) if isinstance(given, Mapping) else read_assignments(kind, given)


def read_assignments(kind: str, assignments: Sequence[str] | None) -> Chosen:
    """What KEY=VALUE texts set for a kind of model; its config goes before training.

    Raises BadInput that lists the known keys, or says what a value must be.
    """
    config, training = fields_of(config_type(kind)), fields_of(TrainSettings)
    found = Chosen()
    for text in assignments or ():
        key, equals, value = text.partition("=")
        if not equals:
            raise BadInput(f"--set {text}: no value; write --set KEY=VALUE, as in --set epochs=5")
        into = found.config if key in config else found.training
        if key in into:
            raise BadInput(f"--set {key} is given twice; give it once")
        into[key] = _parse(_find(kind, key, config, training), text, value)
    return _add_preset(kind, found)


def sort_fields(kind: str, given: Mapping[str, Any]) -> Chosen:
    """Values by field name, sorted into the model's config and training; "none" stands for None.

    Raises BadInput that lists the known names where one is neither's, or says what a value must be.
    """
    config, training = fields_of(config_type(kind)), fields_of(TrainSettings)
    found = Chosen()
    for name, value in given.items():
        key = KEYS.get(name, name)
        into = found.config if key in config else found.training
        if key in into:
            both = " and ".join(one for one in given if KEYS.get(one, one) == key)
            raise BadInput(f"{both} are the same; give one of the two")
        into[key] = _find(kind, key, config, training).checked(value)
    return _add_preset(kind, found)


def preset_of(kind: str, source: str | None) -> Preset:
    """What a source sets of a kind of model; nothing where there is no source.

    Raises BadInput that lists the sources of the kind where it has not that one.
    """
    if source is None:
        return Preset()
    sources = sources_of(kind)
    if source not in sources:
        known = ", ".join(sources) or "none: its paper and its program agree"
        raise BadInput(f"--set source={source}: sources of {kind} are {known}")
    config, training = fields_of(config_type(kind)), fields_of(TrainSettings)
    sets = sources[source].sets.items()
    return Preset(
        {name: config[name].checked(value) for name, value in sets if name in config},
        {name: training[name].checked(value) for name, value in sets if name not in config},
    )


def _add_preset(kind: str, found: Chosen) -> Chosen:
    preset = preset_of(kind, found.training.get("source"))
    return Chosen(found.config, found.training, preset)


def _find(kind: str, key: str, config: Mapping[str, Field], training: Mapping[str, Field]) -> Field:
    if key in OF_DATA:
        raise BadInput(f"--set {key}: the number of {key} is the data set's; leave it out")
    if key not in config and key not in training:
        own = ", ".join(name for name in config if name not in OF_DATA)
        raise BadInput(
            f"--set {key}: neither {kind} nor training knows it; {kind} has {own}; training has "
            f"{', '.join(training)}"
        )
    return config.get(key) or training[key]


def _parse(known: Field, text: str, value: str) -> Any:
    try:
        return known.parse(value)
    except BadInput as error:
        raise BadInput(f"--set {text}: {error}") from None
