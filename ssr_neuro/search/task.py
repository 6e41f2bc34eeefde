"""What a study is about: one kind of model on one data set, every trial with the same steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Any

import numpy as np

from ssr_neuro.data import Dataset, Split
from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_for, model_type
from ssr_neuro.search.space import Space
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import parts_of

VALIDATIONS = 10  # of a trial, where nothing else is set
COMBINATIONS = 4096  # tried at most to see whether a value is possible
PLACE = ("device",)  # where a trial runs does not change what it is


@dataclass(frozen=True)
class SearchTask:
    """kind, data, protocol and steps of every trial; config and training: fields that are fixed."""

    kind: str
    dataset: Dataset
    protocol: str
    steps: int
    config: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)

    def config_of(self, params: Mapping[str, Any]) -> Any:
        """The model's config with these values of the space. Raises BadInput on impossible ones."""
        known = config_type(self.kind).__dataclass_fields__
        own = {name: value for name, value in params.items() if name in known}
        items, users = self.dataset.n_items, self.dataset.n_users
        return config_for(self.kind, {**self.config, **own}, items=items, users=users)

    def settings_of(self, params: Mapping[str, Any]) -> TrainSettings:
        """How a trial with these values trains. Raises BadInput on impossible ones."""
        model = model_type(self.kind)
        known = config_type(self.kind).__dataclass_fields__
        own = {name: value for name, value in params.items() if name not in known}
        equal = {
            "max_steps": self.steps,
            "epochs": self.steps,
            "patience": None,
            "eval_every": max(1, self.steps // VALIDATIONS),
            "lr": model.default_lr,
        }
        return TrainSettings.from_dict({**equal, **self.training, **own})

    def sequences(self, config: Any) -> Split:
        """Training and validation sequences; those of the test stay behind."""
        split = parts_of(self.dataset, self.kind, self.protocol, config)
        return replace(split, test=split.test.take(np.arange(0)))

    def identity(self) -> dict[str, Any]:
        """What all trials of a study have in common, as plain data.

        Of a model that reads times their fingerprint too: the same items at other times are other
        data to it.
        """
        training = {name: value for name, value in self.training.items() if name not in PLACE}
        times = self.dataset.identity()["times_fingerprint"]
        return {
            "model": self.kind,
            "data": self.dataset.fingerprint,
            **({"times": times} if model_type(self.kind).needs_times else {}),
            "protocol": self.protocol,
            "max-steps": self.steps,
            "set": {**self.config, **training},
        }

    def check(self, space: Space) -> None:
        """Raises BadInput where a value can never be used or is fixed, or the data do not fit."""
        if both := sorted(space.keys() & {*self.config, *self.training}):
            raise BadInput(
                f"{', '.join(both)} is fixed by --set and searched as well; leave out one"
            )
        known = config_type(self.kind).__dataclass_fields__
        shape = {name: dimension for name, dimension in space.items() if name in known}
        one: dict[str, Any] = {}  # possible shape
        for name, dimension in space.items():
            for value in dimension.ends:
                params = self._possible(name, value, shape)
                one = params if name in shape else one
        self.sequences(self.config_of(one))

    def _possible(self, name: str, value: Any, shape: Space) -> dict[str, Any]:
        """Values that go with this one."""
        others = {other: d for other, d in shape.items() if name in shape and other != name}
        error = BadInput()
        for values in islice(product(*(d.ends for d in others.values())), COMBINATIONS):
            params = {name: value, **dict(zip(others, values, strict=True))}
            try:
                if name in shape:
                    self.config_of(params)
                else:
                    self.settings_of(params)
                return params
            except BadInput as found:
                error = found
        raise BadInput(f"{name} cannot be {value!r} in this search: {error}")
