"""What is trained: a model of the shape asked for, or one trained before, in its shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.library.chosen_fields import KEYS, Chosen, Preset, choose
from ssr_neuro.model import config_for, config_from_dict, model_type
from ssr_neuro.settings.fields import to_option_text
from ssr_neuro.settings.options import FROM_DATA, OF_DATA

if TYPE_CHECKING:
    from ssr_neuro.checkpoint import Checkpoint
    from ssr_neuro.data import Dataset
    from ssr_neuro.training.start import State

Given = Sequence[str] | Mapping[str, Any]  # what is set by name, as `choose` takes it
NOT_SHAPE = ("model", "protocol")
# What a trained model may be given as it goes on: it computes the same until it has learnt more.
GROWS = (("feature_gains", False, True), ("readout_skip", False, True))
# Trained weights take small steps: learning rates where a model is gone on with.
GENTLE = {"lr": 1e-3, "table_lr": 3e-3}


@dataclass(frozen=True)
class Beginning:
    """kind, protocol and shape of the model; `saved`, from `path`, where one is gone on with.

    chosen: what --set gave.
    """

    kind: str
    protocol: str
    shape: Mapping[str, Any]
    chosen: Chosen = field(default_factory=Chosen)
    saved: "Checkpoint | None" = None
    path: Path = Path()

    @property
    def state(self) -> "State | None":
        return None if self.saved is None else self.saved.state

    def rates(self) -> dict[str, float]:
        """The learning rates where none are asked for."""
        if self.saved is not None:
            return GENTLE
        return {"lr": model_type(self.kind).default_lr, "table_lr": 3e-2}

    def config(self, dataset: "Dataset", *, refit: bool) -> Any:
        """The model's config for a data set.

        Raises BadInput where that is not the model's own, or the model was refit on its validation
        sequences and this run is not to be.
        """
        if self.saved is not None:
            checkpoint.check_data(self.saved, dataset, self.path)
            checkpoint.check_refit(self.saved, self.path, refit=refit)
            return replace(self.saved.config, **self.chosen.config)
        items, users = dataset.n_items, dataset.n_users
        return config_for(self.kind, self.shape, items=items, users=users)

    def full_shape(self) -> dict[str, Any]:
        """Every field of the model's config but the numbers of items and users, the data's.

        Raises BadInput where there is no such model.
        """
        if self.saved is not None:
            config = replace(self.saved.config, **self.chosen.config)
        else:
            config = config_from_dict(self.kind, {FROM_DATA: 1, **self.shape})
        return {name: value for name, value in config.to_dict().items() if name not in OF_DATA}


def kind_of(model: str | None, start: Path | None) -> str:
    """The kind of the model that is trained: of --model, or of what --from names."""
    return (model or "ssr") if start is None else _weights_at(start).kind


def begin_fresh(asked: Mapping[str, Any], given: Given = ()) -> Beginning:
    """asked: option -> value, None where it was not given. given: fields as `choose` takes them."""
    kind = asked["model"] or "ssr"
    found = choose(kind, given)
    options = {
        _key(option): value
        for option, value in asked.items()
        if option not in NOT_SHAPE and value is not None
    }
    shape = {**found.preset.config, **options, **found.config}
    return Beginning(kind, asked["protocol"] or "ratio", shape, found)


def begin_from(path: Path, asked: Mapping[str, Any], given: Given = ()) -> Beginning:
    """From the model, or the state of an interrupted run, at `path`.

    Raises BadInput naming every option that contradicts it.
    """
    saved = _weights_at(path)
    found = keep_source(saved, path, choose(saved.kind, given))
    own = saved.config.to_dict() | {"model": saved.kind, "protocol": saved.training["protocol"]}
    wanted = {
        f"--{option} {value}": (_key(option), value)
        for option, value in asked.items()
        if value is not None
    }
    wanted |= {
        f"--set {key}={to_option_text(value)}": (key, value) for key, value in found.config.items()
    }
    wrong = {
        text: own.get(key, "nothing of the kind")
        for text, (key, value) in wanted.items()
        if value != own.get(key) and (key, own.get(key), value) not in GROWS
    }
    if wrong:
        has = ", ".join(map(to_option_text, wrong.values()))
        raise BadInput(
            f"{', '.join(wrong)}: {path} has {has}, and a model keeps its shape; leave "
            "out what contradicts it, or train anew without --from"
        )
    start = begin_fresh({"model": saved.kind, "protocol": own["protocol"]})
    return replace(start, chosen=found, saved=saved, path=path)


def keep_source(saved: "Checkpoint", path: Path, found: Chosen) -> Chosen:
    """A model goes on as the source it was trained by, named or not, without its preset shape.

    A source that is named sets its training. Raises BadInput where it is not the model's.
    """
    settings = saved.training.get("settings", {})
    own, asked = settings.get("source"), found.training.get("source")
    if asked not in (None, own):
        raise BadInput(
            f"--set source={asked}: {path} was trained with {own or 'no source'}, and a model "
            "keeps its shape; leave the source out, or train anew without --from"
        )
    training = found.training if own is None else {**found.training, "source": own}
    return Chosen(found.config, training, Preset(training=found.preset.training))


def _weights_at(path: Path) -> "Checkpoint":
    if path.suffix != ".state":
        return checkpoint.load(path)
    from ssr_neuro.training.record import load_interrupted

    return load_interrupted(path)


def _key(option: str) -> str:
    name = option.replace("-", "_")
    return KEYS.get(name, name)
