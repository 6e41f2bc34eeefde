"""What `ssr train` trains: a model of the shape asked for, or one trained before, in its shape."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_from_dict

if TYPE_CHECKING:
    from ssr_neuro.checkpoint import Checkpoint
    from ssr_neuro.data import Dataset
    from ssr_neuro.training.start import State

# Options that are keys of a config by another name.
KEYS = {"time-steps": "steps", "ffn-ratio": "ffn_ratio"}
NOT_SHAPE = ("model", "protocol")


@dataclass(frozen=True)
class Beginning:
    """kind, protocol and shape of the model; `saved`, from `path`, where one is gone on with."""

    kind: str
    protocol: str
    shape: Mapping[str, Any]
    saved: "Checkpoint | None" = None
    path: Path = Path()

    @property
    def state(self) -> "State | None":
        return None if self.saved is None else self.saved.state

    def config(self, dataset: "Dataset") -> Any:
        """The model's config for a data set. Raises BadInput where it is not the model's own."""
        if self.saved is not None:
            checkpoint.check_data(self.saved, dataset, self.path)
            return self.saved.config
        return config_from_dict(self.kind, {"items": dataset.n_items, **self.shape})


def fresh(asked: Mapping[str, Any]) -> Beginning:
    """asked: option -> value, None where it was not given."""
    shape = {
        KEYS.get(option, option): value
        for option, value in asked.items()
        if option not in NOT_SHAPE and value is not None
    }
    return Beginning(asked["model"] or "ssr", asked["protocol"] or "ratio", shape)


def going_on(path: Path, asked: Mapping[str, Any]) -> Beginning:
    """From the model at `path`. Raises BadInput naming every option that contradicts it."""
    saved = checkpoint.load(path)
    own = saved.config.to_dict() | {"model": saved.kind, "protocol": saved.training["protocol"]}
    wrong = {
        option: own.get(KEYS.get(option, option), "nothing of the kind")
        for option, value in asked.items()
        if value is not None and value != own.get(KEYS.get(option, option))
    }
    if wrong:
        given = ", ".join(f"--{option} {asked[option]}" for option in wrong)
        has = ", ".join(str(value) for value in wrong.values())
        raise BadInput(
            f"{given}: {path} has {has}, and a model goes on in the shape it has; leave out "
            f"{', '.join(f'--{option}' for option in wrong)}, or train anew without --from"
        )
    start = fresh({"model": saved.kind, "protocol": own["protocol"]})
    return replace(start, saved=saved, path=path)
