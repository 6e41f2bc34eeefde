"""The noise study as the paper ran it: every model trained anew on corrupted sequences."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.study import noise
from ssr_neuro.study.selected_models import Judged, Say, sample_rows
from ssr_neuro.study.trial import Trial

# What a training holds beside its settings, which a new one would not have.
TRAINED_WITH = {"start": "from another model (--from)", "teacher": "by a teacher (--teacher)"}


@dataclass(frozen=True)
class Retraining:
    """A model that is trained anew, by its own settings but with `max_steps` where given.

    Raises BadInput for a model that was itself trained from another or taught by one, or without
    any step.
    """

    model: Judged
    folder: Path
    max_steps: int | None = None

    def __post_init__(self) -> None:
        if self.max_steps is not None and self.max_steps < 1:
            raise BadInput(f"--max-steps {self.max_steps}: a training takes at least 1 step")
        for key, how in TRAINED_WITH.items():
            if self.model.saved.training.get(key) is not None:
                raise BadInput(
                    f"{self.model.name} was trained {how}, so its settings alone do not lead to "
                    "it; name one trained without, or leave out --retrain"
                )

    @property
    def settings(self) -> TrainSettings:
        """How it is trained at every level."""
        own, most = TrainSettings.from_dict(self.model.saved.training["settings"]), self.max_steps
        if most is None:
            return own
        every = max(1, min(own.eval_every, most // 10))
        return replace(
            own, epochs=most, max_steps=most, max_minutes=None, eval_every=every, patience=None
        )

    def path(self, level: float, seed: int) -> Path:
        """The file of one level."""
        name = self.model.name.replace("/", "-")
        return self.folder / f"{name}-noise-{100 * level:g}-seed-{seed}.pt"


def retrain_at_levels(
    how: Retraining,
    dataset: Dataset,
    levels: Sequence[float],
    *,
    at_most: int | None,
    seed: int,
    say: Say,
    progress: bool = False,
) -> list[dict[str, Any]]:
    """A model of the same kind and config, trained anew at every level and tested at that level.

    Inputs of training, validation and test hold fakes, targets never do.
    """
    model = how.model
    clean = model.split(dataset)
    rows = sample_rows(len(clean.test), at_most, seed)
    ranks, shares = [], []
    for level in levels:
        noisy = noise.add_fakes(dataset, level, seed)
        parts = noise.corrupt_windows(model.split(noisy), clean)
        say(f"{model.name}, trained at {100 * level:g} % noise")
        path, saved = how.path(level, seed), model.saved
        trial = Trial(path, noisy, parts, saved.kind, saved.config, how.settings)
        again = replace(model, saved=trial.run(progress=progress))
        ranks.append(again.ranks(parts.test, rows, progress=progress))
        shares.append(noise.fake_share(parts.test, clean.test, rows))
    return noise.points(levels, ranks, shares)
